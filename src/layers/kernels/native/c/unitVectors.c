/* Channel vectors of unit length, and the gradient of this, compiled for one kind of processor. Channels fill vectors. */
#include "vectors.h"
#include "kernels.h"

/* The sum of the products of two channel vectors. */
INLINE float dot(const float *a, const float *b, u32 channels) {
  vec sum = NONE;
  for (u32 c = 0; c < channels; c += LANES) sum = MADD(LOAD(a + c), LOAD(b + c), sum);
  return TOTAL(sum);
}

/* x / (|x| + epsilon), for the positions from `first` to `end`. */
static void unit_values(u32 first, u32 end, const float *x, float *y, float epsilon, u32 channels) {
  for (u32 at = first; at < end; at++) {
    const float *from = x + (unsigned long)at * channels;
    float *to = y + (unsigned long)at * channels;
    vec length = SPLAT(__builtin_sqrtf(dot(from, from, channels)) + epsilon);
    for (u32 c = 0; c < channels; c += LANES) STORE(to + c, DIV(LOAD(from + c), length));
  }
}

/* With n = |x| and l = n + epsilon: dy / l - x (x . dy) / (n l^2); 0 where n is 0. */
static void unit_gradient(u32 first, u32 end, const float *dy, const float *x, float *dx, float epsilon, u32 channels) {
  for (u32 at = first; at < end; at++) {
    const float *from = x + (unsigned long)at * channels, *slope = dy + (unsigned long)at * channels;
    float *to = dx + (unsigned long)at * channels, norm = __builtin_sqrtf(dot(from, from, channels)), length = norm + epsilon, inverse = norm == 0 ? 0 : 1 / length;
    vec scale = SPLAT(inverse), along = SPLAT(norm == 0 ? 0 : dot(from, slope, channels) * inverse / (norm * length));
    for (u32 c = 0; c < channels; c += LANES) STORE(to + c, NMADD(LOAD(from + c), along, MUL(LOAD(slope + c), scale)));
  }
}

const struct unit_kernels NAMED(unit_vectors, LEVEL) = {unit_values, unit_gradient};
