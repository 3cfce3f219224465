/*
 * The gradient of max pooling 2 x 2 at stride 2, shared equally among the positions of a window that have its maximum.
 *
 * Positions with equal receptive fields in the picture (fields.h) count as equal: their values differ only by rounding, because Winograd's convolutions round the positions of a
 * tile in different ways. A window's positions are numbered row by row: same01 says whether the fields of the first two are equal.
 */
#include "fields.h"

INLINE vec when(u32 condition) { return condition ? ALL : NONE; }

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
    const float *source = x + image * height * row_length, *seen = picture ? picture + image * f->height * f->width * f->channels : 0;
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
      int top = (int)(2 * row), left = (int)(2 * column);
      u32 same01 = 0, same02 = 0, same03 = 0, same12 = 0, same13 = 0, same23 = 0;
      if (picture) {
        same01 = equal_fields(seen, f, top, left, 0, 1);
        same02 = equal_fields(seen, f, top, left, 1, 0);
        same23 = same01 && same02 ? equal_fields(seen, f, top, left, 1, 1) : equal_fields(seen, f, top + 1, left, 0, 1);
        same13 = same01 && same02 ? same23 : equal_fields(seen, f, top, left + 1, 1, 0);
        same03 = same01 ? same13 : same02 ? same23 : equal_fields(seen, f, top, left, 1, 1);
        same12 = same01 ? same02 : same13 ? same23 : equal_fields(seen, f, top, left + 1, 1, -1);
      }
      u32 any = same01 | same02 | same03 | same12 | same13 | same23;
      u32 at = 2 * (row * row_length + column * channels);
      const float *in = source + at;
      float *out = result + at;
      for (u32 c = 0; c < channels; c += LANES) {
        vec most = LOAD(y + window + c);
        vec is0 = EQUAL(LOAD(in + c), most), is1 = EQUAL(LOAD(in + c + channels), most);
        vec is2 = EQUAL(LOAD(in + c + row_length), most), is3 = EQUAL(LOAD(in + c + row_length + channels), most);
        if (any) {
          vec was0 = is0, was1 = is1, was2 = is2, was3 = is3;
#define ALSO(a, b, same) is##a = OR(is##a, AND(was##b, when(same))), is##b = OR(is##b, AND(was##a, when(same)))
          ALSO(0, 1, same01);
          ALSO(0, 2, same02);
          ALSO(0, 3, same03);
          ALSO(1, 2, same12);
          ALSO(1, 3, same13);
          ALSO(2, 3, same23);
#undef ALSO
        }
        /* True is -1, so the number of maxima is minus the sum of the marks. */
        vec count = FLOATS(MARKS_NEGATED(MARKS_ADD(MARKS_ADD(is0, is1), MARKS_ADD(is2, is3))));
        vec share = DIV(LOAD(dy + window + c), count);
        STORE(out + c, AND(share, is0));
        STORE(out + c + channels, AND(share, is1));
        STORE(out + c + row_length, AND(share, is2));
        STORE(out + c + row_length + channels, AND(share, is3));
      }
    }
  }
}
