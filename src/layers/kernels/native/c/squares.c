/* An op for each sample's sum of squares with a weight per channel (weightedSquares.c). */
#include "op.h"
#include "threads.h"
#include <stdlib.h>

/* A unit sums about this many numbers, on any thread: the result does not depend on their number. */
#define NUMBERS_OF_A_UNIT 32768

struct squares {
  const struct tensor *x, *weights;
  double *sums;
  u32 positions, unit;
};

static u32 units_of(const struct squares *s) { return divided_up(s->positions, s->unit); }

static void run(const void *squares, float *scratch, unsigned first, unsigned end) {
  (void)scratch;
  const struct squares *s = squares;
  for (; first < end; first++) {
    u32 sample = first / units_of(s), from = first % units_of(s) * s->unit, left = s->positions - from, channels = s->weights->count;
    const float *x = s->x->numbers + ((unsigned long)sample * s->positions + from) * channels;
    s->sums[first] = (*kernels->weighted_squares)(x, s->weights->numbers, left < s->unit ? left : s->unit, channels);
  }
}

static void sum_up(struct squares *s, u32 batch, float *to, TF_Status *status) {
  u32 units = units_of(s);
  s->sums = malloc(sizeof(double) * batch * units);
  expect_memory(s->sums != NULL && run_units(run, s, batch * units, 1, 0), "There is no memory for sums of squares.", status);
  for (u32 sample = 0; is_ok(status) && sample < batch; sample++) {
    double sum = 0;
    for (u32 i = 0; i < units; i++) sum += s->sums[sample * units + i];
    to[sample] = (float)sum;
  }
  free(s->sums);
}

static void compute(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[3] = {0}, *x = t, *weights = t + 1, *sums = t + 2;
  inputs(context, t, 2, status);
  u32 channels = weights->count, batch = side(x, 0);
  expect(x->rank > 1 && x->count > 0 && side(x, x->rank - 1) == channels && channels % kernels->lanes == 0, "Samples of channels that fill vectors, and a weight for each channel, are expected.", status);
  if (is_ok(status)) *sums = output_of(context, 1, &batch, status);
  if (is_ok(status)) {
    struct squares s = {x, weights, NULL, x->count / batch / channels, divided_up(NUMBERS_OF_A_UNIT, channels)};
    sum_up(&s, batch, sums->numbers, status);
  }
  finish(context, status, t, 3);
}

static const char *const INPUTS[] = {"x: float", "weights: float", NULL}, *const ATTRIBUTES[] = {NULL};

const struct op weighted_squares_op = {"PerceptualLossWeightedSquares", INPUTS, ATTRIBUTES, make_nothing, compute};
