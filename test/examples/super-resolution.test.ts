/** Super-resolution on tiny patches: its networks, its trainers, its options. The program itself is run by the long tests. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { photograph } from '../../examples/photographs.js'
import { makeEnlarger, shrunk } from '../../examples/super-resolution/models.js'
import { parseOptions } from '../../examples/super-resolution/options.js'
import { perceptualTrainer, pixelTrainer } from '../../examples/super-resolution/trainers.js'
import { patchesOf } from '../../examples/training/patches.js'
import { registerWasmKernels } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { sharedVgg16 } from '../support/network.js'

registerWasmKernels()

describe('the networks and their trainers', () => {
  const sizes = { width: 4, seed: 1 }

  it('a network starts out as the bilinear enlargement', () => {
    const network = makeEnlarger(sizes)
    const small = tf.randomUniform<tf.Rank.R4>([1, 6, 5, 3], 0, 1, 'float32', 1)
    const expected = tf.image.resizeBilinear(small, [24, 20])
    expect(tf.max(tf.abs(tf.sub(network.predict(small) as tf.Tensor, expected))).dataSync()[0]).toBe(0)
  })

  it('a small picture is the mean of each sixteen pixels', () => {
    const picture = tf.tensor4d(
      Array.from({ length: 4 * 8 * 3 }, (_, i) => i),
      [1, 4, 8, 3],
    )
    // Means of rows 0..3 (24 apart) and of columns 0..3, then 4..7 (3 apart).
    expect(Array.from(shrunk(picture).dataSync())).toEqual([40.5, 41.5, 42.5, 52.5, 53.5, 54.5])
  })

  it('patches come from the photographs, the same for the same seed', () => {
    const ramp = tf.tile(tf.reshape(tf.range(0, 32), [1, 1, 32, 1]), [1, 20, 1, 3]) as tf.Tensor4D
    const [first, again, other] = [1, 1, 2].map((seed) => Array.from(patchesOf([ramp], 8, 16, seed).dataSync()))
    expect(first).toEqual(again)
    expect(first).not.toEqual(other)
    const starts = first!.filter((_, i) => i % (16 * 3) === 0)
    const ends = first!.filter((_, i) => i % (16 * 3) === 15 * 3)
    const steps = starts.map((start, i) => ends[i]! - start)
    expect(new Set(steps)).toEqual(new Set([15, -15]))
  })

  it.each([
    ['pixels', 60],
    ['perceptual', 10],
  ] as const)('steps (%s) bring the loss down by a tenth, and leave no tensor', async (kind, steps) => {
    const network = makeEnlarger(sizes)
    const photo = await readImage(photograph('coffee'), { size: 64 })
    const vgg = await sharedVgg16()
    const trainer =
      kind === 'pixels'
        ? pixelTrainer(network, 1e-2)
        : perceptualTrainer(network, vgg, sizes, { pixelWeight: 1, perceptualWeight: 0.2, textureWeight: 0.05, adversarialWeight: 0.01 }, 1e-2)
    const real = patchesOf([photo], 2, 16, 1)
    const losses = [await trainer.step(real), await trainer.step(real)]
    const settled = tf.memory().numTensors
    for (let i = 2; i < steps; i++) losses.push(await trainer.step(real))
    expect(tf.memory().numTensors).toBe(settled)
    trainer.dispose()
    expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!)
  })
})

it.each([
  [['--size', '18'], "--size: received '18', expected a multiple of 4."],
  [['--width', '5'], "--width: received '5', expected a multiple of 2."],
  [['--picture', 'swirls'], "--picture: received 'swirls', expected one of gravel, grass, astronaut, chelsea, coffee, hubble, rocket."],
  [['--stepz'], "Unknown option '--stepz'"],
])('the options %j are refused', (args, line) => {
  expect(() => parseOptions(args)).toThrow(line)
})
