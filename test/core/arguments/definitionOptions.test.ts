/** Every option of every built-in definition at the ends of what it accepts: value and gradient are finite, or the value is NaN and says so. */
import * as tf from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import { compile, builtInDefinitions, LossException, lossSchema, mse, pixels, type Feature, type Loss } from '../../../src/index.js'

type Schema = Readonly<Record<string, unknown>>

/** The ends of what a schema accepts. */
const endsOf = (schema: Schema): readonly unknown[] => {
  const { anyOf, enum: names, const: only, type, minimum, exclusiveMinimum, maximum } = schema
  if (Array.isArray(anyOf)) return (anyOf as readonly Schema[]).flatMap(endsOf)
  if (Array.isArray(names)) return names as readonly unknown[]
  if ('const' in schema) return [only]
  if (type === 'boolean') return [false, true]
  if (type === 'null') return [null]
  if (type === 'number' || type === 'integer') return [minimum ?? (exclusiveMinimum === undefined ? undefined : Number(exclusiveMinimum) + 1), maximum]
  return []
}

interface Case {
  readonly id: string
  readonly option: string
  readonly value: unknown
}

const parts = (lossSchema() as { readonly definitions: Readonly<Record<string, { readonly anyOf: readonly Schema[] }>> }).definitions
const optionsOf = (id: string): Schema => {
  const all = Object.values(parts).flatMap(({ anyOf }) => anyOf) as readonly { readonly properties?: Schema }[]
  const found = all.find(({ properties = {} }) =>
    ['metric', 'regularizer', 'transform'].some((kind) => (properties[kind] as Schema | undefined)?.['const'] === id),
  )
  return ((found?.properties?.['options'] as Schema | undefined)?.['properties'] ?? {}) as Schema
}

const CASES: readonly Case[] = builtInDefinitions.flatMap(({ definition: { id } }) =>
  Object.entries(optionsOf(id)).flatMap(([option, schema]) => endsOf(schema as Schema).map((value) => ({ id, option, value }))),
)

const SIDE = 24

/** These take seconds per pair: one pair is enough. */
const SLOW: readonly string[] = ['blurred sigma', 'highPassed sigma', 'slicedWasserstein directions']
const random = (seed: number): tf.Tensor4D => tf.randomUniform([1, SIDE, SIDE, 3], 0, 1, 'float32', seed)
const flat = (value: number): tf.Tensor4D => tf.fill([1, SIDE, SIDE, 3], value)
const halves = tf.tidy(() => tf.concat([tf.zeros([1, SIDE / 2, SIDE, 3]), tf.fill([1, SIDE / 2, SIDE, 3], 0.5)], 1) as tf.Tensor4D)
const [noise, other, black, white] = [random(1), random(2), flat(0), flat(1)]
const PAIRS = [
  ['noise', noise, other],
  ['equal pictures', noise, noise],
  ['black and white', black, white],
  ['two flat halves', halves, halves],
] as const
afterAll(() => {
  tf.dispose([noise, other, black, white, halves])
})

const lossOf = ({ id, option, value }: Case): Loss<string, string> => {
  const by = builtInDefinitions.find(({ definition }) => definition.id === id)!
  const made = (by.with as (options: unknown) => (feature: Feature) => unknown)({ [option]: value })(pixels)
  return by.definition.kind === 'transform' ? mse(made as Feature) : (made as Loss<string, string>)
}

const refused = (error: unknown): true => {
  if (error instanceof LossException) return true
  throw error
}

describe('options at the ends of what they accept', () => {
  it('are found: numbers, names and switches', () => {
    expect(CASES.length).toBeGreaterThan(100)
  })

  it.each(CASES)('$id, $option: $value', (one) => {
    for (const [pair, reference, prediction] of SLOW.includes(`${one.id} ${one.option}`) ? PAIRS.slice(0, 1) : PAIRS) {
      let measured: tf.Tensor[] = []
      try {
        const f = compile(lossOf(one) as never)
        const { value, grad } = tf.valueAndGrad((x) => f(reference, x))(prediction)
        measured = [value, grad]
      } catch (error) {
        refused(error)
        continue
      }
      const [value = Number.NaN] = measured[0]!.dataSync()
      const gradient = [...measured[1]!.dataSync()]
      tf.dispose(measured)
      const wild = gradient.filter((part) => !Number.isFinite(part)).length
      expect([
        pair,
        Number.isNaN(value) || (Number.isFinite(value) && wild === 0) || `value ${String(value)}, ${String(wild)} parts of the gradient not finite`,
      ]).toEqual([pair, true])
    }
  })
})
