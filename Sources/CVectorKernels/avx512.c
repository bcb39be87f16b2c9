// The kernels for AVX-512.
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "kernels.h"
#include "windows.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq"))), apply_to = function)

#include "avx512half.h"
#include "tiles.inc.h"
#include "lanes.inc.h"
#include "normalization.inc.h"
#include "pooled-normalization.inc.h"
#include "pooling.inc.h"
#include "cross-channel.inc.h"
#include "transpose.inc.h"
#include "end.h"

#include "avx512.h"
#define HALF_NAME(name) name##_avx512half
#define HALF_MASK_OF(count) ((__mmask8)((1u << (count)) - 1))
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

#pragma clang attribute pop
#endif
