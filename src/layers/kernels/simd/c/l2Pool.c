/*
 * L2 pooling 3 x 3 at stride 2 with a pixel of zeros around the picture: the root of the blurred squares plus 1e-12; and its gradient. The blur is
 * [1 2 1; 2 4 2; 1 2 1] / 16. Channels are a multiple of a vector's.
 *
 * The sums of a column serve the outputs on both sides: they go from column to column in registers, for a few channels at a time.
 *
 * Source: Ding et al., "Image Quality Assessment: Unifying Structure and Texture Similarity", 2020; `DISTS_pytorch/DISTS_pt.py` `L2pooling`.
 */
#include "vectors.h"

#define LEAST 1e-12f

/* The vectors that go from column to column: a cache line, or four in WebAssembly. */
#define AT_ONCE (LANES == 4 ? 4 : 64 / LANES)

/* The squares of a column, weighted 1, 2, 1 in the rows above, here and below, as far as these are inside. */
INLINE void column_of(vec *sum, const float *here, u32 line, u32 has_above, u32 has_below, u32 count) {
  UNROLLED for (u32 i = 0; i < count; i++) {
    vec value = LOAD(here + i * LANES);
    sum[i] = MUL(ADD(value, value), value);
  }
  if (has_above)
    UNROLLED for (u32 i = 0; i < count; i++) {
      vec value = LOAD(here - line + i * LANES);
      sum[i] = MADD(value, value, sum[i]);
    }
  if (has_below)
    UNROLLED for (u32 i = 0; i < count; i++) {
      vec value = LOAD(here + line + i * LANES);
      sum[i] = MADD(value, value, sum[i]);
    }
}

/* A row of outputs, for `count` vectors of channels. x is the middle one of its rows of inputs. */
INLINE void pool_row(const float *x, float *y, u32 width, u32 channels, u32 has_above, u32 has_below, u32 count) {
  vec left[AT_ONCE], middle[AT_ONCE], right[AT_ONCE];
  UNROLLED for (u32 i = 0; i < count; i++) left[i] = SPLAT(0.f);
  ROLLED for (u32 column = 0; column < width; column += 2, x += 2 * channels, y += channels) {
    column_of(middle, x, width * channels, has_above, has_below, count);
    if (column + 1 < width) column_of(right, x + channels, width * channels, has_above, has_below, count);
    else UNROLLED for (u32 i = 0; i < count; i++) right[i] = SPLAT(0.f);
    UNROLLED for (u32 i = 0; i < count; i++) {
      vec sum = ADD(ADD(left[i], right[i]), ADD(middle[i], middle[i]));
      STORE(y + i * LANES, SQRT(MADD(sum, SPLAT(1.f / 16.f), SPLAT(LEAST))));
      left[i] = right[i];
    }
  }
}

/* x [batch, height, width, channels] to y [batch, ceil(height / 2), ceil(width / 2), channels]: the rows of y from `first` to `end`. */
EXPORT(l2Pool)
void l2_pool(void *scratch, u32 first, u32 end, const float *x, float *y, u32 height, u32 width, u32 channels) {
  (void)scratch;
  u32 down = (height + 1) / 2, across = (width + 1) / 2;
  for (; first < end; first++) {
    u32 row = first % down * 2, has_above = row > 0, has_below = row + 1 < height, c = 0;
    const float *from = x + (first / down * height + row) * width * channels;
    float *to = y + first * across * channels;
    for (; c + AT_ONCE * LANES <= channels; c += AT_ONCE * LANES) pool_row(from + c, to + c, width, channels, has_above, has_below, AT_ONCE);
    for (; c < channels; c += LANES) pool_row(from + c, to + c, width, channels, has_above, has_below, 1);
  }
}

/* dy / y of a column, summed over the rows of outputs that a row of inputs is part of: two rows (`both`), or one, which then counts `twice`. */
INLINE void quotients(vec *sum, const float *dy, const float *y, u32 line, u32 both, u32 twice, u32 count) {
  UNROLLED for (u32 i = 0; i < count; i++) {
    sum[i] = DIV(LOAD(dy + i * LANES), LOAD(y + i * LANES));
    if (twice) sum[i] = ADD(sum[i], sum[i]);
    if (both) sum[i] = ADD(sum[i], DIV(LOAD(dy + line + i * LANES), LOAD(y + line + i * LANES)));
  }
}

/* The gradient of a row of inputs, for `count` vectors of channels. */
INLINE void spread_row(const float *dy, const float *x, const float *y, float *dx, u32 width, u32 channels, u32 both, u32 twice, u32 count) {
  u32 line = (width + 1) / 2 * channels;
  vec here[AT_ONCE], next[AT_ONCE], over = SPLAT(1.f / 16.f);
  quotients(here, dy, y, line, both, twice, count);
  ROLLED for (u32 column = 0; column < width; column += 2, x += 2 * channels, dx += 2 * channels) {
    UNROLLED for (u32 i = 0; i < count; i++) STORE(dx + i * LANES, MUL(MUL(ADD(here[i], here[i]), over), LOAD(x + i * LANES)));
    if (column + 1 == width) return;
    if (column + 2 < width) {
      dy += channels;
      y += channels;
      quotients(next, dy, y, line, both, twice, count);
    } else
      UNROLLED for (u32 i = 0; i < count; i++) next[i] = SPLAT(0.f);
    UNROLLED for (u32 i = 0; i < count; i++) {
      STORE(dx + channels + i * LANES, MUL(MUL(ADD(here[i], next[i]), over), LOAD(x + channels + i * LANES)));
      here[i] = next[i];
    }
  }
}

/* The gradient dx in the input x, from that in the value y: the rows from `first` to `end`. */
EXPORT(l2PoolGradient)
void l2_pool_gradient(void *scratch, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels) {
  (void)scratch;
  u32 down = (height + 1) / 2, across = (width + 1) / 2;
  for (; first < end; first++) {
    u32 row = first % height, odd = row % 2, both = odd && row + 1 < height, c = 0;
    u32 at = first * width * channels, from = (first / height * down + row / 2) * across * channels;
    for (; c + AT_ONCE * LANES <= channels; c += AT_ONCE * LANES) spread_row(dy + from + c, x + at + c, y + from + c, dx + at + c, width, channels, both, !odd, AT_ONCE);
    for (; c < channels; c += LANES) spread_row(dy + from + c, x + at + c, y + from + c, dx + at + c, width, channels, both, !odd, 1);
  }
}
