/** Weights with NaN, Infinity or a kernel of zeros are refused, in files and in models, and the error names the tensor. */
import { readFileSync } from 'node:fs'
import { either as E } from 'fp-ts'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { describeError, tryAlexnet, tryFromGraphModel, tryFromLayersModel } from '../../../src/index.js'
import { readSafetensors } from '../../../src/layers/weights/safetensors.js'
import { safetensors } from '../../support/safetensors.js'

const packaged = new Uint8Array(readFileSync(new URL('../../../weights/alexnet.safetensors', import.meta.url)))

/** The package's weights with the values of one tensor changed. */
const withValues = (changed: string, change: (values: Float32Array) => Float32Array): Uint8Array => {
  const file = readSafetensors(packaged, 'a test')
  if (E.isLeft(file)) throw new Error('The weights of the package cannot be read.')
  const tensors = [...file.right.tensors].map(([name, { shape, values }]) => ({ name, shape, values: name === changed ? change(values()) : values() }))
  return safetensors(tensors, Object.fromEntries(file.right.metadata))
}

it.each<readonly [string, string, (values: Float32Array) => Float32Array, string]>([
  ['one NaN', 'conv5/bias', (values) => values.with(9, NaN), '1 non-finite values (NaN or infinity) out of 256'],
  ['one Infinity', 'conv2/kernel', (values) => values.with(9, -Infinity), '1 non-finite values (NaN or infinity) out of 307200'],
  ['a kernel of zeros', 'conv1/kernel', (values) => values.fill(0), 'zeros only'],
])('%s', async (_what, tensor, change, received) => {
  const loaded = await tryAlexnet({ weights: withValues(tensor, change) })()
  expect(loaded).toMatchObject({ left: { _tag: 'WeightsUnfit', tensor: `the tensor '${tensor}'`, received } })
})

it('a bias of zeros loads', async () => {
  const loaded = await tryAlexnet({ weights: withValues('conv1/bias', (values) => values.fill(0)) })()
  expect(loaded._tag).toBe('Right')
})

const KINDS: readonly (readonly [what: string, change: (values: Float32Array) => Float32Array, message: string])[] = [
  ['one NaN', (values) => values.with(2, NaN), ': received 1 non-finite values (NaN or infinity) out of'],
  ['one Infinity', (values) => values.with(2, Infinity), ': received 1 non-finite values (NaN or infinity) out of'],
  ['zeros', (values) => values.fill(0), ': received zeros only, expected a trained kernel'],
]

describe('a layers model', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: 'conv' }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.depthwiseConv2d({ kernelSize: 3, name: 'depthwise' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, name: 'logits' }),
    ],
  })

  /** What is said of the model with the values of one weight changed, which are restored. */
  const said = (name: string, change: (values: Float32Array) => Float32Array, live: boolean): string | undefined => {
    const weight = model.weights.find(({ originalName }) => originalName === name)
    if (weight === undefined) throw new Error(`There is no weight ${name}.`)
    const before = weight.read().clone()
    const changed = tf.tensor(change(before.dataSync<'float32'>().slice()), before.shape)
    weight.write(changed)
    const made = tryFromLayersModel(model, { live })
    weight.write(before)
    tf.dispose([before, changed])
    if (E.isLeft(made)) return describeError(made.left)
    made.right.dispose()
    return undefined
  }

  it.each(['conv/kernel', 'depthwise/depthwise_kernel', 'logits/kernel'])('%s', (name) => {
    for (const [, change, message] of KINDS) {
      expect(said(name, change, false)).toContain(`The weight '${name}' of the model ${model.name}${message}`)
      expect(said(name, change, true)).toBeUndefined()
    }
  })

  it('a moving variance with NaN is rejected; biases and means of zeros are not', () => {
    expect(said('norm/moving_variance', (values) => values.with(0, NaN), false)).toContain("'norm/moving_variance'")
    expect(said('norm/gamma', (values) => values, false)).toBeUndefined()
  })

  it('a refusal leaves no tensor behind', () => {
    const before = tf.memory().numTensors
    expect(said('conv/kernel', (values) => values.fill(NaN), false)).toContain('108 non-finite')
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a graph model', () => {
  const typed = { T: { type: 'DT_FLOAT' } }
  const pads = { padding: { s: btoa('VALID') }, data_format: { s: btoa('NHWC') } }
  const ones = (list: readonly number[]) => ({ list: { i: list.map(String) } })
  const constant = (name: string) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } })
  const topology = {
    node: [
      {
        name: 'image',
        op: 'Placeholder',
        attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [-1, -1, -1, 3].map((size) => ({ size: String(size) })) } } },
      },
      ...['kernel', 'bias', 'unused'].map(constant),
      { name: 'kernel/read', op: 'Identity', input: ['kernel'], attr: typed },
      {
        name: 'conv',
        op: 'Conv2D',
        input: ['image', 'kernel/read'],
        attr: { ...typed, ...pads, strides: ones([1, 1, 1, 1]), dilations: ones([1, 1, 1, 1]) },
      },
      { name: 'biased', op: 'BiasAdd', input: ['conv', 'bias'], attr: { ...typed, data_format: pads.data_format } },
      { name: 'apart', op: 'BiasAdd', input: ['image', 'unused'], attr: { ...typed, data_format: pads.data_format } },
    ],
    versions: { producer: 1 },
  }
  const WEIGHTS: Readonly<Record<string, readonly number[]>> = { kernel: [2, 2, 3, 1], bias: [1], unused: [3] }

  const said = async (changed: string, value: number): Promise<string | undefined> => {
    const values = Object.entries(WEIGHTS).map(([name, shape]) =>
      new Float32Array(shape.reduce((a, b) => a * b)).fill(name === 'kernel' ? 0.5 : 0).map((v) => (name === changed ? value : v)),
    )
    const model = await tf.loadGraphModel(
      tf.io.fromMemory({
        modelTopology: topology,
        weightSpecs: Object.entries(WEIGHTS).map(([name, shape]) => ({ name, shape: [...shape], dtype: 'float32' as const })),
        weightData: tf.io.CompositeArrayBuffer.join(values.map((one) => one.buffer)),
      }),
    )
    const made = tryFromGraphModel(model, { layers: ['biased'] })
    model.dispose()
    return E.isLeft(made) ? describeError(made.left) : undefined
  }

  it('its kernels and biases are checked, also behind a copy; weights that its layers do not take are not', async () => {
    expect(await said('kernel', NaN)).toBe(
      "The weight 'kernel' of graph model: received 12 non-finite values (NaN or infinity) out of 12, expected finite values.",
    )
    expect(await said('kernel', 0)).toContain(': received zeros only, expected a trained kernel')
    expect(await said('bias', Infinity)).toContain("The weight 'bias'")
    expect(await said('bias', 0)).toBeUndefined()
    expect(await said('unused', NaN)).toBeUndefined()
  })
})
