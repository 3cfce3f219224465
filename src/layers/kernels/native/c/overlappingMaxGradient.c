/* The kernel of the gradient of max pooling over windows that may overlap, compiled for one kind of processor. */
#include "../../simd/c/overlappingMaxGradient.c"
#include "kernels.h"

overlapping_max_gradient_kernel *const NAMED(overlapping_max_gradient, LEVEL) = overlapping_max_gradient;
