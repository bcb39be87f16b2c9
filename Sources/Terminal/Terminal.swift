// The owner of Terminal replaces this file.
