/*
 * Comparisons: a and b, which broadcast, to bytes y, 1 or 0.
 */
#include "broadcast.h"

typedef unsigned char u8;

#define EACH(result)                                                                                                                       \
  ROLLED                                                                                                                                   \
  for (u32 i = 0; i < count; i++) {                                                                                                        \
    float v = a[i * a_column], w = b[i * b_column];                                                                                        \
    to[i] = result;                                                                                                                        \
  }                                                                                                                                        \
  return;

enum { EQUAL, UNEQUAL, GREATER, AT_LEAST };

static void row(u32 function, const float *a, u32 a_column, const float *b, u32 b_column, void *y, u32 at, u32 count) {
  u8 *to = (u8 *)y + at;
  switch (function) {
  case EQUAL: EACH(v == w)
  case UNEQUAL: EACH(v != w)
  case GREATER: EACH(v > w)
  case AT_LEAST: EACH(v >= w)
  }
}

EXPORT(compare)
void compare(u32 function, const float *a, const float *b, u8 *y, float *scratch, u32 outer, u32 inner, u32 rows, u32 columns, u32 a_outer,
             u32 a_inner, u32 a_row, u32 a_column, u32 b_outer, u32 b_inner, u32 b_row, u32 b_column) {
  strides as = {a_outer, a_inner, a_row, a_column}, bs = {b_outer, b_inner, b_row, b_column};
  broadcast(row, function, a, as, b, bs, y, (sizes){outer, inner, rows, columns}, scratch);
}

/* a if the byte is not 0, otherwise b. */
EXPORT(choose)
void choose(const u8 *chosen, const float *a, const float *b, float *y, u32 count) {
  ROLLED
  for (u32 i = 0; i < count; i++) y[i] = chosen[i] ? a[i] : b[i];
}

/* Bytes as float32. */
EXPORT(numbers)
void numbers(const u8 *x, float *y, u32 count) {
  ROLLED
  for (u32 i = 0; i < count; i++) y[i] = x[i];
}
