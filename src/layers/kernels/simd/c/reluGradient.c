/* The gradient through a ReLU whose output was y: dy where y is above zero, 0 elsewhere. */
#include "vectors.h"

EXPORT(reluGradient)
void relu_gradient(const float *dy, const float *y, float *dx, u32 count) {
  u32 i = 0;
  for (; i + 4 <= count; i += 4) STORE(dx + i, wasm_v128_and(LOAD(dy + i), wasm_f32x4_gt(LOAD(y + i), SPLAT(0.f))));
  for (; i < count; i++) dx[i] = y[i] > 0.f ? dy[i] : 0.f;
}
