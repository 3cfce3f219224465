/* F(4, 5), compiled for one kind of processor: 64 products per tile of 4 x 4 outputs instead of 400. */
#define FORM NAMED(winograd45, LEVEL)
#define SIDE 4
#define TAPS 5
#include "eightPoints.h"

INLINE void outputs(const vec *m, vec *y) {
  vec sum = ADD(m[1], m[2]), difference = SUB(m[1], m[2]), sum2 = ADD(m[3], m[4]), difference2 = SUB(m[3], m[4]), sum3 = ADD(m[5], m[6]), difference3 = SUB(m[5], m[6]);
  y[0] = ADD(ADD(m[0], sum), ADD(sum2, sum3));
  y[1] = MADD(SPLAT(C), difference3, MADD(SPLAT(B), difference2, MUL(SPLAT(A), difference)));
  y[2] = MADD(SPLAT(CC), sum3, MADD(SPLAT(BB), sum2, MUL(SPLAT(AA), sum)));
  y[3] = ADD(MADD(SPLAT(C * CC), difference3, MADD(SPLAT(B * BB), difference2, MUL(SPLAT(A * AA), difference))), m[7]);
}

/* The values at a point and at its negative. */
INLINE void weights_at(const vec *g, float point, float scale, vec *positive, vec *negative) {
  vec square = SPLAT(point * point), even = MUL(SPLAT(scale), MADD(square, MADD(square, g[4], g[2]), g[0])), odd = MUL(SPLAT(point * scale), MADD(square, g[3], g[1]));
  *positive = ADD(even, odd);
  *negative = SUB(even, odd);
}

INLINE void weights(const vec *g, vec *t) {
  t[0] = MUL(SPLAT(AT_ZERO), g[0]);
  weights_at(g, A, AT_A, t + 1, t + 2);
  weights_at(g, B, AT_B, t + 3, t + 4);
  weights_at(g, C, AT_C, t + 5, t + 6);
  t[7] = g[4];
}

#include "../../simd/c/winograd.h"
#include "parts.h"
