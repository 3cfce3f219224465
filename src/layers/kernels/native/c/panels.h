/*
 * Winograd's convolution with weights that are not kept: of a block of tiles, whose transformed inputs all threads share, a thread computes the outputs of one panel of channels at a time.
 * It transforms the panel's weights, CHUNK input channels at a time: they, and the panel's products, stay in its cache.
 */
#define CHUNK (POSITIONS > 16 ? 64 : 128)

/* The fewest rows of a product that are computed as fast as ROWS are. Tiles are counted in halves of them. */
#define FEW (ROWS / 3 * 2)

/*
 * PANEL columns of c [rows, PANEL] = a [rows, inner] b [inner, PANEL], added to c or not. `next` is the distance between blocks of `a`, and `rows` a multiple of FEW / 2, and FEW or more.
 * Fetches `count` numbers of `ahead` meanwhile.
 */
static __attribute__((noinline)) void panel_product(const float *a, u32 rows, u32 next, const float *b, float *c, u32 inner, u32 added, const float *ahead, u32 count) {
  u32 most = rows - (ROWS - rows % ROWS) % ROWS / (ROWS / 3) * FEW, each = count * ROWS / rows + 16, row = 0, width = PANEL;
  /* Where GCC knows the distance of rows, it keeps sums in memory. */
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

/* The products of one panel of weights, of the block's tiles from `first` on. */
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

/* Where things lie: the scratch memory has POSITIONS * (LANES + max(in, PANEL) + out_plane + weight_plane) numbers. */
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

/* Units are panels; or where there are more threads, `shares` of the block's tiles of each panel. */
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
