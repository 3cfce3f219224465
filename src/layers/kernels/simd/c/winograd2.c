/* F(2, 3): 16 products a tile of 2 x 2 outputs in place of 36. */
#define SIDE 2
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

#include "winograd.h"

EXPORT(winograd2)
void winograd2(const float *x, float *y, const float *u, const float *bias, float *scratch, u32 batch, u32 height, u32 width, u32 in, u32 out, u32 relu, u32 tiles) {
  convolve(x, y, u, bias, scratch, batch, height, width, in, out, relu, tiles);
}
