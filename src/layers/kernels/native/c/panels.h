/*
 * Winograd's convolution with weights that are transformed in each call. All threads share the transformed inputs of a block of tiles; each computes the outputs of one panel of channels
 * at a time. It transforms the panel's weights CHUNK input channels at a time, so that these weights and the panel's products stay in its cache.
 */
#define CHUNK (POSITIONS > 16 ? 64 : 128)

/* Fewer rows of a product than this are computed more slowly than ROWS. Blocks are divided in halves of it. */
#define FEW (ROWS / 3 * 2)

/*
 * c [rows, PANEL] = a [rows, inner] b [inner, PANEL], plus c if `added`. `next` is the distance between blocks of `a`; `rows` is a multiple of FEW / 2, at least FEW. Prefetches `count`
 * numbers of `ahead`.
 */
static __attribute__((noinline)) void panel_product(const float *a, u32 rows, u32 next, const float *b, float *c, u32 inner, u32 added, const float *ahead, u32 count) {
  u32 most = rows - (ROWS - rows % ROWS) % ROWS / (ROWS / 3) * FEW, each = count * ROWS / rows + 16, row = 0, width = PANEL;
  /* If GCC knows the distance between rows, it keeps sums in memory instead of registers. */
  __asm__("" : "+r"(width));
  for (; row < most; row += ROWS, ahead += each) {
    FETCH(ahead, each);
    some_rows(ROWS, a + row * BLOCK, next, b, c + row * width, width, inner, added);
  }
  for (; row < rows; row += FEW, ahead += each) {
    FETCH(ahead, each);
    some_rows(FEW, a + row * BLOCK, next, b, c + row * width, width, inner, added);
  }
}

/* The products of one panel of weights with `rows` of the block's tiles, from `first` on. */
INLINE void panel_products(const struct work *w, const struct place p, const struct block *b, u32 first, u32 rows, u32 panel) {
  for (u32 k = 0; k < w->in; k += CHUNK) {
    u32 inner = w->in - k < CHUNK ? w->in - k : CHUNK, slice = inner * PANEL * TAPS * TAPS / POSITIONS;
    const float *filter = w->u + (panel * w->in + k * PANEL) * TAPS * TAPS, *next = filter + inner * PANEL * TAPS * TAPS;
    transform_weights(filter, p.weights, p.weight_plane, inner);
    for (u32 i = 0; i < POSITIONS; i++) {
      const float *inputs = p.in + i * p.in_plane + k * b->rows + first * BLOCK;
      panel_product(inputs, rows, b->rows * BLOCK, p.weights + i * p.weight_plane, p.out + i * p.out_plane, inner, k > 0, next + i * slice, slice);
    }
  }
}

/* The layout of the scratch memory: POSITIONS * (LANES + max(in, PANEL) + out_plane + weight_plane) numbers. */
static struct place shared_places(const struct work *w, float *scratch, const struct block *b) {
  struct place p;
  p.in_plane = b->rows * ((w->in + BLOCK - 1) / BLOCK * BLOCK) + 16;
  p.out_plane = b->rows * PANEL + 16;
  p.weight_plane = CHUNK * PANEL + 16;
  p.in = b->inputs;
  p.columns = scratch;
  p.patch = p.columns + POSITIONS * LANES;
  p.out = p.patch + POSITIONS * (w->in > PANEL ? w->in : PANEL);
  p.weights = p.out + POSITIONS * p.out_plane;
  return p;
}

static void inputs_of_block(const struct work *w, float *scratch, u32 first, u32 end, const struct block *b) {
  block_inputs(w->x, sizes_of(w), shared_places(w, scratch, b), b->base, first, end, b->rows);
}

/* A unit is a panel, or one of `shares` parts of its tiles if there are more threads than panels. */
static void panels_of_block(const struct work *w, float *scratch, u32 first, u32 end, const struct block *b) {
  struct place p = shared_places(w, scratch, b);
  u32 steps = b->rows / (FEW / 2);
  for (u32 unit = first; unit < end; unit++) {
    u32 panel = unit / b->shares * PANEL, share = unit % b->shares, from = share * steps / b->shares * (FEW / 2), to = (share + 1) * steps / b->shares * (FEW / 2);
    u32 last = to < b->count ? to : b->count;
    panel_products(w, p, b, from, to - from, panel);
    if (from < last) block_outputs(w->y + panel, w->bias + panel, PANEL, sizes_of(w), p, lowest(w->relu), b->base + from, 0, last - from);
  }
}
