/** What came of one pair: a line of `npx perceptual-loss worker`. */

/** A pair that was compared. */
export interface MeasuredPair {
  readonly id: string
  readonly reference: string
  readonly picture: string
  /** In pixels. */
  readonly height: number
  readonly width: number
  /** As people report them; null for what the pair is too small for. */
  readonly scores: Readonly<Record<string, number | null>>
  /** What a person may not expect of the pictures, a sentence each. */
  readonly notes?: readonly string[]
}

/** A pair that could not be. */
export interface FailedPair {
  readonly id: string
  /** The tag of the error (`LossError`), and its sentence. */
  readonly error: { readonly tag: string; readonly message: string }
}

/** What came of one pair. */
export type PairResult = MeasuredPair | FailedPair
