// Which instruction set the kernels use on this machine.
#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static int level;

int vector_kernels_level(void) { return level; }

#if defined(__x86_64__)

__attribute__((constructor)) static void choose_level(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        level = 2;
    else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        level = 1;
    // For tests and measurements: no better ones than these.
    const char *wanted = getenv("CNNTOP_VECTORS");
    if (!wanted) return;
    if (strcmp(wanted, "none") == 0) level = 0;
    if (strcmp(wanted, "avx2") == 0 && level > 1) level = 1;
}

#define DISPATCH(name, ...)                                                                                    \
    {                                                                                                          \
        if (level == 2)                                                                                        \
            name##_avx512(__VA_ARGS__);                                                                        \
        else                                                                                                   \
            name##_avx2(__VA_ARGS__);                                                                          \
    }
#define DISPATCH_HALF(name, ...)                                                                               \
    {                                                                                                          \
        if (level == 2)                                                                                        \
            name##_avx512half(__VA_ARGS__);                                                                    \
        else                                                                                                   \
            name##_avx2(__VA_ARGS__);                                                                          \
    }
/// Few channels leave half of a long vector empty.
#define DISPATCH_CHANNELS(name, channels, ...)                                                                 \
    {                                                                                                          \
        if ((channels) > 8)                                                                                    \
            DISPATCH(name, __VA_ARGS__)                                                                        \
        else                                                                                                   \
            DISPATCH_HALF(name, __VA_ARGS__)                                                                   \
    }

#else

#define DISPATCH(name, ...) { __builtin_trap(); }
#define DISPATCH_HALF(name, ...) { __builtin_trap(); }
#define DISPATCH_CHANNELS(name, channels, ...) { __builtin_trap(); }

#endif

long channels_packed_count(int lanes, long rows)
{
    long count = 0;
    while (lanes > 0) {
        const int width = block_width(lanes, level == 2 ? 16 : 8);
        count += width * rows;
        lanes -= width;
    }
    return count;
}

void channels_pack(
    const float *weights, const float *factors, long lane_stride, long row_stride, const int *taps, int tap_count, int rows, int lanes,
    float *packed)
{
    for (int first = 0; first < lanes;) {
        const int width = block_width(lanes - first, level == 2 ? 16 : 8);
        const int used = lanes - first < width ? lanes - first : width;
        for (int tap = 0; tap < tap_count; tap++)
            for (int row = 0; row < rows; row++) {
                const float *source = weights + first * lane_stride + row * row_stride + taps[tap];
                for (int lane = 0; lane < used; lane++)
                    packed[lane] = source[lane * lane_stride] * (factors ? factors[first + lane] : 1);
                for (int lane = used; lane < width; lane++) packed[lane] = 0;
                packed += width;
            }
        first += width;
    }
}

void channels_pack_lanes(
    const float *weights, const int *lane_offsets, long row_stride, int rows, int lanes, float *packed)
{
    for (int first = 0; first < lanes;) {
        const int width = block_width(lanes - first, level == 2 ? 16 : 8);
        const int used = lanes - first < width ? lanes - first : width;
        for (int row = 0; row < rows; row++) {
            for (int lane = 0; lane < used; lane++) packed[lane] = weights[lane_offsets[first + lane] + row * row_stride];
            for (int lane = used; lane < width; lane++) packed[lane] = 0;
            packed += width;
        }
        first += width;
    }
}

void channels_convolve(
    const float *x, long x_pixel, long x_line, const int *offsets, int outer, const int *ranges, int inner,
    const float *packed, const float *bias, const float *addend, int clamps, float *y, long y_pixel, long y_line,
    int height, int width, int lanes)
    DISPATCH(
        convolve, x, x_pixel, x_line, offsets, outer, ranges, inner, packed, bias, addend, clamps, y, y_pixel, y_line,
        height, width, lanes)

void channels_winograd_pack(
    int taps, const float *weights, long lane_stride, long row_stride, const float *factors, int rows, int lanes,
    float *packed, long plane)
    DISPATCH(winograd_pack, taps, weights, lane_stride, row_stride, factors, rows, lanes, packed, plane)

void channels_winograd_input(
    const struct channels_tiles *tiles, const float *x, int first, int count, float *transformed, long plane)
    DISPATCH(winograd_input, tiles, x, first, count, transformed, plane)

void channels_winograd_output(
    const struct channels_tiles *tiles, const float *products, long plane, int first, int count, const float *bias,
    const float *addend, int clamps, float *y, int filters)
    DISPATCH(winograd_output, tiles, products, plane, first, count, bias, addend, clamps, y, filters)

void channels_winograd_output_gradient(
    const struct channels_tiles *tiles, const float *dy, int first, int count, float *transformed, long plane)
    DISPATCH(winograd_output_gradient, tiles, dy, first, count, transformed, plane)

void channels_winograd_input_gradient(
    const struct channels_tiles *tiles, const float *transformed, long plane, int first, int count, float *dx)
    DISPATCH(winograd_input_gradient, tiles, transformed, plane, first, count, dx)

void channels_winograd_weight_gradient(
    const struct channels_tiles *tiles, const float *transformed, long plane, float *w)
    DISPATCH(winograd_weight_gradient, tiles, transformed, plane, w)

void channels_weight_gradient(
    const float *x, long x_sample, const int *offsets, int outer, int inner, const int *lines, int first_line,
    int end_line, const int *ranges, long x_pixel, int width, const float *y, long y_sample, long y_pixel,
    int samples, float *w, long w_row, int lanes, int adds)
    DISPATCH(
        weight_gradient, x, x_sample, offsets, outer, inner, lines, first_line, end_line, ranges, x_pixel, width, y,
        y_sample, y_pixel, samples, w, w_row, lanes, adds)

float vector_multiply_adds(long rounds)
{
#if defined(__x86_64__)
    return level == 2 ? multiply_adds_avx512(rounds) : multiply_adds_avx2(rounds);
#else
    return (float)rounds;
#endif
}

long vector_multiply_adds_per_round(void) { return 12 * (level == 2 ? 16 : 8); }

void dense_products(
    const float *x, long x_sample, int samples, const float *weights, int outputs, int inputs, const float *bias,
    float *y, long y_sample)
    DISPATCH(dense, x, x_sample, samples, weights, outputs, inputs, bias, y, y_sample)

void channels_roll(
    const float *windows, int count, int rows, int columns, int channels, int stride, int left, int first_row,
    int end_row, float *map, int width)
    DISPATCH(roll, windows, count, rows, columns, channels, stride, left, first_row, end_row, map, width)

void channels_transpose(const float *source, int rows, int columns, float *target, int adds)
    DISPATCH_HALF(transpose, source, rows, columns, target, adds)

void channels_sums(const float *x, long pixels, int channels, float *sums)
    DISPATCH_CHANNELS(sums, channels, x, pixels, channels, sums)

void channels_squares(const float *x, long pixels, int channels, const float *means, float *squares)
    DISPATCH_CHANNELS(squares, channels, x, pixels, channels, means, squares)

void channels_affine(
    const float *x, float *y, long pixels, int channels, const float *scale, const float *offset, int clamps)
    DISPATCH_CHANNELS(affine, channels, x, y, pixels, channels, scale, offset, clamps)

void channels_gradient_sums(
    const float *dy, const float *x, long pixels, int channels, const float *means, float *sums, float *products)
    DISPATCH_CHANNELS(gradient_sums, channels, dy, x, pixels, channels, means, sums, products)

void channels_clamped_gradient_sums(
    float *dy, const float *y, long pixels, int channels, float *sums, float *products)
    DISPATCH_CHANNELS(clamped_gradient_sums, channels, dy, y, pixels, channels, sums, products)

void channels_affine_gradient(
    const float *dy, const float *x, float *dx, long pixels, int channels, const float *s, const float *p,
    const float *q)
    DISPATCH_CHANNELS(affine_gradient, channels, dy, x, dx, pixels, channels, s, p, q)

void channels_affine_pool(
    const struct channels_tiling *tiling, const float *x, float *y, const float *scale, const float *offset)
    DISPATCH_CHANNELS(affine_pool, tiling->channels, tiling, x, y, scale, offset)

void channels_pooled_gradient_sums(
    const struct channels_tiling *tiling, float *dy, const float *x, const float *y, const float *scale,
    const float *offset, const float *means, float *sums, float *products)
    DISPATCH_CHANNELS(pooled_gradient_sums, tiling->channels, tiling, dy, x, y, scale, offset, means, sums, products)

void channels_affine_pool_gradient(
    const struct channels_tiling *tiling, const float *dy, const float *x, float *dx, const float *scale,
    const float *offset, const float *p, const float *q)
    DISPATCH_CHANNELS(affine_pool_gradient, tiling->channels, tiling, dy, x, dx, scale, offset, p, q)

void channels_max_pool(const struct channels_windows *windows, const float *x, float *y, float *winners)
    DISPATCH_CHANNELS(max_pool, windows->channels, windows, x, y, winners)

void channels_max_pool_gradient(
    const struct channels_windows *windows, const float *dy, const float *winners, float *dx)
    DISPATCH_CHANNELS(max_pool_gradient, windows->channels, windows, dy, winners, dx)

void channels_average_pool(const struct channels_windows *windows, const float *x, float *y)
    DISPATCH_CHANNELS(average_pool, windows->channels, windows, x, y)

void channels_average_pool_gradient(const struct channels_windows *windows, const float *dy, float *dx)
    DISPATCH_CHANNELS(average_pool_gradient, windows->channels, windows, dy, dx)

void channels_cross_normalize(
    const struct channels_neighbourhood *neighbourhood, const float *x, float *y, float *denominators, long pixels)
    DISPATCH(cross_normalize, neighbourhood, x, y, denominators, pixels)

void channels_cross_normalize_gradient(
    const struct channels_neighbourhood *neighbourhood, const float *x, const float *y, const float *denominators,
    const float *dy, float *dx, long pixels)
    DISPATCH(cross_normalize_gradient, neighbourhood, x, y, denominators, dy, dx, pixels)
