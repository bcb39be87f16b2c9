// The owner of Pictures replaces this file.
