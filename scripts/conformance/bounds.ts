/** How far each system may be from the references, and which cases may be further, and why. */
import type { Difference } from './compare.js'
import type { System } from './systems.js'

/** Of values, and of gradients, relative. */
export interface Bound {
  readonly value: number
  readonly gradient: number
}

/** Everything computes in float32, whose rounding is 6e-8: sums of 1e3 to 1e6 of them in another order differ by 1e-6 to 1e-5, ReLUs near 0 switch. */
const BOUNDS: Readonly<Record<System, Bound>> = {
  cpu: { value: 1e-4, gradient: 1e-3 },
  wasm: { value: 1e-4, gradient: 1e-3 },
  'wasm, 2 threads': { value: 1e-4, gradient: 1e-3 },
  native: { value: 1e-4, gradient: 1e-3 },
  'webgpu in Node': { value: 1e-4, gradient: 1e-3 },
  webgl: { value: 1e-4, gradient: 1e-3 },
  webgpu: { value: 1e-4, gradient: 1e-3 },
  // Measured, and not held: what is lost there is lost.
  'webgl of float16': { value: Infinity, gradient: Infinity },
}

/** A case that rounding has a lever on, on every backend. */
export interface Exception extends Bound {
  readonly of: RegExp
  /** The cases in words, for the document. */
  readonly what: string
  readonly why: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    of: /^contextual\(/,
    what: '`contextual`',
    value: 1e-3,
    gradient: 0.05,
    why: 'Distances are 1 minus a cosine near 1, over the smallest of them plus 1e-5: a rounding of 6e-8 is 1e-2 of the smallest ones.',
  },
  {
    of: /^haarPsi\(/,
    what: '`haarPsi`',
    value: 1e-4,
    gradient: 0.03,
    why: "Where wavelets are 0 in exact arithmetic (flat blocks) the slope of |x| is 0 here, and in PyTorch's double precision the sign of a rounding.",
  },
  {
    of: /^srSim\(.*, (black|flat)Small$/,
    what: '`srSim` of pictures of one colour',
    value: 1e-2,
    gradient: 10,
    why: 'A picture of one colour has a spectrum of rounding, and a saliency of 0 at most positions: which of them is the smallest, and has a gradient, is rounding, too.',
  },
  {
    of: /^cwSsim\(pixels\)/,
    what: '`cwSsim` of pixels',
    value: 1e-3,
    gradient: 5e-3,
    why: 'Luma is rounded to steps of 1 / 255, and a backend that computes a half differently in its last digit rounds it to the other step.',
  },
]

const exceptionOf = ({ name }: Difference): Exception | undefined => EXCEPTIONS.find(({ of }) => of.test(name))

/** What a difference may be. */
export const boundOf = (system: System, difference: Difference): Bound => {
  const { value, gradient } = exceptionOf(difference) ?? BOUNDS[system]
  return { value, gradient }
}

/** Whether a difference is within its bound; NaN is not. */
export const isWithin = (system: System, difference: Difference): boolean => {
  const { value, gradient } = boundOf(system, difference)
  return difference.value <= value && difference.gradient <= gradient
}

/** Whether a case has a bound of its own. */
export const isException = (difference: Difference): boolean => exceptionOf(difference) !== undefined
