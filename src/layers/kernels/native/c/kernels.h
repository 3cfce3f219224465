/* The kernels of one kind of processor. */
#ifndef KERNELS_H
#define KERNELS_H

typedef unsigned u32;

/* A convolution of x [batch, height, width, in] that keeps the size, by weights `u` that are transformed already (`kept`) or not. */
struct work {
  const float *x, *u, *bias;
  float *y;
  u32 batch, height, width, in, out, kept, relu;
};

/* A form of Winograd's: the sides of the filter and of a tile's outputs, some of its tiles, and the transform of a filter [out / panel, in, taps, taps, panel]. */
struct form {
  u32 taps, side;
  void (*part)(const struct work *, float *scratch, u32 first, u32 end, u32 tiles);
  void (*filter)(const float *filter, float *u, u32 in, u32 out);
};

struct kernels {
  const char *name;
  u32 lanes, rows;
  const struct form *forms[3];
};

/* The fastest that this processor runs; or nothing. */
const struct kernels *kernels_of_processor(void);

#endif
