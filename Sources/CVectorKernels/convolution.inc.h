// Convolution for one instruction set: lanes cut into blocks of two vectors, one, or half a one.

void NAME(convolve)(
    const float *x, long x_pixel, long x_line, const int *offsets, int outer, const int *ranges, int inner,
    const float *packed, const float *bias, const float *addend, int clamps, float *y, long y_pixel, long y_line,
    int height, int width, int lanes)
{
#define BLOCK(name, vectors, last)                                                                             \
    name(vectors, last, x, x_pixel, x_line, offsets, outer, ranges, inner, packed, bias, addend, clamps, y,    \
         y_pixel, y_line, height, width)
    while (lanes > 0) {
        int padded = block_width(lanes, LANES), used = lanes < padded ? lanes : padded;
        if (padded == 2 * LANES) BLOCK(NAME(block), 2, MASK_OF(used - LANES));
        else if (padded == LANES) BLOCK(NAME(block), 1, MASK_OF(used));
        else BLOCK(HALF_NAME(block), 1, HALF_MASK_OF(used));
        packed += (long)padded * outer * inner;
        y += padded;
        if (bias) bias += padded;
        if (addend) addend += padded;
        lanes -= padded;
    }
#undef BLOCK
}

void NAME(weight_gradient)(
    const float *x, long x_sample, const int *offsets, int outer, int inner, const int *lines, int first_line,
    int end_line, const int *ranges, long x_pixel, int width, const float *y, long y_sample, long y_pixel,
    int samples, float *w, long w_row, int lanes, int adds)
{
#define BLOCK(name, vectors, last)                                                                             \
    name(vectors, last, x, x_sample, offsets, outer, inner, lines, first_line, end_line, ranges, x_pixel,      \
         width, y, y_sample, y_pixel, samples, w, w_row, adds)
    while (lanes > 0) {
        int padded = block_width(lanes, LANES), used = lanes < padded ? lanes : padded;
        if (padded == 2 * LANES) BLOCK(NAME(gradient_block), 2, MASK_OF(used - LANES));
        else if (padded == LANES) BLOCK(NAME(gradient_block), 1, MASK_OF(used));
        else BLOCK(HALF_NAME(gradient_block), 1, HALF_MASK_OF(used));
        y += padded;
        w += padded;
        lanes -= padded;
    }
#undef BLOCK
}

void NAME(roll)(
    const float *windows, int count, int rows, int columns, int channels, int stride, int left, int first_row,
    int end_row, float *map, int width)
{
    for (int n = 0; n < count; n++) {
        const int pixel = n * stride - left;
        const int first = pixel < 0 ? -pixel : 0, end = pixel + columns > width ? width - pixel : columns;
        const long length = (long)(end - first) * channels;
        if (length <= 0) continue;
        const MASK rest = MASK_OF((length - 1) % LANES + 1);
        for (int row = first_row; row < end_row; row++) {
            const float *source = windows + ((long)(n * rows + row) * columns + first) * channels;
            float *target = map + ((long)row * width + pixel + first) * channels;
            long i = 0;
            for (; i + LANES < length; i += LANES) STORE(target + i, ADD(LOAD(target + i), LOAD(source + i)));
            STORE_SOME(target + i, rest, ADD(LOAD_SOME(target + i, rest), LOAD_SOME(source + i, rest)));
        }
    }
}
