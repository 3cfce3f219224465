/*
 * Goes through two tensors of up to four axes that broadcast: a tensor that repeats along an axis has the stride 0 there.
 */
#ifndef BROADCAST_H
#define BROADCAST_H
#include "vectors.h"

/* The distance between neighbours along each axis; along the last 0 or 1. */
typedef struct {
  u32 outer, inner, row, column;
} strides;

typedef struct {
  u32 outer, inner, rows, columns;
} sizes;

/* Computes one row: a and b, of which one may be a single number, to y from `at` on. */
typedef void each_row(u32 function, const float *a, u32 a_column, const float *b, u32 b_column, void *y, u32 at, u32 count);

/* Rows shorter than SHORT are joined, TOGETHER at a time. */
#define SHORT 16
#define TOGETHER 64

/* The numbers of some rows without gaps: in place if they are so already, otherwise copied to `room`. */
INLINE const float *together(const float *x, strides s, u32 rows, u32 columns, float *room) {
  if (s.column == 1 && s.row == columns) return x;
  for (u32 row = 0; row < rows; row++) {
    ROLLED
    for (u32 column = 0; column < columns; column++) room[row * columns + column] = x[row * s.row + column * s.column];
  }
  return room;
}

/* `scratch` has room for 2 x TOGETHER x SHORT numbers. */
INLINE void broadcast(each_row *run, u32 function, const float *a, strides as, const float *b, strides bs, void *y, sizes n, float *scratch) {
  u32 at = 0;
  for (u32 i = 0; i < n.outer * n.inner; i++) {
    const float *from_a = a + (i / n.inner) * as.outer + (i % n.inner) * as.inner;
    const float *from_b = b + (i / n.inner) * bs.outer + (i % n.inner) * bs.inner;
    u32 step = n.columns < SHORT ? TOGETHER : 1;
    for (u32 row = 0; row < n.rows; row += step) {
      u32 rows = row + step < n.rows ? step : n.rows - row, count = rows * n.columns;
      const float *x = from_a + row * as.row, *z = from_b + row * bs.row;
      if (rows == 1) run(function, x, as.column, z, bs.column, y, at, count);
      else run(function, together(x, as, rows, n.columns, scratch), 1, together(z, bs, rows, n.columns, scratch + TOGETHER * SHORT), 1, y, at, count);
      at += count;
    }
  }
}
#endif
