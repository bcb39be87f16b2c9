// The owner of Screenshots replaces this file.
