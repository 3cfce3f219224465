/** A small graph model, as converters write it. */
import * as tf from '@tensorflow/tfjs'
import type { GraphModel } from '@tensorflow/tfjs'
import { random } from './images.js'

const next = random(3)
/** The weights by their names; random numbers, but for the axes. */
export const WEIGHTS = [
  { name: 'conv/kernel', shape: [3, 3, 3, 4] },
  { name: 'conv/bias', shape: [4] },
  { name: 'dense/kernel', shape: [4, 1] },
  { name: 'axes', shape: [2] },
].map((weight) => ({
  ...weight,
  values: weight.name === 'axes' ? Int32Array.of(1, 2) : Float32Array.from({ length: weight.shape.reduce((a, b) => a * b) }, () => next() - 0.5),
}))
const typed = { dtype: { type: 'DT_FLOAT' }, T: { type: 'DT_FLOAT' } }
const strings = (list: readonly number[]) => ({ list: { i: list.map(String) } })

/** Convolution, bias, ReLU, mean over positions, product: logits. */
const topology = (side: number) => ({
  node: [
    {
      name: 'image',
      op: 'Placeholder',
      attr: { dtype: typed.dtype, shape: { shape: { dim: [-1, side, side, 3].map((size) => ({ size: String(size) })) } } },
    },
    ...WEIGHTS.map(({ name }) => ({ name, op: 'Const', attr: { dtype: { type: name === 'axes' ? 'DT_INT32' : 'DT_FLOAT' } } })),
    {
      name: 'conv/Conv2D',
      op: 'Conv2D',
      input: ['image', 'conv/kernel'],
      attr: { T: typed.T, strides: strings([1, 2, 2, 1]), dilations: strings([1, 1, 1, 1]), padding: { s: btoa('VALID') }, data_format: { s: btoa('NHWC') } },
    },
    { name: 'conv/BiasAdd', op: 'BiasAdd', input: ['conv/Conv2D', 'conv/bias'], attr: { T: typed.T, data_format: { s: btoa('NHWC') } } },
    { name: 'conv/Relu', op: 'Relu', input: ['conv/BiasAdd'], attr: { T: typed.T } },
    { name: 'pool', op: 'Mean', input: ['conv/Relu', 'axes'], attr: { T: typed.T, keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } } },
    { name: 'logits', op: 'MatMul', input: ['pool', 'dense/kernel'], attr: { T: typed.T, transpose_a: { b: false }, transpose_b: { b: false } } },
  ],
  versions: { producer: 1 },
})

/** Loads the graph for pictures of this side; -1 for any. */
export const loadGraphModel = (side = -1): Promise<GraphModel> =>
  tf.loadGraphModel(
    tf.io.fromMemory({
      modelTopology: topology(side),
      weightSpecs: WEIGHTS.map(({ name, shape }) => ({ name, shape, dtype: name === 'axes' ? 'int32' : 'float32' })),
      weightData: tf.io.CompositeArrayBuffer.join(WEIGHTS.map(({ values }) => values.buffer)),
    }),
  )
