import fc from 'fast-check'

/** Two image batches of the same shape, as numbers in [0, 1]. */
export interface ImagePair {
  readonly kind: PairKind
  /** [batch, height, width, 3]. */
  readonly shape: readonly [number, number, number, number]
  readonly reference: Float32Array
  readonly prediction: Float32Array
}

/** How the two differ. */
export type PairKind = 'identical' | 'near' | 'far' | 'black' | 'constant' | 'saturated'

/** Which pairs to generate. */
export interface ImagePairOptions {
  /** The smallest side; 1. A network needs more (16 for VGG's block 5). */
  readonly minSide?: number
  /** The largest side; 12. */
  readonly maxSide?: number
  /** The largest batch; 3. */
  readonly maxBatch?: number
  /** The kinds; all of them. */
  readonly kinds?: readonly PairKind[]
}

const KINDS: readonly PairKind[] = ['identical', 'near', 'far', 'black', 'constant', 'saturated']

/**
 * Pairs of pictures: identical, near, far, black, of one colour, saturated; odd and non-square sizes too.
 *
 * @example fc.assert(fc.property(imagePairArbitrary(), ({ shape, reference }) => reference.length === shape.reduce((a, b) => a * b)))
 */
export const imagePairArbitrary = ({ minSide = 1, maxSide = 12, maxBatch = 3, kinds = KINDS }: ImagePairOptions = {}): fc.Arbitrary<ImagePair> =>
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      batch: fc.integer({ min: 1, max: maxBatch }),
      height: fc.integer({ min: minSide, max: maxSide }),
      width: fc.integer({ min: minSide, max: maxSide }),
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    })
    .map(({ kind, batch, height, width, seed }) => makePair(kind, [batch, height, width, 3], seed))

const makePair = (kind: PairKind, shape: ImagePair['shape'], seed: number): ImagePair => {
  const next = uniform(seed)
  const length = shape.reduce((product, side) => product * side, 1)
  const fill = (value: () => number): Float32Array => Float32Array.from({ length }, value)
  const reference = kind === 'constant' ? fill(constant(next())) : fill(next)
  const prediction = predictions[kind](reference, next, fill)
  return { kind, shape, reference, prediction, ...printed(kind, shape, seed) }
}

const predictions: Readonly<Record<PairKind, (reference: Float32Array, next: () => number, fill: (value: () => number) => Float32Array) => Float32Array>> = {
  identical: (reference) => reference.slice(),
  near: (reference, next) => reference.map((value) => Math.min(1, Math.max(0, value + (next() - 0.5) / 128))),
  far: (_reference, next, fill) => fill(next),
  black: (_reference, _next, fill) => fill(constant(0)),
  constant: (_reference, next, fill) => fill(constant(next())),
  saturated: (_reference, next, fill) => fill(() => Math.round(next())),
}

const constant = (value: number) => (): number => value

/** The same numbers for the same seed on every machine (a linear congruential generator, Numerical Recipes). */
const uniform = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A counterexample is printed as its recipe, not as its numbers. */
const printed = (kind: PairKind, shape: ImagePair['shape'], seed: number) => ({
  [fc.toStringMethod]: () => `imagePair(${kind}, [${shape.join(', ')}], seed ${String(seed)})`,
})
