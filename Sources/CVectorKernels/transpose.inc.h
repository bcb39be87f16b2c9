// Maps turned from planes to channels last and back, with vectors of eight of one instruction set.

/// Eight vectors of eight turned into their columns.
INLINE void NAME(turn)(VECTOR *x)
{
    VECTOR pairs[8], fours[8];
    for (int i = 0; i < 8; i += 2) {
        pairs[i] = _mm256_unpacklo_ps(x[i], x[i + 1]);
        pairs[i + 1] = _mm256_unpackhi_ps(x[i], x[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            fours[i + 2 * j] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], 0x44);
            fours[i + 2 * j + 1] = _mm256_shuffle_ps(pairs[i + j], pairs[i + j + 2], 0xee);
        }
    for (int i = 0; i < 4; i++) {
        x[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
        x[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
    }
}

INLINE void NAME(transpose_block)(
    const int height, const int width, const float *source, long columns, float *target, long rows, int adds)
{
    const MASK across = MASK_OF(width), down = MASK_OF(height);
    VECTOR x[8];
    for (int i = 0; i < 8; i++) {
        if (i >= height) x[i] = ZERO();
        else x[i] = width == 8 ? LOAD(source + i * columns) : LOAD_SOME(source + i * columns, across);
    }
    NAME(turn)(x);
    for (int j = 0; j < 8; j++) {
        if (j >= width) break;
        float *place = target + j * rows;
        if (height == 8) STORE(place, adds ? ADD(x[j], LOAD(place)) : x[j]);
        else STORE_SOME(place, down, adds ? ADD(x[j], LOAD_SOME(place, down)) : x[j]);
    }
}

void NAME(transpose)(const float *source, int rows, int columns, float *target, int adds)
{
    for (int row = 0; row < rows; row += 8) {
        const int height = rows - row < 8 ? rows - row : 8;
        const float *from = source + (long)row * columns;
        float *to = target + row;
        int column = 0;
        if (height == 8) {
            for (; column + 8 <= columns; column += 8)
                NAME(transpose_block)(8, 8, from + column, columns, to + (long)column * rows, rows, adds);
            if (columns - column == 1) {
                // One pixel left over, as of maps of odd size.
                for (int i = 0; i < 8; i++) {
                    float *place = to + (long)column * rows + i;
                    *place = from[(long)i * columns + column] + (adds ? *place : 0);
                }
                continue;
            }
        }
        for (; column < columns; column += 8) {
            const int width = columns - column < 8 ? columns - column : 8;
            NAME(transpose_block)(height, width, from + column, columns, to + (long)column * rows, rows, adds);
        }
    }
}
