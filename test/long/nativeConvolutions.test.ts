/** The op for convolutions is as fast as it should be beside TensorFlow's own. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { convolutionWithBias } from '../../src/layers/kernels/native/libraryOps.js'
import { winogradOpConvolver } from '../../src/layers/kernels/native/winogradOp.js'
import { useFastestBackend } from '../../src/node/index.js'
import { CONVOLUTION_ADDON } from '../../src/node/loadConvolutions.js'
import { noise } from '../support/images.js'

const installed = existsSync(join(import.meta.dirname, '../../node_modules/@tensorflow/tfjs-node-gpu', CONVOLUTION_ADDON))

const processorTime = (work: () => tf.Tensor): number => {
  const from = process.cpuUsage()
  work().dispose()
  const { user, system } = process.cpuUsage(from)
  return user + system
}

// Measured beside oneDNN with AVX2: 0.25 and 0.38. With AVX-512 oneDNN takes half of that: 0.45 and 0.7. Spilled registers double the op's time, without any other sign.
it.runIf(installed).each([
  ['more', 0.7],
  ['little', 0.95],
] as const)('64 channels in and out at 256 x 256, with %s rounding, take a part of the processor time of TensorFlow', async (rounding, bound) => {
  await useFastestBackend({ among: ['tfjs-node-gpu'] })
  const x = noise(1, [1, 256, 256, 64])
  const filter = noise(2, [3, 3, 64, 64])
  const bias = tf.zeros<tf.Rank.R1>([64])
  const ours = winogradOpConvolver(filter, bias, { stride: 1, padding: 'same' }, rounding)
  if (ours === undefined) throw new Error('The op must have this convolution.')
  const works = [(): tf.Tensor => ours.run(x, false), (): tf.Tensor => convolutionWithBias(x, filter, bias, 1, 'same')]
  // The least of many, in turn: other work on the machine only adds.
  const least = works.map(() => Infinity)
  for (let round = 0; round < 20; round++)
    works.forEach((work, i) => {
      least[i] = Math.min(least[i] ?? Infinity, processorTime(work))
    })
  expect((least[0] ?? Infinity) / (least[1] ?? 0)).toBeLessThan(bound)
  ours.dispose()
  tf.dispose([x, filter, bias])
})
