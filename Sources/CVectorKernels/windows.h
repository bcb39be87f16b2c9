// Where the windows of a pooling lie; the same for every instruction set.
#pragma once
#include "CVectorKernels.h"

/// Kernel rows and columns of a window that lie in the map.
struct reach {
    int first_row, end_row, first_column, end_column;
};

static inline void clip(int start, int dilation, int kernel, int size, int *first, int *end)
{
    *first = start >= 0 ? 0 : dilation == 1 ? -start : (dilation - 1 - start) / dilation;
    // Without gaps, without the division.
    int last = start >= size ? 0 : dilation == 1 ? size - start : (size - 1 - start) / dilation + 1;
    *end = last < kernel ? last : kernel;
    if (*end < *first) *end = *first;
}

static inline struct reach reach_of(const struct channels_windows *w, int row, int column)
{
    struct reach reach;
    clip(row * w->row_stride - w->top, w->row_dilation, w->rows, w->height, &reach.first_row, &reach.end_row);
    clip(
        column * w->column_stride - w->left, w->column_dilation, w->columns, w->width, &reach.first_column,
        &reach.end_column);
    return reach;
}

/// Offset of a window's number `(i, j)` in the map.
static inline long place_of(const struct channels_windows *w, int row, int column, int i, int j)
{
    long y = row * w->row_stride - w->top + i * w->row_dilation;
    long x = column * w->column_stride - w->left + j * w->column_dilation;
    return (y * w->width + x) * w->channels;
}

/// Numbers that a window's mean is over: padding counts by choice, what lies beyond it never does.
static inline float divisor_of(const struct channels_windows *w, int row, int column, struct reach reach)
{
    if (w->counts_padding) {
        clip(
            row * w->row_stride, w->row_dilation, w->rows, w->top + w->height + w->bottom, &reach.first_row,
            &reach.end_row);
        clip(
            column * w->column_stride, w->column_dilation, w->columns, w->left + w->width + w->right,
            &reach.first_column, &reach.end_column);
    }
    int count = (reach.end_row - reach.first_row) * (reach.end_column - reach.first_column);
    return count > 1 ? count : 1;
}
