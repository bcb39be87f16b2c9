// Eight numbers a vector with the registers and masks of AVX-512: for up to eight lanes.
#define LANES 8
#define TILE_ROWS 8
#define NAME(name) name##_avx512half
#define VECTOR __m256
#define MASK __mmask8
#define CHOICE __mmask8
#define MASK_OF(count) ((__mmask8)((1u << (count)) - 1))
#define ZERO() _mm256_setzero_ps()
#define BROADCAST(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define LOAD_SOME(p, m) _mm256_maskz_loadu_ps(m, p)
#define STORE(p, x) _mm256_storeu_ps(p, x)
#define STORE_SOME(p, m, x) _mm256_mask_storeu_ps(p, m, x)
#define MULTIPLY_ADD(x, y, z) _mm256_fmadd_ps(x, y, z)
#define ADD(x, y) _mm256_add_ps(x, y)
#define MAXIMUM(x, y) _mm256_max_ps(x, y)
#define SUBTRACT(x, y) _mm256_sub_ps(x, y)
#define MULTIPLY(x, y) _mm256_mul_ps(x, y)
#define DIVIDE(x, y) _mm256_div_ps(x, y)
#define SQUARE_ROOT(x) _mm256_sqrt_ps(x)
#define GREATER(x, y) _mm256_cmp_ps_mask(x, y, _CMP_GT_OQ)
#define GREATER_OR_NAN(x, y) (_mm256_cmp_ps_mask(x, y, _CMP_GT_OQ) | _mm256_cmp_ps_mask(x, x, _CMP_UNORD_Q))
#define EQUAL(x, y) _mm256_cmp_ps_mask(x, y, _CMP_EQ_OQ)
#define SELECT(choice, x, y) _mm256_mask_blend_ps(choice, y, x)
