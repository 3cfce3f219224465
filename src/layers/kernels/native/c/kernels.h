/* The kernels compiled for one kind of processor. */
#ifndef KERNELS_H
#define KERNELS_H

typedef unsigned u32;

/* A convolution of x [batch, height, width, in], with `before` rows and columns of zeros around it, to y [batch, down, across, out]. `kept`: the weights `u` are transformed. */
struct work {
  const float *x, *u, *bias;
  float *y;
  u32 batch, height, width, in, before, down, across, out, kept, relu;
};

/* A block of `count` tiles from the tile `base` on: its transformed inputs, with room for `rows` tiles, and the number of shares that its tiles are divided into (panels.h). */
struct block {
  float *inputs;
  u32 base, count, rows, shares;
};

/*
 * Winograd's F(side, taps): a filter of taps x taps, tiles of side x side outputs. Kept weights are transformed by `filter`, from [out / panel, in, taps, taps, panel], and multiplied by `part`,
 * for the tiles from `first` to `end`. Others are transformed in the call, `chunk` input channels at a time: `inputs` transforms the inputs of a block's tiles, `panels` computes its outputs.
 */
struct form {
  u32 taps, side, chunk;
  void (*part)(const struct work *, float *scratch, u32 first, u32 end, u32 tiles);
  void (*inputs)(const struct work *, float *scratch, u32 first, u32 end, const struct block *);
  void (*panels)(const struct work *, float *scratch, u32 first, u32 end, const struct block *);
  void (*filter)(const float *filter, float *u, u32 in, u32 out);
};

/* Kernels of one file each (../../simd/c, core/tensors/simd/c): they compute the units from `first` to `end`. */
struct fields;
typedef void first_layer_kernel(float *scratch, u32 first, u32 end, const float *x, float *y, const float *filter, const float *bias, u32 height, u32 width, u32 taps, u32 stride, u32 before, u32 down, u32 across, u32 out, u32 relu);
typedef void to_three_channels_kernel(float *scratch, u32 first, u32 end, const float *x, float *y, const float *filter, u32 height, u32 width, u32 in);
typedef void max_pool_gradient_kernel(void *scratch, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels, const float *picture, const struct fields *);
typedef void overlapping_max_gradient_kernel(void *scratch, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels, u32 down, u32 across, u32 side, u32 stride, const float *picture, const struct fields *);
typedef void window_sums_kernel(float *scratch, u32 first, u32 end, const float *x, const float *down, const float *across, float *y, u32 height, u32 width, u32 channels, u32 high, u32 wide, u32 around);

/* The kernels of l2Pool.c. */
struct l2_kernels {
  void (*pool)(void *scratch, u32 first, u32 end, const float *x, float *y, u32 height, u32 width, u32 channels);
  void (*gradient)(void *scratch, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels);
};

/* The kernels of pairMoments.c. */
struct moment_kernels {
  void (*sums)(void *scratch, u32 first, u32 end, const float *x, const float *y, double *sums, u32 positions, u32 channels, u32 unit);
  void (*moments)(const float *x, const float *y, const double *sums, float *moments, u32 batch, u32 positions, u32 channels, u32 unit);
  void (*gradient)(void *scratch, u32 first, u32 end, const float *x, const float *y, const float *moments, const float *slopes, float *dy, u32 batch, u32 positions, u32 channels);
};

/* Those of unitVectors.c. */
struct unit_kernels {
  void (*values)(u32 first, u32 end, const float *x, float *y, float epsilon, u32 channels);
  void (*gradient)(u32 first, u32 end, const float *dy, const float *x, float *dx, float epsilon, u32 channels);
};

typedef double weighted_squares_kernel(const float *x, const float *weights, u32 positions, u32 channels);

struct kernels {
  const char *name;
  u32 lanes, rows;
  const struct form *forms[4];
  first_layer_kernel *const *first_layer;
  to_three_channels_kernel *const *to_three_channels;
  max_pool_gradient_kernel *const *max_pool_gradient;
  overlapping_max_gradient_kernel *const *overlapping_max_gradient;
  window_sums_kernel *const *window_sums;
  const struct l2_kernels *l2_pool;
  const struct moment_kernels *pair_moments;
  const struct unit_kernels *unit_vectors;
  weighted_squares_kernel *const *weighted_squares;
};

/* The fastest kernels that this processor runs, or NULL. */
const struct kernels *kernels_of_processor(void);

#endif
