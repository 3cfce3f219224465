/* The kernel of the first layer's gradient, compiled for one kind of processor. */
#include "../../simd/c/toThreeChannels.c"
#include "kernels.h"

to_three_channels_kernel *const NAMED(to_three_channels, LEVEL) = to_three_channels;
