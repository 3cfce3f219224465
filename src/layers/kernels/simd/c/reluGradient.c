/* The gradient through a ReLU whose output was y: dy where y is above zero, 0 elsewhere; the numbers from `first` to `end`. */
#include "vectors.h"

EXPORT(reluGradient)
void relu_gradient(void *scratch, u32 first, u32 end, const float *dy, const float *y, float *dx) {
  (void)scratch;
  u32 i = first;
  for (; i + 4 <= end; i += 4) STORE(dx + i, wasm_v128_and(LOAD(dy + i), wasm_f32x4_gt(LOAD(y + i), SPLAT(0.f))));
  for (; i < end; i++) dx[i] = y[i] > 0.f ? dy[i] : 0.f;
}
