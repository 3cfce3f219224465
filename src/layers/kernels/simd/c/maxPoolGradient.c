/*
 * The gradient of max pooling 2 x 2 at stride 2, shared equally among the positions of a window that have its maximum.
 *
 * Positions with equal receptive fields in the picture (fields.h) count as equal: their values differ only by rounding, because Winograd's convolutions round the positions of a
 * tile in different ways. A window's positions are numbered row by row: same01 says whether the fields of the first two are equal.
 */
#include "fields.h"

INLINE vec when(u32 condition) { return condition ? ALL : NONE; }

/* Which pairs of a window's positions have equal receptive fields; `any` of them. */
struct same {
  u32 p01, p02, p03, p12, p13, p23, any;
};

/* The pairs of the window at (top, left). Equality is transitive, so fewer fields are compared. */
INLINE struct same same_fields(const float *picture, const struct fields *f, int top, int left) {
  struct same s;
  s.p01 = equal_fields(picture, f, top, left, 0, 1);
  s.p02 = equal_fields(picture, f, top, left, 1, 0);
  s.p23 = s.p01 && s.p02 ? equal_fields(picture, f, top, left, 1, 1) : equal_fields(picture, f, top + 1, left, 0, 1);
  s.p13 = s.p01 && s.p02 ? s.p23 : equal_fields(picture, f, top, left + 1, 1, 0);
  s.p03 = s.p01 ? s.p13 : s.p02 ? s.p23 : equal_fields(picture, f, top, left, 1, 1);
  s.p12 = s.p01 ? s.p02 : s.p13 ? s.p23 : equal_fields(picture, f, top, left + 1, 1, -1);
  s.any = s.p01 | s.p02 | s.p03 | s.p12 | s.p13 | s.p23;
  return s;
}

/* The gradient of one window, in the four positions of its input; rows are `row` numbers apart. */
INLINE void share_window(const float *dy, const float *x, const float *y, float *dx, u32 row, u32 channels, struct same s) {
  for (u32 c = 0; c < channels; c += LANES) {
    vec most = LOAD(y + c);
    vec is0 = EQUAL(LOAD(x + c), most), is1 = EQUAL(LOAD(x + c + channels), most);
    vec is2 = EQUAL(LOAD(x + c + row), most), is3 = EQUAL(LOAD(x + c + row + channels), most);
    if (s.any) {
      vec was0 = is0, was1 = is1, was2 = is2, was3 = is3;
#define ALSO(a, b) is##a = OR(is##a, AND(was##b, when(s.p##a##b))), is##b = OR(is##b, AND(was##a, when(s.p##a##b)))
      ALSO(0, 1);
      ALSO(0, 2);
      ALSO(0, 3);
      ALSO(1, 2);
      ALSO(1, 3);
      ALSO(2, 3);
#undef ALSO
    }
    /* True is -1, so the number of maxima is minus the sum of the marks. */
    vec count = FLOATS(MARKS_NEGATED(MARKS_ADD(MARKS_ADD(is0, is1), MARKS_ADD(is2, is3))));
    vec share = DIV(LOAD(dy + c), count);
    STORE(dx + c, AND(share, is0));
    STORE(dx + c + channels, AND(share, is1));
    STORE(dx + c + row, AND(share, is2));
    STORE(dx + c + row + channels, AND(share, is3));
  }
}

/*
 * The gradient dx in the input x [batch, height, width, channels], from that in the maxima y [batch, height / 2, width / 2, channels]; zero where there is no window. Computes the pairs of
 * rows (an odd last row is a pair, too) from `first` to `end`. Without a picture, only equal values count as equal.
 */
EXPORT(maxPoolGradient)
void max_pool_gradient(void *scratch, u32 first, u32 end, const float *dy, const float *x, const float *y, float *dx, u32 height, u32 width, u32 channels, const float *picture, const struct fields *f) {
  (void)scratch;
  u32 down = height / 2, across = width / 2, row_length = width * channels, pairs = (height + 1) / 2;
  for (; first < end; first++) {
    u32 row = first % pairs, image = first / pairs;
    const float *source = x + image * height * row_length, *own_picture = picture ? picture + image * f->height * f->width * f->channels : 0;
    float *result = dx + image * height * row_length;
    if (row == down) {
      clear(result + 2 * row * row_length, row_length);
      continue;
    }
    if (width % 2 != 0) {
      clear(result + (2 * row + 1) * row_length - channels, channels);
      clear(result + (2 * row + 2) * row_length - channels, channels);
    }
    u32 window = (image * down + row) * across * channels;
    for (u32 column = 0; column < across; column++, window += channels) {
      struct same same = {0, 0, 0, 0, 0, 0, 0};
      if (picture) same = same_fields(own_picture, f, (int)(2 * row), (int)(2 * column));
      u32 at = 2 * (row * row_length + column * channels);
      share_window(dy + window, source + at, y + window, result + at, row_length, channels, same);
    }
  }
}
