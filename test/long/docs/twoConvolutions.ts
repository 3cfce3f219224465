/** A graph model of two convolutions with their ReLUs, as converters write it, to be loaded from memory. */
import * as tf from '@tensorflow/tfjs'

const WEIGHTS = [
  { name: 'conv1/kernel', shape: [3, 3, 3, 4] },
  { name: 'conv2/kernel', shape: [3, 3, 4, 4] },
]

const floats = { type: 'DT_FLOAT' }
const ints = (list: readonly number[]) => ({ list: { i: list.map(String) } })

const convolution = (input: string, name: string) => [
  {
    name: `${name}/Conv2D`,
    op: 'Conv2D',
    input: [input, `${name}/kernel`],
    attr: { T: floats, strides: ints([1, 1, 1, 1]), dilations: ints([1, 1, 1, 1]), padding: { s: btoa('VALID') }, data_format: { s: btoa('NHWC') } },
  },
  { name: `${name}/Relu`, op: 'Relu', input: [`${name}/Conv2D`], attr: { T: floats } },
]

export const twoConvolutions = tf.io.fromMemory({
  modelTopology: {
    node: [
      { name: 'image', op: 'Placeholder', attr: { dtype: floats, shape: { shape: { dim: [-1, -1, -1, 3].map((size) => ({ size: String(size) })) } } } },
      ...WEIGHTS.map(({ name }) => ({ name, op: 'Const', attr: { dtype: floats } })),
      ...convolution('image', 'conv1'),
      ...convolution('conv1/Relu', 'conv2'),
    ],
    versions: { producer: 1 },
  },
  weightSpecs: WEIGHTS.map((weight) => ({ ...weight, dtype: 'float32' as const })),
  weightData: new Float32Array(WEIGHTS.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0)).fill(0.1).buffer,
})
