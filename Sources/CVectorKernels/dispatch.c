#include "CVectorKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

// AVX-512: 32 registers of 16 numbers.
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,fma")))
#define NAME(name) name##_avx512
#define LANES 16
#define VECTOR __m512
#define MASK __mmask16
#define TILE_ROWS 8
#define TILE_INNER 6
#define GRADIENT_TILE_ROWS 4
#define ZERO() _mm512_setzero_ps()
#define BROADCAST(x) _mm512_set1_ps(x)
#define LOAD(p) _mm512_loadu_ps(p)
#define LOAD_SOME(p, m) _mm512_maskz_loadu_ps(m, p)
#define STORE(p, x) _mm512_storeu_ps(p, x)
#define STORE_SOME(p, m, x) _mm512_mask_storeu_ps(p, m, x)
#define MULTIPLY_ADD(x, y, z) _mm512_fmadd_ps(x, y, z)
#define MASK_OF(count) ((__mmask16)((1u << (count)) - 1))
#define ADD(x, y) _mm512_add_ps(x, y)
#define MAXIMUM(x, y) _mm512_max_ps(x, y)
#define SUMS_OF_FOUR(a, b, c, d) sums_of_four_avx512(a, b, c, d)

// The sums of the lanes of four vectors: pairs meet in unpacked halves, which costs a third of four single sums.
TARGET static inline __m128 sums_of_four_avx512(__m512 a, __m512 b, __m512 c, __m512 d)
{
    __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    __m512d low = _mm512_unpacklo_pd(_mm512_castps_pd(ab), _mm512_castps_pd(cd));
    __m512d high = _mm512_unpackhi_pd(_mm512_castps_pd(ab), _mm512_castps_pd(cd));
    __m512 abcd = _mm512_add_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high));
    __m256 half = _mm256_add_ps(_mm512_castps512_ps256(abcd), _mm512_extractf32x8_ps(abcd, 1));
    return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
}

#include "products.inc.h"
#undef TARGET
#undef NAME
#undef LANES
#undef VECTOR
#undef MASK
#undef TILE_ROWS
#undef TILE_INNER
#undef GRADIENT_TILE_ROWS
#undef ZERO
#undef BROADCAST
#undef LOAD
#undef LOAD_SOME
#undef STORE
#undef STORE_SOME
#undef MULTIPLY_ADD
#undef MASK_OF
#undef ADD
#undef MAXIMUM
#undef SUMS_OF_FOUR

// AVX2: 16 registers of 8 numbers.
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(name) name##_avx2
#define LANES 8
#define VECTOR __m256
#define MASK __m256i
#define TILE_ROWS 4
#define TILE_INNER 4
#define GRADIENT_TILE_ROWS 2
#define ZERO() _mm256_setzero_ps()
#define BROADCAST(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define LOAD_SOME(p, m) _mm256_maskload_ps(p, m)
#define STORE(p, x) _mm256_storeu_ps(p, x)
#define STORE_SOME(p, m, x) _mm256_maskstore_ps(p, m, x)
#define MULTIPLY_ADD(x, y, z) _mm256_fmadd_ps(x, y, z)
#define MASK_OF(count) some_lanes(count)
#define ADD(x, y) _mm256_add_ps(x, y)
#define MAXIMUM(x, y) _mm256_max_ps(x, y)
#define SUMS_OF_FOUR(a, b, c, d) sums_of_four_avx2(a, b, c, d)

TARGET static inline __m256i some_lanes(int count)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

TARGET static inline __m128 sums_of_four_avx2(__m256 a, __m256 b, __m256 c, __m256 d)
{
    __m256 half = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    return _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
}

#include "products.inc.h"

static int level;

__attribute__((constructor)) static void choose_level(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        level = 2;
    else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        level = 1;
}

int vector_kernels_level(void) { return level; }

void vector_product(
    const float *a, long a_stride, const float *b, const int *offsets, float *c, long c_stride, int rows,
    int columns, int inner)
{
    if (level == 2)
        product_avx512(a, a_stride, b, offsets, c, c_stride, rows, columns, inner);
    else
        product_avx2(a, a_stride, b, offsets, c, c_stride, rows, columns, inner);
}

void vector_weight_gradient(
    const float *y, long y_sample, long y_stride, const float *b, long b_sample, const int *offsets, float *w,
    long w_stride, int rows, int inner, int positions, int samples, int adds)
{
    if (level == 2)
        weight_gradient_avx512(
            y, y_sample, y_stride, b, b_sample, offsets, w, w_stride, rows, inner, positions, samples, adds);
    else
        weight_gradient_avx2(
            y, y_sample, y_stride, b, b_sample, offsets, w, w_stride, rows, inner, positions, samples, adds);
}

void vector_pad(
    const float *map, int channels, int height, int width, float *padded, int padded_height, int pitch, int top,
    int left)
{
    if (level == 2)
        pad_avx512(map, channels, height, width, padded, padded_height, pitch, top, left);
    else
        pad_avx2(map, channels, height, width, padded, padded_height, pitch, top, left);
}

void vector_crop(
    const float *wide, long plane, int pitch, float *map, int channels, int height, int width,
    const float *bias, int clamps)
{
    if (level == 2)
        crop_avx512(wide, plane, pitch, map, channels, height, width, bias, clamps);
    else
        crop_avx2(wide, plane, pitch, map, channels, height, width, bias, clamps);
}

#else

int vector_kernels_level(void) { return 0; }

void vector_product(
    const float *a, long a_stride, const float *b, const int *offsets, float *c, long c_stride, int rows,
    int columns, int inner)
{
    __builtin_trap();
}

void vector_weight_gradient(
    const float *y, long y_sample, long y_stride, const float *b, long b_sample, const int *offsets, float *w,
    long w_stride, int rows, int inner, int positions, int samples, int adds)
{
    __builtin_trap();
}

void vector_pad(
    const float *map, int channels, int height, int width, float *padded, int padded_height, int pitch, int top,
    int left)
{
    __builtin_trap();
}

void vector_crop(
    const float *wide, long plane, int pitch, float *map, int channels, int height, int width,
    const float *bias, int clamps)
{
    __builtin_trap();
}

#endif
