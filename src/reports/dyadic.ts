/**
 * Exact sums: a finite double is a whole number times a power of two, and so are sums and products of doubles.
 *
 * Laws: addition is associative and commutative to the bit, `ZERO` is its identity, and equal numbers have equal parts. Rounding happens once, in the conversion to a double.
 */
import type { monoid as M } from 'fp-ts'

/** digits * 2^exponent, with odd digits; 0 is 0 * 2^0. */
export interface Dyadic {
  readonly digits: bigint
  readonly exponent: number
}

export const ZERO: Dyadic = { digits: 0n, exponent: 0 }

/** A double's bits in its fraction, and what its exponent is counted from. */
const [FRACTION, BIAS] = [52n, 1075]

/** The number itself; it has to be finite. */
export const dyadic = (x: number): Dyadic => {
  const bits = BigInt.asUintN(64, new BigInt64Array(new Float64Array([x]).buffer)[0] ?? 0n)
  const [above, fraction] = [Number((bits >> FRACTION) & 0x7ffn), BigInt.asUintN(Number(FRACTION), bits)]
  const digits = above === 0 ? fraction : fraction | (1n << FRACTION)
  return canonical(x < 0 ? -digits : digits, Math.max(above, 1) - BIAS)
}

export const add = (a: Dyadic, b: Dyadic): Dyadic => {
  const exponent = Math.min(a.exponent, b.exponent)
  return canonical(at(a, exponent) + at(b, exponent), exponent)
}

export const multiply = (a: Dyadic, b: Dyadic): Dyadic => canonical(a.digits * b.digits, a.exponent + b.exponent)

export const subtract = (a: Dyadic, { digits, exponent }: Dyadic): Dyadic => add(a, { digits: -digits, exponent })

/** The digits in a smaller unit. */
const at = ({ digits, exponent }: Dyadic, unit: number): bigint => digits << BigInt(exponent - unit)

const canonical = (digits: bigint, exponent: number): Dyadic => {
  if (digits === 0n) return ZERO
  const zeros = (digits & -digits).toString(2).length - 1
  return { digits: digits >> BigInt(zeros), exponent: exponent + zeros }
}

/** More than a double's 53, so that one rounding follows. */
const KEPT_BITS = 72

/** The double nearest to a / b, of a whole number b above 0; infinite beyond the largest one. */
export const quotient = ({ digits, exponent }: Dyadic, b: bigint): number => {
  if (digits === 0n) return 0
  const size = digits < 0n ? -digits : digits
  const shift = KEPT_BITS + length(b) - length(size)
  const [above, below] = shift > 0 ? [size << BigInt(shift), b] : [size, b << BigInt(-shift)]
  // The last bit says that there is a rest: it decides what lies just beside the middle of two doubles.
  const kept = ((above / below) << 1n) | (above % below === 0n ? 0n : 1n)
  const half = Math.trunc((exponent - shift - 1) / 2)
  return (digits < 0n ? -1 : 1) * Number(kept) * 2 ** half * 2 ** (exponent - shift - 1 - half)
}

/** In bits, up to three more. */
const length = (n: bigint): number => 4 * n.toString(16).length

export const dyadicMonoid: M.Monoid<Dyadic> = { concat: add, empty: ZERO }

/** As text: 3p-1 is 1.5. */
export const toText = ({ digits, exponent }: Dyadic): string => `${String(digits)}p${String(exponent)}`

/** Beyond it there is no sum of 2^53 squares of doubles. */
const [LONGEST, FARTHEST] = [1400, 2200]

/** From its text; undefined for what is none. */
export const fromText = (text: string): Dyadic | undefined => {
  const [, digits, exponent] = text.length > LONGEST ? [] : (/^(-?\d+)p(-?\d{1,4})$/.exec(text) ?? [])
  if (digits === undefined || exponent === undefined || Math.abs(Number(exponent)) > FARTHEST) return undefined
  return canonical(BigInt(digits), Number(exponent))
}
