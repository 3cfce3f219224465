/** The result of one pair: a line of `npx perceptual-loss worker`. */

/** A pair that was compared. */
export interface MeasuredPair {
  readonly id: string
  readonly reference: string
  readonly picture: string
  /** In pixels. */
  readonly height: number
  readonly width: number
  /** The reported scores; null where the pair is too small. */
  readonly scores: Readonly<Record<string, number | null>>
  /** Warnings about the pictures, one sentence each. */
  readonly notes?: readonly string[]
}

/** A pair that could not be compared. */
export interface FailedPair {
  readonly id: string
  /** The tag of the error (`LossError`), and its message. */
  readonly error: { readonly tag: string; readonly message: string }
}

/** The result of one pair. */
export type PairResult = MeasuredPair | FailedPair
