// Batch normalisation for one kind of vector, a vector of channels at a time.

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

#undef PIXELS_TOGETHER
#undef SUM_OVER_PIXELS
