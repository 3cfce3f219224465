/* F(4, 3): 36 products per tile of 4 x 4 outputs instead of 144. */
#define SIDE 4
#define TAPS 3
#include "sixPoints.h"

INLINE void outputs(const vec *m, vec *y) {
  vec sum = ADD(m[1], m[2]), difference = SUB(m[1], m[2]), sum2 = ADD(m[3], m[4]), difference2 = SUB(m[3], m[4]);
  y[0] = ADD(ADD(m[0], sum), sum2);
  y[1] = MADD(SPLAT(B), difference2, MUL(SPLAT(A), difference));
  y[2] = MADD(SPLAT(B * B), sum2, MUL(SPLAT(A * A), sum));
  y[3] = ADD(MADD(SPLAT(B * B * B), difference2, MUL(SPLAT(A * A * A), difference)), m[5]);
}

INLINE void weights(const vec *g, vec *t) {
  vec even = MUL(SPLAT(AT_A), MADD(SPLAT(A * A), g[2], g[0])), odd = MUL(SPLAT(A * AT_A), g[1]);
  vec even2 = MUL(SPLAT(AT_B), MADD(SPLAT(B * B), g[2], g[0])), odd2 = MUL(SPLAT(B * AT_B), g[1]);
  t[0] = MUL(SPLAT(AT_ZERO), g[0]);
  t[1] = ADD(even, odd);
  t[2] = SUB(even, odd);
  t[3] = ADD(even2, odd2);
  t[4] = SUB(even2, odd2);
  t[5] = g[2];
}

#include "winograd.h"

EXPORT(winograd4)
void winograd4(float *scratch, u32 first, u32 end, const float *x, float *y, const float *u, u32 kept, const float *bias, float *shared, u32 height, u32 width, u32 in, u32 down, u32 across, u32 out, int above, int left, u32 relu, u32 tiles, u32 step, u32 base) {
  struct sizes s = {height, width, in, down, across, out, above, left};
  convolve_step(x, y, u, kept, bias, scratch, shared, s, relu, tiles, first, end, step, base);
}

EXPORT(winograd4Filter)
void winograd4_filter(const float *filter, float *u, u32 in, u32 out) { transform_filter(filter, u, in, out); }
