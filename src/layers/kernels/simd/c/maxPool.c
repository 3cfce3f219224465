/*
 * Max pooling over windows of any size and stride. Windows that reach over the edge end there.
 */
#include "vectors.h"

/* The maxima of one window of `high` rows and `wide` columns; rows are `row` numbers apart. */
INLINE void maxima(const float *x, float *y, u32 row, u32 channels, u32 high, u32 wide) {
  ROLLED for (u32 c = 0; c < channels; c += LANES) {
    vec most = LOAD(x + c);
    for (u32 i = 0; i < high; i++)
      for (u32 j = 0; j < wide; j++) most = MAX(most, LOAD(x + c + i * row + j * channels));
    STORE(y + c, most);
  }
}

/* x [batch, height, width, channels] to y [batch, down, across, channels]: the rows of y from `first` to `end`, of batch x down. */
EXPORT(maxPool)
void max_pool(void *scratch, u32 first, u32 end, const float *x, float *y, u32 height, u32 width, u32 channels, u32 down, u32 across, u32 size, u32 stride) {
  (void)scratch;
  u32 row = width * channels;
  y += first * across * channels;
  for (; first < end; first++) {
    u32 top = first % down * stride, high = height - top < size ? height - top : size;
    const float *from = x + (first / down * height + top) * row;
    for (u32 left = 0, column = 0; column < across; column++, left += stride, y += channels) {
      u32 wide = width - left < size ? width - left : size;
      const float *window = from + left * channels;
      if (high == 2 && wide == 2) maxima(window, y, row, channels, 2, 2);
      else if (high == 3 && wide == 3) maxima(window, y, row, channels, 3, 3);
      else maxima(window, y, row, channels, high, wide);
    }
  }
}
