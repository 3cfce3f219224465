/* Ops for L2 pooling, and for its gradient from dy, the input x and the value y (l2Pool.c). */
#include "op.h"
#include "threads.h"

struct pooling {
  const float *dy, *x;
  float *y, *dx;
  u32 height, width, channels;
};

static void run_value(const void *pooling, float *scratch, unsigned first, unsigned end) {
  const struct pooling *p = pooling;
  kernels->l2_pool->pool(scratch, first, end, p->x, p->y, p->height, p->width, p->channels);
}

static void run_gradient(const void *pooling, float *scratch, unsigned first, unsigned end) {
  const struct pooling *p = pooling;
  kernels->l2_pool->gradient(scratch, first, end, p->dy, p->x, p->y, p->dx, p->height, p->width, p->channels);
}

static void run(some_units *units, const struct pooling *p, u32 rows, TF_Status *status) {
  expect_memory(run_units(units, p, rows, rows_of_a_part(p->width * p->channels), 0), "There is no memory for an L2 pooling.", status);
}

static void compute_value(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[2] = {0}, *x = t, *y = t + 1;
  *x = input(context, 0, status);
  expect(x->rank == 4 && side(x, 3) % kernels->lanes == 0, "Pictures of channels that fill vectors are expected.", status);
  if (is_ok(status)) {
    u32 shape[4] = {side(x, 0), divided_up(side(x, 1), 2), divided_up(side(x, 2), 2), side(x, 3)};
    *y = output(context, shape, status);
  }
  if (is_ok(status) && y->count > 0) {
    struct pooling p = {NULL, x->numbers, y->numbers, NULL, side(x, 1), side(x, 2), side(x, 3)};
    run(run_value, &p, side(y, 0) * side(y, 1), status);
  }
  finish(context, status, t, 2);
}

/* Whether y has the shape of the pooled x. */
static int is_pooled(const struct tensor *y, const struct tensor *x) {
  return x->rank == 4 && y->rank == 4 && side(y, 0) == side(x, 0) && side(y, 1) == divided_up(side(x, 1), 2) && side(y, 2) == divided_up(side(x, 2), 2) && side(y, 3) == side(x, 3);
}

static void compute_gradient(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[4] = {0}, *dy = t, *x = t + 1, *y = t + 2, *dx = t + 3;
  inputs(context, t, 3, status);
  int fits = is_pooled(y, x) && is_pooled(dy, x) && side(x, 3) % kernels->lanes == 0;
  expect(fits, "The tensors of an L2 pooling, of channels that fill vectors, are expected.", status);
  if (is_ok(status)) *dx = output(context, x->sides, status);
  if (is_ok(status) && dx->count > 0) {
    struct pooling p = {dy->numbers, x->numbers, y->numbers, dx->numbers, side(x, 1), side(x, 2), side(x, 3)};
    run(run_gradient, &p, side(x, 0) * side(x, 1), status);
  }
  finish(context, status, t, 4);
}

static const char *const INPUTS[] = {"x: float", NULL}, *const GRADIENT_INPUTS[] = {"dy: float", "x: float", "y: float", NULL}, *const ATTRIBUTES[] = {NULL};

const struct op l2_pool_op = {"PerceptualLossL2Pool", INPUTS, ATTRIBUTES, make_nothing, compute_value};
const struct op l2_pool_gradient_op = {"PerceptualLossL2PoolGradient", GRADIENT_INPUTS, ATTRIBUTES, make_nothing, compute_gradient};
