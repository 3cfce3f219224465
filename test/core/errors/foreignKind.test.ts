import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { blurred, compile, fromLayersModel, LossException, masked, mse, outOfRange, pixels, type CompiledLoss } from '../../../src/index.js'

const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 3 })] })
const image = tf.zeros<tf.Rank.R4>([1, 16, 16, 3])

/** What people pass in place of a tensor, and what the message says of it. */
const FOREIGN: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'pixels of 1080p',
    () => new Float32Array(1080 * 1920 * 3),
    /: received a Float32Array of 6,220,800 numbers,.* tf\.tensor4d\(values, \[1, height, width, 3\]\)/,
  ],
  ['a Buffer', () => Buffer.alloc(768), /: received a Buffer of 768 bytes,.*tf\.tensor4d.*readImage/],
  ['nested numbers', () => image.arraySync(), /: received \[\[\[\[0,0,0\].*tf\.tensor4d\(values, \[batch, height, width, 3\]\)/],
  ['tensors in an array', () => [image], /: received \[a float32 tensor \[1, 16, 16, 3\]\],.*tf\.concat\(pictures\)/],
  ['a promise', () => Promise.resolve(image), /: received a Promise,.*Await it first/],
  ['ImageData', () => ({ data: new Uint8ClampedArray(4), width: 1, height: 1 }), /: received an ImageData of 1 x 1 pixels,.*tf\.browser\.fromPixels/],
  ['a symbolic tensor', () => model.inputs[0], /: received a symbolic tensor of a model,.*placeholder without values.*model\.predict/],
  ['a model', () => model, /: received a tf\.LayersModel,.*model\.predict/],
  ['a path', () => 'photo.png', /: received "photo\.png",.*readImage\(path\)/],
  ['a data URL', () => `data:image/png;base64,${'A'.repeat(2_000_000)}`, /: received a string of 2,000,022 characters that begins/],
  ['a loss', () => mse(pixels), /: received a loss,.*compile/],
  ['a number', () => 5, /: received 5,/],
]

/** The message that a call ends in; it has to be a LossException, and short. */
const refusal = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(LossException)
    const { message } = error as LossException
    expect(message.length).toBeLessThanOrEqual(1000)
    expect(message).not.toContain('\n')
    return message
  }
  throw new Error('it was not refused')
}

describe('values that are not tensors are rejected in one line that says how to fix it', () => {
  const f = compile(mse(pixels)) as CompiledLoss<string>
  it.each(FOREIGN)('%s', (_name, make, says) => {
    const value = make() as tf.Tensor
    for (const call of [() => f(value, image), () => f.perSample(value, image), () => f.prepare(value), () => f({ target: value }, image)])
      expect(refusal(call)).toMatch(new RegExp(`^'target'${says.source}`))
    for (const call of [() => f(image, value), () => f.heatmap(image, value), () => f.prepare(image)(value)])
      expect(refusal(call)).toMatch(new RegExp(`^'prediction'${says.source}`))
  })

  it.each(FOREIGN)('%s in place of a mask', (_name, make, says) => {
    const g = compile(mse(masked(pixels, 'face'))) as CompiledLoss<string>
    expect(refusal(() => g({ target: image, face: make() as tf.Tensor }, image))).toMatch(new RegExp(`^The mask 'face'${says.source}`))
  })

  it('for a loss that compares with nothing, too', () => {
    expect(refusal(() => compile(outOfRange(blurred(pixels)))(image, new Float32Array(3) as never))).toMatch(
      /'prediction': received a Float32Array of 3 numbers/,
    )
  })
})

describe('values that are not extractors are rejected', () => {
  const loose = compile as (...args: readonly unknown[]) => unknown
  it.each<readonly [string, () => unknown, RegExp]>([
    ['a model', () => model, /^The extractor: received a tf\.LayersModel, expected an extractor.*fromLayersModel/],
    ['a promise of one', () => Promise.resolve(1), /^The extractor: received a Promise, expected an extractor, such as await vgg16\(\)/],
    ['a name', () => 'vgg16', /^The extractor: received "vgg16", expected an extractor/],
  ])('%s', (_name, make, says) => {
    expect(refusal(() => loose(mse(pixels), make()))).toMatch(says)
  })

  it('and options in its place with further options', () => {
    expect(refusal(() => loose(mse(pixels), { range: [0, 1] }, { checked: true }))).toMatch(/^The extractor: received \{"range":\[0,1\]\}/)
    expect(refusal(() => fromLayersModel(Promise.resolve(model) as never))).toMatch(/^The model: received a Promise/)
  })
})

describe('the range that an error suggests', () => {
  const checked = compile(mse(pixels), { checked: true })
  it.each([
    [[-1, 1], /from -1 to 1; expected 0 to 1.*\{ range: \[-1, 1\] \}/],
    [[0, 255], /from 0 to 255; expected 0 to 1.*\{ range: \[0, 255\] \}/],
    [[-3, 700], /from -3 to 700; expected 0 to 1\. Clip or scale the values/],
  ] as const)('for pictures in %j', (values, says) => {
    expect(refusal(() => checked(tf.tensor4d([...values, 0], [1, 1, 1, 3]), tf.zeros([1, 1, 1, 3])))).toMatch(says)
  })

  it('goes back to [0, 1] from a wider range', () => {
    const wide = compile(mse(pixels), { range: [-1, -0.5], checked: true })
    expect(refusal(() => wide(image, image))).toMatch(/\{ range: \[0, 1\] \}/)
  })
})
