/* Sums of weighted squares, compiled for one kind of processor. Channels fill vectors. */
#include "vectors.h"
#include "kernels.h"

/* The sum over `positions` channel vectors: each in float32, and of them in double precision. */
static double weighted_squares(const float *x, const float *weights, u32 positions, u32 channels) {
  double sum = 0;
  for (; positions > 0; positions--, x += channels) {
    vec squares = NONE;
    for (u32 c = 0; c < channels; c += LANES) squares = MADD(MUL(LOAD(x + c), LOAD(x + c)), LOAD(weights + c), squares);
    sum += TOTAL(squares);
  }
  return sum;
}

weighted_squares_kernel *const NAMED(weighted_squares, LEVEL) = weighted_squares;
