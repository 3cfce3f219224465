/*
 * L2 pooling 3 x 3 at stride 2 with a pixel of zeros around the picture: the root of the blurred squares plus 1e-12; and its gradient. The blur is
 * [1 2 1; 2 4 2; 1 2 1] / 16. Channels are a multiple of 4.
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", 2020; `DISTS_pytorch/DISTS_pt.py` `L2pooling`.
 */
#include "vectors.h"

#define LEAST 1e-12f

/* Positions from `from` to before `to` along a side, at most three. */
struct span {
  u32 from, to;
};

/* The inputs of an output: twice its position and its neighbours. */
INLINE struct span inputs_of(u32 position, u32 side) {
  u32 middle = 2 * position;
  struct span span = {middle > 0 ? middle - 1 : 0, middle + 2 < side ? middle + 2 : side};
  return span;
}

/* The outputs that an input is part of. */
INLINE struct span outputs_of(u32 position, u32 side) {
  u32 last = (position + 1) / 2 + 1;
  struct span span = {position / 2, last < side ? last : side};
  return span;
}

/* The weight along one axis, of a sum of 4: 2 in the middle, 1 beside it. */
INLINE float weight(u32 input, u32 output) { return input == 2 * output ? 2.f : 1.f; }

/* x [batch, height, width, channels] to y [batch, ceil(height / 2), ceil(width / 2), channels]; of y's rows those from `first` to `end`. */
EXPORT(l2Pool)
void l2_pool(void *scratch, u32 first, u32 end, const float *x, float *y, u32 height, u32 width, u32 channels) {
  (void)scratch;
  u32 down = (height + 1) / 2, across = (width + 1) / 2;
  for (y += first * across * channels; first < end; first++) {
    u32 row = first % down;
    const float *image = x + first / down * height * width * channels;
    for (u32 column = 0; column < across; column++, y += channels) {
      struct span rows = inputs_of(row, height), columns = inputs_of(column, width);
      for (u32 c = 0; c < channels; c += 4) {
        vec sum = SPLAT(LEAST);
        for (u32 i = rows.from; i < rows.to; i++)
          for (u32 j = columns.from; j < columns.to; j++) {
            vec value = LOAD(image + (i * width + j) * channels + c);
            sum = MADD(SPLAT(weight(i, row) * weight(j, column) / 16.f), MUL(value, value), sum);
          }
        STORE(y + c, wasm_f32x4_sqrt(sum));
      }
    }
  }
}

/* From dy, the source x and the result y to dx; of its rows those from `first` to `end`. */
EXPORT(l2PoolGradient)
void l2_pool_gradient(void *scratch, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels) {
  (void)scratch;
  u32 down = (height + 1) / 2, across = (width + 1) / 2, start = first * width * channels;
  for (x += start, dx += start; first < end; first++) {
    u32 row = first % height, image = first / height * down * across * channels;
    for (u32 column = 0; column < width; column++, x += channels, dx += channels) {
      struct span rows = outputs_of(row, down), columns = outputs_of(column, across);
      for (u32 c = 0; c < channels; c += 4) {
        vec sum = SPLAT(0.f);
        for (u32 i = rows.from; i < rows.to; i++)
          for (u32 j = columns.from; j < columns.to; j++) {
            u32 at = image + (i * across + j) * channels + c;
            sum = MADD(SPLAT(weight(row, i) * weight(column, j) / 16.f), wasm_f32x4_div(LOAD(dy + at), LOAD(y + at)), sum);
          }
        STORE(dx + c, MUL(sum, LOAD(x + c)));
      }
    }
  }
}
