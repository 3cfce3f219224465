/*
 * Functions of two numbers: a and b, which broadcast, to y. PLUS_WHOLE takes int32, all others float32.
 */
#include "broadcast.h"

/* Writes a row of `result`, a vector computed from v of a and w of b. */
#define EACH(result)                                                                                                                       \
  ROLLED                                                                                                                                   \
  for (; i + 4 <= count; i += 4) {                                                                                                         \
    vec v = a_column ? LOAD(a + i) : LOAD_SPLAT(a), w = b_column ? LOAD(b + i) : LOAD_SPLAT(b);                                            \
    STORE(to + i, result);                                                                                                                 \
  }                                                                                                                                        \
  ROLLED                                                                                                                                   \
  for (; i < count; i++) {                                                                                                                 \
    vec v = LOAD_SPLAT(a + i * a_column), w = LOAD_SPLAT(b + i * b_column);                                                                \
    to[i] = FIRST(result);                                                                                                                 \
  }                                                                                                                                        \
  return;

INLINE vec squared(vec v) { return MUL(v, v); }

enum { PLUS, MINUS, TIMES, OVER, SQUARED_DIFFERENCE, LARGER, SMALLER, PLUS_WHOLE };

static void row(u32 function, const float *a, u32 a_column, const float *b, u32 b_column, void *y, u32 at, u32 count) {
  float *to = (float *)y + at;
  u32 i = 0;
  switch (function) {
  case PLUS: EACH(ADD(v, w))
  case MINUS: EACH(SUB(v, w))
  case TIMES: EACH(MUL(v, w))
  case OVER: EACH(DIV(v, w))
  case SQUARED_DIFFERENCE: EACH(squared(SUB(v, w)))
  case LARGER: EACH(wasm_f32x4_max(v, w))
  case SMALLER: EACH(wasm_f32x4_min(v, w))
  case PLUS_WHOLE: EACH(wasm_i32x4_add(v, w))
  }
}

EXPORT(binary)
void binary(u32 function, const float *a, const float *b, float *y, float *scratch, u32 outer, u32 inner, u32 rows, u32 columns, u32 a_outer,
            u32 a_inner, u32 a_row, u32 a_column, u32 b_outer, u32 b_inner, u32 b_row, u32 b_column) {
  strides as = {a_outer, a_inner, a_row, a_column}, bs = {b_outer, b_inner, b_row, b_column};
  broadcast(row, function, a, as, b, bs, y, (sizes){outer, inner, rows, columns}, scratch);
}
