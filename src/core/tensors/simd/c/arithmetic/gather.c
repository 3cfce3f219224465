/*
 * Gathers rows of x [size, inner] by index: y [count, inner]. Returns 1, or 0 if an index is out of range.
 */
#include "vectors.h"

EXPORT(gather)
u32 gather(const float *x, const u32 *numbers, float *y, u32 count, u32 inner, u32 size) {
  ROLLED
  for (u32 i = 0; i < count; i++) {
    if (numbers[i] >= size) return 0;
    if (inner == 1) y[i] = x[numbers[i]];
    else copy(y + i * inner, x + numbers[i] * inner, inner);
  }
  return 1;
}
