/*
 * Transforms a filter [3, 3, in, out] for Winograd's convolutions: for each position of the transformed tile, panels [out / PANEL][in][PANEL].
 *
 * `table` [reach, 3] has the weights of the transform along one axis, in double precision, as the sums are.
 */
#include "vectors.h"

EXPORT(winogradFilter)
void winograd_filter(const float *filter, float *u, const double *table, u32 reach, u32 in, u32 out) {
  for (u32 position = 0; position < reach * reach; position++) {
    const double *down = table + 3 * (position / reach), *across = table + 3 * (position % reach);
    for (u32 panel = 0; panel < out; panel += PANEL)
      for (u32 k = 0; k < in; k++)
        for (u32 n = 0; n < PANEL; n++) {
          const float *weight = filter + k * out + panel + n;
          double sum = 0;
          UNROLLED for (u32 i = 0; i < 9; i++) sum += down[i / 3] * across[i % 3] * (double)weight[i * in * out];
          *u++ = (float)sum;
        }
  }
}
