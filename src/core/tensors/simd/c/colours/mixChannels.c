/*
 * Mixes the channels of each position: y = x m, for x [positions, from] and m [from, to]; from 3 channels to 3 or 1, or from 1 to 3.
 */
#include "vectors.h"

/* Four positions of three channels: a vector per channel. */
typedef struct {
  vec a, b, c;
} three;

#define PICK(x, y, i, j, k, l) wasm_i32x4_shuffle(x, y, i, j, k, l)

/* Reads four positions, interleaved in memory. */
INLINE three apart(const float *x) {
  vec p = LOAD(x), q = LOAD(x + 4), r = LOAD(x + 8);
  return (three){
      PICK(PICK(p, q, 0, 3, 6, 6), r, 0, 1, 2, 5),
      PICK(PICK(p, q, 1, 4, 7, 7), r, 0, 1, 2, 6),
      PICK(PICK(p, q, 2, 5, 5, 5), r, 0, 1, 4, 7),
  };
}

/* Writes four positions, interleaved. */
INLINE void together(float *y, three v) {
  vec ab = PICK(v.a, v.b, 0, 4, 1, 5), high = PICK(v.a, v.b, 2, 6, 3, 7);
  STORE(y, PICK(ab, v.c, 0, 1, 4, 2));
  STORE(y + 4, PICK(PICK(ab, v.c, 3, 5, 3, 5), high, 0, 1, 4, 5));
  STORE(y + 8, PICK(high, v.c, 6, 2, 3, 7));
}

/* One channel of the result: m points to its column of a matrix with `to` columns. */
INLINE vec sum(three v, const float *m, u32 to) {
  return MADD(v.c, LOAD_SPLAT(m + 2 * to), MADD(v.b, LOAD_SPLAT(m + to), MUL(v.a, LOAD_SPLAT(m))));
}

/* One position, by vectors, so that multiply-adds round as for four. */
INLINE void one_position(const float *x, const float *m, float *y, u32 from, u32 to) {
  ROLLED
  for (u32 i = 0; i < to; i++) {
    vec result = from == 1 ? MUL(LOAD_SPLAT(x), LOAD_SPLAT(m + i)) : sum((three){LOAD_SPLAT(x), LOAD_SPLAT(x + 1), LOAD_SPLAT(x + 2)}, m + i, to);
    y[i] = FIRST(result);
  }
}

INLINE void four_positions(const float *x, const float *m, float *y, u32 from, u32 to) {
  if (from == 1) {
    vec v = LOAD(x);
    together(y, (three){MUL(v, LOAD_SPLAT(m)), MUL(v, LOAD_SPLAT(m + 1)), MUL(v, LOAD_SPLAT(m + 2))});
    return;
  }
  three v = apart(x);
  if (to == 1) STORE(y, sum(v, m, 1));
  else together(y, (three){sum(v, m, 3), sum(v, m + 1, 3), sum(v, m + 2, 3)});
}

INLINE void all_positions(const float *x, const float *m, float *y, u32 positions, u32 from, u32 to) {
  u32 at = 0;
  ROLLED
  for (; at + 4 <= positions; at += 4) four_positions(x + at * from, m, y + at * to, from, to);
  ROLLED
  for (; at < positions; at++) one_position(x + at * from, m, y + at * to, from, to);
}

EXPORT(mixChannels)
void mix_channels(const float *x, const float *m, float *y, u32 positions, u32 from, u32 to) {
  if (from == 1) all_positions(x, m, y, positions, 1, 3);
  else if (to == 1) all_positions(x, m, y, positions, 3, 1);
  else all_positions(x, m, y, positions, 3, 3);
}
