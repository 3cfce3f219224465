/**
 * How far each change takes a photograph, by each loss of the page: the numbers of sensitivity.json.
 */
import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import sharp from 'sharp'
import { photograph, PHOTOGRAPHS } from '../../examples/photographs.js'
import { compile, explain, named, sum, type Extractor, type PreparedLoss } from '../../src/index.js'
import { asJpeg, changes, raw, SIDE, type ChangeName, type Pixels } from './changes.js'
import type { Compared } from './compared.js'

/** One loss's numbers. */
export interface Sensitivity {
  /** Millions of operations of a value, the reference prepared. */
  readonly mflop: number
  /** The distance to the photograph as a JPEG of quality 50: the median over the photographs. */
  readonly jpeg: number
  /** The distance at each strength of each change over that to the JPEG: the median over the photographs. */
  readonly changes: Readonly<Record<ChangeName, readonly number[]>>
}

/** By the names of `compared`. */
export type Sensitivities = Readonly<Record<string, Sensitivity>>

export const SENSITIVITIES = new URL('sensitivity.json', import.meta.url)

export const readSensitivities = async (): Promise<Sensitivities> => JSON.parse(await readFile(SENSITIVITIES, 'utf8')) as Sensitivities

/** All changes of a photograph, in the order of `changes`. */
interface Photograph {
  readonly picture: Pixels
  readonly jpeg: Pixels
  readonly changed: readonly (readonly Pixels[])[]
}

const changedPhotograph = async (name: (typeof PHOTOGRAPHS)[number]): Promise<Photograph> => {
  const picture = await raw(sharp(photograph(name)).resize(SIDE, SIDE, { fit: 'cover' }))
  const changed = await Promise.all(changes.map(([, { strengths, of }]) => Promise.all(strengths.map((strength) => Promise.resolve(of(picture, strength))))))
  return { picture, jpeg: await asJpeg(picture), changed }
}

const tensorOf = (picture: Pixels): Tensor4D =>
  tf.tensor4d(
    Float32Array.from(picture, (value) => value / 255),
    [1, SIDE, SIDE, 3],
  )

/** The values of all losses between the prepared photograph and a picture, by their names. */
const valuesOf = async (toPhotograph: PreparedLoss, picture: Pixels, losses: readonly Compared[]): Promise<readonly number[]> => {
  const prediction = tensorOf(picture)
  const rows = await toPhotograph.breakdown(prediction)
  prediction.dispose()
  const among = losses.length > 1
  return losses.map(({ name }) =>
    rows.filter((row) => !among || row.name === name || row.name.startsWith(`${name} / `)).reduce((total, { value }) => total + value, 0),
  )
}

interface Measured {
  readonly jpeg: number
  readonly ratios: readonly (readonly number[])[]
}

/** One photograph by all losses: the distances of its JPEG, and those of its changes over them. */
const measured = async (toPhotograph: PreparedLoss, { jpeg, changed }: Photograph, losses: readonly Compared[]): Promise<readonly Measured[]> => {
  const units = await valuesOf(toPhotograph, jpeg, losses)
  const values: (readonly number[])[][] = []
  for (const strengths of changed) {
    const row: (readonly number[])[] = []
    for (const picture of strengths) row.push(await valuesOf(toPhotograph, picture, losses))
    values.push(row)
  }
  return units.map((unit, i) => ({ jpeg: unit, ratios: values.map((row) => row.map((of) => (of[i] ?? Number.NaN) / unit)) }))
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const rounded = (value: number): number => Number(value.toPrecision(4))

const summary = (photographs: readonly Measured[], mflop: number): Sensitivity => ({
  mflop: rounded(mflop),
  jpeg: rounded(median(photographs.map(({ jpeg }) => jpeg))),
  changes: Object.fromEntries(
    changes.map(([name, { strengths }], change) => [
      name,
      strengths.map((_, i) => rounded(median(photographs.map(({ ratios }) => ratios[change]?.[i] ?? Number.NaN)))),
    ]),
  ) as Readonly<Record<string, readonly number[]>> as Sensitivity['changes'],
})

const costOf = async ({ loss }: Compared, extractor: Extractor<string> | undefined): Promise<number> => {
  const shape = [1, SIDE, SIDE, 3] as const
  const { flops } = await (extractor === undefined ? explain(loss as never, { shape }) : explain(loss, extractor as never, { shape }))
  return flops.prepared / 1e6
}

/** Measures losses over one network in one pass for all of them; `said` is called with the name of each photograph when it is done. */
export const sensitivities = async (
  losses: readonly Compared[],
  extractor: Extractor<string> | undefined,
  said: (text: string) => void,
): Promise<Sensitivities> => {
  const loss = sum(...losses.map((one) => named(one.name, one.loss)))
  const f = extractor === undefined ? compile(loss as never) : compile(loss, extractor)
  const byPhotograph: (readonly Measured[])[] = []
  for (const name of PHOTOGRAPHS) {
    const pictures = await changedPhotograph(name)
    const reference = tensorOf(pictures.picture)
    const toPhotograph = f.prepare(reference as never)
    byPhotograph.push(await measured(toPhotograph, pictures, losses))
    toPhotograph.dispose()
    reference.dispose()
    said(name)
  }
  f.dispose()
  const costs = await Promise.all(losses.map((one) => costOf(one, extractor)))
  return Object.fromEntries(
    losses.map(({ name }, i) => [
      name,
      summary(
        byPhotograph.flatMap((photographs) => photographs[i] ?? []),
        costs[i] ?? Number.NaN,
      ),
    ]),
  )
}
