// The owner of Screen replaces this file.
