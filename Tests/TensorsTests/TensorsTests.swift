// The owner of Tensors replaces this file.
