/* The kernel of weighted sums in windows, compiled for one kind of processor. */
#include "vectors.h"
#include "../../../../core/tensors/simd/c/windowSums.c"
#include "kernels.h"

window_sums_kernel *const NAMED(window_sums, LEVEL) = window_sums;
