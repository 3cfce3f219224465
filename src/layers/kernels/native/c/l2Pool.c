/* The kernels of L2 pooling, compiled for one kind of processor. */
#include "../../simd/c/l2Pool.c"
#include "kernels.h"

const struct l2_kernels NAMED(l2_pool, LEVEL) = {l2_pool, l2_pool_gradient};
