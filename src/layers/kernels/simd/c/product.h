/* The product of two matrices for Winograd's convolutions. */
#ifndef PRODUCT_H
#define PRODUCT_H
#include "vectors.h"

/*
 * The left matrix lies in blocks of this many columns, [columns / BLOCK][rows][BLOCK], so that the distance between rows is a constant. The last block may be partly unused.
 */
#define BLOCK 64

/* Sums of this many products are added to each other: short sums round less. */
#define SUMMED 32

/* Adds the products of one column of the left matrix with one row of the right one, in the rows from `first` to `end`. */
INLINE void add_products(vec (*sum)[2], const float *column, vec b0, vec b1, u32 first, u32 end) {
  UNROLLED for (u32 i = first; i < end; i++) {
    vec value = LOAD_SPLAT(column + i * BLOCK);
    sum[i][0] = MADD(value, b0, sum[i][0]);
    sum[i][1] = MADD(value, b1, sum[i][1]);
  }
}

/* `rows` rows and PANEL columns of the product, plus `c` if `added`. `next` is the distance between blocks of `a`. */
INLINE void some_rows(u32 rows, const float *restrict a, u32 next, const float *restrict b, float *restrict c, u32 width, u32 inner, u32 added) {
  const float *never = NOWHERE;
  u32 ahead = rows < ROWS_AHEAD ? rows : ROWS_AHEAD;
  for (u32 first = 0; first < inner; first += SUMMED) {
    vec sum[MOST_ROWS][2];
    UNROLLED for (u32 i = 0; i < rows; i++) sum[i][0] = sum[i][1] = SPLAT(0.f);
    const float *column = a + first / BLOCK * next + first % BLOCK, *end = column + (inner - first < SUMMED ? inner - first : SUMMED);
    ROLLED do {
      vec b0 = LOAD(b), b1 = LOAD(b + LANES);
      add_products(sum, column, b0, b1, 0, ahead);
      /* Never true. V8 loads all values that are used before a branch before it uses the first: more than ROWS_AHEAD would leave too few registers for the sums. */
      if (ahead < rows && column == never) break;
      add_products(sum, column, b0, b1, ahead, rows);
      b += PANEL;
    } while (++column != end);
    UNROLLED for (u32 i = 0; i < rows; i++) {
      float *to = c + i * width;
      STORE(to, first == 0 && !added ? sum[i][0] : ADD(LOAD(to), sum[i][0]));
      STORE(to + LANES, first == 0 && !added ? sum[i][1] : ADD(LOAD(to + LANES), sum[i][1]));
    }
  }
}

/* PANEL columns of c [rows, width] = a [rows, inner] b [inner, PANEL]; `rows` is a multiple of ROWS, or MOST_ROWS. `next` is the distance between blocks of `a`. */
static __attribute__((noinline)) void product(const float *a, u32 next, u32 rows, const float *b, float *c, u32 inner, u32 width) {
  u32 row = 0;
  for (; MOST_ROWS > ROWS && (rows - row) % MOST_ROWS != 0; row += ROWS) some_rows(ROWS, a + row * BLOCK, next, b, c + row * width, width, inner, 0);
  for (; row < rows; row += MOST_ROWS) some_rows(MOST_ROWS, a + row * BLOCK, next, b, c + row * width, width, inner, 0);
}

#endif
