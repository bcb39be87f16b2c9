#pragma once
#include <ft2build.h>
#include FT_FREETYPE_H

// The flag's macro has a cast in it, which Swift does not import.
static const int shim_load_render = FT_LOAD_RENDER;
