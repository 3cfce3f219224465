/** Weights with NaN, Infinity or a kernel of zeros do not load, and the error names the tensor. */
import { readFileSync } from 'node:fs'
import { either as E } from 'fp-ts'
import { expect, it } from 'vitest'
import { tryAlexnet } from '../../src/index.js'
import { readSafetensors } from '../../src/layers/weights/safetensors.js'
import { safetensors } from '../support/safetensors.js'

const packaged = new Uint8Array(readFileSync(new URL('../../weights/alexnet.safetensors', import.meta.url)))

/** The package's weights with the values of one tensor changed. */
const withValues = (changed: string, change: (values: Float32Array) => Float32Array): Uint8Array => {
  const file = readSafetensors(packaged, 'a test')
  if (E.isLeft(file)) throw new Error('The weights of the package cannot be read.')
  const tensors = [...file.right.tensors].map(([name, { shape, values }]) => ({ name, shape, values: name === changed ? change(values()) : values() }))
  return safetensors(tensors, Object.fromEntries(file.right.metadata))
}

it.each<readonly [string, string, (values: Float32Array) => Float32Array, string]>([
  ['one NaN', 'conv5/bias', (values) => values.with(9, NaN), '1 NaN or infinite values of 256'],
  ['one Infinity', 'conv2/kernel', (values) => values.with(9, -Infinity), '1 NaN or infinite values of 307200'],
  ['a kernel of zeros', 'conv1/kernel', (values) => values.fill(0), 'zeros only'],
])('%s', async (_what, tensor, change, came) => {
  const loaded = await tryAlexnet({ weights: withValues(tensor, change) })()
  expect(loaded).toMatchObject({ left: { _tag: 'WeightsUnfit', tensor: `the tensor '${tensor}'`, came } })
})

it('a bias of zeros loads', async () => {
  const loaded = await tryAlexnet({ weights: withValues('conv1/bias', (values) => values.fill(0)) })()
  expect(loaded._tag).toBe('Right')
})
