/* The kernel of the first layer, compiled for one kind of processor. */
#include "../../simd/c/firstLayer.c"
#include "kernels.h"

first_layer_kernel *const NAMED(first_layer, LEVEL) = first_layer;
