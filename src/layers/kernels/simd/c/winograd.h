/*
 * Convolution 3 x 3 at stride 1, padded so that the size stays, plus a bias, optionally with ReLU, by Winograd's F(SIDE, 3) along both axes.
 *
 * A block of tiles of SIDE x SIDE outputs is computed at a time: its inputs are transformed, matrices are multiplied for each position of the transformed tile, and the products
 * are transformed to outputs. The including file defines SIDE and the transforms along one axis:
 *
 *   inputs(d, t)     SIDE + 2 inputs to SIDE + 2 values
 *   outputs(m, y)    SIDE + 2 products to SIDE outputs
 *
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, algorithm 1.
 */
#include "product.h"

#define REACH (SIDE + 2)
#define POSITIONS (REACH * REACH)

/* Where things lie in the scratch memory, for this many tiles at a time. Planes of a power of two would compete for cache lines: each is 16 numbers longer. */
struct place {
  u32 in_plane, out_plane;
  float *in, *out, *columns, *patch;
};

INLINE struct place places(float *scratch, u32 tiles, u32 in, u32 out) {
  struct place p;
  p.in_plane = tiles * ((in + BLOCK - 1) / BLOCK * BLOCK) + 16;
  p.out_plane = tiles * out + 16;
  p.columns = scratch;
  p.patch = p.columns + POSITIONS * 4;
  p.in = p.patch + POSITIONS * (in > out ? in : out);
  p.out = p.in + POSITIONS * p.in_plane;
  return p;
}

/* The inputs of a tile at the edge of the picture, with zeros outside: [REACH, REACH, channels]. */
static __attribute__((noinline)) void fill_patch(float *patch, const float *x, int top, int left, int height, int width, u32 channels) {
  for (int i = 0; i < REACH; i++)
    for (int j = 0; j < REACH; j++, patch += channels) {
      int row = top + i, column = left + j;
      if (row < 0 || column < 0 || row >= height || column >= width) clear(patch, channels);
      else copy(patch, x + (row * width + column) * channels, channels);
    }
}

/* The transformed inputs of one tile; `row` is the distance between rows of its inputs. */
INLINE void transform_inputs(const float *x, u32 row, u32 channels, float *columns, float *to, u32 plane, u32 block) {
  for (u32 c = 0; c < channels; c += 4) {
    UNROLLED for (int i = 0; i < REACH; i++) {
      vec d[REACH], t[REACH];
      UNROLLED for (int j = 0; j < REACH; j++) d[j] = LOAD(x + c + i * row + j * channels);
      inputs(d, t);
      UNROLLED for (int j = 0; j < REACH; j++) STORE(columns + (i * REACH + j) * 4, t[j]);
    }
    float *at = to + (c / BLOCK) * block + c % BLOCK;
    UNROLLED for (int j = 0; j < REACH; j++) {
      vec d[REACH], t[REACH];
      UNROLLED for (int i = 0; i < REACH; i++) d[i] = LOAD(columns + (i * REACH + j) * 4);
      inputs(d, t);
      UNROLLED for (int i = 0; i < REACH; i++) STORE(at + (i * REACH + j) * plane, t[i]);
    }
  }
}

/* The outputs of one tile; `row` is the distance between rows of its outputs. */
INLINE void transform_outputs(const float *products, u32 plane, u32 channels, float *columns, const float *bias, vec least, float *y, u32 row) {
  for (u32 c = 0; c < channels; c += 4) {
    UNROLLED for (int i = 0; i < REACH; i++) {
      vec m[REACH], t[SIDE];
      UNROLLED for (int j = 0; j < REACH; j++) m[j] = LOAD(products + c + (i * REACH + j) * plane);
      outputs(m, t);
      UNROLLED for (int j = 0; j < SIDE; j++) STORE(columns + (i * SIDE + j) * 4, t[j]);
    }
    vec addend = LOAD(bias + c);
    UNROLLED for (int j = 0; j < SIDE; j++) {
      vec m[REACH], t[SIDE];
      UNROLLED for (int i = 0; i < REACH; i++) m[i] = LOAD(columns + (i * SIDE + j) * 4);
      outputs(m, t);
      UNROLLED for (int i = 0; i < SIDE; i++) STORE(y + c + i * row + j * channels, wasm_f32x4_pmax(ADD(t[i], addend), least));
    }
  }
}

/*
 * x [batch, height, width, in] to y [batch, height, width, out]; `in` is a multiple of 4, `out` of PANEL. `u` are the transformed weights (winogradFilter.c); `tiles`, a
 * multiple of ROWS, is how many tiles are computed at a time. Scratch has POSITIONS * (4 + max(in, out) + in_plane + out_plane) numbers.
 */
INLINE void convolve(const float *x, float *y, const float *u, const float *bias, float *scratch, u32 batch, u32 height, u32 width, u32 in, u32 out, u32 relu, u32 tiles) {
  struct place p = places(scratch, tiles, in, out);
  u32 down = (height + SIDE - 1) / SIDE, across = (width + SIDE - 1) / SIDE, all = batch * down * across;
  vec least = lowest(relu);
  for (u32 first = 0; first < all; first += tiles) {
    u32 count = all - first < tiles ? all - first : tiles, rows = (count + ROWS - 1) / ROWS * ROWS;
    for (u32 i = 0; i < count; i++) {
      u32 tile = first + i, picture = tile / (down * across);
      int top = (int)(tile / across % down * SIDE) - 1, left = (int)(tile % across * SIDE) - 1;
      const float *image = x + picture * height * width * in;
      u32 inside = top >= 0 && left >= 0 && top + REACH <= (int)height && left + REACH <= (int)width;
      if (!inside) fill_patch(p.patch, image, top, left, (int)height, (int)width, in);
      transform_inputs(inside ? image + (top * width + left) * in : p.patch, inside ? width * in : REACH * in, in, p.columns, p.in + i * BLOCK, p.in_plane, rows * BLOCK);
    }
    for (u32 i = 0; i < POSITIONS; i++) product(p.in + i * p.in_plane, rows, u + i * in * out, p.out + i * p.out_plane, in, out);
    for (u32 i = 0; i < count; i++) {
      u32 tile = first + i, picture = tile / (down * across), top = tile / across % down * SIDE, left = tile % across * SIDE;
      float *image = y + ((picture * height + top) * width + left) * out;
      u32 high = height - top < SIDE ? height - top : SIDE, wide = width - left < SIDE ? width - left : SIDE;
      u32 whole = high == SIDE && wide == SIDE;
      transform_outputs(p.out + i * out, p.out_plane, out, p.columns, bias, least, whole ? image : p.patch, whole ? width * out : SIDE * out);
      if (!whole)
        for (u32 row = 0; row < high; row++) copy(image + row * width * out, p.patch + row * SIDE * out, wide * out);
    }
  }
}
