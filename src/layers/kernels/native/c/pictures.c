/* Ops for the convolution of a picture at any stride, plus a bias, optionally with ReLU; and for its gradient at 3 x 3, a convolution to three channels that keeps the size. */
#include "op.h"
#include "threads.h"
#include <stdlib.h>

#define CHANNELS 3

struct attributes {
  unsigned char relu;
  int32_t stride, before;
};

static void read_first_layer(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_int(construction, "stride", &a->stride, status);
  read_int(construction, "before", &a->before, status);
  read_bool(construction, "relu", &a->relu, status);
  expect(a->stride >= 1 && a->before >= 0, "A positive stride and no negative padding are expected.", status);
}

static void *make_first_layer(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_first_layer); }

/* What the kernels need: tensors, and the weights in their order. */
struct convolution {
  const struct tensor *x, *y, *bias;
  const float *weights;
  u32 taps, stride, before, relu;
};

static void run_first_layer(const void *convolution, float *scratch, unsigned first, unsigned end) {
  const struct convolution *c = convolution;
  (*kernels->first_layer)(scratch, first, end, c->x->numbers, c->y->numbers, c->weights, c->bias->numbers, side(c->x, 1), side(c->x, 2), c->taps, c->stride, c->before, side(c->y, 1), side(c->y, 2), c->bias->count, c->relu);
}

static void run_to_three_channels(const void *convolution, float *scratch, unsigned first, unsigned end) {
  const struct convolution *c = convolution;
  (*kernels->to_three_channels)(scratch, first, end, c->x->numbers, c->y->numbers, c->weights, side(c->x, 1), side(c->x, 2), side(c->x, 3));
}

/* A filter [rows, columns] as panels [columns / panel, rows, panel]; NULL if there is no memory. */
static float *panels(const float *filter, u32 rows, u32 columns, u32 panel) {
  float *packed = malloc(sizeof(float) * rows * columns + 1), *to = packed;
  for (u32 first = 0; packed != NULL && first < columns; first += panel)
    for (u32 row = 0; row < rows; row++)
      for (u32 n = 0; n < panel; n++) *to++ = filter[row * columns + first + n];
  return packed;
}

/* A filter [9, in, 3] as [9, in / lanes, 3, lanes]; NULL if there is no memory. */
static float *by_vectors(const float *filter, u32 in, u32 lanes) {
  float *packed = malloc(sizeof(float) * 9 * CHANNELS * in + 1), *to = packed;
  for (u32 at = 0; packed != NULL && at < 9 * in; at += lanes)
    for (u32 channel = 0; channel < CHANNELS; channel++)
      for (u32 k = 0; k < lanes; k++) *to++ = filter[(at + k) * CHANNELS + channel];
  return packed;
}

static void run(some_units *units, struct convolution *c, float *weights, u32 fewest, size_t scratch, TF_Status *status) {
  c->weights = weights;
  u32 rows = side(c->y, 0) * side(c->y, 1);
  int worked = weights != NULL && (c->y->count == 0 || run_units(units, c, rows, fewest, scratch));
  expect_memory(worked, "There is no memory for the rows of a convolution.", status);
  free(weights);
}

static void compute_first_layer(void *attributes, TF_OpKernelContext *context) {
  const struct attributes *a = attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[4] = {0}, *x = t, *filter = t + 1, *bias = t + 2, *y = t + 3;
  inputs(context, t, 3, status);
  u32 taps = side(filter, 0), stride = (u32)a->stride, before = (u32)a->before, high = side(x, 1) + 2 * before, wide = side(x, 2) + 2 * before;
  int fits = x->rank == 4 && filter->rank == 4 && bias->rank == 1 && side(x, 3) == CHANNELS && side(filter, 2) == CHANNELS && side(filter, 1) == taps && taps > 0 && taps <= high && taps <= wide && side(filter, 3) == bias->count && bias->count % (2 * kernels->lanes) == 0;
  expect(fits, "Pictures of three channels, a filter and a bias that fit are expected.", status);
  if (is_ok(status)) {
    u32 shape[4] = {side(x, 0), (high - taps) / stride + 1, (wide - taps) / stride + 1, bias->count};
    *y = output(context, shape, status);
  }
  if (is_ok(status)) {
    struct convolution c = {x, y, bias, NULL, taps, stride, before, a->relu};
    size_t row = ((divided_up(side(y, 2), kernels->rows) * kernels->rows - 1ul) * stride + taps) * CHANNELS;
    run(run_first_layer, &c, panels(filter->numbers, taps * taps * CHANNELS, bias->count, 2 * kernels->lanes), 1, taps * row, status);
  }
  finish(context, status, t, 4);
}

static void compute_to_three_channels(void *attributes, TF_OpKernelContext *context) {
  (void)attributes;
  TF_Status *status = TF_NewStatus();
  struct tensor t[3] = {0}, *x = t, *filter = t + 1, *y = t + 2;
  inputs(context, t, 2, status);
  u32 in = side(x, 3);
  int fits = x->rank == 4 && filter->rank == 4 && side(filter, 0) == 3 && side(filter, 1) == 3 && side(filter, 2) == in && side(filter, 3) == CHANNELS && in % kernels->lanes == 0;
  expect(fits, "A filter 3 x 3 from the input's channels to three is expected.", status);
  if (is_ok(status)) {
    u32 shape[4] = {side(x, 0), side(x, 1), side(x, 2), CHANNELS};
    *y = output(context, shape, status);
  }
  if (is_ok(status)) {
    struct convolution c = {x, y, NULL, NULL, 3, 1, 1, 0};
    /* Each part fills the row above its first one, too. */
    run(run_to_three_channels, &c, by_vectors(filter->numbers, in, kernels->lanes), 8, 3ul * (side(x, 2) + 2 + kernels->rows) * in, status);
  }
  finish(context, status, t, 3);
}

static const char *const FIRST_INPUTS[] = {"x: float", "filter: float", "bias: float", NULL}, *const FIRST_ATTRIBUTES[] = {"stride: int", "before: int", "relu: bool", NULL};
static const char *const INPUTS[] = {"x: float", "filter: float", NULL}, *const ATTRIBUTES[] = {NULL};

const struct op first_layer_op = {"PerceptualLossFirstLayer", FIRST_INPUTS, FIRST_ATTRIBUTES, make_first_layer, compute_first_layer};
const struct op to_three_channels_op = {"PerceptualLossToThreeChannels", INPUTS, ATTRIBUTES, make_nothing, compute_to_three_channels};
