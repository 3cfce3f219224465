/*
 * Convolution 3 x 3 to three channels at stride 1, which keeps the size: the gradient of the first layer. The numbers of a vector are input channels.
 */
#include "vectors.h"

#define CHANNELS 3

INLINE u32 row_length(u32 width, u32 in) { return (width + 2 + PIXELS) * in; }

static __attribute__((noinline)) void fill_row(float *to, const float *image, int row, u32 height, u32 width, u32 in) {
  clear(to, row_length(width, in));
  if (row >= 0 && row < (int)height) copy(to + in, image + (u32)row * width * in, width * in);
}

/* PIXELS neighbouring pixels. `in` is a multiple of LANES. */
INLINE void pixels(const float *r0, const float *r1, const float *r2, const float *filter, float *y, u32 in, u32 count) {
  vec sum[PIXELS][CHANNELS];
  UNROLLED for (int i = 0; i < PIXELS; i++) UNROLLED for (int j = 0; j < CHANNELS; j++) sum[i][j] = SPLAT(0.f);
  const float *rows = r0;
  ROLLED for (u32 a = 0; a < 3; a++, rows = a == 1 ? r1 : r2)
    ROLLED for (u32 k = 0; k < 3 * in; k += LANES, filter += LANES * CHANNELS) {
      vec w0 = LOAD(filter), w1 = LOAD(filter + LANES), w2 = LOAD(filter + 2 * LANES);
      UNROLLED for (int i = 0; i < PIXELS; i++) {
        vec value = LOAD(rows + k + i * in);
        sum[i][0] = MADD(value, w0, sum[i][0]);
        sum[i][1] = MADD(value, w1, sum[i][1]);
        sum[i][2] = MADD(value, w2, sum[i][2]);
      }
    }
  UNROLLED for (u32 i = 0; i < PIXELS; i++)
    if (i < count) UNROLLED for (int j = 0; j < CHANNELS; j++) y[i * CHANNELS + j] = TOTAL(sum[i][j]);
}

/*
 * x [batch, height, width, in] to y [batch, height, width, 3]: the rows of y from `first` to `end`, of batch x height. `filter` is [9, in / LANES, 3, LANES]. The scratch memory has three
 * padded rows: above, at and below the row of outputs.
 */
EXPORT(toThreeChannels)
void to_three_channels(float *scratch, u32 first, u32 end, const float *x, float *y, const float *filter, u32 height, u32 width, u32 in) {
  u32 length = row_length(width, in);
  for (u32 from = first; first < end; first++) {
    u32 row = first % height;
    const float *image = x + first / height * height * width * in;
    if (first == from || row == 0) {
      fill_row(scratch + (row + 2) % 3 * length, image, (int)row - 1, height, width, in);
      fill_row(scratch + row % 3 * length, image, (int)row, height, width, in);
    }
    fill_row(scratch + (row + 1) % 3 * length, image, (int)row + 1, height, width, in);
    const float *r0 = scratch + (row + 2) % 3 * length, *r1 = scratch + row % 3 * length, *r2 = scratch + (row + 1) % 3 * length;
    float *to = y + first * width * CHANNELS;
    for (u32 i = 0; i < width; i += PIXELS) pixels(r0 + i * in, r1 + i * in, r2 + i * in, filter, to + i * CHANNELS, in, width - i);
  }
}
