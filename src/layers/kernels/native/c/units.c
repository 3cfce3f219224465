/* Ops for channel vectors of unit length, and for the gradient of this (unitVectors.c). */
#include "op.h"
#include "threads.h"
#include <string.h>

/* The last input is epsilon; the others, of which x is the last, have the same shape. */
struct units {
  const struct tensor *dy, *x, *y;
  float epsilon;
  u32 channels;
};

static void run(const void *units, float *scratch, unsigned first, unsigned end) {
  (void)scratch;
  const struct units *u = units;
  if (u->dy == NULL) kernels->unit_vectors->values(first, end, u->x->numbers, u->y->numbers, u->epsilon, u->channels);
  else kernels->unit_vectors->gradient(first, end, u->dy->numbers, u->x->numbers, u->y->numbers, u->epsilon, u->channels);
}

static void compute(TF_OpKernelContext *context, int has_gradient) {
  TF_Status *status = TF_NewStatus();
  struct tensor t[4] = {0}, *x = t + has_gradient, *epsilon = x + 1, *y = x + 2;
  inputs(context, t, 2 + has_gradient, status);
  u32 channels = x->rank > 0 ? side(x, x->rank - 1) : 0;
  expect(channels > 0 && channels % kernels->lanes == 0 && epsilon->count == 1, "Channels that fill vectors, and one epsilon, are expected.", status);
  expect(t->rank == x->rank && memcmp(t->sides, x->sides, sizeof x->sides) == 0, "A gradient of the input's shape is expected.", status);
  if (is_ok(status)) *y = output_of(context, x->rank, x->sides, status);
  if (is_ok(status) && y->count > 0) {
    struct units u = {has_gradient ? t : NULL, x, y, *epsilon->numbers, channels};
    expect_memory(run_units(run, &u, x->count / channels, rows_of_a_part(channels), 0), "There is no memory for unit vectors.", status);
  }
  finish(context, status, t, 4);
}

static void compute_values(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  compute(context, 0);
}

static void compute_gradient(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  compute(context, 1);
}

static const char *const INPUTS[] = {"x: float", "epsilon: float", NULL}, *const GRADIENT_INPUTS[] = {"dy: float", "x: float", "epsilon: float", NULL}, *const ATTRIBUTES[] = {NULL};

const struct op unit_vectors_op = {"PerceptualLossUnitVectors", INPUTS, ATTRIBUTES, make_nothing, compute_values};
const struct op unit_vectors_gradient_op = {"PerceptualLossUnitVectorsGradient", GRADIENT_INPUTS, ATTRIBUTES, make_nothing, compute_gradient};
