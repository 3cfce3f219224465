/*
 * Winograd's transform of inputs at the points 0, +-A, +-B, +-C and infinity: eight products give four outputs of a filter of five taps.
 *
 * Of the points that are multiples of 1/8, 1/2, 1 and 2 round least: about four times as much as the six points of F(2, 5).
 */
#ifndef EIGHT_POINTS_H
#define EIGHT_POINTS_H
#include "vectors.h"

#define REACH 8
#define A 0.5f
#define B 1.f
#define C 2.f
#define AA (A * A)
#define BB (B * B)
#define CC (C * C)

/* The scales of the weights' transform at 0, +-A, +-B and +-C: one over the product of a point's distances from the other finite points. */
#define AT_ZERO (-1 / (AA * BB * CC))
#define AT_A (1 / (2 * AA * (AA - BB) * (AA - CC)))
#define AT_B (1 / (2 * BB * (BB - AA) * (BB - CC)))
#define AT_C (1 / (2 * CC * (CC - AA) * (CC - BB)))

/* The values at a point and at its negative; `sum` and `product` are the sum and the product of the squares of the other two. */
INLINE void at_points(const vec *d, float point, float sum, float product, vec *positive, vec *negative) {
  vec even = MADD(SPLAT(product), d[2], NMADD(SPLAT(sum), d[4], d[6])), odd = MUL(SPLAT(point), MADD(SPLAT(product), d[1], NMADD(SPLAT(sum), d[3], d[5])));
  *positive = ADD(even, odd);
  *negative = SUB(even, odd);
}

/* The value at 0 of eight numbers, or at infinity of those from the second on. */
INLINE vec at_end(const vec *d) { return NMADD(SPLAT(AA * BB * CC), d[0], MADD(SPLAT(AA * BB + AA * CC + BB * CC), d[2], NMADD(SPLAT(AA + BB + CC), d[4], d[6]))); }

INLINE void inputs(const vec *d, vec *t) {
  t[0] = at_end(d);
  at_points(d, A, BB + CC, BB * CC, t + 1, t + 2);
  at_points(d, B, AA + CC, AA * CC, t + 3, t + 4);
  at_points(d, C, AA + BB, AA * BB, t + 5, t + 6);
  t[7] = at_end(d + 1);
}

#endif
