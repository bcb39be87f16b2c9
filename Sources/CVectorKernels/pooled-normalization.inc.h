// Batch normalisation, ReLU and max-pooling in one pass, over windows that tile the map.

/// Each window of a tiling in turn: `window` at its first pixel, `place` of its output.
#define FOR_WINDOWS(tiling)                                                                                    \
    for (int row = 0, place = 0; row < (tiling)->height / rows; row++)                                         \
        for (long window = row * rows * line, end = window + (tiling)->width / columns * columns * channels;   \
             window < end; window += columns * channels, place += channels)

/// Which of the window's numbers is the first largest, by `scale · x + offset`, and that `x`.
INLINE VECTOR NAME(winner)(
    const int rows, const int columns, long line, int channels, const float *window, int c, MASK lanes, VECTOR a,
    VECTOR b, VECTOR *x)
{
    *x = CHANNELS(window);
    VECTOR best = MULTIPLY_ADD(a, *x, b), place = ZERO();
    for (int k = 1; k < rows * columns; k++) {
        VECTOR number = CHANNELS(window + k / columns * line + k % columns * channels);
        VECTOR value = MULTIPLY_ADD(a, number, b);
        CHOICE wins = GREATER(value, best);
        best = SELECT(wins, value, best);
        place = SELECT(wins, BROADCAST(k), place);
        *x = SELECT(wins, number, *x);
    }
    return place;
}

INLINE void NAME(pool_windows)(
    const int rows, const int columns, const struct channels_tiling *tiling, const float *x, float *y,
    const float *scale, const float *offset)
{
    const int channels = tiling->channels;
    const long line = (long)tiling->width * channels;
    FOR_LANES(channels) {
        VECTOR a = CHANNELS(scale), b = CHANNELS(offset);
        FOR_WINDOWS(tiling) {
            VECTOR best = ZERO();
            for (int k = 0; k < rows * columns; k++) {
                VECTOR number = CHANNELS(x + window + k / columns * line + k % columns * channels);
                best = MAXIMUM(best, MULTIPLY_ADD(a, number, b));
            }
            STORE_CHANNELS(y + place, best);
        }
    }
}

INLINE void NAME(sum_windows)(
    const int rows, const int columns, const struct channels_tiling *tiling, float *dy, const float *x,
    const float *y, const float *scale, const float *offset, const float *means, float *sums, float *products)
{
    const int channels = tiling->channels;
    const long line = (long)tiling->width * channels;
    FOR_LANES(channels) {
        VECTOR a = CHANNELS(scale), b = CHANNELS(offset), mean = CHANNELS(means);
        VECTOR sum = CHANNELS(sums), product = CHANNELS(products), number;
        FOR_WINDOWS(tiling) {
            NAME(winner)(rows, columns, line, channels, x + window, c, lanes, a, b, &number);
            VECTOR gradient = SELECT(GREATER(CHANNELS(y + place), ZERO()), CHANNELS(dy + place), ZERO());
            STORE_CHANNELS(dy + place, gradient);
            sum = ADD(sum, gradient);
            product = MULTIPLY_ADD(gradient, SUBTRACT(number, mean), product);
        }
        STORE_CHANNELS(sums, sum);
        STORE_CHANNELS(products, product);
    }
}

INLINE void NAME(unpool_windows)(
    const int rows, const int columns, const struct channels_tiling *tiling, const float *dy, const float *x,
    float *dx, const float *scale, const float *offset, const float *p, const float *q)
{
    const int channels = tiling->channels;
    const long line = (long)tiling->width * channels;
    FOR_LANES(channels) {
        VECTOR a = CHANNELS(scale), b = CHANNELS(offset), s = CHANNELS(p), t = CHANNELS(q), number;
        FOR_WINDOWS(tiling) {
            VECTOR winner = NAME(winner)(rows, columns, line, channels, x + window, c, lanes, a, b, &number);
            VECTOR share = MULTIPLY(a, CHANNELS(dy + place));
            for (int k = 0; k < rows * columns; k++) {
                const long pixel = window + k / columns * line + k % columns * channels;
                VECTOR rest = MULTIPLY_ADD(s, CHANNELS(x + pixel), t);
                CHOICE wins = EQUAL(winner, BROADCAST(k));
                STORE_CHANNELS(dx + pixel, SELECT(wins, ADD(rest, share), rest));
            }
        }
        // Columns and rows that belong to no window.
        for (int row = 0; row < tiling->height; row++) {
            const int covered = row < tiling->height / rows * rows ? tiling->width / columns * columns : 0;
            for (long pixel = row * line + (long)covered * channels; pixel < (row + 1) * line; pixel += channels)
                STORE_CHANNELS(dx + pixel, MULTIPLY_ADD(s, CHANNELS(x + pixel), t));
        }
    }
}

/// Windows of 2×2, the usual ones, with their size known to the compiler.
#define WITH_WINDOW_SIZE(function, ...)                                                                        \
    if (tiling->rows == 2 && tiling->columns == 2) NAME(function)(2, 2, tiling, __VA_ARGS__);                  \
    else NAME(function)(tiling->rows, tiling->columns, tiling, __VA_ARGS__)

void NAME(affine_pool)(
    const struct channels_tiling *tiling, const float *x, float *y, const float *scale, const float *offset)
{
    WITH_WINDOW_SIZE(pool_windows, x, y, scale, offset);
}

void NAME(pooled_gradient_sums)(
    const struct channels_tiling *tiling, float *dy, const float *x, const float *y, const float *scale,
    const float *offset, const float *means, float *sums, float *products)
{
    WITH_WINDOW_SIZE(sum_windows, dy, x, y, scale, offset, means, sums, products);
}

void NAME(affine_pool_gradient)(
    const struct channels_tiling *tiling, const float *dy, const float *x, float *dx, const float *scale,
    const float *offset, const float *p, const float *q)
{
    WITH_WINDOW_SIZE(unpool_windows, dy, x, dx, scale, offset, p, q);
}

#undef FOR_WINDOWS
#undef WITH_WINDOW_SIZE
