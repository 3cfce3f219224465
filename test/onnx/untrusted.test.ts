/** ONNX files that cannot be used: each ends in one line that says why, before any tensor is made. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, describeError, featureAt, LossException, mse } from '../../src/index.js'
import { fromOnnx, tryFromOnnx, type OnnxOptions } from '../../src/onnx/index.js'
import { onnxBytes, type WrittenModel, type WrittenNode } from '../support/onnxWriter.js'
import { norm, take, takeNumber, gradientOf } from '../support/tensors.js'
import { onnxFile, pictureOf, tapOf } from './onnxNetworks.js'

const relu: WrittenNode = { operator: 'Relu', inputs: ['picture'], outputs: ['y'] }
const ints = (name: string, ...values: readonly number[]) => ({ name, dims: [values.length], values, type: 7 as const })

/** Why a file is refused, or undefined; no tensor is left behind. */
const refusal = async (file: Uint8Array | string, options: Partial<OnnxOptions<string>> = {}): Promise<string | undefined> => {
  const before = tf.memory().numTensors
  const result = await tryFromOnnx(file, { input: 'unit', ...options })()
  expect(tf.memory().numTensors).toBe(before)
  if (E.isRight(result)) return undefined
  expect(['ModelUnreadable', 'BadArgument', 'BadOptions', 'UnknownLayer']).toContain(result.left._tag)
  const said = describeError(result.left)
  expect(said).not.toContain('\n')
  return said
}

const refused = (model: WrittenModel): Promise<string | undefined> => refusal(onnxBytes(model))

/** A chain of nodes behind a picture of 8 x 8. */
const fixed = (nodes: readonly WrittenNode[], tensors: WrittenModel['tensors'] = []): WrittenModel => ({
  inputs: [{ name: 'picture', dims: ['n', 3, 8, 8] }],
  nodes,
  tensors,
})

describe('a file that is not a usable network is refused', () => {
  it.each<readonly [string, WrittenModel, RegExp]>([
    [
      'an unknown operator',
      { nodes: [{ ...relu, operator: 'Reluu' }] },
      /node Reluu 'y' has an unsupported operator \(did you mean Relu\?\); choose shallower layers/,
    ],
    ['an operator of another domain', { nodes: [{ ...relu, domain: 'com.acme' }] }, /node Relu 'y' of the domain 'com\.acme' has an unsupported operator/],
    [
      'a cycle',
      {
        nodes: [
          { ...relu, inputs: ['z'] },
          { ...relu, inputs: ['y'], outputs: ['z'] },
        ],
      },
      /node Relu 'y' uses 'z', which no earlier node computes: the graph has a cycle/,
    ],
    ['a name twice', { nodes: [relu, relu] }, /two nodes compute 'y'/],
    ['no input', { inputs: [], nodes: [relu] }, /it has 0 inputs; expected one, the picture/],
    [
      'two inputs',
      {
        inputs: [
          { name: 'a', dims: [1, 3, 8, 8] },
          { name: 'b', dims: [1] },
        ],
        nodes: [],
      },
      /it has 2 inputs/,
    ],
    ['text as input', { inputs: [{ name: 'picture', dims: [1, 3, 8, 8], type: 8 }], nodes: [relu] }, /its input 'picture' is not of floating-point numbers/],
    ['a flat input', { inputs: [{ name: 'picture', dims: ['n', 10] }], nodes: [relu] }, /its input has the shape \[any, 10\]; expected pictures/],
    [
      'grey pictures',
      { inputs: [{ name: 'picture', dims: ['n', 1, 8, 8] }], nodes: [relu] },
      /shape \[any, 1, 8, 8\]; expected pictures \[batch, 3, height, width\]/,
    ],
    ['an old opset', { opset: 6, nodes: [relu] }, /it has opset 6; expected 7 or later/],
    [
      'nothing of the picture',
      { nodes: [{ operator: 'Constant', inputs: [], outputs: ['y'], attributes: { value_float: 0.5 } }] },
      /none of its tensors depends on its input/,
    ],
    [
      'weights with NaN',
      { nodes: [{ operator: 'Conv', inputs: ['picture', 'w'], outputs: ['y'] }], tensors: [{ name: 'w', dims: [1, 3, 1, 1], values: [1, Number.NaN, 2] }] },
      /weight 'w' of onnx: received 1 non-finite values/,
    ],
    [
      'a kernel of zeros',
      { nodes: [{ operator: 'Conv', inputs: ['picture', 'w'], outputs: ['y'] }], tensors: [{ name: 'w', dims: [1, 3, 1, 1], values: [0, 0, 0] }] },
      /weight 'w' of onnx: received zeros only/,
    ],
    [
      'a tensor of another size',
      { nodes: [{ operator: 'Conv', inputs: ['picture', 'w'], outputs: ['y'] }], tensors: [{ name: 'w', dims: [1, 3, 9, 9], values: [1, 2, 3] }] },
      /its tensor w \[1, 3, 9, 9\] does not fit its 12 bytes/,
    ],
    [
      'a filter of other channels',
      fixed([{ operator: 'Conv', inputs: ['picture', 'w'], outputs: ['y'] }], [{ name: 'w', dims: [1, 2, 1, 1], values: [1, 2] }]),
      /node Conv 'y' does not fit: a filter \[1, 2, 1, 1\] in 1 groups for the shape \[1, 3, 8, 8\]/,
    ],
    [
      'a tensor that explodes',
      fixed([{ operator: 'Expand', inputs: ['picture', 's'], outputs: ['y'] }], [ints('s', 2 ** 22, 1, 1, 1, 1)]),
      /node Expand 'y' does not fit: a tensor of the shape \[4194304, 1, 3, 8, 8\]; expected at most 268,435,456 elements/,
    ],
    [
      'a constant that explodes',
      fixed(
        [
          { operator: 'ConstantOfShape', inputs: ['s'], outputs: ['c'] },
          { operator: 'Add', inputs: ['picture', 'c'], outputs: ['y'] },
        ],
        [ints('s', 2 ** 30, 2 ** 10)],
      ),
      /node ConstantOfShape 'c' does not fit: a constant of the shape \[1073741824, 1024\]/,
    ],
    [
      'a range without end',
      fixed(
        [
          { operator: 'Range', inputs: ['a', 'b', 'z'], outputs: ['c'] },
          { operator: 'Add', inputs: ['picture', 'c'], outputs: ['y'] },
        ],
        [ints('a', 0), ints('b', 1), ints('z', 0)],
      ),
      /node Range 'c' does not fit: a range of Infinity numbers/,
    ],
    [
      'a shape that depends on the picture',
      fixed([{ operator: 'Reshape', inputs: ['picture', 'picture'], outputs: ['y'] }]),
      /node Reshape 'y' does not fit: its input 2 depends on the picture; expected a constant/,
    ],
    [
      'a picture too small for its window',
      fixed([{ operator: 'MaxPool', inputs: ['picture'], outputs: ['y'], attributes: { kernel_shape: [9, 9] } }]),
      /a side of 8 is too small for its window of 9/,
    ],
  ])('%s', async (_, model, reason) => {
    expect(await refused(model)).toMatch(reason)
  })

  it('every truncation of a real file', async () => {
    const file = onnxFile('residual')
    for (let length = 0; length < file.length; length += 97)
      expect(await refusal(file.slice(0, length)), String(length)).toMatch(/^The model .* cannot be loaded: it /)
    expect(await refusal(file)).toBeUndefined()
    expect(await refusal(new TextEncoder().encode('<!DOCTYPE html><title>Not found</title>'))).toMatch(/cannot be loaded: it is/)
  })

  it('wrong options, unknown layers, and files that are not there', async () => {
    const file = onnxFile('residual')
    expect(await refusal(file, { input: 'imagenett' as 'imagenet' })).toMatch(/input: received "imagenett", expected 'imagenet', 'clip', 'unit', an object/)
    expect(await refusal(file, { input: { std: 0 } })).toMatch(/input: received \{"std":0\}, expected/)
    await expect(fromOnnx(file, {} as OnnxOptions<string>)).rejects.toThrow(/fromOnnx: wrong option input: received undefined, expected 'imagenet'/)
    expect(await refusal(file, { layers: ['layer5'] })).toMatch(/'layer5' is not a layer of onnx\. Did you mean layer2\?/)
    expect(await refusal(file, { resize: true })).toMatch(/resize: received true, expected a size such as \[224, 224\]: this network takes any/)
    expect(await refusal('nowhere.onnx')).toMatch(/^The model nowhere\.onnx cannot be loaded: ENOENT/)
  })
})

describe('weights in files beside the model', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-onnx-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const model = (location: string): Uint8Array =>
    onnxBytes(fixed([{ operator: 'Conv', inputs: ['picture', 'w'], outputs: ['y'] }], [{ name: 'w', dims: [1, 3, 1, 1], values: [], location }]))

  it('are read from its folder alone', async () => {
    await writeFile(join(folder, 'model.onnx'), model('model.data'))
    expect(await refusal(join(folder, 'model.onnx'))).toMatch(/cannot be loaded: ENOENT/)
    await writeFile(join(folder, 'model.data'), new Uint8Array(Float32Array.of(1, 2, 3).buffer))
    const extractor = await fromOnnx(join(folder, 'model.onnx'), { input: 'unit', layers: ['y'] })
    const [y] = tf.tidy(() => [...extractor.features(tf.ones([1, 8, 8, 3]), [tapOf('y')], 'unit')])
    expect(take(y ?? tf.scalar(0))).toEqual(new Float32Array(64).fill(6))
    extractor.dispose()
    await writeFile(join(folder, 'model.data'), new Uint8Array(8))
    expect(await refusal(join(folder, 'model.onnx'))).toMatch(/its tensor w \[1, 3, 1, 1\] does not fit its 8 bytes/)
    expect(await refusal(model('model.data'))).toMatch(/its tensors are in the file 'model\.data'; pass the model's path or URL instead of its bytes/)
  })

  it.each(['../secret', '/etc/passwd', 'a/../../secret', 'C:\\secret', 'file:///etc/passwd', '..\\secret', '', 'https://elsewhere/x'])(
    'are refused at %j',
    async (location) => {
      await writeFile(join(folder, 'outside.onnx'), model(location))
      expect(await refusal(join(folder, 'outside.onnx'))).toMatch(/outside its folder; expected a file beside the model/)
    },
  )
})

describe('sizes', () => {
  const network = onnxBytes({
    inputs: [{ name: 'picture', dims: [1, 3, 8, 8] }],
    nodes: [
      { operator: 'Flatten', inputs: ['picture'], outputs: ['flat'] },
      { operator: 'MatMul', inputs: ['flat', 'w'], outputs: ['y'] },
    ],
    tensors: [{ name: 'w', dims: [192, 2], values: Array.from({ length: 384 }, (_, i) => Math.sin(i)) }],
  })

  it('that a network does not take are refused, or resized on request', async () => {
    const f = compile(mse(featureAt('y')), await fromOnnx(network, { input: 'unit' }))
    const [large, small] = [pictureOf([1, 16, 12, 3]), pictureOf([1, 8, 8, 3])]
    expect(() => f(large, large)).toThrow(LossException)
    expect(() => f(large, large)).toThrow(/is 16 x 12, which does not fit y: the network takes 8 x 8; pass resize: true to fromOnnx/)
    const resizing = compile(mse(featureAt('y')), await fromOnnx(network, { input: 'unit', resize: true }))
    const darker = tf.mul<tf.Tensor4D>(large, 0.5)
    expect(takeNumber(resizing(large, darker))).toBeGreaterThan(0)
    expect(norm(gradientOf((x) => resizing(large, x), darker))).toBeGreaterThan(0)
    expect(takeNumber(f(small, small))).toBe(0)
    expect(await refusal(network, { resize: [9, 9] })).toMatch(/resize: received \[9, 9\], expected true: this network takes 8 x 8/)
  })

  it('of batches: a network of one picture runs them one by one', async () => {
    const extractor = await fromOnnx(network, { input: 'unit', layers: ['y'] })
    const batch = pictureOf([3, 8, 8, 3])
    expect(extractor.shapeOf(batch.shape, tapOf('y'))).toEqual([3, 2])
    const run = (x: tf.Tensor4D): Float32Array => take(tf.tidy(() => [...extractor.features(x, [tapOf('y')], 'unit')][0] ?? tf.scalar(0)))
    const whole = run(batch)
    tf.split(batch, 3).forEach((one, i) => {
      expect(run(one as tf.Tensor4D)).toEqual(whole.slice(2 * i, 2 * i + 2))
    })
    extractor.dispose()
  })
})
