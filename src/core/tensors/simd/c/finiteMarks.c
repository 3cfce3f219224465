/*
 * Marks samples that are not finite: x [outer, count] to y [outer], 0 if the absolute values of all numbers are below a limit, otherwise NaN.
 */
#include "vectors.h"

#define BELOW(p, limit) wasm_f32x4_lt(wasm_f32x4_abs(p), limit)

EXPORT(finiteMarks)
void finite_marks(const float *x, float *y, u32 outer, u32 count, float limit) {
  vec most = SPLAT(limit);
  for (u32 i = 0; i < outer; i++, x += count) {
    vec a = wasm_i32x4_splat(-1), b = a;
    u32 at = 0;
    ROLLED
    for (; at + 8 <= count; at += 8) {
      a = AND(a, BELOW(LOAD(x + at), most));
      b = AND(b, BELOW(LOAD(x + at + 4), most));
    }
    ROLLED
    for (; at < count; at++) a = AND(a, BELOW(LOAD_SPLAT(x + at), most));
    y[i] = wasm_i32x4_all_true(AND(a, b)) ? 0.f : __builtin_nanf("");
  }
}
