// Fully connected layers on few samples: every weight is read once, so memory is what takes the time.

/// Outputs that are summed side by side: enough streams for the prefetcher, few enough for the registers.
#define OUTPUTS (TILE_ROWS / 2 > 3 ? 4 : 2)

INLINE void NAME(dense_tile)(
    const int outputs, const int samples, const float *x, long x_sample, const float *weights, int inputs,
    const float *bias, float *y, long y_sample)
{
    VECTOR sums[4][4];
    for (int o = 0; o < outputs; o++)
        for (int s = 0; s < samples; s++) sums[o][s] = ZERO();
    for (int i = 0; i < inputs; i += LANES) {
        const int left = inputs - i;
        const MASK lanes = MASK_OF(left < LANES ? left : LANES);
        VECTOR numbers[4];
        for (int s = 0; s < samples; s++)
            numbers[s] = left < LANES ? LOAD_SOME(x + s * x_sample + i, lanes) : LOAD(x + s * x_sample + i);
        for (int o = 0; o < outputs; o++) {
            const float *row = weights + (long)o * inputs + i;
            const VECTOR weight = left < LANES ? LOAD_SOME(row, lanes) : LOAD(row);
            for (int s = 0; s < samples; s++) sums[o][s] = MULTIPLY_ADD(weight, numbers[s], sums[o][s]);
        }
    }
    for (int o = 0; o < outputs; o++)
        for (int s = 0; s < samples; s++) y[s * y_sample + o] = SUM_OF(sums[o][s]) + (bias ? bias[o] : 0);
}

INLINE void NAME(dense_rows)(
    const int samples, const float *x, long x_sample, const float *weights, int outputs, int inputs,
    const float *bias, float *y, long y_sample)
{
    int o = 0;
    for (; o + OUTPUTS <= outputs; o += OUTPUTS)
        NAME(dense_tile)
        (OUTPUTS, samples, x, x_sample, weights + (long)o * inputs, inputs, bias ? bias + o : 0, y + o, y_sample);
    for (; o < outputs; o++)
        NAME(dense_tile)
        (1, samples, x, x_sample, weights + (long)o * inputs, inputs, bias ? bias + o : 0, y + o, y_sample);
}

void NAME(dense)(
    const float *x, long x_sample, int samples, const float *weights, int outputs, int inputs, const float *bias,
    float *y, long y_sample)
{
    for (int s = 0; s < samples; s += 4) {
        const float *from = x + s * x_sample;
        float *to = y + s * y_sample;
        switch (samples - s) {
            case 1: NAME(dense_rows)(1, from, x_sample, weights, outputs, inputs, bias, to, y_sample); break;
            case 2: NAME(dense_rows)(2, from, x_sample, weights, outputs, inputs, bias, to, y_sample); break;
            case 3: NAME(dense_rows)(3, from, x_sample, weights, outputs, inputs, bias, to, y_sample); break;
            default: NAME(dense_rows)(4, from, x_sample, weights, outputs, inputs, bias, to, y_sample);
        }
    }
}

#undef OUTPUTS
