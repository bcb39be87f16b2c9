// The owner of EndToEnd replaces this file.
