/*
 * An op that divides pictures into cells of `stride` x `stride` pixels, whose numbers become channels: a convolution at this stride is one of the cells at stride 1.
 *
 * The first cell starts `before` pixels above and left of the picture; the cells cover all windows of `taps` x `taps` pixels at this stride. Numbers outside the picture, and pixels outside all
 * windows, are zero.
 */
#include "op.h"
#include "threads.h"
#include <string.h>

struct attributes {
  int32_t stride, before, taps;
};

static void read_attributes(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_int(construction, "stride", &a->stride, status);
  read_int(construction, "before", &a->before, status);
  read_int(construction, "taps", &a->taps, status);
  expect(a->stride > 0 && a->before >= 0 && a->taps > 0, "A positive stride, a positive window and no negative padding are expected.", status);
}

static void *make(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_attributes); }

struct phases {
  const struct tensor *x, *y;
  u32 stride, before, taps;
};

/* How many of the `pixels` pixels of a side are in windows, for a side of `cells` cells. */
static u32 in_windows(const struct phases *p, u32 pixels, u32 cells) {
  u32 end = (cells - divided_up(p->taps, p->stride)) * p->stride + p->taps;
  return end <= p->before ? 0 : end - p->before < pixels ? end - p->before : pixels;
}

/* Copies each cell's part of a padded row of pixels. */
static void split(float *to, const float *row, u32 cells, u32 part, u32 cell) {
  for (u32 i = 0; i < cells; i++) memcpy(to + i * cell, row + i * part, part * sizeof(float));
}

static void run(const void *phases, float *scratch, unsigned first, unsigned end) {
  const struct phases *p = phases;
  u32 height = side(p->x, 1), width = side(p->x, 2), channels = side(p->x, 3), down = side(p->y, 1), across = side(p->y, 2), cell = side(p->y, 3), part = p->stride * channels;
  u32 all = across * part, start = p->before * channels, high = in_windows(p, height, down), wide = in_windows(p, width, across) * channels;
  memset(scratch, 0, all * sizeof(float));
  for (; first < end; first++)
    for (u32 i = 0; i < p->stride; i++) {
      long at = (long)(first % down * p->stride + i) - (long)p->before;
      float *to = p->y->numbers + first * across * cell + i * part;
      if (at >= 0 && at < (long)high) memcpy(scratch + start, p->x->numbers + (first / down * height + (u32)at) * width * channels, wide * sizeof(float));
      else memset(scratch, 0, all * sizeof(float));
      split(to, scratch, across, part, cell);
    }
}

static void compute(void *attributes, TF_OpKernelContext *context) {
  const struct attributes *a = attributes;
  u32 stride = (u32)a->stride, taps = (u32)a->taps, around = 2 * (u32)a->before;
  TF_Status *status = TF_NewStatus();
  struct tensor t[2] = {0}, *x = t, *y = t + 1;
  inputs(context, t, 1, status);
  u32 high = side(x, 1) + around, wide = side(x, 2) + around;
  expect(x->rank == 4 && taps <= high && taps <= wide, "Pictures that are as large as a window are expected.", status);
  if (is_ok(status)) {
    u32 more = divided_up(taps, stride), shape[4] = {side(x, 0), (high - taps) / stride + more, (wide - taps) / stride + more, stride * stride * side(x, 3)};
    *y = output(context, shape, status);
  }
  if (is_ok(status) && y->count > 0) {
    struct phases p = {x, y, stride, (u32)a->before, taps};
    u32 row = side(y, 2) * side(y, 3);
    expect_memory(run_units(run, &p, side(y, 0) * side(y, 1), rows_of_a_part(row), row / stride), "There is no memory for the rows of a picture.", status);
  }
  finish(context, status, t, 2);
}

static const char *const INPUTS[] = {"x: float", NULL}, *const ATTRIBUTES[] = {"stride: int", "before: int", "taps: int", NULL};

const struct op phases_op = {"PerceptualLossPhases", INPUTS, ATTRIBUTES, make, compute};
