#pragma once
// Without this the header hides the wide-character calls (cchar_t, add_wch …).
#define NCURSES_WIDECHAR 1
#include <ncurses.h>

// COLORS and stdscr are mutable globals, which Swift 6 does not let us read.
static inline int shim_colors(void) { return COLORS; }
static inline int shim_rows(void) { return getmaxy(stdscr); }
static inline int shim_columns(void) { return getmaxx(stdscr); }
