/* F(2, 3), compiled for one kind of processor: 16 products per tile of 2 x 2 outputs instead of 36. It rounds about as little as the plain sum. */
#define FORM NAMED(winograd2, LEVEL)
#define SIDE 2
#define TAPS 3
#define REACH 4
#include "vectors.h"

INLINE void inputs(const vec *d, vec *t) {
  t[0] = SUB(d[0], d[2]);
  t[1] = ADD(d[1], d[2]);
  t[2] = SUB(d[2], d[1]);
  t[3] = SUB(d[1], d[3]);
}

INLINE void outputs(const vec *m, vec *y) {
  y[0] = ADD(ADD(m[0], m[1]), m[2]);
  y[1] = SUB(SUB(m[1], m[2]), m[3]);
}

INLINE void weights(const vec *g, vec *t) {
  vec half = SPLAT(0.5f), ends = ADD(g[0], g[2]);
  t[0] = g[0];
  t[1] = MUL(half, ADD(ends, g[1]));
  t[2] = MUL(half, SUB(ends, g[1]));
  t[3] = g[2];
}

#include "../../simd/c/winograd.h"
#include "parts.h"
