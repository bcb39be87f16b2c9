// Winograd's minimal filtering F(4×4, 3×3) and F(2×2, 5×5) on maps with the channels of a pixel side by side (Lavin and
// Gray 2016). Both look at 6×6 inputs through the same points 0, ±1, ±2, ∞: the sums of 36 products of matrices take the
// place of the sums over a window. What goes back is the transpose of what goes forward, step by step.
//
// Below, a "one-dimensional" function takes numbers `step` apart and leaves its results there.

/// `Bᵀ d`, six to six.
INLINE void NAME(inward)(VECTOR *d, const int step)
{
    const VECTOR two = BROADCAST(2), four = BROADCAST(4), five = BROADCAST(5);
    const VECTOR d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step], d5 = d[5 * step];
    const VECTOR a = SUBTRACT(d4, MULTIPLY(four, d2)), b = SUBTRACT(d3, MULTIPLY(four, d1));
    const VECTOR c = SUBTRACT(d4, d2), e = MULTIPLY(two, SUBTRACT(d3, d1));
    d[0] = MULTIPLY_ADD(four, d0, SUBTRACT(d4, MULTIPLY(five, d2)));
    d[step] = ADD(a, b);
    d[2 * step] = SUBTRACT(a, b);
    d[3 * step] = ADD(c, e);
    d[4 * step] = SUBTRACT(c, e);
    d[5 * step] = MULTIPLY_ADD(four, d1, SUBTRACT(d5, MULTIPLY(five, d3)));
}

/// `B v`, six to six.
INLINE void NAME(inward_transposed)(VECTOR *v, const int step)
{
    const VECTOR two = BROADCAST(2), four = BROADCAST(4), five = BROADCAST(5);
    const VECTOR v0 = v[0], v5 = v[5 * step];
    const VECTOR p = ADD(v[step], v[2 * step]), q = SUBTRACT(v[step], v[2 * step]);
    const VECTOR r = ADD(v[3 * step], v[4 * step]), s = SUBTRACT(v[3 * step], v[4 * step]);
    v[0] = MULTIPLY(four, v0);
    v[step] = SUBTRACT(MULTIPLY(four, SUBTRACT(v5, q)), MULTIPLY(two, s));
    v[2 * step] = SUBTRACT(ZERO(), MULTIPLY_ADD(five, v0, MULTIPLY_ADD(four, p, r)));
    v[3 * step] = SUBTRACT(MULTIPLY_ADD(two, s, q), MULTIPLY(five, v5));
    v[4 * step] = ADD(v0, ADD(p, r));
}

/// `Aᵀ m`, six to four or two.
INLINE void NAME(outward)(const int size, VECTOR *m, const int step)
{
    const VECTOR two = BROADCAST(2), four = BROADCAST(4), eight = BROADCAST(8);
    const VECTOR p = ADD(m[step], m[2 * step]), q = SUBTRACT(m[step], m[2 * step]);
    const VECTOR r = ADD(m[3 * step], m[4 * step]), s = SUBTRACT(m[3 * step], m[4 * step]);
    m[0] = ADD(m[0], ADD(p, r));
    if (size == 2) {
        m[step] = MULTIPLY_ADD(two, s, ADD(q, m[5 * step]));
        return;
    }
    m[step] = MULTIPLY_ADD(two, s, q);
    m[2 * step] = MULTIPLY_ADD(four, r, p);
    m[3 * step] = MULTIPLY_ADD(eight, s, ADD(q, m[5 * step]));
}

/// `A y`, four or two to six.
INLINE void NAME(outward_transposed)(const int size, VECTOR *y, const int step)
{
    const VECTOR two = BROADCAST(2), four = BROADCAST(4), eight = BROADCAST(8);
    const VECTOR y0 = y[0], y1 = y[step];
    if (size == 2) {
        y[step] = ADD(y0, y1);
        y[2 * step] = SUBTRACT(y0, y1);
        y[3 * step] = MULTIPLY_ADD(two, y1, y0);
        y[4 * step] = SUBTRACT(y0, MULTIPLY(two, y1));
        y[5 * step] = y1;
        return;
    }
    const VECTOR y2 = y[2 * step], y3 = y[3 * step];
    const VECTOR even = ADD(y0, y2), odd = ADD(y1, y3);
    const VECTOR wide = MULTIPLY_ADD(four, y2, y0), far = MULTIPLY_ADD(eight, y3, MULTIPLY(two, y1));
    y[step] = ADD(even, odd);
    y[2 * step] = SUBTRACT(even, odd);
    y[3 * step] = ADD(wide, far);
    y[4 * step] = SUBTRACT(wide, far);
    y[5 * step] = y3;
}

/// `G g`, three or five to six.
INLINE void NAME(weights_inward)(const int taps, VECTOR *g, const int step)
{
    const VECTOR quarter = BROADCAST(1 / 4.f), sixth = BROADCAST(-1 / 6.f), small = BROADCAST(1 / 24.f);
    const VECTOR two = BROADCAST(2), four = BROADCAST(4);
    const VECTOR g0 = g[0], g1 = g[step], g2 = g[2 * step];
    const VECTOR g3 = taps == 5 ? g[3 * step] : ZERO(), g4 = taps == 5 ? g[4 * step] : ZERO();
    const VECTOR even = MULTIPLY(sixth, ADD(ADD(g0, g2), g4)), odd = MULTIPLY(sixth, ADD(g1, g3));
    const VECTOR wide = MULTIPLY(small, MULTIPLY_ADD(four, MULTIPLY_ADD(four, g4, g2), g0));
    const VECTOR far = MULTIPLY(small, MULTIPLY(two, MULTIPLY_ADD(four, g3, g1)));
    g[0] = MULTIPLY(quarter, g0);
    g[step] = ADD(even, odd);
    g[2 * step] = SUBTRACT(even, odd);
    g[3 * step] = ADD(wide, far);
    g[4 * step] = SUBTRACT(wide, far);
    g[5 * step] = taps == 5 ? g4 : g2;
}

/// `Gᵀ u`, six to three or five.
INLINE void NAME(weights_transposed)(const int taps, VECTOR *u, const int step)
{
    const VECTOR quarter = BROADCAST(1 / 4.f), sixth = BROADCAST(-1 / 6.f), small = BROADCAST(1 / 24.f);
    const VECTOR two = BROADCAST(2), four = BROADCAST(4);
    const VECTOR u5 = u[5 * step];
    const VECTOR even = MULTIPLY(sixth, ADD(u[step], u[2 * step]));
    const VECTOR odd = MULTIPLY(sixth, SUBTRACT(u[step], u[2 * step]));
    const VECTOR wide = MULTIPLY(small, ADD(u[3 * step], u[4 * step]));
    const VECTOR far = MULTIPLY(two, MULTIPLY(small, SUBTRACT(u[3 * step], u[4 * step])));
    const VECTOR wider = MULTIPLY(four, wide);
    u[0] = MULTIPLY_ADD(quarter, u[0], ADD(even, wide));
    u[step] = ADD(odd, far);
    u[2 * step] = ADD(even, wider);
    if (taps == 3) {
        u[2 * step] = ADD(u[2 * step], u5);
        return;
    }
    u[3 * step] = MULTIPLY_ADD(four, far, odd);
    u[4 * step] = ADD(MULTIPLY_ADD(four, wider, even), u5);
}

// Two dimensions: a function over the six columns, then over the rows.

#define COLUMNS_AND_ROWS(count, step_count, FUNCTION)                                                          \
    {                                                                                                          \
        for (int j = 0; j < (count); j++) FUNCTION(6, j);                                                      \
        for (int i = 0; i < (step_count); i++) FUNCTION(1, 6 * i);                                             \
    }

/// The tile's place among the inputs, and which of its pixels are there.
struct NAME(window) {
    int row, column, first_row, end_row, first_column, end_column;
};

INLINE struct NAME(window) NAME(window_of)(const struct channels_tiles *t, int tile)
{
    struct NAME(window) w;
    w.row = tile / t->across * t->size - t->top;
    w.column = tile % t->across * t->size - t->left;
    w.first_row = w.row < 0 ? -w.row : 0;
    w.end_row = t->height - w.row < 6 ? t->height - w.row : 6;
    w.first_column = w.column < 0 ? -w.column : 0;
    w.end_column = t->width - w.column < 6 ? t->width - w.column : 6;
    return w;
}

void NAME(winograd_input)(
    const struct channels_tiles *t, const float *x, int first, int count, float *transformed, long plane)
{
    for (int n = 0; n < count; n++) {
        const struct NAME(window) w = NAME(window_of)(t, first + n);
        FOR_LANES(t->channels) {
            const float *source = x + ((long)w.row * t->width + w.column) * t->channels;
            VECTOR d[36];
            for (int i = 0; i < 6; i++)
                for (int j = 0; j < 6; j++) {
                    const int sees = i >= w.first_row && i < w.end_row && j >= w.first_column && j < w.end_column;
                    d[6 * i + j] = sees ? CHANNELS(source + ((long)i * t->width + j) * t->channels) : ZERO();
                }
#define STEP(step, place) NAME(inward)(d + (place), step)
            COLUMNS_AND_ROWS(6, 6, STEP)
#undef STEP
            for (int f = 0; f < 36; f++) STORE_CHANNELS(transformed + f * plane + (long)n * t->channels, d[f]);
        }
    }
}

void NAME(winograd_input_gradient)(
    const struct channels_tiles *t, const float *transformed, long plane, int first, int count, float *dx)
{
    for (int n = 0; n < count; n++) {
        const struct NAME(window) w = NAME(window_of)(t, first + n);
        FOR_LANES(t->channels) {
            VECTOR v[36];
            for (int f = 0; f < 36; f++) v[f] = CHANNELS(transformed + f * plane + (long)n * t->channels);
#define STEP(step, place) NAME(inward_transposed)(v + (place), step)
            COLUMNS_AND_ROWS(6, 6, STEP)
#undef STEP
            float *target = dx + ((long)w.row * t->width + w.column) * t->channels;
            for (int i = w.first_row; i < w.end_row; i++)
                for (int j = w.first_column; j < w.end_column; j++) {
                    float *pixel = target + ((long)i * t->width + j) * t->channels;
                    STORE_CHANNELS(pixel, ADD(CHANNELS(pixel), v[6 * i + j]));
                }
        }
    }
}

INLINE void NAME(output_tiles)(
    const int size, const struct channels_tiles *t, const float *products, long plane, int first, int count,
    const float *bias, const float *addend, int clamps, float *y, int filters)
{
    for (int n = 0; n < count; n++) {
        const int row = (first + n) / t->across * size, column = (first + n) % t->across * size;
        const int rows = t->output_height - row < size ? t->output_height - row : size;
        const int columns = t->output_width - column < size ? t->output_width - column : size;
        FOR_LANES(filters) {
            const VECTOR start = bias ? CHANNELS(bias) : ZERO();
            VECTOR m[36];
            for (int f = 0; f < 36; f++) m[f] = CHANNELS(products + f * plane + (long)n * filters);
#define STEP(step, place) NAME(outward)(size, m + (place), step)
            COLUMNS_AND_ROWS(6, size, STEP)
#undef STEP
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++) {
                    const long place = ((long)(row + i) * t->output_width + column + j) * t->filters;
                    VECTOR sum = ADD(m[6 * i + j], start);
                    if (addend) sum = ADD(sum, CHANNELS(addend + place));
                    STORE_CHANNELS(y + place, clamps ? MAXIMUM(ZERO(), sum) : sum);
                }
        }
    }
}

void NAME(winograd_output)(
    const struct channels_tiles *t, const float *products, long plane, int first, int count, const float *bias,
    const float *addend, int clamps, float *y, int filters)
{
    if (t->size == 4) NAME(output_tiles)(4, t, products, plane, first, count, bias, addend, clamps, y, filters);
    else NAME(output_tiles)(2, t, products, plane, first, count, bias, addend, clamps, y, filters);
}

INLINE void NAME(output_gradient_tiles)(
    const int size, const struct channels_tiles *t, const float *dy, int first, int count, float *transformed,
    long plane)
{
    for (int n = 0; n < count; n++) {
        const int row = (first + n) / t->across * size, column = (first + n) % t->across * size;
        FOR_LANES(t->filters) {
            VECTOR y[36];
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++) {
                    const int sees = row + i < t->output_height && column + j < t->output_width;
                    const long place = ((long)(row + i) * t->output_width + column + j) * t->filters;
                    y[6 * i + j] = sees ? CHANNELS(dy + place) : ZERO();
                }
#define STEP(step, place) NAME(outward_transposed)(size, y + (place), step)
            COLUMNS_AND_ROWS(size, 6, STEP)
#undef STEP
            for (int f = 0; f < 36; f++) STORE_CHANNELS(transformed + f * plane + (long)n * t->filters, y[f]);
        }
    }
}

void NAME(winograd_output_gradient)(
    const struct channels_tiles *t, const float *dy, int first, int count, float *transformed, long plane)
{
    if (t->size == 4) NAME(output_gradient_tiles)(4, t, dy, first, count, transformed, plane);
    else NAME(output_gradient_tiles)(2, t, dy, first, count, transformed, plane);
}

INLINE void NAME(weight_gradient_taps)(
    const int taps, const float *transformed, long plane, int channels, int filters, float *w)
{
    for (int channel = 0; channel < channels; channel++)
        FOR_LANES(filters) {
            VECTOR u[36];
            for (int f = 0; f < 36; f++) u[f] = CHANNELS(transformed + f * plane + (long)channel * filters);
#define STEP(step, place) NAME(weights_transposed)(taps, u + (place), step)
            COLUMNS_AND_ROWS(6, taps, STEP)
#undef STEP
            for (int i = 0; i < taps; i++)
                for (int j = 0; j < taps; j++) {
                    float *target = w + ((long)(i * taps + j) * channels + channel) * filters;
                    STORE_CHANNELS(target, u[6 * i + j]);
                }
        }
}

void NAME(winograd_weight_gradient)(
    const struct channels_tiles *t, const float *transformed, long plane, float *w)
{
    if (t->size == 4) NAME(weight_gradient_taps)(3, transformed, plane, t->channels, t->filters, w);
    else NAME(weight_gradient_taps)(5, transformed, plane, t->channels, t->filters, w);
}

INLINE void NAME(pack_taps)(
    const int taps, const float *weights, long lane_stride, long row_stride, const float *factors, int rows, int lanes,
    float *packed, long plane, int width)
{
    for (int row = 0; row < rows; row++)
        for (int first = 0; first < width; first += LANES) {
            float numbers[25][LANES];
            for (int lane = 0; lane < LANES; lane++) {
                const int exists = first + lane < lanes;
                const float *source = weights + (first + lane) * lane_stride + row * row_stride;
                const float factor = exists && factors ? factors[first + lane] : 1;
                for (int tap = 0; tap < taps * taps; tap++) numbers[tap][lane] = exists ? factor * source[tap] : 0;
            }
            VECTOR g[36];
            for (int i = 0; i < taps; i++)
                for (int j = 0; j < taps; j++) g[6 * i + j] = LOAD(numbers[i * taps + j]);
#define STEP(step, place) NAME(weights_inward)(taps, g + (place), step)
            COLUMNS_AND_ROWS(taps, 6, STEP)
#undef STEP
            const MASK lanes_of_block = MASK_OF(width - first < LANES ? width - first : LANES);
            for (int f = 0; f < 36; f++)
                STORE_SOME(packed + f * plane + (long)row * width + first, lanes_of_block, g[f]);
        }
}

void NAME(winograd_pack)(
    int taps, const float *weights, long lane_stride, long row_stride, const float *factors, int rows, int lanes,
    float *packed, long plane)
{
    while (lanes > 0) {
        const int width = block_width(lanes, LANES);
        if (taps == 3) NAME(pack_taps)(3, weights, lane_stride, row_stride, factors, rows, lanes, packed, plane, width);
        else NAME(pack_taps)(5, weights, lane_stride, row_stride, factors, rows, lanes, packed, plane, width);
        packed += (long)rows * width;
        weights += width * lane_stride;
        if (factors) factors += width;
        lanes -= width;
    }
}

#undef COLUMNS_AND_ROWS
