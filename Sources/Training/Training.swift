// The owner of Training replaces this file.
