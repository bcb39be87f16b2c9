#pragma once
// Without this the header hides the wide-character calls (cchar_t, add_wch …).
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <langinfo.h>
#include <ncurses.h>
#include <term.h>

// COLORS, COLOR_PAIRS and stdscr are mutable globals, which Swift 6 does not let us read.
static inline int shim_colors(void) { return COLORS; }
static inline int shim_color_pairs(void) { return COLOR_PAIRS; }
static inline int shim_rows(void) { return getmaxy(stdscr); }
static inline int shim_columns(void) { return getmaxx(stdscr); }
static inline WINDOW *shim_screen(void) { return stdscr; }

// Attributes are function-like macros. Colour pairs beyond 255 go through the last argument of setcchar, which its
// prototype calls reserved (curs_getcchar(3X), "Extensions").
enum { SHIM_BOLD = 1, SHIM_REVERSE = 2, SHIM_UNDERLINE = 4 };
static inline int shim_put(int row, int column, const wchar_t *text, int look, int pair) {
    cchar_t cell;
    attr_t attributes = A_NORMAL;
    if (look & SHIM_BOLD) attributes |= A_BOLD;
    if (look & SHIM_REVERSE) attributes |= A_REVERSE;
    if (look & SHIM_UNDERLINE) attributes |= A_UNDERLINE;
    if (setcchar(&cell, text, attributes, (short)(pair > 32767 ? 32767 : pair), &pair) == ERR) return ERR;
    return mvadd_wch(row, column, &cell);
}

// Mouse masks and the function keys are function-like macros.
static inline void shim_mouse_on(void) {
    mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    mouseinterval(0);
}
static inline int shim_is_press(const MEVENT *event) { return (event->bstate & BUTTON1_PRESSED) != 0; }
static inline int shim_is_wheel_up(const MEVENT *event) { return (event->bstate & BUTTON4_PRESSED) != 0; }
static inline int shim_is_wheel_down(const MEVENT *event) { return (event->bstate & BUTTON5_PRESSED) != 0; }
// 0 for keys that are no function keys.
static inline int shim_function_number(int key) { return key > KEY_F0 && key <= KEY_F(63) ? key - KEY_F0 : 0; }

// del_curterm needs the mutable global cur_term. Whether terminfo has an entry of that name.
static inline int shim_knows_terminal(const char *name) {
    int found = 0;
    if (setupterm(name, 1, &found) == OK) del_curterm(cur_term);
    return found == 1;
}

// tigetstr answers -1 as a pointer for what is no string capability.
static inline const char *shim_string_capability(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}
