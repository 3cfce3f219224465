/*
 * Weighted sums of neighbours along one axis, without padding: x [outer, length, inner] to y [outer, length - count + 1, inner].
 *
 * Neighbours are `inner` numbers apart, so a sum over them is that of `count` vectors, whatever the axis. Four vectors of sums are computed at a time.
 */
#include "vectors.h"

EXPORT(alongAxis)
void along_axis(const float *x, const float *weights, float *y, u32 outer, u32 length, u32 inner, u32 count) {
  u32 size = (length - count + 1) * inner;
  for (u32 i = 0; i < outer; i++, x += length * inner, y += size) {
    u32 at = 0;
    for (; at + 16 <= size; at += 16) {
      vec a = SPLAT(0.f), b = a, c = a, d = a;
      const float *from = x + at;
      for (u32 k = 0; k < count; k++, from += inner) {
        vec weight = LOAD_SPLAT(weights + k);
        a = MADD(weight, LOAD(from), a);
        b = MADD(weight, LOAD(from + 4), b);
        c = MADD(weight, LOAD(from + 8), c);
        d = MADD(weight, LOAD(from + 12), d);
      }
      STORE(y + at, a);
      STORE(y + at + 4, b);
      STORE(y + at + 8, c);
      STORE(y + at + 12, d);
    }
    for (; at < size; at++) {
      /* As the vectors are: a multiply-add of one rounding or of two, as the engine has it. */
      vec sum = SPLAT(0.f);
      for (u32 k = 0; k < count; k++) sum = MADD(LOAD_SPLAT(weights + k), LOAD_SPLAT(x + at + k * inner), sum);
      y[at] = wasm_f32x4_extract_lane(sum, 0);
    }
  }
}
