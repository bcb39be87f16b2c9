// Pooling for one kind of vector.

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

#undef FOR_POOLED
