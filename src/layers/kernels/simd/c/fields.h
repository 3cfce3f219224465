/*
 * Whether two positions of a layer have equal receptive fields in the network's input, the picture.
 *
 * The fields are compared number by number. A field that reaches zero padding, of the picture or of a layer between, differs from its neighbours except along that edge.
 */
#ifndef FIELDS_H
#define FIELDS_H
#include "vectors.h"

/* The field of a position: `size` rows and columns of the picture from `stride` times the position minus `before`. Rows from `top` to `bottom`, and columns from `left` to `right`, reach no padding. */
struct fields {
  int height, width, channels, stride, before, size, top, bottom, left, right;
};

INLINE u32 equal_numbers(const float *a, const float *b, int count) {
  int i = 0;
  for (; i + LANES <= count; i += LANES)
    if (ANY_DIFFER(LOAD(a + i), LOAD(b + i))) return 0;
  for (; i < count; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}

INLINE int later(int a, int b) { return a > b ? a : b; }
INLINE int sooner(int a, int b) { return a < b ? a : b; }
INLINE u32 within(int from, int to, int first, int last) { return from >= first && to <= last; }

/* Whether the fields of (row, column) and (row + down, column + across) are equal; `down` is not negative. */
static __attribute__((noinline)) u32 equal_fields(const float *picture, const struct fields *f, int row, int column, int down, int across) {
  if (down != 0 && !within(row, row + down, f->top, f->bottom)) return 0;
  if (across != 0 && !within(sooner(column, column + across), later(column, column + across), f->left, f->right)) return 0;
  /* Both fields have the same part outside the picture. */
  int top = row * f->stride - f->before, left = column * f->stride - f->before;
  int from = later(top, 0), to = sooner(top + f->size, f->height), start = later(left, 0), end = sooner(left + f->size, f->width);
  int length = f->width * f->channels, shift = (down * f->width + across) * f->stride * f->channels, count = (end - start) * f->channels;
  const float *field = picture + from * length + start * f->channels;
  for (int i = from; i < to; i++, field += length)
    if (!equal_numbers(field, field + shift, count)) return 0;
  return 1;
}

#endif
