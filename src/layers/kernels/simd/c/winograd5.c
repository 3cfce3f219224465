/* F(2, 5): 36 products per tile of 2 x 2 outputs instead of 100. */
#define SIDE 2
#define TAPS 5
#include "sixPoints.h"

INLINE void outputs(const vec *m, vec *y) {
  vec difference = SUB(m[1], m[2]), difference2 = SUB(m[3], m[4]);
  y[0] = ADD(ADD(m[0], ADD(m[1], m[2])), ADD(m[3], m[4]));
  y[1] = ADD(MADD(SPLAT(B), difference2, MUL(SPLAT(A), difference)), m[5]);
}

INLINE void weights(const vec *g, vec *t) {
  vec aa = SPLAT(A * A), bb = SPLAT(B * B);
  vec even = MUL(SPLAT(AT_A), MADD(aa, MADD(aa, g[4], g[2]), g[0])), odd = MUL(SPLAT(A * AT_A), MADD(aa, g[3], g[1]));
  vec even2 = MUL(SPLAT(AT_B), MADD(bb, MADD(bb, g[4], g[2]), g[0])), odd2 = MUL(SPLAT(B * AT_B), MADD(bb, g[3], g[1]));
  t[0] = MUL(SPLAT(AT_ZERO), g[0]);
  t[1] = ADD(even, odd);
  t[2] = SUB(even, odd);
  t[3] = ADD(even2, odd2);
  t[4] = SUB(even2, odd2);
  t[5] = g[4];
}

#include "winograd.h"

EXPORT(winograd5)
void winograd5(float *scratch, u32 first, u32 end, const float *x, float *y, const float *u, u32 kept, const float *bias, float *shared, u32 height, u32 width, u32 in, u32 down, u32 across, u32 out, int above, int left, u32 relu, u32 tiles, u32 step, u32 base) {
  struct sizes s = {height, width, in, down, across, out, above, left};
  convolve_step(x, y, u, kept, bias, scratch, shared, s, relu, tiles, first, end, step, base);
}

EXPORT(winograd5Filter)
void winograd5_filter(const float *filter, float *u, u32 in, u32 out) { transform_filter(filter, u, in, out); }
