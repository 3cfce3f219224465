/* Chooses the kernels for this processor. __builtin_cpu_supports also checks that the operating system saves the registers. */
#include "kernels.h"
#include <stddef.h>

#define DECLARED(level)                                                                                                                                                             \
  extern const struct form winograd2_##level, winograd4_##level, winograd5_##level, winograd45_##level;                                                                                                 \
  extern first_layer_kernel *const first_layer_##level;                                                                                                                             \
  extern to_three_channels_kernel *const to_three_channels_##level;                                                                                                                 \
  extern max_pool_gradient_kernel *const max_pool_gradient_##level;                                                                                                                 \
  extern overlapping_max_gradient_kernel *const overlapping_max_gradient_##level;                                                                                                   \
  extern window_sums_kernel *const window_sums_##level;                                                                                                                             \
  extern const struct l2_kernels l2_pool_##level;                                                                                                                                   \
  extern const struct moment_kernels pair_moments_##level;                                                                                                                           \
  extern const struct unit_kernels unit_vectors_##level;                                                                                                                             \
  extern weighted_squares_kernel *const weighted_squares_##level;

#define OF(level)                                                                                                                                                                   \
  {&winograd2_##level, &winograd4_##level, &winograd5_##level, &winograd45_##level}, &first_layer_##level, &to_three_channels_##level, &max_pool_gradient_##level, &overlapping_max_gradient_##level,          \
      &window_sums_##level, &l2_pool_##level, &pair_moments_##level, &unit_vectors_##level, &weighted_squares_##level

DECLARED(avx2)
DECLARED(avx512)

static const struct kernels AVX2 = {"AVX2", 8, 6, OF(avx2)};
static const struct kernels AVX512 = {"AVX-512", 16, 12, OF(avx512)};

const struct kernels *kernels_of_processor(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) return &AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &AVX2;
  return NULL;
}
