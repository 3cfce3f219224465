/*
 * Means and variances of the channels of two tensors x and y [batch, positions, channels] over their positions, the variance of y - x, and the gradient of these in y.
 *
 * Sums are in double precision, of the values minus the first position's. So a constant channel has the variance 0, and subtracting the square of a mean from a mean of squares loses
 * nothing that a float32 shows.
 */
#include "vectors.h"

/* The sums of a channel: with u = x minus the first position's x, and v the same of y, the sums of u, v, u u, v v and (v - u)(v - u). */
#define SUMS 5

/* The rows of the moments [rows, batch, channels]: the means of x and y, then of u and v; the variances of x, y and y - x. */
enum { MEAN_X, MEAN_Y, MEAN_U, MEAN_V, VARIANCE_X, VARIANCE_Y, VARIANCE_OF_DIFFERENCE };

/* This many numbers of a tensor stay in the L1 cache while the channels are summed. */
#define BLOCK 2048

/* Numbers are prefetched this far ahead: two blocks. */
#define AHEAD (2 * BLOCK)

INLINE u32 smaller(u32 a, u32 b) { return a < b ? a : b; }

/* Adds the sums of `WIDE` channels at some positions; sums of one kind are `channels` apart. */
INLINE void add_wide(double *sums, const float *x, const float *y, const float *first_x, const float *first_y, u32 positions, u32 channels) {
  wide from_x = LOAD_WIDE(first_x), from_y = LOAD_WIDE(first_y), s[SUMS];
  UNROLLED for (u32 i = 0; i < SUMS; i++) s[i] = LOAD_DOUBLES(sums + i * channels);
  ROLLED for (; positions > 0; positions--, x += channels, y += channels) {
    PREFETCH(x + AHEAD);
    PREFETCH(y + AHEAD);
    wide u = SUB_WIDE(LOAD_WIDE(x), from_x), v = SUB_WIDE(LOAD_WIDE(y), from_y), d = SUB_WIDE(v, u);
    s[0] = ADD_WIDE(s[0], u);
    s[1] = ADD_WIDE(s[1], v);
    s[2] = ADD_WIDE(s[2], MUL_WIDE(u, u));
    s[3] = ADD_WIDE(s[3], MUL_WIDE(v, v));
    s[4] = ADD_WIDE(s[4], MUL_WIDE(d, d));
  }
  UNROLLED for (u32 i = 0; i < SUMS; i++) STORE_DOUBLES(sums + i * channels, s[i]);
}

/* The same for one channel. */
INLINE void add_one(double *sums, const float *x, const float *y, double from_x, double from_y, u32 positions, u32 channels) {
  double s[SUMS] = {0};
  for (; positions > 0; positions--, x += channels, y += channels) {
    double u = *x - from_x, v = *y - from_y, d = v - u;
    s[0] += u;
    s[1] += v;
    s[2] += u * u;
    s[3] += v * v;
    s[4] += d * d;
  }
  for (u32 i = 0; i < SUMS; i++) sums[i * channels] += s[i];
}

/* The sums [batch, units, SUMS, channels]: a picture has units of `unit` positions. Computes those from `first` to `end`, of all pictures. */
EXPORT(pairSums)
void pair_sums(void *scratch, u32 first, u32 end, const float *x, const float *y, double *sums, u32 positions, u32 channels, u32 unit) {
  (void)scratch;
  u32 units = (positions + unit - 1) / unit, block = BLOCK / channels > 8 ? BLOCK / channels : 8;
  for (; first < end; first++) {
    const float *first_x = x + first / units * positions * channels, *first_y = y + first / units * positions * channels;
    double *to = sums + first * SUMS * channels;
    u32 last = smaller(first % units * unit + unit, positions);
    for (u32 i = 0; i < SUMS * channels; i++) to[i] = 0;
    for (u32 at = first % units * unit; at < last; at += block) {
      const float *some_x = first_x + at * channels, *some_y = first_y + at * channels;
      u32 count = smaller(block, last - at), c = 0;
      for (; c + WIDE <= channels; c += WIDE) add_wide(to + c, some_x + c, some_y + c, first_x + c, first_y + c, count, channels);
      for (; c < channels; c++) add_one(to + c, some_x + c, some_y + c, first_x[c], first_y[c], count, channels);
    }
  }
}

/* Rounding may make it negative. */
INLINE float variance(double square, double mean) {
  double difference = square - mean * mean;
  return (float)(difference < 0 ? 0 : difference);
}

/* The moments from the sums. */
EXPORT(pairMoments)
void pair_moments(const float *x, const float *y, const double *sums, float *moments, u32 batch, u32 positions, u32 channels, u32 unit) {
  u32 units = (positions + unit - 1) / unit, row = batch * channels;
  for (u32 picture = 0; picture < batch; picture++, x += positions * channels, y += positions * channels, sums += units * SUMS * channels, moments += channels)
    for (u32 c = 0; c < channels; c++) {
      double mean[SUMS] = {0};
      for (u32 k = 0; k < units; k++)
        for (u32 i = 0; i < SUMS; i++) mean[i] += sums[(k * SUMS + i) * channels + c];
      for (u32 i = 0; i < SUMS; i++) mean[i] /= positions;
      float *to = moments + c;
      to[MEAN_X * row] = (float)(x[c] + mean[0]);
      to[MEAN_Y * row] = (float)(y[c] + mean[1]);
      to[MEAN_U * row] = (float)mean[0];
      to[MEAN_V * row] = (float)mean[1];
      to[VARIANCE_X * row] = variance(mean[2], mean[0]);
      to[VARIANCE_Y * row] = variance(mean[3], mean[1]);
      to[VARIANCE_OF_DIFFERENCE * row] = variance(mean[4], mean[1] - mean[0]);
    }
}

/*
 * The gradient in y. `slopes` [3, batch, channels] are the gradients in the mean of y, in its variance and in the variance of y - x, divided by the number of positions. With a and b the values
 * minus their means, the gradient is mean + 2 (variance b + difference (b - a)). Computes the positions from `first` to `end`, of all pictures.
 */
EXPORT(pairMomentsGradient)
void pair_moments_gradient(void *scratch, u32 first, u32 end, const float *x, const float *y, const float *moments, const float *slopes, float *dy, u32 batch, u32 positions, u32 channels) {
  (void)scratch;
  u32 row = batch * channels;
  for (; first < end; first++) {
    u32 picture = first / positions, at = first * channels, c = 0;
    const float *first_x = x + picture * positions * channels, *first_y = y + picture * positions * channels;
    const float *mean_u = moments + MEAN_U * row + picture * channels, *mean_v = mean_u + row;
    const float *in_mean = slopes + picture * channels, *in_variance = in_mean + row, *in_difference = in_variance + row;
    for (; c + LANES <= channels; c += LANES) {
      vec a = SUB(SUB(LOAD(x + at + c), LOAD(first_x + c)), LOAD(mean_u + c)), b = SUB(SUB(LOAD(y + at + c), LOAD(first_y + c)), LOAD(mean_v + c));
      vec sum = ADD(MUL(LOAD(in_variance + c), b), MUL(LOAD(in_difference + c), SUB(b, a)));
      STORE(dy + at + c, ADD(ADD(sum, sum), LOAD(in_mean + c)));
    }
    for (; c < channels; c++) {
      float a = x[at + c] - first_x[c] - mean_u[c], b = y[at + c] - first_y[c] - mean_v[c];
      dy[at + c] = 2 * (in_variance[c] * b + in_difference[c] * (b - a)) + in_mean[c];
    }
  }
}
