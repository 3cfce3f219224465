/*
 * Vectors of x86-64 processors, with the names of core/tensors/simd/c/vectors.h, so that both compile the same kernels. LANES is the number of float32 in a vector: 8 with AVX2, 16
 * with AVX-512. LEVEL is part of the kernels' names, because the addon contains both. Multiply-adds are rounded once: the compiler contracts them (-ffp-contract=fast).
 */
#ifndef VECTORS_H
#define VECTORS_H
#include <immintrin.h>

typedef unsigned u32;
typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int mask __attribute__((vector_size(4 * LANES)));
/* A vector in memory, at any address. */
typedef vec stored __attribute__((aligned(4), may_alias));

#define NAME(kernel, level) kernel##_##level
#define NAMED(kernel, level) NAME(kernel, level)

/* Exports matter to WebAssembly alone. */
#define EXPORT(name) __attribute__((unused)) static
#define INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#define ROLLED _Pragma("GCC unroll 1")
#endif

#define LOAD(p) ((vec) * (const stored *)(p))
#define STORE(p, x) (*(stored *)(p) = (x))
/* Prefetches; any address is allowed. */
#define PREFETCH(p) __builtin_prefetch(p)
/* Prefetches numbers in an order that the processor does not predict. */
INLINE void FETCH(const float *from, u32 count) {
  for (u32 i = 0; i < count; i += 16) PREFETCH(from + i);
}
/* Subtracting zero changes no number and compiles to one instruction. */
#define SPLAT(x) ((x) - (vec){0})
#define LOAD_SPLAT(p) SPLAT(*(p))
#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
#define MUL(a, b) ((a) * (b))
#define MADD(a, b, c) ((a) * (b) + (c))
#define NMADD(a, b, c) ((c) - (a) * (b))

#define DIV(a, b) ((a) / (b))
#if LANES == 16
#define SQRT(a) ((vec)_mm512_sqrt_ps((__m512)(a)))
#else
#define SQRT(a) ((vec)_mm256_sqrt_ps((__m256)(a)))
#endif

/* The larger number; NaN if a is. */
INLINE vec MAX(vec a, vec b) {
  mask below = a < b;
  return (vec)(((mask)b & below) | ((mask)a & ~below));
}

/* A vector's first number, and the sum of its numbers. */
#define FIRST(v) ((v)[0])
INLINE float TOTAL(vec v) {
  float sum = v[0];
  UNROLLED for (int i = 1; i < LANES; i++) sum += v[i];
  return sum;
}

/* Marks: integers, -1 where something is true and 0 elsewhere. */
#define ALL ((vec)((mask){0} - 1))
#define NONE ((vec){0})
#define EQUAL(a, b) ((vec)((a) == (b)))
#define AND(a, b) ((vec)((mask)(a) & (mask)(b)))
#define OR(a, b) ((vec)((mask)(a) | (mask)(b)))
#define MARKS_ADD(a, b) ((vec)((mask)(a) + (mask)(b)))
#define MARKS_SUB(a, b) ((vec)((mask)(a) - (mask)(b)))
#define MARKS_NEGATED(a) ((vec)(-(mask)(a)))
/* Integers as float32. */
#define FLOATS(a) __builtin_convertvector((mask)(a), vec)

INLINE u32 ANY_DIFFER(vec a, vec b) {
  typedef long long pairs __attribute__((vector_size(4 * LANES)));
  pairs marks = (pairs)(a != b);
  long long any = marks[0];
  UNROLLED for (int i = 1; i < LANES / 2; i++) any |= marks[i];
  return any != 0;
}

/* Vectors in double precision. LOAD_WIDE converts float32 in memory. */
#define WIDE (LANES / 2)
typedef double wide __attribute__((vector_size(8 * WIDE)));
typedef wide stored_doubles __attribute__((aligned(8), may_alias));
#if LANES == 16
#define LOAD_WIDE(p) ((wide)_mm512_cvtps_pd(_mm256_loadu_ps(p)))
#else
#define LOAD_WIDE(p) ((wide)_mm256_cvtps_pd(_mm_loadu_ps(p)))
#endif
#define LOAD_DOUBLES(p) ((wide) * (const stored_doubles *)(p))
#define STORE_DOUBLES(p, x) (*(stored_doubles *)(p) = (x))
#define ADD_WIDE(a, b) ((a) + (b))
#define SUB_WIDE(a, b) ((a) - (b))
#define MUL_WIDE(a, b) ((a) * (b))

/* The output channels of a panel of weights, and the tiles computed at a time: their sums fit into 16 or 32 registers. */
#define PANEL (2 * LANES)
#define ROWS (LANES == 16 ? 12 : 6)
#define MOST_ROWS ROWS
#define ROWS_AHEAD ROWS
#define NOWHERE ((const float *)0)

/* The pixels that the convolution to three channels computes at a time: their sums, the weights and a value fit into 16 registers. */
#define PIXELS 4

/* The lower bound of a convolution's outputs: 0 for a ReLU, otherwise -infinity. */
INLINE vec lowest(u32 relu) { return relu ? SPLAT(0.f) : SPLAT(-__builtin_inff()); }

INLINE void copy(float *to, const float *from, u32 count) { __builtin_memcpy(to, from, 4ul * count); }
INLINE void clear(float *to, u32 count) { __builtin_memset(to, 0, 4ul * count); }

#endif
