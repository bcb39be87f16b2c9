// Eight numbers a vector, 16 registers.
#define LANES 8
#define TILE_ROWS 6
#define NAME(name) name##_avx2
#define VECTOR __m256
#define MASK __m256i
#define CHOICE __m256
#define MASK_OF(count) \
    _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
#define ZERO() _mm256_setzero_ps()
#define BROADCAST(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define LOAD_SOME(p, m) _mm256_maskload_ps(p, m)
#define STORE(p, x) _mm256_storeu_ps(p, x)
#define STORE_SOME(p, m, x) store_some(p, m, x)
#define MULTIPLY_ADD(x, y, z) _mm256_fmadd_ps(x, y, z)
#define ADD(x, y) _mm256_add_ps(x, y)
#define SUBTRACT(x, y) _mm256_sub_ps(x, y)
#define MULTIPLY(x, y) _mm256_mul_ps(x, y)
#define DIVIDE(x, y) _mm256_div_ps(x, y)
#define SQUARE_ROOT(x) _mm256_sqrt_ps(x)
#define SUM_OF(x) sum_of(x)
#define MAXIMUM(x, y) _mm256_max_ps(x, y)
#define GREATER(x, y) _mm256_cmp_ps(x, y, _CMP_GT_OQ)
#define GREATER_OR_NAN(x, y) \
    _mm256_or_ps(_mm256_cmp_ps(x, y, _CMP_GT_OQ), _mm256_cmp_ps(x, x, _CMP_UNORD_Q))
#define EQUAL(x, y) _mm256_cmp_ps(x, y, _CMP_EQ_OQ)
#define SELECT(choice, x, y) _mm256_blendv_ps(y, x, choice)
