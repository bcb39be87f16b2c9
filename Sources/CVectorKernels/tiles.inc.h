// Convolution for one kind of vector: tiles of accumulators that stay in registers over the whole sum, up to TILE_ROWS
// pixels (or weights) by two vectors of lanes. Every count of a tile is a constant after inlining.
//
// A weight vector is loaded once for all pixels of a tile, a number of the map is spread over the lanes by the load
// itself: with eight pixels the multiply-adds, not the loads, are what takes the time.

INLINE void NAME(pixels)(
    const int rows, const int vectors, MASK last, const float *x, long x_pixel, const int *offsets, int outer,
    int inner, const float *packed, const float *bias, const float *addend, int clamps, float *y, long y_pixel)
{
    VECTOR sums[TILE_ROWS][2];
    for (int v = 0; v < vectors; v++) {
        VECTOR start = ZERO();
        if (bias) start = v + 1 < vectors ? LOAD(bias + v * LANES) : LOAD_SOME(bias + v * LANES, last);
        for (int r = 0; r < rows; r++) sums[r][v] = start;
    }
    for (int o = 0; o < outer; o++) {
        const float *source = x + offsets[o];
        for (int i = 0; i < inner; i++) {
            VECTOR weights[2];
            for (int v = 0; v < vectors; v++) weights[v] = LOAD(packed + v * LANES);
            for (int r = 0; r < rows; r++) {
                VECTOR number = BROADCAST(source[r * x_pixel + i]);
                for (int v = 0; v < vectors; v++) sums[r][v] = MULTIPLY_ADD(number, weights[v], sums[r][v]);
            }
            packed += vectors * LANES;
        }
    }
    if (addend)
        for (int r = 0; r < rows; r++) {
            const float *more = addend + r * y_pixel;
            for (int v = 0; v + 1 < vectors; v++) sums[r][v] = ADD(sums[r][v], LOAD(more + v * LANES));
            sums[r][vectors - 1] = ADD(sums[r][vectors - 1], LOAD_SOME(more + (vectors - 1) * LANES, last));
        }
    // The bound comes first: of NaN and a number, `max` gives the second.
    if (clamps)
        for (int r = 0; r < rows; r++)
            for (int v = 0; v < vectors; v++) sums[r][v] = MAXIMUM(ZERO(), sums[r][v]);
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v + 1 < vectors; v++) STORE(y + r * y_pixel + v * LANES, sums[r][v]);
        STORE_SOME(y + r * y_pixel + (vectors - 1) * LANES, last, sums[r][vectors - 1]);
    }
}

#define PIXELS(r)                                                                                              \
    case r:                                                                                                    \
        NAME(pixels)                                                                                           \
        (r, vectors, last, from, x_pixel, offsets, outer, inner, packed, bias, more, clamps, to, y_pixel);     \
        break;

/// One block of lanes, all pixels; lines are cut into tiles as equal as can be.
INLINE void NAME(block)(
    const int vectors, MASK last, const float *x, long x_pixel, long x_line, const int *all_offsets, int runs,
    const int *ranges, int inner, const float *all_packed, const float *bias, const float *addend, int clamps, float *y,
    long y_pixel, long y_line, int height, int width)
{
    for (int line = 0; line < height; line++) {
        const float *from = x + line * x_line;
        float *to = y + line * y_line;
        const float *more = addend ? addend + line * y_line : 0;
        const int first = ranges ? ranges[2 * line] : 0, outer = (ranges ? ranges[2 * line + 1] : runs) - first;
        const int *offsets = all_offsets + first;
        const float *packed = all_packed + (long)first * inner * vectors * LANES;
        int tiles = (width + TILE_ROWS - 1) / TILE_ROWS;
        for (int left = width; left > 0; tiles--) {
            int rows = (left + tiles - 1) / tiles;
            switch (rows) {
                PIXELS(1) PIXELS(2) PIXELS(3) PIXELS(4) PIXELS(5) PIXELS(6)
#if TILE_ROWS > 6
                PIXELS(7) PIXELS(8)
#endif
            }
            from += rows * x_pixel;
            to += rows * y_pixel;
            if (more) more += rows * y_pixel;
            left -= rows;
        }
    }
}

/// `groups × rows` weights of one block of lanes: the rows side by side in the map, the groups `group` apart.
INLINE void NAME(weights)(
    const int groups, const int rows, const int vectors, MASK last, const float *x, long x_sample, long group,
    const int *lines, int height, long x_pixel, int width, const float *y, long y_sample, long y_pixel,
    int samples, float *w, long w_group, long w_row, int adds)
{
    VECTOR sums[10][2];
    for (int r = 0; r < groups * rows; r++)
        for (int v = 0; v < vectors; v++) sums[r][v] = ZERO();
    for (int s = 0; s < samples; s++) {
        const float *gradient = y + s * y_sample;
        for (int line = 0; line < height; line++) {
            const float *source = x + s * x_sample + lines[line];
            for (int pixel = 0; pixel < width; pixel++) {
                VECTOR lanes[2];
                for (int v = 0; v + 1 < vectors; v++) lanes[v] = LOAD(gradient + v * LANES);
                lanes[vectors - 1] = LOAD_SOME(gradient + (vectors - 1) * LANES, last);
                for (int g = 0; g < groups; g++)
                    for (int r = 0; r < rows; r++) {
                        VECTOR number = BROADCAST(source[g * group + r]);
                        for (int v = 0; v < vectors; v++)
                            sums[g * rows + r][v] = MULTIPLY_ADD(number, lanes[v], sums[g * rows + r][v]);
                    }
                gradient += y_pixel;
                source += x_pixel;
            }
        }
    }
    for (int g = 0; g < groups; g++)
        for (int r = 0; r < rows; r++) {
            float *target = w + g * w_group + r * w_row;
            for (int v = 0; v + 1 < vectors; v++) {
                VECTOR sum = sums[g * rows + r][v];
                STORE(target + v * LANES, adds ? ADD(sum, LOAD(target + v * LANES)) : sum);
            }
            VECTOR sum = sums[g * rows + r][vectors - 1];
            target += (vectors - 1) * LANES;
            STORE_SOME(target, last, adds ? ADD(sum, LOAD_SOME(target, last)) : sum);
        }
}

#define WEIGHTS(g, r)                                                                                          \
    NAME(weights)                                                                                              \
    (g, r, vectors, last, from, x_sample, group, lines, height, x_pixel, width, y, y_sample, y_pixel, samples, \
     to, w_group, w_row, adds)
#define WEIGHTS_CASE(r)                                                                                        \
    case r: WEIGHTS(1, r); break;

/// Short rows, as of a first layer that sees one channel, two or three at a time; gives how many.
INLINE int NAME(short_rows)(
    const int vectors, MASK last, const float *from, long x_sample, const int *offsets, int outer, int inner,
    const int *lines, int height, long x_pixel, int width, const float *y, long y_sample, long y_pixel,
    int samples, float *to, long w_row, int adds)
{
    long group = offsets[1] - offsets[0];
    long w_group = inner * w_row;
    int three = inner <= 3 && outer >= 3 && offsets[2] - offsets[1] == group;
    switch (inner) {
        case 1:
            if (three) WEIGHTS(3, 1);
            else WEIGHTS(2, 1);
            break;
        case 2:
            if (three) WEIGHTS(3, 2);
            else WEIGHTS(2, 2);
            break;
        case 3:
            if (three) WEIGHTS(3, 3);
            else WEIGHTS(2, 3);
            break;
        case 4: WEIGHTS(2, 4); break;
        default: WEIGHTS(2, 5); break;
    }
    return three ? 3 : 2;
}

/// One block of lanes, all weights.
INLINE void NAME(gradient_block)(
    const int vectors, MASK last, const float *x, long x_sample, const int *offsets, int outer, int inner,
    const int *all_lines, int first_line, int end_line, const int *ranges, long x_pixel, int width,
    const float *all_y, long y_sample, long y_pixel, int samples, float *w, long w_row, int adds)
{
    const int *lines = all_lines + first_line;
    const float *y = all_y + (long)first_line * width * y_pixel;
    int height = end_line - first_line;
    int o = 0;
#if TILE_ROWS > 6
    while (inner <= 5 && o + 1 < outer)
        o += NAME(short_rows)(
            vectors, last, x + offsets[o], x_sample, offsets + o, outer - o, inner, lines, height, x_pixel, width,
            y, y_sample, y_pixel, samples, w + (long)o * inner * w_row, w_row, adds);
#endif
    for (; o < outer; o++) {
        const float *from = x + offsets[o];
        float *to = w + (long)o * inner * w_row;
        const long group = 0, w_group = 0;
        // Lines that this run of the window sees.
        const int begin = first_line > ranges[2 * o] ? first_line : ranges[2 * o];
        const int end = end_line < ranges[2 * o + 1] ? end_line : ranges[2 * o + 1];
        height = end > begin ? end - begin : 0;
        lines = all_lines + begin;
        y = all_y + (long)begin * width * y_pixel;
        int tiles = (inner + TILE_ROWS - 1) / TILE_ROWS;
        for (int left = inner; left > 0; tiles--) {
            int rows = (left + tiles - 1) / tiles;
            switch (rows) {
                WEIGHTS_CASE(1) WEIGHTS_CASE(2) WEIGHTS_CASE(3) WEIGHTS_CASE(4) WEIGHTS_CASE(5) WEIGHTS_CASE(6)
#if TILE_ROWS > 6
                WEIGHTS_CASE(7) WEIGHTS_CASE(8)
#endif
            }
            from += rows;
            to += rows * w_row;
            left -= rows;
        }
    }
}

#undef PIXELS
#undef WEIGHTS
#undef WEIGHTS_CASE
