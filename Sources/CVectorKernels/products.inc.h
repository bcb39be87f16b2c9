// The two kernels for one instruction set; included by dispatch.c with LANES, VECTOR, MASK, TARGET, NAME and the
// operations defined.
//
// Tiles of accumulators stay in registers over the whole inner loop: TILE_ROWS × 3 vectors of a product, 4 × TILE_INNER
// of a weight gradient. Every count is a constant after inlining.

TARGET static inline __attribute__((always_inline)) void NAME(product_tile)(
    const int rows, const int vectors, MASK last, const float *a, long a_stride, const float *b,
    const int *offsets, float *c, long c_stride, int inner)
{
    VECTOR sums[TILE_ROWS][3];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) sums[r][v] = ZERO();
    for (int k = 0; k < inner; k++) {
        const float *source = b + offsets[k];
        VECTOR x[3];
        for (int v = 0; v + 1 < vectors; v++) x[v] = LOAD(source + v * LANES);
        x[vectors - 1] = LOAD_SOME(source + (vectors - 1) * LANES, last);
        for (int r = 0; r < rows; r++) {
            VECTOR weight = BROADCAST(a[r * a_stride + k]);
            for (int v = 0; v < vectors; v++) sums[r][v] = MULTIPLY_ADD(weight, x[v], sums[r][v]);
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int v = 0; v + 1 < vectors; v++) STORE(c + r * c_stride + v * LANES, sums[r][v]);
        STORE_SOME(c + r * c_stride + (vectors - 1) * LANES, last, sums[r][vectors - 1]);
    }
}

#define PRODUCT_CASE(r) \
    case r: NAME(product_tile)(r, vectors, last, a, a_stride, b, offsets, c, c_stride, inner); break;

TARGET static inline __attribute__((always_inline)) void NAME(product_rows)(
    const int vectors, MASK last, int rows, const float *a, long a_stride, const float *b, const int *offsets,
    float *c, long c_stride, int inner)
{
    for (; rows >= TILE_ROWS; rows -= TILE_ROWS) {
        NAME(product_tile)(TILE_ROWS, vectors, last, a, a_stride, b, offsets, c, c_stride, inner);
        a += TILE_ROWS * a_stride;
        c += TILE_ROWS * c_stride;
    }
    switch (rows) {
        PRODUCT_CASE(1)
        PRODUCT_CASE(2)
        PRODUCT_CASE(3)
#if TILE_ROWS > 4
        PRODUCT_CASE(4)
        PRODUCT_CASE(5)
        PRODUCT_CASE(6)
        PRODUCT_CASE(7)
#endif
        default: break;
    }
}

TARGET static void NAME(product)(
    const float *a, long a_stride, const float *b, const int *offsets, float *c, long c_stride, int rows,
    int columns, int inner)
{
    // Strips of columns outside: their part of b stays in the first-level cache for all rows.
    while (columns > 0) {
        int vectors = (columns + LANES - 1) / LANES;
        // Four vectors are better two and two than three and one.
        if (vectors == 4) vectors = 2;
        if (vectors > 3) vectors = 3;
        int width = columns < vectors * LANES ? columns : vectors * LANES;
        MASK last = MASK_OF(width - (vectors - 1) * LANES);
        switch (vectors) {
            case 1: NAME(product_rows)(1, last, rows, a, a_stride, b, offsets, c, c_stride, inner); break;
            case 2: NAME(product_rows)(2, last, rows, a, a_stride, b, offsets, c, c_stride, inner); break;
            default: NAME(product_rows)(3, last, rows, a, a_stride, b, offsets, c, c_stride, inner); break;
        }
        b += width;
        c += width;
        columns -= width;
    }
}

TARGET static inline __attribute__((always_inline)) void NAME(gradient_tile)(
    const int rows, const int inner, const float *y, long y_sample, long y_stride, const float *b,
    long b_sample, const int *offsets, float *w, long w_stride, int positions, int samples, int adds)
{
    VECTOR sums[4][TILE_INNER];
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < inner; k++) sums[r][k] = ZERO();
    int whole = positions / LANES * LANES;
    MASK rest = MASK_OF(positions - whole);
    for (int s = 0; s < samples; s++) {
        const float *gradient = y + s * y_sample;
        const float *map = b + s * b_sample;
        for (int n = 0; n < whole; n += LANES) {
            VECTOR g[4];
            for (int r = 0; r < rows; r++) g[r] = LOAD(gradient + r * y_stride + n);
            for (int k = 0; k < inner; k++) {
                VECTOR x = LOAD(map + offsets[k] + n);
                for (int r = 0; r < rows; r++) sums[r][k] = MULTIPLY_ADD(g[r], x, sums[r][k]);
            }
        }
        if (whole < positions) {
            VECTOR g[4];
            for (int r = 0; r < rows; r++) g[r] = LOAD_SOME(gradient + r * y_stride + whole, rest);
            for (int k = 0; k < inner; k++) {
                VECTOR x = LOAD_SOME(map + offsets[k] + whole, rest);
                for (int r = 0; r < rows; r++) sums[r][k] = MULTIPLY_ADD(g[r], x, sums[r][k]);
            }
        }
    }
    for (int r = rows; r < 4; r++)
        for (int k = 0; k < inner; k++) sums[r][k] = ZERO();
    for (int k = 0; k < inner; k++) {
        float totals[4];
        _mm_storeu_ps(totals, SUMS_OF_FOUR(sums[0][k], sums[1][k], sums[2][k], sums[3][k]));
        for (int r = 0; r < rows; r++) w[r * w_stride + k] = adds ? w[r * w_stride + k] + totals[r] : totals[r];
    }
}

#define GRADIENT_TILE(r, i) \
    NAME(gradient_tile)(r, i, y, y_sample, y_stride, b, b_sample, offsets + k, w + k, w_stride, positions, samples, adds)

TARGET static inline __attribute__((always_inline)) void NAME(gradient_rows)(
    const int rows, const float *y, long y_sample, long y_stride, const float *b, long b_sample,
    const int *offsets, float *w, long w_stride, int inner, int positions, int samples, int adds)
{
    int k = 0;
    for (; k + TILE_INNER <= inner; k += TILE_INNER) GRADIENT_TILE(rows, TILE_INNER);
    switch (inner - k) {
        case 1: GRADIENT_TILE(rows, 1); break;
        case 2: GRADIENT_TILE(rows, 2); break;
        case 3: GRADIENT_TILE(rows, 3); break;
#if TILE_INNER > 4
        case 4: GRADIENT_TILE(rows, 4); break;
        case 5: GRADIENT_TILE(rows, 5); break;
#endif
        default: break;
    }
}

TARGET static void NAME(weight_gradient)(
    const float *y, long y_sample, long y_stride, const float *b, long b_sample, const int *offsets, float *w,
    long w_stride, int rows, int inner, int positions, int samples, int adds)
{
#define GRADIENT_ROWS(r) \
    NAME(gradient_rows)(r, y, y_sample, y_stride, b, b_sample, offsets, w, w_stride, inner, positions, samples, adds)
    for (; rows >= GRADIENT_TILE_ROWS; rows -= GRADIENT_TILE_ROWS) {
        GRADIENT_ROWS(GRADIENT_TILE_ROWS);
        y += GRADIENT_TILE_ROWS * y_stride;
        w += GRADIENT_TILE_ROWS * w_stride;
    }
    switch (rows) {
        case 1: GRADIENT_ROWS(1); break;
#if GRADIENT_TILE_ROWS > 2
        case 2: GRADIENT_ROWS(2); break;
        case 3: GRADIENT_ROWS(3); break;
#endif
        default: break;
    }
}

TARGET static void NAME(pad)(
    const float *map, int channels, int height, int width, float *padded, int padded_height, int pitch, int top,
    int left)
{
    MASK rest = MASK_OF((width - 1) % LANES + 1);
    memset(padded, 0, sizeof(float) * (long)channels * padded_height * pitch);
    for (int channel = 0; channel < channels; channel++) {
        float *target = padded + ((long)channel * padded_height + top) * pitch + left;
        for (int row = 0; row < height; row++, map += width, target += pitch) {
            int x = 0;
            for (; x + LANES < width; x += LANES) STORE(target + x, LOAD(map + x));
            STORE_SOME(target + x, rest, LOAD_SOME(map + x, rest));
        }
    }
}

TARGET static void NAME(crop)(
    const float *wide, long plane, int pitch, float *map, int channels, int height, int width,
    const float *bias, int clamps)
{
    MASK rest = MASK_OF((width - 1) % LANES + 1);
    VECTOR least = clamps ? ZERO() : BROADCAST(-__builtin_inff());
    for (int channel = 0; channel < channels; channel++) {
        const float *source = wide + channel * plane;
        VECTOR offset = bias ? BROADCAST(bias[channel]) : ZERO();
        for (int row = 0; row < height; row++, map += width, source += pitch) {
            int x = 0;
            // The bound comes first: of NaN and a number, `max` gives the second.
            for (; x + LANES < width; x += LANES) STORE(map + x, MAXIMUM(least, ADD(LOAD(source + x), offset)));
            STORE_SOME(map + x, rest, MAXIMUM(least, ADD(LOAD_SOME(source + x, rest), offset)));
        }
    }
}

#undef PRODUCT_CASE
#undef GRADIENT_TILE
#undef GRADIENT_ROWS
