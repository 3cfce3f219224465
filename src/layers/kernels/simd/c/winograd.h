/*
 * Convolution TAPS x TAPS at stride 1 plus a bias, optionally with ReLU, by Winograd's F(SIDE, TAPS) along both axes, with REACH = SIDE + TAPS - 1 products of each axis.
 *
 * A block of tiles of SIDE x SIDE outputs is computed at a time: its inputs are transformed, matrices are multiplied for each position of the transformed tile, and the products
 * are transformed to outputs. The including file defines SIDE, TAPS, REACH and the transforms along one axis (of six inputs: sixPoints.h):
 *
 *   inputs(d, t)     REACH inputs to as many values
 *   outputs(m, y)    REACH products to SIDE outputs
 *   weights(g, t)    TAPS weights to REACH values
 *
 * Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016, algorithm 1.
 */
#include "product.h"

#define POSITIONS (REACH * REACH)

/* From [batch, height, width, in], with `above` rows of zeros above and `left` columns of zeros to the left (a negative number skips rows or columns), to [batch, down, across, out]. */
struct sizes {
  u32 height, width, in, down, across, out;
  int above, left;
};

/* The layout of the scratch memory, for `tiles` tiles at a time. Planes of a power of two would compete for cache lines, so each is 16 numbers longer. */
struct place {
  u32 in_plane, out_plane, weight_plane;
  float *in, *out, *columns, *patch, *weights;
};

INLINE struct place places(float *scratch, u32 tiles, u32 in, u32 out) {
  struct place p;
  p.in_plane = tiles * ((in + BLOCK - 1) / BLOCK * BLOCK) + 16;
  p.out_plane = tiles * out + 16;
  p.weight_plane = PANEL * in + 16;
  p.columns = scratch;
  p.patch = p.columns + POSITIONS * LANES;
  p.in = p.patch + POSITIONS * (in > out ? in : out);
  p.out = p.in + POSITIONS * p.in_plane;
  p.weights = p.out + POSITIONS * p.out_plane;
  return p;
}

/* The inputs of a tile at the edge, with zeros outside: [REACH, REACH, channels]. */
static __attribute__((noinline)) void fill_patch(float *patch, const float *x, int top, int left, int height, int width, u32 channels) {
  for (int i = 0; i < REACH; i++)
    for (int j = 0; j < REACH; j++, patch += channels) {
      int row = top + i, column = left + j;
      if (row < 0 || column < 0 || row >= height || column >= width) clear(patch, channels);
      else copy(patch, x + (row * width + column) * channels, channels);
    }
}

/* The transformed inputs of one tile; `row` is the distance between rows of its inputs. */
INLINE void transform_inputs(const float *x, u32 row, u32 channels, float *columns, float *to, u32 plane, u32 block) {
  for (u32 c = 0; c < channels; c += LANES) {
    UNROLLED for (int i = 0; i < REACH; i++) {
      vec d[REACH], t[REACH];
      UNROLLED for (int j = 0; j < REACH; j++) d[j] = LOAD(x + c + i * row + j * channels);
      inputs(d, t);
      UNROLLED for (int j = 0; j < REACH; j++) STORE(columns + (i * REACH + j) * LANES, t[j]);
    }
    float *at = to + (c / BLOCK) * block + c % BLOCK;
    UNROLLED for (int j = 0; j < REACH; j++) {
      vec d[REACH], t[REACH];
      UNROLLED for (int i = 0; i < REACH; i++) d[i] = LOAD(columns + (i * REACH + j) * LANES);
      inputs(d, t);
      UNROLLED for (int i = 0; i < REACH; i++) STORE(at + (i * REACH + j) * plane, t[i]);
    }
  }
}

/* The outputs of one tile; `row` and `pixel` are the distances between rows and pixels of its outputs. */
INLINE void transform_outputs(const float *products, u32 plane, u32 channels, float *columns, const float *bias, vec least, float *y, u32 row, u32 pixel) {
  for (u32 c = 0; c < channels; c += LANES) {
    UNROLLED for (int i = 0; i < REACH; i++) {
      vec m[REACH], t[SIDE];
      UNROLLED for (int j = 0; j < REACH; j++) m[j] = LOAD(products + c + (i * REACH + j) * plane);
      outputs(m, t);
      UNROLLED for (int j = 0; j < SIDE; j++) STORE(columns + (i * SIDE + j) * LANES, t[j]);
    }
    vec addend = LOAD(bias + c);
    UNROLLED for (int j = 0; j < SIDE; j++) {
      vec m[REACH], t[SIDE];
      UNROLLED for (int i = 0; i < REACH; i++) m[i] = LOAD(columns + (i * SIDE + j) * LANES);
      outputs(m, t);
      UNROLLED for (int i = 0; i < SIDE; i++) STORE(y + c + i * row + j * pixel, MAX(ADD(t[i], addend), least));
    }
  }
}

/*
 * The transformed weights of one panel: `filter` [in, TAPS, TAPS, PANEL] to [in, PANEL] for each position, `plane` numbers apart. Rows at points of one size, which share terms, are
 * transformed together, and others alone: all of them would not fit into the registers.
 */
static __attribute__((noinline)) void transform_weights(const float *filter, float *to, u32 plane, u32 in) {
  for (u32 k = 0; k < in; k++, filter += TAPS * TAPS * PANEL, to += PANEL)
    for (u32 half = 0; half < PANEL; half += LANES)
      UNROLLED for (u32 first = 0; first < REACH; first += 1 + first % 2) {
        vec rows[REACH][TAPS];
        UNROLLED for (u32 j = 0; j < TAPS; j++) {
          vec g[TAPS], t[REACH];
          UNROLLED for (u32 i = 0; i < TAPS; i++) g[i] = LOAD(filter + (i * TAPS + j) * PANEL + half);
          weights(g, t);
          UNROLLED for (u32 i = 0; i < REACH; i++) rows[i][j] = t[i];
        }
        UNROLLED for (u32 i = first; i <= first + first % 2 && i < REACH; i++) {
          vec t[REACH];
          weights(rows[i], t);
          UNROLLED for (u32 j = 0; j < REACH; j++) STORE(to + (i * REACH + j) * plane + half, t[j]);
        }
      }
}

/* The transformed weights of all panels: `filter` [out / PANEL, in, TAPS, TAPS, PANEL] to u [POSITIONS, out / PANEL, in, PANEL]. */
INLINE void transform_filter(const float *filter, float *u, u32 in, u32 out) {
  for (u32 panel = 0; panel < out; panel += PANEL) transform_weights(filter + panel * in * TAPS * TAPS, u + panel * in, in * out, in);
}

/* What a call computes: the outputs of tiles, or one of the three steps towards them. Threads wait for each other between steps. */
#define WHOLE 0
#define INPUTS 1
#define PRODUCTS 2
#define OUTPUTS 3

/* Prefetches pixels of the next tile: `rows` rows of SIDE pixels; rows are `row` numbers apart, pixels `pixel`. */
INLINE void fetch_tile(const float *from, u32 rows, u32 row, u32 pixel, u32 channels) {
  for (u32 i = 0; i < rows * SIDE; i++) FETCH(from + i / SIDE * row + i % SIDE * pixel, channels);
}

/* The transformed inputs of the tiles from `first` to `end` of a block that starts with the tile `base` and has `rows` rows. */
INLINE void block_inputs(const float *x, const struct sizes s, const struct place p, u32 base, u32 first, u32 end, u32 rows) {
  u32 down = (s.down + SIDE - 1) / SIDE, across = (s.across + SIDE - 1) / SIDE;
  for (u32 i = first; i < end; i++) {
    u32 tile = base + i, picture = tile / (down * across);
    int top = (int)(tile / across % down * SIDE) - s.above, left = (int)(tile % across * SIDE) - s.left;
    const float *image = x + picture * s.height * s.width * s.in;
    u32 inside = top >= 0 && left >= 0 && top + REACH <= (int)s.height && left + REACH <= (int)s.width;
    if (!inside) fill_patch(p.patch, image, top, left, (int)s.height, (int)s.width, s.in);
    const float *from = inside ? image + (top * s.width + left) * s.in : p.patch;
    fetch_tile(image + (long)(top * (int)s.width + left + REACH) * (long)s.in, REACH, s.width * s.in, s.in, s.in);
    transform_inputs(from, inside ? s.width * s.in : REACH * s.in, s.in, p.columns, p.in + i * BLOCK, p.in_plane, rows * BLOCK);
  }
}

/*
 * The products of a block with transformed weights: the positions from `first` to `end`. A position's first rows meet all of its weights before the other rows do: weights come from
 * memory faster where nothing is read between them, and the other rows find them in the cache.
 */
INLINE void kept_products(const float *u, const struct sizes s, const struct place p, u32 rows, u32 first, u32 end) {
  u32 few = rows % MOST_ROWS == 0 ? MOST_ROWS : ROWS;
  for (u32 i = first; i < end; i++)
    for (u32 row = 0, some = few; row < rows; row += some, some = rows - few)
      for (u32 panel = 0; panel < s.out; panel += PANEL)
        product(p.in + i * p.in_plane + row * BLOCK, rows * BLOCK, some, u + (i * s.out + panel) * s.in, p.out + i * p.out_plane + row * s.out + panel, s.in, s.out);
}

/* The products of a block with a filter that is transformed panel by panel: the panels from `first` to `end`. */
INLINE void other_products(const float *filter, const struct sizes s, const struct place p, u32 rows, u32 first, u32 end) {
  for (u32 panel = first * PANEL; panel < end * PANEL; panel += PANEL) {
    transform_weights(filter + panel * s.in * TAPS * TAPS, p.weights, p.weight_plane, s.in);
    for (u32 i = 0; i < POSITIONS; i++) product(p.in + i * p.in_plane, rows * BLOCK, rows, p.weights + i * p.weight_plane, p.out + i * p.out_plane + panel, s.in, s.out);
  }
}

/* The outputs of the tiles from `first` to `end` of a block that starts with the tile `base`: `channels` of them, from y and `bias` on. */
INLINE void block_outputs(float *y, const float *bias, u32 channels, const struct sizes s, const struct place p, vec least, u32 base, u32 first, u32 end) {
  u32 down = (s.down + SIDE - 1) / SIDE, across = (s.across + SIDE - 1) / SIDE;
  for (u32 i = first; i < end; i++) {
    u32 tile = base + i, picture = tile / (down * across), top = tile / across % down * SIDE, left = tile % across * SIDE;
    float *image = y + ((picture * s.down + top) * s.across + left) * s.out;
    u32 high = s.down - top < SIDE ? s.down - top : SIDE, wide = s.across - left < SIDE ? s.across - left : SIDE;
    u32 whole = high == SIDE && wide == SIDE;
    u32 row = whole ? s.across * s.out : SIDE * channels, pixel = whole ? s.out : channels;
    fetch_tile(image + SIDE * s.out, SIDE, s.across * s.out, s.out, channels);
    transform_outputs(p.out + i * channels, p.out_plane, channels, p.columns, bias, least, whole ? image : p.patch, row, pixel);
    if (!whole)
      for (u32 at = 0; at < high * wide; at++) copy(image + (at / wide * s.across + at % wide) * s.out, p.patch + (at / wide * SIDE + at % wide) * channels, channels);
  }
}

/*
 * WHOLE: the tiles of y from `first` to `end`, a block of `tiles` at a time. If `kept`, `u` has transformed weights, otherwise the filter, which is transformed panel by panel for each
 * block. `in` is a multiple of LANES, `out` of PANEL, and `tiles` of ROWS. The scratch memory has POSITIONS * (LANES + max(in, out) + in_plane + out_plane) numbers, and
 * POSITIONS * weight_plane more unless `kept`.
 *
 * Otherwise one step of a block that starts with the tile `base` and has at most `tiles`. `first` and `end` count tiles of the block in INPUTS and OUTPUTS; in PRODUCTS positions if `kept`,
 * otherwise panels. The block is in `shared`, POSITIONS * (in_plane + out_plane) numbers.
 */
INLINE void convolve_step(const float *x, float *y, const float *u, u32 kept, const float *bias, float *scratch, float *shared, const struct sizes s, u32 relu, u32 tiles, u32 first, u32 end, u32 step, u32 base) {
  struct place p = places(scratch, tiles, s.in, s.out);
  vec least = lowest(relu);
  if (step != WHOLE) {
    p.weights = p.in;
    p.in = shared;
    p.out = p.in + POSITIONS * p.in_plane;
  }
  for (u32 next; first < end; first = next) {
    u32 whole = step == WHOLE;
    next = whole && end - first > tiles ? first + tiles : end;
    if (whole) base = first;
    u32 from = whole ? 0 : first, to = next - (whole ? first : 0), rows = whole ? (to + ROWS - 1) / ROWS * ROWS : tiles;
    if (whole || step == INPUTS) block_inputs(x, s, p, base, from, to, rows);
    if (whole || step == PRODUCTS) {
      if (kept) kept_products(u, s, p, rows, from, whole ? POSITIONS : to);
      else other_products(u, s, p, rows, from, whole ? s.out / PANEL : to);
    }
    if (whole || step == OUTPUTS) block_outputs(y, bias, s.out, s, p, least, base, from, to);
  }
}

/* The same as a whole. */
INLINE void convolve_tiles(const float *x, float *y, const float *u, u32 kept, const float *bias, float *scratch, const struct sizes s, u32 relu, u32 tiles, u32 first, u32 end) {
  convolve_step(x, y, u, kept, bias, scratch, 0, s, relu, tiles, first, end, WHOLE, 0);
}
