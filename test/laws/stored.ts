/** A counterexample as JSON. Pictures are lists of numbers, in which a long run of one number is [number, how often]. */
import type { LawName } from '../../src/index.js'
import type { LawCase, PictureShape } from '../../src/laws/index.js'

export interface Stored {
  readonly loss: string
  readonly law: LawName
  readonly shape: PictureShape
  readonly reference: StoredNumbers
  readonly prediction: StoredNumbers
  readonly third: StoredNumbers
}

type Run = readonly [value: number, times: number]

type StoredNumbers = readonly (number | Run)[]

/** Runs that are written number by number. */
const SHORT = 8

const packed = (values: Iterable<number>): StoredNumbers => {
  const runs: [value: number, times: number][] = []
  for (const value of values) {
    const last = runs.at(-1)
    if (last?.[0] === value) last[1]++
    else runs.push([value, 1])
  }
  return runs.flatMap(([value, times]): readonly (number | Run)[] => (times > SHORT ? [[value, times]] : Array.from({ length: times }, () => value)))
}

const unpacked = (stored: StoredNumbers): Float32Array =>
  Float32Array.from(stored.flatMap((part) => (typeof part === 'number' ? [part] : Array.from({ length: part[1] }, () => part[0]))))

export const toStored = (loss: string, law: LawName, { reference, prediction, third }: LawCase): Stored => ({
  loss,
  law,
  shape: reference.shape,
  reference: packed(reference.values),
  prediction: packed(prediction.values),
  third: packed(third.values),
})

export const fromStored = ({ shape, reference, prediction, third }: Stored): LawCase => ({
  reference: { shape, values: unpacked(reference) },
  prediction: { shape, values: unpacked(prediction) },
  third: { shape, values: unpacked(third) },
})
