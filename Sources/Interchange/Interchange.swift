// The owner of Interchange replaces this file.
