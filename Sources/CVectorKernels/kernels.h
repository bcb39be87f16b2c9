// What the files of this target share.
#pragma once
#include "CVectorKernels.h"

#define INLINE static inline __attribute__((always_inline))

/// How many lanes the next block of packed weights takes: two vectors, one, or half a one where there are halves.
static inline int block_width(int lanes, int vector)
{
    const int half = vector == 16 ? 8 : vector;
    if (lanes > vector + (half < vector ? half : 0)) return 2 * vector;
    return lanes > half ? vector : half;
}

/// The functions of the public header for one kind of vector.
#define DECLARE_CONVOLUTION(set)                                                                               \
    void convolve_##set(                                                                                       \
        const float *, long, long, const int *, int, const int *, int, const float *, const float *,           \
        const float *, int, float *, long, long, int, int, int);                                               \
    void weight_gradient_##set(                                                                                \
        const float *, long, const int *, int, int, const int *, int, int, const int *, long, int,             \
        const float *, long, long, int, float *, long, int, int);
#define DECLARE_WINOGRAD(set)                                                                                  \
    void winograd_pack_##set(int, const float *, long, long, const float *, int, int, float *, long);          \
    void winograd_input_##set(const struct channels_tiles *, const float *, int, int, float *, long);          \
    void winograd_output_##set(                                                                                \
        const struct channels_tiles *, const float *, long, int, int, const float *, const float *, int,       \
        float *, int);                                                                                         \
    void winograd_output_gradient_##set(                                                                       \
        const struct channels_tiles *, const float *, int, int, float *, long);                                \
    void winograd_input_gradient_##set(                                                                        \
        const struct channels_tiles *, const float *, long, int, int, float *);                                \
    void winograd_weight_gradient_##set(const struct channels_tiles *, const float *, long, float *);
#define DECLARE_DENSE(set)                                                                                     \
    void dense_##set(const float *, long, int, const float *, int, int, const float *, float *, long);
#define DECLARE_PEAK(set) float multiply_adds_##set(long);
#define DECLARE_ROLL(set)                                                                                      \
    void roll_##set(const float *, int, int, int, int, int, int, int, int, float *, int);
#define DECLARE_MAPS(set)                                                                                      \
    void sums_##set(const float *, long, int, float *);                                                        \
    void squares_##set(const float *, long, int, const float *, float *);                                      \
    void affine_##set(const float *, float *, long, int, const float *, const float *, int);                   \
    void gradient_sums_##set(const float *, const float *, long, int, const float *, float *, float *);        \
    void clamped_gradient_sums_##set(float *, const float *, long, int, float *, float *);                     \
    void affine_gradient_##set(                                                                                \
        const float *, const float *, float *, long, int, const float *, const float *, const float *);        \
    void affine_pool_##set(                                                                                    \
        const struct channels_tiling *, const float *, float *, const float *, const float *);                 \
    void pooled_gradient_sums_##set(                                                                           \
        const struct channels_tiling *, float *, const float *, const float *, const float *, const float *,   \
        const float *, float *, float *);                                                                      \
    void affine_pool_gradient_##set(                                                                           \
        const struct channels_tiling *, const float *, const float *, float *, const float *, const float *,   \
        const float *, const float *);                                                                         \
    void max_pool_##set(const struct channels_windows *, const float *, float *, float *);                     \
    void max_pool_gradient_##set(const struct channels_windows *, const float *, const float *, float *);      \
    void average_pool_##set(const struct channels_windows *, const float *, float *);                          \
    void average_pool_gradient_##set(const struct channels_windows *, const float *, float *);                 \
    void cross_normalize_##set(                                                                                \
        const struct channels_neighbourhood *, const float *, float *, float *, long);                         \
    void cross_normalize_gradient_##set(                                                                       \
        const struct channels_neighbourhood *, const float *, const float *, const float *, const float *,     \
        float *, long);
#define DECLARE_TRANSPOSE(set) void transpose_##set(const float *, int, int, float *, int);

DECLARE_CONVOLUTION(avx512)
DECLARE_CONVOLUTION(avx2)
DECLARE_WINOGRAD(avx512)
DECLARE_WINOGRAD(avx2)
DECLARE_DENSE(avx512)
DECLARE_DENSE(avx2)
DECLARE_PEAK(avx512)
DECLARE_PEAK(avx2)
DECLARE_TRANSPOSE(avx512half)
DECLARE_TRANSPOSE(avx2)
DECLARE_ROLL(avx512)
DECLARE_ROLL(avx2)
DECLARE_MAPS(avx512)
DECLARE_MAPS(avx512half)
DECLARE_MAPS(avx2)
