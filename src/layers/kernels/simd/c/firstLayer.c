/*
 * Convolution of three channels at any stride, plus a bias, optionally with ReLU: the first layer of a network.
 *
 * The scratch memory has the rows of the picture under one row of outputs, padded with zeros: there, the numbers under a row of the filter are neighbours.
 */
#include "vectors.h"

#define CHANNELS 3

/* The length of a padded row, including what the last ROWS outputs read. */
INLINE u32 row_length(u32 taps, u32 across, u32 stride) { return (((across + ROWS - 1) / ROWS * ROWS - 1) * stride + taps) * CHANNELS; }

/* Fills a padded row, which starts `before` pixels to the left of the picture. */
static __attribute__((noinline)) void fill_row(float *to, u32 length, const float *image, int row, u32 height, u32 width, u32 before) {
  u32 start = before * CHANNELS, room = length - start, all = width * CHANNELS;
  clear(to, length);
  if (row >= 0 && row < (int)height) copy(to + start, image + (u32)row * all, all < room ? all : room);
}

/* ROWS neighbouring outputs of one panel of channels; their inputs are `step` numbers apart in the padded rows. */
INLINE void pixels(const float *row, u32 length, u32 taps, u32 step, const float *filter, const float *bias, vec least, float *y, u32 out, u32 count) {
  vec sum[ROWS][2];
  UNROLLED for (int i = 0; i < ROWS; i++) {
    sum[i][0] = LOAD(bias);
    sum[i][1] = LOAD(bias + LANES);
  }
  ROLLED for (u32 a = 0; a < taps; a++, row += length)
    ROLLED for (u32 k = 0; k < taps * CHANNELS; k++, filter += PANEL) {
      vec b0 = LOAD(filter), b1 = LOAD(filter + LANES);
      UNROLLED for (u32 i = 0; i < ROWS; i++) {
        vec value = LOAD_SPLAT(row + k + i * step);
        sum[i][0] = MADD(value, b0, sum[i][0]);
        sum[i][1] = MADD(value, b1, sum[i][1]);
      }
    }
  UNROLLED for (u32 i = 0; i < ROWS; i++)
    if (i < count) {
      STORE(y + i * out, MAX(sum[i][0], least));
      STORE(y + i * out + LANES, MAX(sum[i][1], least));
    }
}

/*
 * x [batch, height, width, 3], with `before` zeros above and beside it, to y [batch, down, across, out]: the rows of y from `first` to `end`, of batch x down. `filter` is [out / PANEL, taps,
 * taps, 3, PANEL]. The scratch memory has `taps` padded rows.
 */
EXPORT(firstLayer)
void first_layer(float *scratch, u32 first, u32 end, const float *x, float *y, const float *filter, const float *bias, u32 height, u32 width, u32 taps, u32 stride, u32 before, u32 down, u32 across, u32 out, u32 relu) {
  u32 length = row_length(taps, across, stride);
  vec least = lowest(relu);
  for (; first < end; first++) {
    const float *image = x + first / down * height * width * CHANNELS;
    float *to = y + first * across * out;
    int top = (int)(first % down * stride) - (int)before;
    for (u32 a = 0; a < taps; a++) fill_row(scratch + a * length, length, image, top + (int)a, height, width, before);
    for (u32 panel = 0; panel < out; panel += PANEL)
      for (u32 i = 0; i < across; i += ROWS) {
        const float *weights = filter + panel * taps * taps * CHANNELS;
        pixels(scratch + i * stride * CHANNELS, length, taps, stride * CHANNELS, weights, bias + panel, least, to + i * out + panel, out, across - i);
      }
  }
}
