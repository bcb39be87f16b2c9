#pragma once
#include <png.h>

// The most bytes that writing an image can take; a macro with arguments, which Swift does not import.
static inline size_t shim_png_size_max(png_image image) { return PNG_IMAGE_PNG_SIZE_MAX(image); }
