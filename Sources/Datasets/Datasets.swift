// The owner of Datasets replaces this file.
