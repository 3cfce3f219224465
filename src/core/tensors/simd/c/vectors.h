/*
 * What all WebAssembly kernels share: vectors of four float32, and the engine's multiply-add. Kernels that are also compiled for x86-64 use these names alone (layers/kernels/native/c/vectors.h).
 *
 * The kernels work in the memory of TensorFlow.js' WASM backend, on its tensors in place. They have no memory of their own: no stack and no static data (the build rejects a module
 * with either). What they need besides their tensors is passed as scratch memory.
 */
#ifndef VECTORS_H
#define VECTORS_H
#include <wasm_simd128.h>

typedef v128_t vec;
typedef unsigned u32;

/* The numbers of a vector. */
#define LANES 4

#define EXPORT(name) __attribute__((export_name(#name)))
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
/* V8 spills registers if the loop over the products is unrolled: half the speed. */
#define ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")

/* WebAssembly has no prefetch. */
#define PREFETCH(p) (void)0
INLINE void FETCH(const float *from, u32 count) { (void)from, (void)count; }

#define LOAD(p) wasm_v128_load(p)
#define STORE(p, x) wasm_v128_store(p, x)
#define LOAD_SPLAT(p) wasm_v128_load32_splat(p)
#define SPLAT(x) wasm_f32x4_splat(x)
#define ADD(a, b) wasm_f32x4_add(a, b)
#define SUB(a, b) wasm_f32x4_sub(a, b)
#define MUL(a, b) wasm_f32x4_mul(a, b)
#define DIV(a, b) wasm_f32x4_div(a, b)
#define SQRT(a) wasm_f32x4_sqrt(a)
/* The larger number; NaN if a is. */
#define MAX(a, b) wasm_f32x4_pmax(a, b)
/* A vector's first number, and the sum of its numbers. */
#define FIRST(v) wasm_f32x4_extract_lane(v, 0)
#define TOTAL(v) (wasm_f32x4_extract_lane(v, 0) + wasm_f32x4_extract_lane(v, 1) + wasm_f32x4_extract_lane(v, 2) + wasm_f32x4_extract_lane(v, 3))

/* Marks: integers, -1 where something is true and 0 elsewhere. */
#define ALL wasm_i32x4_const_splat(-1)
#define NONE wasm_i32x4_const_splat(0)
#define EQUAL(a, b) wasm_f32x4_eq(a, b)
#define ANY_DIFFER(a, b) wasm_v128_any_true(wasm_f32x4_ne(a, b))
#define AND(a, b) wasm_v128_and(a, b)
#define OR(a, b) wasm_v128_or(a, b)
#define MARKS_ADD(a, b) wasm_i32x4_add(a, b)
#define MARKS_SUB(a, b) wasm_i32x4_sub(a, b)
#define MARKS_NEGATED(a) wasm_i32x4_neg(a)
/* Integers as float32. */
#define FLOATS(a) wasm_f32x4_convert_i32x4(a)

/* a b + c, and c - a b: rounded once if the engine has relaxed SIMD and the processor a fused multiply-add. */
#ifdef RELAXED
#define MADD(a, b, c) wasm_f32x4_relaxed_madd(a, b, c)
#define NMADD(a, b, c) wasm_f32x4_relaxed_nmadd(a, b, c)
#else
#define MADD(a, b, c) ADD(MUL(a, b), c)
#define NMADD(a, b, c) SUB(c, MUL(a, b))
#endif

/* Vectors in double precision. LOAD_WIDE converts float32 in memory. */
typedef v128_t wide;
#define WIDE (LANES / 2)
#define LOAD_WIDE(p) wasm_f64x2_promote_low_f32x4(wasm_v128_load64_zero(p))
#define LOAD_DOUBLES(p) wasm_v128_load(p)
#define STORE_DOUBLES(p, x) wasm_v128_store(p, x)
#define ADD_WIDE(a, b) wasm_f64x2_add(a, b)
#define SUB_WIDE(a, b) wasm_f64x2_sub(a, b)
#define MUL_WIDE(a, b) wasm_f64x2_mul(a, b)

/* The output channels of a panel of weights, and the rows (tiles or pixels) computed at a time: 8 sums, which fit into 16 registers. */
#define PANEL (2 * LANES)
#define ROWS 4

/*
 * A product of matrices is computed MOST_ROWS rows at a time, and the rest ROWS at a time. A fused multiply-add takes four cycles, and two start in each cycle: with 8 sums
 * every delay costs time, with 10 it does not. A separate multiplication and addition need one register more, so 8 sums are the most. The engine may load ROWS_AHEAD values before it uses the
 * first.
 */
#ifdef RELAXED
#define MOST_ROWS 5
#else
#define MOST_ROWS ROWS
#endif
#define ROWS_AHEAD 3

/* The pixels that the convolution to three channels computes at a time: each has three sums, and the engine loads all weights and values before it uses the first. */
#ifdef RELAXED
#define PIXELS 3
#else
#define PIXELS 2
#endif

/* An address that no value has: the end of the memory. */
#define NOWHERE ((const float *)(__builtin_wasm_memory_size(0) << 16))

/* The lower bound of a convolution's outputs: 0 for a ReLU, otherwise -infinity. */
INLINE vec lowest(u32 relu) { return relu ? SPLAT(0.f) : SPLAT(-__builtin_inff()); }

INLINE void copy(float *to, const float *from, u32 count) { __builtin_memcpy(to, from, 4 * count); }
INLINE void clear(float *to, u32 count) { __builtin_memset(to, 0, 4 * count); }

#endif
