/* What the ops share: tensors, attributes, failures, and the registration with TensorFlow's C API for kernels. */
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

/* The length of an axis; 1 beyond the last. */
u32 side(const struct tensor *, u32 axis);

static inline u32 divided_up(u32 count, u32 by) { return (count + by - 1) / by; }

/* Whether all has worked so far. */
static inline int is_ok(const TF_Status *status) { return TF_GetCode(status) == TF_OK; }

/* Fails with a message about the inputs or attributes where something does not hold. */
void expect(int holds, const char *message, TF_Status *);

/* Fails where there is no memory. */
void expect_memory(int is_there, const char *message, TF_Status *);

/* An input; fails, without numbers, if it is too large. */
struct tensor input(TF_OpKernelContext *, int at, TF_Status *);

/* The first inputs, as many as `count`, as far as all works. */
void inputs(TF_OpKernelContext *, struct tensor *tensors, int count, TF_Status *);

/* The output, with `rank` axes, at most four. */
struct tensor output_of(TF_OpKernelContext *, u32 rank, const u32 *sides, TF_Status *);

/* The output, with four axes. */
struct tensor output(TF_OpKernelContext *, const u32 *sides, TF_Status *);

/* Ends an op: reports a failure, and deletes the status and the tensors. */
void finish(TF_OpKernelContext *, TF_Status *, struct tensor *tensors, int count);

/* An op with one output. Inputs and attributes are texts such as "x: float", up to NULL. `compute` receives what `make` returns. */
struct op {
  const char *name, *const *inputs, *const *attributes;
  void *(*make)(TF_OpKernelConstruction *);
  void (*compute)(void *attributes, TF_OpKernelContext *);
};

/* The `make` of an op without attributes. */
void *make_nothing(TF_OpKernelConstruction *);

/* The `make` of an op with attributes of `size` bytes, which `read` sets by the functions below. */
void *make_attributes(TF_OpKernelConstruction *, size_t size, void (*read)(TF_OpKernelConstruction *, void *attributes, TF_Status *));

/* Attributes by name, as far as all works. */
void read_bool(TF_OpKernelConstruction *, const char *name, unsigned char *, TF_Status *);
void read_int(TF_OpKernelConstruction *, const char *name, int32_t *, TF_Status *);
void read_ints(TF_OpKernelConstruction *, const char *name, int32_t *, int count, TF_Status *);

/* The fewest rows of `numbers` numbers that are worth waking a thread for. */
u32 rows_of_a_part(u32 numbers);

/* Registers an op; returns whether that worked. */
int register_op(const struct op *);

/* The ops: convolution.c, phases.c, pictures.c, poolings.c, l2Poolings.c, moments.c, squares.c, units.c, windows.c. */
extern const struct op convolution_op, filter_op, inside_op, phases_op, first_layer_op, to_three_channels_op, max_pool_gradient_op, overlapping_max_gradient_op, l2_pool_op, l2_pool_gradient_op, pair_moments_op, pair_moments_gradient_op, unit_vectors_op, unit_vectors_gradient_op, weighted_squares_op, window_sums_op;

/* The kernels of this processor, which the ops run. */
extern const struct kernels *kernels;

#endif
