// Cross-channel (local response) normalisation for one kind of vector.

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
