/*
 * Means over the middle axis in double precision: x [outer, count, inner] to y [outer, inner].
 */
#include "vectors.h"

#define LOW(x) wasm_f64x2_promote_low_f32x4(x)
#define HIGH(x) LOW(wasm_i32x4_shuffle(x, x, 2, 3, 2, 3))

/* The sum of neighbouring numbers. */
INLINE double sum_of(const float *x, u32 count) {
  vec a = wasm_f64x2_splat(0.), b = a;
  u32 i = 0;
  for (; i + 4 <= count; i += 4) {
    vec four = LOAD(x + i);
    a = ADD_WIDE(a, LOW(four));
    b = ADD_WIDE(b, HIGH(four));
  }
  a = ADD_WIDE(a, b);
  double sum = wasm_f64x2_extract_lane(a, 0) + wasm_f64x2_extract_lane(a, 1);
  for (; i < count; i++) sum += x[i];
  return sum;
}

/* The means of eight neighbours: half of a cache line or all of it. */
INLINE void eight(const float *x, float *y, u32 count, u32 inner) {
  vec a = wasm_f64x2_splat(0.), b = a, c = a, d = a, over = wasm_f64x2_splat(count);
  for (u32 i = 0; i < count; i++, x += inner) {
    vec first = LOAD(x), second = LOAD(x + 4);
    a = ADD_WIDE(a, LOW(first));
    b = ADD_WIDE(b, HIGH(first));
    c = ADD_WIDE(c, LOW(second));
    d = ADD_WIDE(d, HIGH(second));
  }
  vec ab = wasm_i64x2_shuffle(wasm_f32x4_demote_f64x2_zero(wasm_f64x2_div(a, over)), wasm_f32x4_demote_f64x2_zero(wasm_f64x2_div(b, over)), 0, 2);
  vec cd = wasm_i64x2_shuffle(wasm_f32x4_demote_f64x2_zero(wasm_f64x2_div(c, over)), wasm_f32x4_demote_f64x2_zero(wasm_f64x2_div(d, over)), 0, 2);
  STORE(y, ab);
  STORE(y + 4, cd);
}

EXPORT(middleMeans)
void middle_means(const float *x, float *y, u32 outer, u32 count, u32 inner) {
  for (u32 i = 0; i < outer; i++, x += count * inner, y += inner) {
    if (inner == 1) {
      *y = (float)(sum_of(x, count) / count);
      continue;
    }
    u32 at = 0;
    for (; at + 8 <= inner; at += 8) eight(x + at, y + at, count, inner);
    for (; at < inner; at++) {
      double sum = 0;
      for (u32 k = 0; k < count; k++) sum += x[k * inner + at];
      y[at] = (float)(sum / count);
    }
  }
}
