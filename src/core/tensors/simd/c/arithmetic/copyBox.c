/*
 * Copies a box of numbers from one tensor to another, for padding and transposition. Each of six axes has a stride in both tensors, 0 if the axis has one position.
 */
#include "vectors.h"

INLINE void copy_row(float *to, u32 to_column, const float *from, u32 from_column, u32 columns) {
  if (to_column == 1 && from_column == 1 && columns >= 16) {
    copy(to, from, columns);
    return;
  }
  ROLLED
  for (u32 column = 0; column < columns; column++) to[column * to_column] = from[column * from_column];
}

EXPORT(copyBox)
void copy_box(const float *from, float *to, u32 n0, u32 n1, u32 n2, u32 n3, u32 n4, u32 n5, u32 f0, u32 f1, u32 f2, u32 f3, u32 f4, u32 f5, u32 t0,
              u32 t1, u32 t2, u32 t3, u32 t4, u32 t5) {
  for (u32 i = 0; i < n0; i++)
    for (u32 j = 0; j < n1; j++)
      for (u32 k = 0; k < n2; k++)
        for (u32 l = 0; l < n3; l++)
          for (u32 m = 0; m < n4; m++)
            copy_row(to + i * t0 + j * t1 + k * t2 + l * t3 + m * t4, t5, from + i * f0 + j * f1 + k * f2 + l * f3 + m * f4, f5, n5);
}

EXPORT(fill)
void fill(float *to, u32 count, float value) {
  u32 at = 0;
  ROLLED
  for (; at + 4 <= count; at += 4) STORE(to + at, SPLAT(value));
  ROLLED
  for (; at < count; at++) to[at] = value;
}
