/*
 * The largest numbers of each row in descending order, and their positions; equal numbers keep their order. x [rows, count] to values and places [rows, most].
 *
 * A radix sort: four passes over the bytes of keys, in which larger numbers have smaller keys.
 */
#include "vectors.h"

#define BUCKETS 256
#define PASSES 4

/* An integer that is smaller for larger numbers, and the same for both zeros. */
INLINE u32 key_of(float x) {
  union {
    float number;
    u32 bits;
  } either = {x + 0.f};
  return either.bits & 0x80000000 ? either.bits : ~either.bits & 0x7fffffff;
}

typedef struct {
  u32 key, place;
} item;

/* How many keys have each byte, for each pass. */
INLINE void count_bytes(const item *items, u32 count, u32 *counts) {
  clear((float *)counts, PASSES * BUCKETS);
  ROLLED
  for (u32 i = 0; i < count; i++) {
    u32 key = items[i].key;
    for (u32 pass = 0; pass < PASSES; pass++) counts[pass * BUCKETS + (key >> 8 * pass & 255)]++;
  }
}

/* Whether all keys have the same byte, so that a pass would change nothing. */
INLINE u32 is_idle(const u32 *counts, u32 byte, u32 count) { return counts[byte] == count; }

/* One pass: items to their places by one byte. */
INLINE void by_byte(const item *from, item *to, u32 *counts, u32 shift, u32 count) {
  u32 sum = 0;
  ROLLED
  for (u32 i = 0; i < BUCKETS; i++) {
    u32 here = counts[i];
    counts[i] = sum;
    sum += here;
  }
  ROLLED
  for (u32 i = 0; i < count; i++) to[counts[from[i].key >> shift & 255]++] = from[i];
}

/* `scratch` has room for 2 x count items and PASSES x BUCKETS counts. */
EXPORT(sortRows)
void sort_rows(const float *x, float *values, u32 *places, u32 *scratch, u32 rows, u32 count, u32 most) {
  u32 *counts = scratch;
  item *now = (item *)(scratch + PASSES * BUCKETS), *other = now + count;
  for (u32 row = 0; row < rows; row++, x += count) {
    ROLLED
    for (u32 i = 0; i < count; i++) now[i] = (item){key_of(x[i]), i};
    count_bytes(now, count, counts);
    for (u32 pass = 0; pass < PASSES; pass++) {
      u32 *here = counts + pass * BUCKETS, shift = 8 * pass;
      if (is_idle(here, now[0].key >> shift & 255, count)) continue;
      by_byte(now, other, here, shift, count);
      item *swap = now;
      now = other;
      other = swap;
    }
    ROLLED
    for (u32 i = 0; i < most; i++) {
      places[row * most + i] = now[i].place;
      values[row * most + i] = x[now[i].place];
    }
  }
}
