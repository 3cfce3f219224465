/*
 * Convolution 3 x 3 of three channels at stride 1, padded so that the size stays, plus a bias, optionally with ReLU: the first layer of a network.
 *
 * Three rows of the picture stand in the scratch memory with zeros around them; the nine numbers that a row of the filter meets are neighbours there.
 */
#include "vectors.h"

#define CHANNELS 3
#define TAPS 9

/* A padded row, with room for the last ROWS pixels. */
INLINE u32 row_length(u32 width) { return (width + 2 + ROWS) * CHANNELS; }

static __attribute__((noinline)) void fill_row(float *to, const float *image, int row, u32 height, u32 width) {
  clear(to, row_length(width));
  if (row >= 0 && row < (int)height) copy(to + CHANNELS, image + (u32)row * width * CHANNELS, width * CHANNELS);
}

/* ROWS neighbouring pixels, and one panel of output channels. `rows` are the three rows of the picture in turn. */
INLINE void pixels(const float *r0, const float *r1, const float *r2, const float *filter, const float *bias, vec least, float *y, u32 out, u32 count) {
  vec sum[ROWS][2];
  UNROLLED for (int i = 0; i < ROWS; i++) {
    sum[i][0] = LOAD(bias);
    sum[i][1] = LOAD(bias + 4);
  }
#define ROW(row) \
  ROLLED for (u32 k = 0; k < TAPS; k++, filter += PANEL) { \
    vec b0 = LOAD(filter), b1 = LOAD(filter + 4); \
    UNROLLED for (int i = 0; i < ROWS; i++) { \
      vec value = LOAD_SPLAT(row + k + i * CHANNELS); \
      sum[i][0] = MADD(value, b0, sum[i][0]); \
      sum[i][1] = MADD(value, b1, sum[i][1]); \
    } \
  }
  ROW(r0) ROW(r1) ROW(r2)
#undef ROW
  UNROLLED for (u32 i = 0; i < ROWS; i++)
    if (i < count) {
      STORE(y + i * out, wasm_f32x4_pmax(sum[i][0], least));
      STORE(y + i * out + 4, wasm_f32x4_pmax(sum[i][1], least));
    }
}

/* `filter` lies in panels [out / PANEL][27][PANEL]. */
EXPORT(firstLayer)
void first_layer(const float *x, float *y, const float *filter, const float *bias, float *scratch, u32 batch, u32 height, u32 width, u32 out, u32 relu) {
  u32 length = row_length(width);
  vec least = lowest(relu);
  for (u32 picture = 0; picture < batch; picture++, x += height * width * CHANNELS) {
    fill_row(scratch + 2 * length, x, -1, height, width);
    fill_row(scratch, x, 0, height, width);
    for (u32 row = 0; row < height; row++, y += width * out) {
      fill_row(scratch + (row + 1) % 3 * length, x, (int)row + 1, height, width);
      const float *r0 = scratch + (row + 2) % 3 * length, *r1 = scratch + row % 3 * length, *r2 = scratch + (row + 1) % 3 * length;
      for (u32 panel = 0; panel < out; panel += PANEL)
        for (u32 i = 0; i < width; i += ROWS) {
          u32 at = i * CHANNELS;
          pixels(r0 + at, r1 + at, r2 + at, filter + panel * TAPS * 3, bias + panel, least, y + i * out + panel, out, width - i);
        }
    }
  }
}
