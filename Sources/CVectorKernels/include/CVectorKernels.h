// Inner loops of convolutions in the widest vectors that the machine has, chosen when the program starts.
#pragma once

/// Which instructions the kernels use: 0 none (the caller takes another way), 1 AVX2 with FMA, 2 AVX-512.
int vector_kernels_level(void);

/// `c[m, n] = Σ_k a[m, k] · b[offsets[k] + n]` for `rows × columns` numbers of c.
///
/// With `offsets` that point into a padded map this is a convolution without unrolled columns; with
/// `offsets[k] = k · columns` an ordinary product. Only for a level above 0.
void vector_product(
    const float *a, long a_stride, const float *b, const int *offsets, float *c, long c_stride,
    int rows, int columns, int inner);

/// `w[m, k] (+)= Σ_s Σ_n y[s, m, n] · b[s, offsets[k] + n]`: gradients of weights, over all samples of a piece.
///
/// - adds: whether the sum is added to what w holds.
void vector_weight_gradient(
    const float *y, long y_sample, long y_stride, const float *b, long b_sample, const int *offsets,
    float *w, long w_stride, int rows, int inner, int positions, int samples, int adds);

/// Lays `[channels, height, width]` into zeros: `[channels, padded_height, pitch]`, from row `top` and column `left` on.
void vector_pad(
    const float *map, int channels, int height, int width, float *padded, int padded_height, int pitch, int top,
    int left);

/// Takes the maps `[channels, height, width]` out of wider ones, `plane` apart, with `pitch` numbers a row; adds a
/// bias for each channel where there is one, and raises what is negative to 0 where `clamps` is not 0.
void vector_crop(
    const float *wide, long plane, int pitch, float *map, int channels, int height, int width,
    const float *bias, int clamps);
