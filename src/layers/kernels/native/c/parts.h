/* A convolution's tiles or a step's units from `first` to `end`, for one thread of several, and the transform of its filter; the including file has the form. */
#include "kernels.h"

static struct sizes sizes_of(const struct work *w) {
  struct sizes s = {w->height, w->width, w->in, w->height, w->width, w->out, TAPS / 2, TAPS / 2};
  return s;
}

static void part(const struct work *w, float *scratch, u32 first, u32 end, u32 tiles) {
  convolve_tiles(w->x, w->y, w->u, w->kept, w->bias, scratch, sizes_of(w), w->relu, tiles, first, end);
}

static void step(const struct work *w, float *scratch, u32 first, u32 end, const struct block_step *b) {
  convolve_step(w->x, w->y, w->u, w->kept, w->bias, scratch, b->shared, sizes_of(w), w->relu, b->tiles, first, end, b->step, b->base);
}

static void filter(const float *filter, float *u, u32 in, u32 out) { transform_filter(filter, u, in, out); }

const struct form FORM = {TAPS, SIDE, part, step, filter};
