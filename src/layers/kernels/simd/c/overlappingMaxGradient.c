/*
 * The gradient of max pooling over windows of any side and stride, shared equally among the positions of a window that have its maximum; a position in several windows
 * receives the sum. Positions with equal receptive fields count as equal (maxPoolGradient.c says why).
 */
#include "fields.h"

/* A window's positions inside the picture, numbered row by row: [rows, columns] from (top, left). */
struct window {
  u32 top, left, rows, columns;
};

/* For each position, the earlier ones with an equal receptive field, as bits; returns whether there are any. */
INLINE u32 find_same(const float *picture, const struct fields *f, struct window w, u32 *same) {
  u32 any = 0;
  for (u32 p = 0; p < w.rows * w.columns; p++) {
    u32 bits = 0;
    for (u32 q = 0; q < p; q++) {
      u32 down = p / w.columns - q / w.columns;
      int across = (int)(p % w.columns) - (int)(q % w.columns);
      bits |= equal_fields(picture, f, (int)(w.top + q / w.columns), (int)(w.left + q % w.columns), (int)down, across) << q;
    }
    same[p] = bits;
    any |= bits;
  }
  return any;
}

/* If a position is a maximum, so are those with an equal receptive field. The first pass copies marks to later positions, the second to earlier ones. */
INLINE void join(vec *is, const u32 *same, u32 count) {
  for (u32 p = 0; p < count; p++)
    for (u32 q = 0; q < p; q++)
      if (same[p] >> q & 1) is[p] = OR(is[p], is[q]);
  for (u32 p = count; p-- > 0;)
    for (u32 q = 0; q < p; q++)
      if (same[p] >> q & 1) is[q] = OR(is[q], is[p]);
}

/*
 * The gradient dx in the input x [batch, height, width, channels], from that in the maxima y [batch, down, across, channels]: the rows of dx from `first` to `end`. Channels are a
 * multiple of LANES. Windows have `side` rows and columns, at most 5, and end at the edge. Without a picture, only equal values count as equal. `memory` has side * side vectors,
 * then side * side integers.
 */
EXPORT(overlappingMaxGradient)
void overlapping_max_gradient(void *memory, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels, u32 down, u32 across, u32 side, u32 stride, const float *picture, const struct fields *f) {
  u32 row_length = width * channels;
  vec *scratch = memory;
  u32 *same = (u32 *)(scratch + side * side);
  clear(dx + first * row_length, (end - first) * row_length);
  while (first < end) {
    u32 image = first / height, top = first % height, bottom = (u32)sooner((int)height, (int)(top + end - first));
    const float *source = x + image * height * row_length, *own_picture = picture ? picture + image * f->height * f->width * f->channels : 0;
    float *result = dx + image * height * row_length;
    first += bottom - top;
    /* Windows with a position in these rows add to the positions in these rows alone. */
    for (u32 row = top < side ? 0 : (top - side) / stride + 1; row < down && row * stride < bottom; row++)
      for (u32 column = 0; column < across; column++) {
        struct window w = {row * stride, column * stride, 0, 0};
        w.rows = (u32)sooner((int)side, (int)(height - w.top));
        w.columns = (u32)sooner((int)side, (int)(width - w.left));
        u32 count = w.rows * w.columns, any = picture ? find_same(own_picture, f, w, same) : 0;
        u32 at = w.top * row_length + w.left * channels, window = ((image * down + row) * across + column) * channels;
        u32 from = w.top < top ? (top - w.top) * w.columns : 0, to = w.top + w.rows > bottom ? (bottom - w.top) * w.columns : count;
        for (u32 c = 0; c < channels; c += LANES) {
          vec most = LOAD(y + window + c);
          for (u32 p = 0; p < count; p++) scratch[p] = EQUAL(LOAD(source + at + p / w.columns * row_length + p % w.columns * channels + c), most);
          if (any) join(scratch, same, count);
          /* True is -1, so the number of maxima is minus the sum of the marks. */
          vec found = NONE;
          for (u32 p = 0; p < count; p++) found = MARKS_SUB(found, scratch[p]);
          vec share = DIV(LOAD(dy + window + c), FLOATS(found));
          for (u32 p = from; p < to; p++) {
            float *sum = result + at + p / w.columns * row_length + p % w.columns * channels + c;
            STORE(sum, ADD(LOAD(sum), AND(share, scratch[p])));
          }
        }
      }
  }
}
