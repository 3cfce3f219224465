/* What the ops share: their tensors, and their registration by TensorFlow's C API for kernels. */
#ifndef OP_H
#define OP_H
#include "kernels.h"
#include "tensorflow.h"

/* A float32 tensor. */
struct tensor {
  TF_Tensor *handle;
  float *numbers;
  u32 count, rank, sides[4];
};

u32 side(const struct tensor *, u32 axis);

static inline u32 divided_up(u32 count, u32 by) { return (count + by - 1) / by; }

/* An input; one that is too large has no numbers. */
struct tensor input(TF_OpKernelContext *, int at, TF_Status *);

/* The output, of `rank` sides, at most four. */
struct tensor output_of(TF_OpKernelContext *, u32 rank, const u32 *sides, TF_Status *);

/* The output, of four sides. */
struct tensor output(TF_OpKernelContext *, const u32 *sides, TF_Status *);

/* Ends an op: reports what the status says, and drops it and the tensors. */
void finish(TF_OpKernelContext *, TF_Status *, struct tensor *tensors, int count);

/* An op with one output. Its inputs and attributes are written as "x: float" and end with NULL; `make` reads the attributes into memory of its own, which `compute` receives. */
struct op {
  const char *name, *const *inputs, *const *attributes;
  void *(*make)(TF_OpKernelConstruction *);
  void (*compute)(void *attributes, TF_OpKernelContext *);
};

/* The `make` of an op without attributes. */
void *make_nothing(TF_OpKernelConstruction *);

/* How many rows of `numbers` numbers are worth a thread, at least. */
u32 rows_of_a_part(u32 numbers);

/* Whether it worked. */
int register_op(const struct op *);

/* The ops; each is in a file of its own. */
extern const struct op convolution_op, filter_op, first_layer_op, to_three_channels_op, max_pool_gradient_op, overlapping_max_gradient_op, l2_pool_op, l2_pool_gradient_op, pair_moments_op, pair_moments_gradient_op, window_sums_op;

/* The kernels that they run. */
extern const struct kernels *kernels;

#endif
