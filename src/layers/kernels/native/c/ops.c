/*
 * The addon: registers the ops when Node loads it, which must be after TensorFlow's library. Its export is the name of the processor's vectors, or undefined if the kernels need others.
 */
#include "op.h"
#include <node_api.h>
#include <pthread.h>

static const struct op *const OPS[] = {&convolution_op, &filter_op, &inside_op, &phases_op, &first_layer_op, &to_three_channels_op, &max_pool_gradient_op, &overlapping_max_gradient_op,
                                       &l2_pool_op, &l2_pool_gradient_op, &pair_moments_op, &pair_moments_gradient_op, &unit_vectors_op, &unit_vectors_gradient_op, &weighted_squares_op, &window_sums_op};

const struct kernels *kernels = NULL;

static int are_registered = 0;

/* Once per process: Node initializes an addon again in each worker thread. */
static void begin(void) {
  kernels = kernels_of_processor();
  are_registered = kernels != NULL;
  for (u32 i = 0; i < sizeof OPS / sizeof *OPS; i++) are_registered = are_registered && register_op(OPS[i]);
}

NAPI_MODULE_INIT() {
  (void)exports;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, begin);
  napi_value name;
  if (!are_registered) napi_get_undefined(env, &name);
  else napi_create_string_utf8(env, kernels->name, NAPI_AUTO_LENGTH, &name);
  return name;
}
