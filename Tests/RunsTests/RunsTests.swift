// The owner of Runs replaces this file.
