/*
 * Winograd's transform of inputs at the points 0, +-A, +-B and infinity: six products give four outputs of a filter of three taps, or two of a filter of five.
 *
 * A = 5/8 and B = 3/2 round less than the usual 1 and 2. Source of the points: oneDNN, jit_avx512_core_fp32_wino_conv_4x3.
 */
#ifndef SIX_POINTS_H
#define SIX_POINTS_H
#include "vectors.h"

#define REACH 6
#define A 0.625f
#define B 1.5f

/* The scales of the weights' transform at 0, +-A and +-B: one over the product of a point's distances from the other finite points. */
#define AT_ZERO (1 / (A * A * B * B))
#define AT_A (1 / (2 * A * A * (A * A - B * B)))
#define AT_B (1 / (2 * B * B * (B * B - A * A)))

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

#endif
