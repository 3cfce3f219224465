/*
 * Convolution 3 x 3 or 5 x 5 at stride 1, padded so that the size stays or without padding, plus a bias, optionally with ReLU, by Winograd's F(2, 3), F(4, 3), F(2, 5) or F(4, 5); and an op
 * for the filter that they take.
 */
#define _GNU_SOURCE
#include "op.h"
#include "threads.h"
#include <pthread.h>
#include <stdlib.h>

/* About this many tiles are computed at a time with kept weights: their numbers stay in a processor's cache. */
#define TILES 24

/* The most products of a panel in a block of tiles, for weights that are transformed in the call. */
#define BLOCK_PRODUCTS 4096

/* What a part of a convolution needs. Parts consist of units, the fewest tiles that are computed at a time. */
struct convolution {
  struct work work;
  const struct form *form;
  u32 tiles, units, parts;
};

static void run_part(const void *convolution, unsigned number, float *scratch) {
  const struct convolution *c = convolution;
  uint64_t from = (uint64_t)number * c->units / c->parts, to = (uint64_t)(number + 1) * c->units / c->parts;
  u32 first = (u32)from * kernels->rows, end = (u32)to * kernels->rows;
  c->form->part(&c->work, scratch, first, end < c->tiles ? end : c->tiles, end - first);
}

static u32 positions_of(const struct form *form) { return (form->taps + form->side - 1) * (form->taps + form->side - 1); }

/* The scratch memory of winograd.h, for TILES and one more unit. */
static size_t scratch_of(const struct work *w, u32 positions) {
  size_t planes = (TILES + kernels->rows) * (64ul * divided_up(w->in, 64) + w->out) + 32;
  return positions * (kernels->lanes + (w->in > w->out ? w->in : w->out) + planes);
}

/* What a step of a block needs. */
struct blocks {
  const struct work *work;
  const struct form *form;
  struct block block;
};

static void run_inputs(const void *blocks, float *scratch, unsigned first, unsigned end) {
  const struct blocks *b = blocks;
  b->form->inputs(b->work, scratch, first, end, &b->block);
}

static void run_panels(const void *blocks, float *scratch, unsigned first, unsigned end) {
  const struct blocks *b = blocks;
  b->form->panels(b->work, scratch, first, end, &b->block);
}

/* The tiles of a block: blocks of equal size, in thirds of the rows of a product, and at least two thirds. */
static u32 rows_of(u32 all, u32 positions) {
  u32 third = kernels->rows / 3, blocks = divided_up(all, BLOCK_PRODUCTS / positions / third * third), rows = divided_up(divided_up(all, blocks), third) * third;
  return rows < 2 * third ? 2 * third : rows;
}

/* Memory for `needed` numbers, which all convolutions share; NULL if there is none. */
static float *shared_memory(size_t needed) {
  static float *memory = NULL;
  static size_t size = 0;
  if (size >= needed) return memory;
  free(memory);
  void *room = NULL;
  size = posix_memalign(&room, 64, needed * sizeof(float)) == 0 ? needed : 0;
  return memory = size > 0 ? room : NULL;
}

/* All threads compute a block together, so that the filter is read and transformed once per block. One such convolution runs at a time. */
static int convolve_blocks(const struct work *w, const struct form *form, u32 all) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  u32 panel = 2 * kernels->lanes, panels = w->out / panel, positions = positions_of(form), rows = rows_of(all, positions);
  u32 most = rows / (kernels->rows / 3 * 2), shares = divided_up(thread_count(), panels);
  size_t scratch = positions * (kernels->lanes + (w->in > panel ? w->in : panel) + (size_t)panel * (form->chunk + rows) + 32);
  pthread_mutex_lock(&lock);
  float *memory = shared_memory(positions * (rows * 64ul * divided_up(w->in, 64) + 16));
  int worked = memory != NULL;
  for (u32 base = 0; worked && base < all; base += rows) {
    struct blocks b = {w, form, {memory, base, all - base < rows ? all - base : rows, rows, shares < most ? shares : most}};
    worked = run_units(run_inputs, &b, b.block.count, 4, scratch) && run_units(run_panels, &b, panels * b.block.shares, 1, scratch);
  }
  pthread_mutex_unlock(&lock);
  return worked;
}

static int convolve_parts(const struct work *work, const struct form *form, u32 all) {
  struct convolution c = {*work, form, all, divided_up(all, kernels->rows), 0};
  c.parts = divided_up(divided_up(c.units, TILES / kernels->rows), thread_count()) * thread_count();
  if (c.parts > c.units) c.parts = c.units;
  return run_parts(run_part, &c, c.parts, scratch_of(work, positions_of(form)));
}

static void convolve(const struct work *work, const struct form *form, TF_Status *status) {
  u32 all = work->batch * divided_up(work->down, form->side) * divided_up(work->across, form->side);
  expect_memory((work->kept ? convolve_parts : convolve_blocks)(work, form, all), "There is no memory for the tiles of a convolution.", status);
}

/* The attributes of an op: the form is F(side, taps); `inside`: whether windows stay inside the input, which is not padded. */
struct attributes {
  unsigned char relu, kept, inside;
  int32_t taps, side;
};

static const struct form *form_of(const struct attributes *a) {
  for (u32 i = 0; i < sizeof kernels->forms / sizeof *kernels->forms; i++)
    if (kernels->forms[i]->taps == (u32)a->taps && kernels->forms[i]->side == (u32)a->side) return kernels->forms[i];
  return NULL;
}

/* Whether the weights fit the input and the bias: [positions, panels, in, panel], or [panels, in, taps^2, panel] if not kept; and whether the input is as large as a window, if windows stay inside. */
static int fit(const struct tensor *x, const struct tensor *u, const struct tensor *bias, const struct form *form, const struct attributes *a) {
  u32 panel = 2 * kernels->lanes, in = side(x, 3), area = form->taps * form->taps, panels = bias->count / panel;
  int has_window = !a->inside || (side(x, 1) >= form->taps && side(x, 2) >= form->taps);
  int shaped = a->kept ? side(u, 0) == positions_of(form) && side(u, 1) == panels && side(u, 2) == in : side(u, 0) == panels && side(u, 1) == in && side(u, 2) == area;
  return x->rank == 4 && u->rank == 4 && bias->rank == 1 && in % kernels->lanes == 0 && bias->count % panel == 0 && shaped && side(u, 3) == panel && has_window;
}

static void compute_convolution(void *attributes, TF_OpKernelContext *context) {
  const struct attributes *a = attributes;
  const struct form *form = form_of(a);
  TF_Status *status = TF_NewStatus();
  struct tensor t[4] = {0}, *x = t, *u = t + 1, *bias = t + 2, *y = t + 3;
  inputs(context, t, 3, status);
  expect(fit(x, u, bias, form, a), "The input, the weights and the bias have channels that do not fit, or the input is smaller than a window.", status);
  if (is_ok(status)) {
    u32 margin = a->inside ? form->taps - 1 : 0, shape[4] = {side(x, 0), side(x, 1) - margin, side(x, 2) - margin, bias->count};
    *y = output(context, shape, status);
  }
  if (is_ok(status) && y->count > 0) {
    struct work work = {x->numbers, u->numbers, bias->numbers, y->numbers, side(x, 0), side(x, 1), side(x, 2), side(x, 3), a->inside ? 0 : form->taps / 2, side(y, 1), side(y, 2), bias->count, a->kept, a->relu};
    convolve(&work, form, status);
  }
  finish(context, status, t, 4);
}

/* A filter [taps, taps, in, out] as [panels, in, taps^2, panel]. */
static void by_panels(const float *filter, float *to, u32 area, u32 in, u32 out, u32 panel) {
  for (u32 first = 0; first < out; first += panel)
    for (u32 k = 0; k < in; k++)
      for (u32 tap = 0; tap < area; tap++, to += panel)
        for (u32 n = 0; n < panel; n++) to[n] = filter[(tap * in + k) * out + first + n];
}

/* Brings a filter [taps, taps, in, out] into the order of the convolution. */
static void compute_filter(void *attributes, TF_OpKernelContext *context) {
  const struct attributes *a = attributes;
  const struct form *form = form_of(a);
  TF_Status *status = TF_NewStatus();
  struct tensor t[2] = {0}, *filter = t, *u = t + 1;
  inputs(context, t, 1, status);
  u32 panel = 2 * kernels->lanes, area = form->taps * form->taps, in = side(filter, 2), out = side(filter, 3);
  int fits = filter->rank == 4 && side(filter, 0) == form->taps && side(filter, 1) == form->taps && out % panel == 0;
  expect(fits, "A filter of the form's size whose output channels fill panels is expected.", status);
  if (is_ok(status)) {
    u32 transformed[4] = {positions_of(form), out / panel, in, panel}, plain[4] = {out / panel, in, area, panel};
    *u = output(context, a->kept ? transformed : plain, status);
  }
  float *panels = !is_ok(status) ? NULL : a->kept ? malloc(sizeof(float) * filter->count + 1) : u->numbers;
  expect_memory(panels != NULL, "There is no memory for a filter.", status);
  if (panels != NULL) by_panels(filter->numbers, panels, area, in, out, panel);
  if (panels != NULL && a->kept) {
    form->filter(panels, u->numbers, in, out);
    free(panels);
  }
  finish(context, status, t, 2);
}

static void read_form(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_bool(construction, "kept", &a->kept, status);
  read_int(construction, "taps", &a->taps, status);
  read_int(construction, "side", &a->side, status);
  expect(form_of(a) != NULL, "There are F(2, 3), F(4, 3), F(2, 5) and F(4, 5).", status);
}

static void read_convolution(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_form(construction, a, status);
  read_bool(construction, "relu", &a->relu, status);
}

static void read_inside(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_convolution(construction, a, status);
  a->inside = 1;
}

static void *make_filter(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_form); }

static void *make_convolution(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_convolution); }

static void *make_inside(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_inside); }

static const char *const INPUTS[] = {"x: float", "u: float", "bias: float", NULL}, *const ATTRIBUTES[] = {"kept: bool", "relu: bool", "side: int", "taps: int", NULL};
static const char *const FILTER_INPUTS[] = {"filter: float", NULL}, *const FILTER_ATTRIBUTES[] = {"kept: bool", "side: int", "taps: int", NULL};

const struct op convolution_op = {"PerceptualLossWinograd", INPUTS, ATTRIBUTES, make_convolution, compute_convolution};
const struct op inside_op = {"PerceptualLossWinogradInside", INPUTS, ATTRIBUTES, make_inside, compute_convolution};
const struct op filter_op = {"PerceptualLossWinogradFilter", FILTER_INPUTS, FILTER_ATTRIBUTES, make_filter, compute_filter};
