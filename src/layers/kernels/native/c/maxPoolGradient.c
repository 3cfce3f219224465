/* The kernel of max pooling's gradient, compiled for one kind of processor. */
#include "../../simd/c/maxPoolGradient.c"
#include "kernels.h"

max_pool_gradient_kernel *const NAMED(max_pool_gradient, LEVEL) = max_pool_gradient;
