/* F(4, 3), compiled for one kind of processor. */
#define FORM NAMED(winograd4, LEVEL)
#include "../../simd/c/winograd4.c"
#include "parts.h"
