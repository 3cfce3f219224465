/* The kernels of moments of pairs, compiled for one kind of processor. */
#include "vectors.h"
#include "../../../../core/tensors/simd/c/pairMoments.c"
#include "kernels.h"

const struct moment_kernels NAMED(pair_moments, LEVEL) = {pair_sums, pair_moments, pair_moments_gradient};
