/*
 * F(4, 3) at the points 0, +-A, +-B and infinity: 36 products a tile of 4 x 4 outputs in place of 144.
 *
 * A = 5/8 and B = 3/2 round less than the usual 1 and 2. Source of the points: oneDNN, jit_avx512_core_fp32_wino_conv_4x3.
 */
#define SIDE 4
#include "vectors.h"

#ifndef A
#define A 0.625f
#define B 1.5f
#endif

INLINE void inputs(const vec *d, vec *t) {
  vec aa = SPLAT(A * A), bb = SPLAT(B * B), both = SPLAT(A * A + B * B), product = SPLAT(A * A * B * B);
  vec even = NMADD(bb, d[2], d[4]), odd = MUL(SPLAT(A), NMADD(bb, d[1], d[3]));
  vec even2 = NMADD(aa, d[2], d[4]), odd2 = MUL(SPLAT(B), NMADD(aa, d[1], d[3]));
  t[0] = MADD(product, d[0], NMADD(both, d[2], d[4]));
  t[1] = ADD(even, odd);
  t[2] = SUB(even, odd);
  t[3] = ADD(even2, odd2);
  t[4] = SUB(even2, odd2);
  t[5] = MADD(product, d[1], NMADD(both, d[3], d[5]));
}

INLINE void outputs(const vec *m, vec *y) {
  vec sum = ADD(m[1], m[2]), difference = SUB(m[1], m[2]), sum2 = ADD(m[3], m[4]), difference2 = SUB(m[3], m[4]);
  y[0] = ADD(ADD(m[0], sum), sum2);
  y[1] = MADD(SPLAT(B), difference2, MUL(SPLAT(A), difference));
  y[2] = MADD(SPLAT(B * B), sum2, MUL(SPLAT(A * A), sum));
  y[3] = ADD(MADD(SPLAT(B * B * B), difference2, MUL(SPLAT(A * A * A), difference)), m[5]);
}

#include "winograd.h"

EXPORT(winograd4)
void winograd4(const float *x, float *y, const float *u, const float *bias, float *scratch, u32 batch, u32 height, u32 width, u32 in, u32 out, u32 relu, u32 tiles) {
  convolve(x, y, u, bias, scratch, batch, height, width, in, out, relu, tiles);
}
