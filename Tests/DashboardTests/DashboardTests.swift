// The owner of Dashboard replaces this file.
