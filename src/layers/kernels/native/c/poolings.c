/*
 * Ops for the gradient of max pooling, of windows 2 x 2 at stride 2 and of windows that may overlap: from dy, the input x, its maxima y, and the picture in which receptive fields may be equal
 * (fields.h).
 */
#include "op.h"
#include "threads.h"

/* The numbers that describe receptive fields (fields.h). */
#define FIELDS 10

/* The largest side of a window: its positions are bits of one number (overlappingMaxGradient.c). */
#define LARGEST_SIDE 5

/* `sees`: whether to find ties by receptive fields. */
struct attributes {
  unsigned char sees;
  int32_t size, stride, fields[FIELDS];
};

static void read_attributes(TF_OpKernelConstruction *construction, void *attributes, TF_Status *status) {
  struct attributes *a = attributes;
  read_bool(construction, "sees", &a->sees, status);
  read_int(construction, "size", &a->size, status);
  read_int(construction, "stride", &a->stride, status);
  read_ints(construction, "fields", a->fields, FIELDS, status);
  expect(a->size >= 1 && a->size <= LARGEST_SIDE && a->stride >= 1, "Windows of at most 5 x 5 at a positive stride are expected.", status);
}

static void *make(TF_OpKernelConstruction *construction) { return make_attributes(construction, sizeof(struct attributes), read_attributes); }

/* What the kernels need. */
struct gradient {
  const struct attributes *attributes;
  const float *dy, *x, *y, *picture;
  float *dx;
  u32 height, width, channels, down, across;
};

static void run_max(const void *gradient, float *scratch, unsigned first, unsigned end) {
  const struct gradient *g = gradient;
  (*kernels->max_pool_gradient)(scratch, first, end, g->dy, g->x, g->y, g->dx, g->height, g->width, g->channels, g->picture, (const struct fields *)g->attributes->fields);
}

static void run_overlapping(const void *gradient, float *scratch, unsigned first, unsigned end) {
  const struct gradient *g = gradient;
  const struct attributes *a = g->attributes;
  (*kernels->overlapping_max_gradient)(scratch, first, end, g->dy, g->x, g->y, g->dx, g->height, g->width, g->channels, g->down, g->across, (u32)a->size, (u32)a->stride, g->picture, (const struct fields *)a->fields);
}

/* Whether the tensors have the shapes of a pooling, with channels that fill vectors, and the picture has the size that the fields say. */
static int fit(const struct tensor *dy, const struct tensor *x, const struct tensor *y, const struct tensor *picture, const struct attributes *a) {
  if (dy->rank != 4 || x->rank != 4 || y->rank != 4 || picture->rank != 4 || side(x, 3) % kernels->lanes != 0) return 0;
  for (u32 axis = 0; axis < 4; axis++)
    if (side(dy, axis) != side(y, axis)) return 0;
  /* Every window starts inside the input. */
  for (u32 axis = 1; axis < 3; axis++)
    if (side(y, axis) > 0 && (side(y, axis) - 1) * (u32)a->stride >= side(x, axis)) return 0;
  u32 pictures = (u32)a->fields[0] * (u32)a->fields[1] * (u32)a->fields[2];
  return side(y, 0) == side(x, 0) && side(y, 3) == side(x, 3) && (!a->sees || (side(picture, 0) == side(x, 0) && picture->count == side(x, 0) * pictures));
}

static void compute(const struct attributes *a, TF_OpKernelContext *context, u32 overlaps) {
  TF_Status *status = TF_NewStatus();
  struct tensor t[5] = {0}, *dy = t, *x = t + 1, *y = t + 2, *picture = t + 3, *dx = t + 4;
  inputs(context, t, 4, status);
  int fits = fit(dy, x, y, picture, a) && (overlaps || (side(y, 1) == side(x, 1) / 2 && side(y, 2) == side(x, 2) / 2));
  expect(fits, "The tensors of a max pooling, and its pictures, are expected.", status);
  if (is_ok(status)) *dx = output(context, x->sides, status);
  if (is_ok(status) && dx->count > 0) {
    struct gradient g = {a, dy->numbers, x->numbers, y->numbers, a->sees ? picture->numbers : NULL, dx->numbers, side(x, 1), side(x, 2), side(x, 3), side(y, 1), side(y, 2)};
    u32 area = (u32)(a->size * a->size);
    /* A window with rows in two parts is computed in both, so parts are not small. */
    int worked = overlaps ? run_units(run_overlapping, &g, side(x, 0) * g.height, 4 * (u32)a->size, area * (kernels->lanes + 1)) : run_units(run_max, &g, side(x, 0) * divided_up(g.height, 2), 1, 0);
    expect_memory(worked, "There is no memory for the windows of a max pooling.", status);
  }
  finish(context, status, t, 5);
}

static void compute_max(void *attributes, TF_OpKernelContext *context) { compute(attributes, context, 0); }

static void compute_overlapping(void *attributes, TF_OpKernelContext *context) { compute(attributes, context, 1); }

static const char *const INPUTS[] = {"dy: float", "x: float", "y: float", "picture: float", NULL}, *const ATTRIBUTES[] = {"sees: bool", "size: int", "stride: int", "fields: list(int)", NULL};

const struct op max_pool_gradient_op = {"PerceptualLossMaxPoolGradient", INPUTS, ATTRIBUTES, make, compute_max};
const struct op overlapping_max_gradient_op = {"PerceptualLossOverlappingMaxGradient", INPUTS, ATTRIBUTES, make, compute_overlapping};
