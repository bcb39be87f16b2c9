// Inner loops of networks on maps that hold the channels of a pixel side by side ("channels last", NHWC), in the
// widest vectors that the machine has, chosen when the program starts. Lanes are channels, so a convolution needs no
// unrolled columns, no sums across lanes, and loses nothing at the edges of small maps.
#pragma once

/// Which instructions the kernels use: 0 none (the caller takes another way), 1 AVX2 with FMA, 2 AVX-512.
/// The functions below are only for a level above 0.
int vector_kernels_level(void);

/// Multiplies and adds in registers, `vector_multiply_adds_per_round()` numbers a round: the most that a core can do.
/// The result means nothing.
float vector_multiply_adds(long rounds);
long vector_multiply_adds_per_round(void);

// Convolution

/// Numbers that packed weights take: `rows` of `lanes` each, cut into blocks of whole vectors.
long channels_packed_count(int lanes, long rows);

/// Packs weights for `channels_convolve`: for each block of lanes, tap and row in turn, the lanes' numbers
/// `weights[lane · lane_stride + row · row_stride + taps[tap]]`, multiplied by `factors[lane]` if there are any.
void channels_pack(
    const float *weights, const float *factors, long lane_stride, long row_stride, const int *taps, int tap_count, int rows, int lanes,
    float *packed);

/// The same for `rows` numbers of each lane: `weights[lane_offsets[lane] + row · row_stride]`.
void channels_pack_lanes(
    const float *weights, const int *lane_offsets, long row_stride, int rows, int lanes, float *packed);

/// `y[line, pixel, lane] = bias[lane] + Σ_o Σ_i x[line · x_line + pixel · x_pixel + offsets[o] + i] · packed[o, i, lane]`
/// for `height × width` pixels, plus `addend`, which lies as `y` does, if there is one; with `clamps` not 0, what is
/// negative becomes 0.
///
/// With `offsets` to the rows of a window of a padded map, and `inner` the numbers of such a row, a convolution.
/// - ranges: for each line the first `o` and the one behind the last, so that padding is not multiplied; all where null.
void channels_convolve(
    const float *x, long x_pixel, long x_line, const int *offsets, int outer, const int *ranges, int inner,
    const float *packed, const float *bias, const float *addend, int clamps, float *y, long y_pixel, long y_line,
    int height, int width, int lanes);

/// `w[o · inner + i, lane] (+)= Σ_s Σ_line Σ_pixel x[s, lines[line] + pixel · x_pixel + offsets[o] + i] · y[s, line, pixel, lane]`:
/// gradients of weights over some samples and the lines from `first_line` to before `end_line`, the pixels of `y`
/// being `y_pixel` apart without gaps between lines.
/// - ranges: for each `o` the first line and the one behind the last that it sees.
void channels_weight_gradient(
    const float *x, long x_sample, const int *offsets, int outer, int inner, const int *lines, int first_line,
    int end_line, const int *ranges, long x_pixel, int width, const float *y, long y_sample, long y_pixel,
    int samples, float *w, long w_row, int lanes, int adds);

/// Adds windows back to the map they were taken from: of a line of `windows`, number `n` (`[rows, columns, channels]`)
/// is added to `map` from pixel `n · stride − left` on; `map` is where the line's windows begin.
/// - first_row, end_row: the rows of the windows that lie in the map.
void channels_roll(
    const float *windows, int count, int rows, int columns, int channels, int stride, int left, int first_row,
    int end_row, float *map, int width);

// Convolution of 3×3 by Winograd's F(4×4, 3×3), of 5×5 by his F(2×2, 5×5)
//
// Tiles of 4×4 or 2×2 outputs, numbered along the lines of the output, see 6×6 inputs each. Transformed, both are 36
// numbers for each tile and channel, in 36 planes `plane` numbers apart: `[36, tiles, channels]`.

struct channels_tiles {
    /// Outputs of a tile along both axes: 4 for windows of 3×3, 2 for 5×5.
    int size;
    /// The input map; zeros beyond it, of which `top` and `left` come before its first line and column.
    int channels, height, width, top, left;
    /// The output map, and tiles side by side in it.
    int filters, output_height, output_width, across;
};

/// Packs transformed weights as `channels_convolve` reads those of a window of one pixel, 36 times: of windows of
/// `taps × taps`, the numbers from `weights[lane · lane_stride + row · row_stride]` on, multiplied by `factors[lane]` if
/// there are any.
void channels_winograd_pack(
    int taps, const float *weights, long lane_stride, long row_stride, const float *factors, int rows, int lanes,
    float *packed, long plane);
/// The inputs of `count` tiles from `first` on.
void channels_winograd_input(
    const struct channels_tiles *tiles, const float *x, int first, int count, float *transformed, long plane);
/// From products `[36, tiles, filters]` to the tiles' outputs, with bias, addend and clamping as in `channels_convolve`.
/// - filters: how many of them, from the first to which `bias`, `addend` and `y` point.
void channels_winograd_output(
    const struct channels_tiles *tiles, const float *products, long plane, int first, int count, const float *bias,
    const float *addend, int clamps, float *y, int filters);

// The same backwards: each is the transpose of what goes forward.

/// From the tiles' output gradients to those of the products.
void channels_winograd_output_gradient(
    const struct channels_tiles *tiles, const float *dy, int first, int count, float *transformed, long plane);
/// From the gradients of transformed inputs to those of the inputs, added to `dx`.
void channels_winograd_input_gradient(
    const struct channels_tiles *tiles, const float *transformed, long plane, int first, int count, float *dx);
/// From the gradients of transformed weights `[36, channels, filters]` to `w[position, channel, filter]`.
void channels_winograd_weight_gradient(
    const struct channels_tiles *tiles, const float *transformed, long plane, float *w);

// Fully connected layers

/// `y[s, o] = bias[o] + Σ_i x[s, i] · weights[o, i]` for a few samples, `x_sample` and `y_sample` numbers apart.
void dense_products(
    const float *x, long x_sample, int samples, const float *weights, int outputs, int inputs, const float *bias,
    float *y, long y_sample);

// Moving maps

/// `[rows, columns]` to `[columns, rows]`, added to what is there where `adds` is not 0: from planes to channels last
/// and back.
void channels_transpose(const float *source, int rows, int columns, float *target, int adds);

// Batch normalisation; `x`, `y`, `dy`, `dx` are `[pixels, channels]`, the rest `[channels]`.

/// `sums += Σ x`.
void channels_sums(const float *x, long pixels, int channels, float *sums);
/// `squares += Σ (x − means)²`.
void channels_squares(const float *x, long pixels, int channels, const float *means, float *squares);
/// `y = scale · x + offset`; with `clamps` not 0, what is negative becomes 0.
void channels_affine(
    const float *x, float *y, long pixels, int channels, const float *scale, const float *offset, int clamps);
/// `sums += Σ dy`, `products += Σ dy · (x − means)`.
void channels_gradient_sums(
    const float *dy, const float *x, long pixels, int channels, const float *means, float *sums, float *products);
/// Zeroes `dy` where `y` is not above 0; then `sums += Σ dy`, `products += Σ dy · y`.
void channels_clamped_gradient_sums(
    float *dy, const float *y, long pixels, int channels, float *sums, float *products);
/// `dx = s · dy + p · x + q`.
void channels_affine_gradient(
    const float *dy, const float *x, float *dx, long pixels, int channels, const float *s, const float *p,
    const float *q);

/// A map and the windows that tile it; what they leave at the right and bottom belongs to no window.
struct channels_tiling {
    int height, width, channels, rows, columns;
};

/// `y = max(0, largest scale · x + offset of the window)`.
void channels_affine_pool(
    const struct channels_tiling *tiling, const float *x, float *y, const float *scale, const float *offset);
/// As `channels_clamped_gradient_sums`, but `products += Σ dy · (x − means)` with the `x` that won its window.
void channels_pooled_gradient_sums(
    const struct channels_tiling *tiling, float *dy, const float *x, const float *y, const float *scale,
    const float *offset, const float *means, float *sums, float *products);
/// `dx = p · x + q`, and `+ scale · dy` at the first largest `scale · x + offset` of each window.
void channels_affine_pool_gradient(
    const struct channels_tiling *tiling, const float *dy, const float *x, float *dx, const float *scale,
    const float *offset, const float *p, const float *q);

// Pooling

struct channels_windows {
    int channels, height, width, output_height, output_width;
    int rows, columns, row_stride, column_stride, row_dilation, column_dilation, top, left;
    /// Zeros behind the last row and column that count in a mean with padding.
    int bottom, right;
    int counts_padding;
};

/// - winners: which number of its window each output is, for the way back; none where null.
void channels_max_pool(const struct channels_windows *windows, const float *x, float *y, float *winners);
/// Writes all of `dx`.
void channels_max_pool_gradient(
    const struct channels_windows *windows, const float *dy, const float *winners, float *dx);
void channels_average_pool(const struct channels_windows *windows, const float *x, float *y);
/// Writes all of `dx`.
void channels_average_pool_gradient(const struct channels_windows *windows, const float *dy, float *dx);

// Cross-channel (local response) normalisation

/// Numbers that a pixel's channels and the windows beyond them may take together, a vector's rest included.
#define CHANNELS_LARGEST_NEIGHBOURHOOD 4096

/// `y = x · d^(−quarters / 4)` with `d = k + share · Σ x²` over `size` channels around each, `quarters` being 2, 3 or 4.
struct channels_neighbourhood {
    int channels, size, quarters;
    float share, k;
};

void channels_cross_normalize(
    const struct channels_neighbourhood *neighbourhood, const float *x, float *y, float *denominators, long pixels);
void channels_cross_normalize_gradient(
    const struct channels_neighbourhood *neighbourhood, const float *x, const float *y, const float *denominators,
    const float *dy, float *dx, long pixels);
