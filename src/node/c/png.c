/*
 * Lines of samples as RGBA bytes. Source: PNG specification, third edition, section 9.
 */
#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))

typedef unsigned char u8;
typedef unsigned u32;

static u32 apart(int a, int b) { return (u32)(a < b ? b - a : a - b); }

/* What a sample most likely is, from those at its left, above it, and above and left of it. */
static int paeth(int left, int above, int corner) {
  u32 to_left = apart(above, corner), to_above = apart(left, corner), to_corner = apart(left + above, 2 * corner);
  return to_left <= to_above && to_left <= to_corner ? left : to_above <= to_corner ? above : corner;
}

/* A line of any channels, in place; `above` is the line above it, or zeros. What is left of a sample is the same channel of the pixel before. */
INLINE void unfilter_line(u8 *x, const u8 *above, u32 size, u32 channels, u32 filter) {
  for (u32 i = 0; i < channels; i++) x[i] += filter == 2 || filter == 4 ? above[i] : filter == 3 ? above[i] / 2 : 0;
  for (u32 i = channels; i < size; i++) {
    int left = x[i - channels];
    x[i] += filter == 1 ? left : filter == 2 ? above[i] : filter == 3 ? (left + above[i]) / 2 : paeth(left, above[i], above[i - channels]);
  }
}

/* The filter as a constant, so that each has a loop of its own. */
INLINE void unfilter_by(u8 *x, const u8 *above, u32 size, u32 channels, u32 filter) {
  if (filter == 1) unfilter_line(x, above, size, channels, 1);
  else if (filter == 2) unfilter_line(x, above, size, channels, 2);
  else if (filter == 3) unfilter_line(x, above, size, channels, 3);
  else if (filter == 4) unfilter_line(x, above, size, channels, 4);
}

/* Lines of samples, each after the number of its filter, in place; as many bytes as a line has are overwritten before them. 0 if a line has an unknown filter. */
EXPORT(unfilter)
u32 unfilter(u8 *lines, u32 height, u32 width, u32 channels) {
  u32 size = width * channels;
  u8 *above = lines - size;
  __builtin_memset(above, 0, size);
  for (u32 row = 0; row < height; row++, lines += 1 + size) {
    if (lines[0] > 4) return 0;
    if (channels == 1) unfilter_by(lines + 1, above, size, 1, lines[0]);
    else if (channels == 3) unfilter_by(lines + 1, above, size, 3, lines[0]);
    else unfilter_by(lines + 1, above, size, 4, lines[0]);
    above = lines + 1;
  }
  return 1;
}

INLINE void expand_line(const u8 *x, u32 *rgba, u32 width, u32 channels) {
  for (u32 i = 0; i < width; i++, x += channels)
    rgba[i] = channels == 1 ? x[0] * 0x10101u | 0xff000000u : (u32)(x[0] | x[1] << 8 | x[2] << 16) | (channels == 4 ? (u32)x[3] << 24 : 0xff000000u);
}

/* Grey, RGB or RGBA as RGBA. Each line is after `before` other bytes. */
EXPORT(expand)
void expand(const u8 *samples, u32 before, u32 *rgba, u32 height, u32 width, u32 channels) {
  for (u32 row = 0; row < height; row++, rgba += width) {
    samples += before;
    if (channels == 1) expand_line(samples, rgba, width, 1);
    else if (channels == 3) expand_line(samples, rgba, width, 3);
    else expand_line(samples, rgba, width, 4);
    samples += width * channels;
  }
}
