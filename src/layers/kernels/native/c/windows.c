/* An op for weighted sums in windows with a weight per row and one per column (windowSums.c). */
#include "op.h"
#include "threads.h"

/* `around`: whether windows that reach over an edge count, too. */
struct attributes {
  unsigned char around;
};

static void read_attributes(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_bool(construction, "around", &a->around, status);
}

static void *make(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_attributes); }

struct sums {
  const struct tensor *x, *down, *across, *y;
  u32 around;
};

static void run(const void *sums, float *scratch, unsigned first, unsigned end) {
  const struct sums *s = sums;
  (*kernels->window_sums)(scratch, first, end, s->x->numbers, s->down->numbers, s->across->numbers, s->y->numbers, side(s->x, 1), side(s->x, 2), side(s->x, 3), s->down->count, s->across->count, s->around);
}

static void compute(void *attributes, TF_OpKernelContext *context) {
  u32 around = ((const struct attributes *)attributes)->around;
  TF_Status *status = TF_NewStatus();
  struct tensor t[4] = {0}, *x = t, *down = t + 1, *across = t + 2, *y = t + 3;
  inputs(context, t, 3, status);
  u32 high = down->count, wide = across->count, margin = around ? 2 : 0;
  int fits = x->rank == 4 && down->rank == 1 && across->rank == 1 && high > 0 && wide > 0 && (around || (high <= side(x, 1) && wide <= side(x, 2)));
  expect(fits, "Pictures, and weights for rows and columns that fit into them, are expected.", status);
  if (is_ok(status)) {
    u32 shape[4] = {side(x, 0), side(x, 1) + margin * (high - 1) - (high - 1), side(x, 2) + margin * (wide - 1) - (wide - 1), side(x, 3)};
    *y = output(context, shape, status);
  }
  if (is_ok(status) && y->count > 0) {
    struct sums s = {x, down, across, y, around};
    size_t row = (side(x, 2) + margin * (wide - 1ul)) * side(x, 3);
    expect_memory(run_units(run, &s, side(y, 0) * side(y, 1), rows_of_a_part(side(y, 2) * side(y, 3)), row), "There is no memory for the rows of a blur.", status);
  }
  finish(context, status, t, 4);
}

static const char *const INPUTS[] = {"x: float", "down: float", "across: float", NULL}, *const ATTRIBUTES[] = {"around: bool", NULL};

const struct op window_sums_op = {"PerceptualLossWindowSums", INPUTS, ATTRIBUTES, make, compute};
