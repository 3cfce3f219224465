/*
 * RGBA bytes to levels: samples [pixels, 4] to y [pixels, 3], red, green and blue over 255. Returns 1 if all pixels are opaque, otherwise 0.
 */
#include "vectors.h"

typedef unsigned char u8;

/* Bytes i, j, k and l of a vector as four numbers over 255, rounded once. */
#define OF_255(x, i, j, k, l)                                                                                                              \
  wasm_f32x4_div(wasm_f32x4_convert_i32x4(wasm_i8x16_shuffle(x, wasm_i32x4_splat(0), i, 16, 16, 16, j, 16, 16, 16, k, 16, 16, 16, l, 16, 16, 16)), \
                 SPLAT(255.f))

EXPORT(levels)
u32 levels(const u8 *samples, float *y, u32 pixels) {
  vec all = wasm_i32x4_splat(-1);
  u32 at = 0, opaque = 255;
  ROLLED
  for (; at + 4 <= pixels; at += 4) {
    vec four = LOAD(samples + 4 * at);
    all = wasm_v128_and(all, four);
    STORE(y + 3 * at, OF_255(four, 0, 1, 2, 4));
    STORE(y + 3 * at + 4, OF_255(four, 5, 6, 8, 9));
    STORE(y + 3 * at + 8, OF_255(four, 10, 12, 13, 14));
  }
  ROLLED
  for (; at < pixels; at++) {
    const u8 *one = samples + 4 * at;
    opaque &= one[3];
    y[3 * at] = one[0] / 255.f;
    y[3 * at + 1] = one[1] / 255.f;
    y[3 * at + 2] = one[2] / 255.f;
  }
  /* The alphas are the upper bytes. */
  return opaque == 255 && wasm_i32x4_all_true(wasm_i32x4_eq(wasm_u32x4_shr(all, 24), wasm_i32x4_splat(255)));
}
