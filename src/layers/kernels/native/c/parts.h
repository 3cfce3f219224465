/* The functions of a form (kernels.h). The including file has its transforms, and defines FORM, its name. */
#include "kernels.h"

static struct sizes sizes_of(const struct work *w) {
  struct sizes s = {w->height, w->width, w->in, w->down, w->across, w->out, (int)w->before, (int)w->before};
  return s;
}

static void part(const struct work *w, float *scratch, u32 first, u32 end, u32 tiles) {
  convolve_tiles(w->x, w->y, w->u, 1, w->bias, scratch, sizes_of(w), w->relu, tiles, first, end);
}

#include "panels.h"

static void filter(const float *filter, float *u, u32 in, u32 out) { transform_filter(filter, u, in, out); }

const struct form FORM = {TAPS, SIDE, CHUNK, part, inputs_of_block, panels_of_block, filter};
