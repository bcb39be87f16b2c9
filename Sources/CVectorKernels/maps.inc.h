// What happens to maps between convolutions, for one instruction set: batch normalisation and pooling, a vector of
// channels at a time.

/// Pixels whose sums are kept apart: long sums of Float lose digits.
#define PIXELS_TOGETHER 256

INLINE VECTOR NAME(sum_of_four)(const VECTOR *parts)
{
    return ADD(ADD(parts[0], parts[1]), ADD(parts[2], parts[3]));
}

/// Runs `term(p)`, which adds to `parts[4]` and `others[4]` at index `j`, over all pixels; then adds up.
#define SUM_OVER_PIXELS(TERM)                                                                                  \
    VECTOR total = ZERO(), other_total = ZERO();                                                               \
    for (long start = 0; start < pixels; start += PIXELS_TOGETHER) {                                           \
        long end = start + PIXELS_TOGETHER < pixels ? start + PIXELS_TOGETHER : pixels;                        \
        VECTOR parts[4] = {ZERO(), ZERO(), ZERO(), ZERO()}, others[4] = {ZERO(), ZERO(), ZERO(), ZERO()};      \
        long p = start;                                                                                        \
        for (; p + 4 <= end; p += 4)                                                                           \
            for (int j = 0; j < 4; j++) { TERM((p + j) * channels, j) }                                        \
        for (; p < end; p++) { TERM(p * channels, 0) }                                                         \
        total = ADD(total, NAME(sum_of_four)(parts));                                                          \
        other_total = ADD(other_total, NAME(sum_of_four)(others));                                             \
    }

void NAME(sums)(const float *x, long pixels, int channels, float *sums)
{
    FOR_LANES(channels) {
#define TERM(place, j) parts[j] = ADD(parts[j], CHANNELS(x + place));
        SUM_OVER_PIXELS(TERM)
#undef TERM
        (void)other_total;
        STORE_CHANNELS(sums, ADD(CHANNELS(sums), total));
    }
}

void NAME(squares)(const float *x, long pixels, int channels, const float *means, float *squares)
{
    FOR_LANES(channels) {
        VECTOR mean = CHANNELS(means);
#define TERM(place, j)                                                                                         \
    VECTOR deviation = SUBTRACT(CHANNELS(x + place), mean);                                                    \
    parts[j] = MULTIPLY_ADD(deviation, deviation, parts[j]);
        SUM_OVER_PIXELS(TERM)
#undef TERM
        (void)other_total;
        STORE_CHANNELS(squares, ADD(CHANNELS(squares), total));
    }
}

void NAME(affine)(
    const float *x, float *y, long pixels, int channels, const float *scale, const float *offset, int clamps)
{
    VECTOR least = clamps ? ZERO() : BROADCAST(-__builtin_inff());
    FOR_LANES(channels) {
        VECTOR a = CHANNELS(scale), b = CHANNELS(offset);
        for (long p = 0; p < pixels; p++)
            STORE_CHANNELS(y + p * channels, MAXIMUM(least, MULTIPLY_ADD(a, CHANNELS(x + p * channels), b)));
    }
}

void NAME(gradient_sums)(
    const float *dy, const float *x, long pixels, int channels, const float *means, float *sums, float *products)
{
    FOR_LANES(channels) {
        VECTOR mean = CHANNELS(means);
#define TERM(place, j)                                                                                         \
    VECTOR gradient = CHANNELS(dy + place);                                                                    \
    parts[j] = ADD(parts[j], gradient);                                                                        \
    others[j] = MULTIPLY_ADD(gradient, SUBTRACT(CHANNELS(x + place), mean), others[j]);
        SUM_OVER_PIXELS(TERM)
#undef TERM
        STORE_CHANNELS(sums, ADD(CHANNELS(sums), total));
        STORE_CHANNELS(products, ADD(CHANNELS(products), other_total));
    }
}

void NAME(clamped_gradient_sums)(
    float *dy, const float *y, long pixels, int channels, float *sums, float *products)
{
    FOR_LANES(channels) {
#define TERM(place, j)                                                                                         \
    VECTOR output = CHANNELS(y + place);                                                                       \
    VECTOR gradient = SELECT(GREATER(output, ZERO()), CHANNELS(dy + place), ZERO());                           \
    STORE_CHANNELS(dy + place, gradient);                                                                      \
    parts[j] = ADD(parts[j], gradient);                                                                        \
    others[j] = MULTIPLY_ADD(gradient, output, others[j]);
        SUM_OVER_PIXELS(TERM)
#undef TERM
        STORE_CHANNELS(sums, ADD(CHANNELS(sums), total));
        STORE_CHANNELS(products, ADD(CHANNELS(products), other_total));
    }
}

void NAME(affine_gradient)(
    const float *dy, const float *x, float *dx, long pixels, int channels, const float *s, const float *p,
    const float *q)
{
    FOR_LANES(channels) {
        VECTOR a = CHANNELS(s), b = CHANNELS(p), d = CHANNELS(q);
        for (long place = 0; place < pixels * channels; place += channels) {
            VECTOR rest = MULTIPLY_ADD(b, CHANNELS(x + place), d);
            STORE_CHANNELS(dx + place, MULTIPLY_ADD(a, CHANNELS(dy + place), rest));
        }
    }
}

// MARK: Batch normalisation with windows that tile the map

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

// MARK: Pooling

/// The part of each window that lies in the map.
#define FOR_POOLED(w)                                                                                          \
    for (int row = 0; row < (w)->output_height; row++)                                                         \
        for (int column = 0; column < (w)->output_width; column++)

/// Whether no pixel lies in two windows and every pixel in one: then each gradient is written once.
static inline int NAME(tile)(const struct channels_windows *w)
{
    return w->rows == w->row_stride && w->columns == w->column_stride && w->row_dilation == 1
        && w->column_dilation == 1 && w->top == 0 && w->left == 0 && w->output_height * w->rows == w->height
        && w->output_width * w->columns == w->width;
}

/// Windows that tile the map, their size known to the compiler.
INLINE void NAME(max_tiles)(
    const int rows, const int columns, const struct channels_windows *w, const float *x, float *y, float *winners)
{
    const int channels = w->channels;
    const long line = (long)w->width * channels;
    FOR_LANES(channels) {
        long output = 0;
        for (int row = 0; row < w->output_height; row++)
            for (int column = 0; column < w->output_width; column++, output += channels) {
                const float *window = x + row * rows * line + (long)column * columns * channels;
                VECTOR best = CHANNELS(window), place = ZERO();
                for (int k = 1; k < rows * columns; k++) {
                    VECTOR number = CHANNELS(window + k / columns * line + k % columns * channels);
                    CHOICE wins = GREATER_OR_NAN(number, best);
                    best = SELECT(wins, number, best);
                    place = SELECT(wins, BROADCAST(k), place);
                }
                STORE_CHANNELS(y + output, best);
                if (winners) STORE_CHANNELS(winners + output, place);
            }
    }
}

INLINE void NAME(max_tiles_gradient)(
    const int rows, const int columns, const struct channels_windows *w, const float *dy, const float *winners,
    float *dx)
{
    const int channels = w->channels;
    const long line = (long)w->width * channels;
    FOR_LANES(channels) {
        long output = 0;
        for (int row = 0; row < w->output_height; row++)
            for (int column = 0; column < w->output_width; column++, output += channels) {
                float *window = dx + row * rows * line + (long)column * columns * channels;
                VECTOR gradient = CHANNELS(dy + output), place = CHANNELS(winners + output);
                for (int k = 0; k < rows * columns; k++)
                    STORE_CHANNELS(
                        window + k / columns * line + k % columns * channels,
                        SELECT(EQUAL(place, BROADCAST(k)), gradient, ZERO()));
            }
    }
}

void NAME(max_pool)(const struct channels_windows *w, const float *x, float *y, float *winners)
{
    if (NAME(tile)(w) && w->columns == 2 && w->rows == 2) return NAME(max_tiles)(2, 2, w, x, y, winners);
    if (NAME(tile)(w) && w->columns == 2 && w->rows == 1) return NAME(max_tiles)(1, 2, w, x, y, winners);
    FOR_POOLED(w) {
        const struct reach reach = reach_of(w, row, column);
        const long output = (long)(row * w->output_width + column) * w->channels;
        FOR_LANES(w->channels) {
            VECTOR best = BROADCAST(-__builtin_inff());
            VECTOR place = BROADCAST(reach.first_row * w->columns + reach.first_column);
            for (int i = reach.first_row; i < reach.end_row; i++)
                for (int j = reach.first_column; j < reach.end_column; j++) {
                    VECTOR number = CHANNELS(x + place_of(w, row, column, i, j));
                    // A NaN wins and stays, so that it is seen at the output.
                    CHOICE wins = GREATER_OR_NAN(number, best);
                    best = SELECT(wins, number, best);
                    place = SELECT(wins, BROADCAST(i * w->columns + j), place);
                }
            STORE_CHANNELS(y + output, best);
            if (winners) STORE_CHANNELS(winners + output, place);
        }
    }
}

void NAME(max_pool_gradient)(
    const struct channels_windows *w, const float *dy, const float *winners, float *dx)
{
    const int tiles = NAME(tile)(w);
    if (tiles && w->columns == 2 && w->rows == 2) return NAME(max_tiles_gradient)(2, 2, w, dy, winners, dx);
    if (tiles && w->columns == 2 && w->rows == 1) return NAME(max_tiles_gradient)(1, 2, w, dy, winners, dx);
    if (!tiles) memset(dx, 0, sizeof(float) * w->height * w->width * w->channels);
    FOR_POOLED(w) {
        const struct reach reach = reach_of(w, row, column);
        const long output = (long)(row * w->output_width + column) * w->channels;
        FOR_LANES(w->channels) {
            VECTOR gradient = CHANNELS(dy + output), place = CHANNELS(winners + output);
            for (int i = reach.first_row; i < reach.end_row; i++)
                for (int j = reach.first_column; j < reach.end_column; j++) {
                    float *target = dx + place_of(w, row, column, i, j);
                    VECTOR share = SELECT(EQUAL(place, BROADCAST(i * w->columns + j)), gradient, ZERO());
                    STORE_CHANNELS(target, tiles ? share : ADD(CHANNELS(target), share));
                }
        }
    }
}

void NAME(average_pool)(const struct channels_windows *w, const float *x, float *y)
{
    FOR_POOLED(w) {
        const struct reach reach = reach_of(w, row, column);
        VECTOR divisor = BROADCAST(divisor_of(w, row, column, reach));
        FOR_LANES(w->channels) {
            VECTOR sum = ZERO();
            for (int i = reach.first_row; i < reach.end_row; i++)
                for (int j = reach.first_column; j < reach.end_column; j++)
                    sum = ADD(sum, CHANNELS(x + place_of(w, row, column, i, j)));
            STORE_CHANNELS(y + (long)(row * w->output_width + column) * w->channels, DIVIDE(sum, divisor));
        }
    }
}

void NAME(average_pool_gradient)(const struct channels_windows *w, const float *dy, float *dx)
{
    memset(dx, 0, sizeof(float) * w->height * w->width * w->channels);
    FOR_POOLED(w) {
        const struct reach reach = reach_of(w, row, column);
        VECTOR divisor = BROADCAST(divisor_of(w, row, column, reach));
        FOR_LANES(w->channels) {
            VECTOR share =
                DIVIDE(CHANNELS(dy + (long)(row * w->output_width + column) * w->channels), divisor);
            for (int i = reach.first_row; i < reach.end_row; i++)
                for (int j = reach.first_column; j < reach.end_column; j++) {
                    float *target = dx + place_of(w, row, column, i, j);
                    STORE_CHANNELS(target, ADD(CHANNELS(target), share));
                }
        }
    }
}

// MARK: Cross-channel normalisation

/// `d^(−quarters / 4)`.
INLINE VECTOR NAME(inverse_power)(VECTOR d, int quarters)
{
    VECTOR root = SQUARE_ROOT(d);
    VECTOR power = quarters == 4 ? d : quarters == 3 ? MULTIPLY(root, SQUARE_ROOT(root)) : root;
    return DIVIDE(BROADCAST(1), power);
}

/// Σ of `size` neighbouring terms, the first of them for channel `c` at `terms[c]`.
INLINE VECTOR NAME(window_sum)(const float *terms, int size)
{
    VECTOR sum = LOAD(terms);
    for (int i = 1; i < size; i++) sum = ADD(sum, LOAD(terms + i));
    return sum;
}

void NAME(cross_normalize)(
    const struct channels_neighbourhood *n, const float *x, float *y, float *denominators, long pixels)
{
    const int channels = n->channels;
    float terms[CHANNELS_LARGEST_NEIGHBOURHOOD] = {0};
    for (long place = 0; place < pixels * channels; place += channels) {
        FOR_LANES(channels) {
            VECTOR number = CHANNELS(x + place);
            STORE_SOME(terms + (n->size - 1) / 2 + c, lanes, MULTIPLY(number, number));
        }
        FOR_LANES(channels) {
            VECTOR d = MULTIPLY_ADD(BROADCAST(n->share), NAME(window_sum)(terms + c, n->size), BROADCAST(n->k));
            STORE_CHANNELS(denominators + place, d);
            STORE_CHANNELS(y + place, MULTIPLY(CHANNELS(x + place), NAME(inverse_power)(d, n->quarters)));
        }
    }
}

void NAME(cross_normalize_gradient)(
    const struct channels_neighbourhood *n, const float *x, const float *y, const float *denominators,
    const float *dy, float *dx, long pixels)
{
    const int channels = n->channels;
    float terms[CHANNELS_LARGEST_NEIGHBOURHOOD] = {0};
    const VECTOR factor = BROADCAST(-n->share * n->quarters / 2);
    for (long place = 0; place < pixels * channels; place += channels) {
        FOR_LANES(channels) {
            VECTOR term = MULTIPLY(CHANNELS(dy + place), CHANNELS(y + place));
            // Lanes without a channel are not stored, whatever comes of 0 / 0 there.
            STORE_SOME(terms + n->size / 2 + c, lanes, DIVIDE(term, CHANNELS(denominators + place)));
        }
        FOR_LANES(channels) {
            VECTOR through = MULTIPLY(factor, MULTIPLY(CHANNELS(x + place), NAME(window_sum)(terms + c, n->size)));
            VECTOR power = NAME(inverse_power)(CHANNELS(denominators + place), n->quarters);
            STORE_CHANNELS(dx + place, MULTIPLY_ADD(CHANNELS(dy + place), power, through));
        }
    }
}

#undef PIXELS_TOGETHER
#undef SUM_OVER_PIXELS
#undef FOR_WINDOWS
#undef WITH_WINDOW_SIZE
#undef FOR_POOLED
