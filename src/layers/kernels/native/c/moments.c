/* Ops for the moments of pairs x and y, and for their gradient in y (pairMoments.c). */
#include "op.h"
#include "threads.h"
#include <stdlib.h>
#include <string.h>

/* The kinds of sums, of moments and of slopes. */
#define SUMS 5
#define MOMENTS 7
#define SLOPES 3

/* A unit sums about this many numbers of each tensor, on any thread: the result does not depend on their number. */
#define NUMBERS_OF_A_UNIT 131072

struct moments {
  const struct tensor *x, *y;
  const float *moments, *slopes;
  double *sums;
  float *dy;
  u32 positions, unit;
};

static void run_sums(const void *moments, float *scratch, unsigned first, unsigned end) {
  const struct moments *m = moments;
  kernels->pair_moments->sums(scratch, first, end, m->x->numbers, m->y->numbers, m->sums, m->positions, side(m->x, 3), m->unit);
}

static void run_gradient(const void *moments, float *scratch, unsigned first, unsigned end) {
  const struct moments *m = moments;
  kernels->pair_moments->gradient(scratch, first, end, m->x->numbers, m->y->numbers, m->moments, m->slopes, m->dy, side(m->x, 0), m->positions, side(m->x, 3));
}

/* Whether both are pictures of the same sides. */
static int are_pair(const struct tensor *x, const struct tensor *y) {
  return x->rank == 4 && y->rank == 4 && memcmp(x->sides, y->sides, sizeof x->sides) == 0;
}

static int has_rows(const struct tensor *t, u32 rows, const struct tensor *x) { return t->rank == 3 && side(t, 0) == rows && side(t, 1) == side(x, 0) && side(t, 2) == side(x, 3); }

static void sum_up(const struct tensor *x, const struct tensor *y, float *moments, TF_Status *status) {
  u32 channels = side(x, 3), positions = side(x, 1) * side(x, 2), unit = NUMBERS_OF_A_UNIT / channels;
  if (unit < 8) unit = 8;
  u32 units = side(x, 0) * divided_up(positions, unit);
  struct moments m = {.x = x, .y = y, .sums = malloc(sizeof(double) * SUMS * channels * units), .positions = positions, .unit = unit};
  expect_memory(m.sums != NULL && run_units(run_sums, &m, units, 1, 0), "There is no memory for the sums of moments.", status);
  if (is_ok(status)) kernels->pair_moments->moments(x->numbers, y->numbers, m.sums, moments, side(x, 0), positions, channels, unit);
  free(m.sums);
}

static void compute_moments(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[3] = {0}, *x = t, *y = t + 1, *moments = t + 2;
  inputs(context, t, 2, status);
  expect(are_pair(x, y) && x->count > 0, "Two tensors of pictures of the same sides are expected.", status);
  if (is_ok(status)) {
    u32 shape[3] = {MOMENTS, side(x, 0), side(x, 3)};
    *moments = output_of(context, 3, shape, status);
  }
  if (is_ok(status)) sum_up(x, y, moments->numbers, status);
  finish(context, status, t, 3);
}

static void compute_gradient(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[5] = {0}, *x = t, *y = t + 1, *moments = t + 2, *slopes = t + 3, *dy = t + 4;
  inputs(context, t, 4, status);
  int fits = are_pair(x, y) && has_rows(moments, MOMENTS, x) && has_rows(slopes, SLOPES, x);
  expect(fits, "Two tensors of pictures, their moments and slopes are expected.", status);
  if (is_ok(status)) *dy = output(context, x->sides, status);
  if (is_ok(status) && dy->count > 0) {
    struct moments m = {.x = x, .y = y, .moments = moments->numbers, .slopes = slopes->numbers, .dy = dy->numbers, .positions = side(x, 1) * side(x, 2)};
    expect_memory(run_units(run_gradient, &m, side(x, 0) * m.positions, rows_of_a_part(side(x, 3)), 0), "There is no memory for a gradient.", status);
  }
  finish(context, status, t, 5);
}

static const char *const INPUTS[] = {"x: float", "y: float", NULL}, *const GRADIENT_INPUTS[] = {"x: float", "y: float", "moments: float", "slopes: float", NULL}, *const ATTRIBUTES[] = {NULL};

const struct op pair_moments_op = {"PerceptualLossPairMoments", INPUTS, ATTRIBUTES, make_nothing, compute_moments};
const struct op pair_moments_gradient_op = {"PerceptualLossPairMomentsGradient", GRADIENT_INPUTS, ATTRIBUTES, make_nothing, compute_gradient};
