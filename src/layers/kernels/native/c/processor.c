/* Which kernels this processor runs. The operating system must keep its registers, too: the compiler's function asks for both. */
#include "kernels.h"
#include <stddef.h>

extern const struct form winograd2_avx2, winograd4_avx2, winograd5_avx2, winograd2_avx512, winograd4_avx512, winograd5_avx512;

static const struct kernels AVX2 = {"AVX2", 8, 6, {&winograd2_avx2, &winograd4_avx2, &winograd5_avx2}};
static const struct kernels AVX512 = {"AVX-512", 16, 12, {&winograd2_avx512, &winograd4_avx512, &winograd5_avx512}};

const struct kernels *kernels_of_processor(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) return &AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &AVX2;
  return NULL;
}
