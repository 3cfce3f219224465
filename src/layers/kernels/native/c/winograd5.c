/* F(2, 5), compiled for one kind of processor. */
#define FORM NAMED(winograd5, LEVEL)
#include "../../simd/c/winograd5.c"
#include "parts.h"
