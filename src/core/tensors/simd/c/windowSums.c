/*
 * Weighted sums in windows with one weight per row and one per column: sums down the columns, one row at a time in `scratch`, then sums across that row. x is [batch, height, width,
 * channels]. Windows lie within the picture; with `around`, all that reach it count, with zeros outside.
 */
#include "vectors.h"

/* The vectors of sums computed at a time: they fit into the registers. */
#define AT_ONCE (LANES == 4 ? 4 : 8)

INLINE void some_sums(const float *x, const float *weights, float *y, u32 apart, u32 count, u32 vectors) {
  vec sums[AT_ONCE];
  UNROLLED for (u32 i = 0; i < vectors; i++) sums[i] = SPLAT(0.f);
  ROLLED for (u32 k = 0; k < count; k++, x += apart) {
    vec weight = LOAD_SPLAT(weights + k);
    UNROLLED for (u32 i = 0; i < vectors; i++) sums[i] = MADD(weight, LOAD(x + i * LANES), sums[i]);
  }
  UNROLLED for (u32 i = 0; i < vectors; i++) STORE(y + i * LANES, sums[i]);
}

/* y[i] is the sum of weights[k] x[i + k apart]. The last vector may compute some sums again. */
INLINE void sums_of(const float *x, const float *weights, float *y, u32 numbers, u32 apart, u32 count) {
  u32 at = 0;
  for (; at + AT_ONCE * LANES <= numbers; at += AT_ONCE * LANES) some_sums(x + at, weights, y + at, apart, count, AT_ONCE);
  for (; at + LANES <= numbers; at += LANES) some_sums(x + at, weights, y + at, apart, count, 1);
  if (at < numbers && numbers >= LANES) some_sums(x + numbers - LANES, weights, y + numbers - LANES, apart, count, 1);
  else
    for (; at < numbers; at++) {
      /* By vectors, so that multiply-adds round as above. */
      vec sum = SPLAT(0.f);
      for (u32 k = 0; k < count; k++) sum = MADD(LOAD_SPLAT(weights + k), LOAD_SPLAT(x + at + k * apart), sum);
      y[at] = FIRST(sum);
    }
}

INLINE u32 smaller(u32 a, u32 b) { return a < b ? a : b; }

/* The rows of y from `first` to `end`, of all pictures. `scratch` has one row of sums, with zeros on both sides. */
EXPORT(windowSums)
void window_sums(float *scratch, u32 first, u32 end, const float *x, const float *down, const float *across, float *y, u32 height, u32 width, u32 channels, u32 high, u32 wide, u32 around) {
  u32 above = around ? high - 1 : 0, left = around ? (wide - 1) * channels : 0, line = width * channels;
  u32 rows = height + 2 * above - (high - 1), size = line + 2 * left - (wide - 1) * channels;
  clear(scratch, left);
  clear(scratch + left + line, left);
  for (; first < end; first++) {
    u32 row = first % rows, from = row < above ? above - row : 0, to = smaller(high, height + above - row);
    sums_of(x + (first / rows * height + row + from - above) * line, down + from, scratch + left, line, line, to - from);
    sums_of(scratch, across, y + first * size, size, channels, wide);
  }
}
