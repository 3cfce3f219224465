/** A counterexample as JSON. */
import type { LawName } from '../../src/index.js'
import type { LawCase, PictureShape } from '../../src/laws/index.js'

export interface Stored {
  readonly loss: string
  readonly law: LawName
  readonly shape: PictureShape
  readonly reference: readonly number[]
  readonly prediction: readonly number[]
  readonly third: readonly number[]
}

export const toStored = (loss: string, law: LawName, { reference, prediction, third }: LawCase): Stored => ({
  loss,
  law,
  shape: reference.shape,
  reference: Array.from(reference.values),
  prediction: Array.from(prediction.values),
  third: Array.from(third.values),
})

export const fromStored = ({ shape, reference, prediction, third }: Stored): LawCase => ({
  reference: { shape, values: Float32Array.from(reference) },
  prediction: { shape, values: Float32Array.from(prediction) },
  third: { shape, values: Float32Array.from(third) },
})
