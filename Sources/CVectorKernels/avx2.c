// The kernels for AVX2 with FMA.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"
#include "windows.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// A masked store costs many steps on some processors, and most vectors are full.
INLINE void store_some(float *place, __m256i mask, __m256 x)
{
    if (_mm256_movemask_ps(_mm256_castsi256_ps(mask)) == 0xff)
        _mm256_storeu_ps(place, x);
    else
        _mm256_maskstore_ps(place, mask, x);
}

INLINE float sum_of(__m256 x)
{
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_shuffle_ps(half, half, 1)));
}

#include "avx2.h"
#define HALF_NAME(name) NAME(name)
#define HALF_MASK_OF(count) MASK_OF(count)
#include "tiles.inc.h"
#include "convolution.inc.h"
#include "dense.inc.h"
#include "peak.inc.h"
#include "lanes.inc.h"
#include "normalization.inc.h"
#include "pooled-normalization.inc.h"
#include "pooling.inc.h"
#include "cross-channel.inc.h"
#include "winograd.inc.h"

#include "transpose.inc.h"

#pragma clang attribute pop
#endif
