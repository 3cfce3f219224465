/*
 * A matrix times a column: x [rows, columns] and w [columns] to y [rows].
 */
#include "vectors.h"

/* The sum of a vector's numbers, in pairs. */
INLINE float total(vec v) {
  vec pairs = ADD(v, wasm_i32x4_shuffle(v, v, 2, 3, 0, 1));
  return wasm_f32x4_extract_lane(ADD(pairs, wasm_i32x4_shuffle(pairs, pairs, 1, 0, 3, 2)), 0);
}

EXPORT(timesColumn)
void times_column(const float *x, const float *w, float *y, u32 rows, u32 columns) {
  for (u32 row = 0; row < rows; row++, x += columns) {
    vec a = SPLAT(0.f), b = a;
    u32 at = 0;
    ROLLED
    for (; at + 8 <= columns; at += 8) {
      a = ADD(a, MUL(LOAD(x + at), LOAD(w + at)));
      b = ADD(b, MUL(LOAD(x + at + 4), LOAD(w + at + 4)));
    }
    float sum = total(ADD(a, b));
    ROLLED
    for (; at < columns; at++) sum += x[at] * w[at];
    y[row] = sum;
  }
}
