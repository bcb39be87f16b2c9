// The owner of Networks replaces this file.
