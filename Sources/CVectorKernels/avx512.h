// Sixteen numbers a vector, 32 registers.
#define LANES 16
#define TILE_ROWS 8
#define NAME(name) name##_avx512
#define VECTOR __m512
#define MASK __mmask16
#define CHOICE __mmask16
#define MASK_OF(count) ((__mmask16)((1u << (count)) - 1))
#define ZERO() _mm512_setzero_ps()
#define BROADCAST(x) _mm512_set1_ps(x)
#define LOAD(p) _mm512_loadu_ps(p)
#define LOAD_SOME(p, m) _mm512_maskz_loadu_ps(m, p)
#define STORE(p, x) _mm512_storeu_ps(p, x)
#define STORE_SOME(p, m, x) _mm512_mask_storeu_ps(p, m, x)
#define MULTIPLY_ADD(x, y, z) _mm512_fmadd_ps(x, y, z)
#define ADD(x, y) _mm512_add_ps(x, y)
#define SUBTRACT(x, y) _mm512_sub_ps(x, y)
#define MULTIPLY(x, y) _mm512_mul_ps(x, y)
#define DIVIDE(x, y) _mm512_div_ps(x, y)
#define SQUARE_ROOT(x) _mm512_sqrt_ps(x)
#define SUM_OF(x) _mm512_reduce_add_ps(x)
#define MAXIMUM(x, y) _mm512_max_ps(x, y)
#define GREATER(x, y) _mm512_cmp_ps_mask(x, y, _CMP_GT_OQ)
#define GREATER_OR_NAN(x, y) (_mm512_cmp_ps_mask(x, y, _CMP_GT_OQ) | _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q))
#define EQUAL(x, y) _mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ)
#define SELECT(choice, x, y) _mm512_mask_blend_ps(choice, y, x)
