/*
 * Functions of single numbers: x [count] to y [count].
 */
#include "vectors.h"

/* Writes `result`, a vector computed from the vector v, for all numbers of x. */
#define EACH(result)                                                                                                                       \
  ROLLED                                                                                                                                   \
  for (; at + 4 <= count; at += 4) {                                                                                                       \
    vec v = LOAD(x + at);                                                                                                                  \
    STORE(y + at, result);                                                                                                                 \
  }                                                                                                                                        \
  ROLLED                                                                                                                                   \
  for (; at < count; at++) {                                                                                                               \
    vec v = LOAD_SPLAT(x + at);                                                                                                            \
    y[at] = FIRST(result);                                                                                                                 \
  }                                                                                                                                        \
  return;

#define ZERO SPLAT(0.f)
#define ONE SPLAT(1.f)

enum { NEGATE, ABSOLUTE, SQUARE, RECTIFY, SIGN };

EXPORT(unary)
void unary(const float *x, float *y, u32 count, u32 function) {
  u32 at = 0;
  switch (function) {
  case NEGATE: EACH(wasm_f32x4_neg(v))
  case ABSOLUTE: EACH(wasm_f32x4_abs(v))
  case SQUARE: EACH(MUL(v, v))
  case RECTIFY: EACH(wasm_f32x4_max(v, ZERO))
  case SIGN: EACH(SUB(AND(wasm_f32x4_gt(v, ZERO), ONE), AND(wasm_f32x4_lt(v, ZERO), ONE)))
  }
}

/* Clips numbers to [least, most]; NaN stays. */
EXPORT(clip)
void clip(const float *x, float *y, u32 count, float least, float most) {
  u32 at = 0;
  vec low = SPLAT(least), high = SPLAT(most);
  EACH(wasm_f32x4_max(low, wasm_f32x4_min(high, v)))
}
