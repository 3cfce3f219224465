/** What the upscaler minimizes, and the steps. */
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs'
import { compile, featureAt, mae, named, pixels, sum, vgg16, weighted } from '../../src/index.js'
import { texture } from '../super-resolution/objective.js'
import { patchesOf } from '../training/patches.js'
import { playerOf } from '../training/player.js'
import { enlarged, halved } from './upscaler.js'

export const objective = sum(
  named('pixels', mae(pixels)),
  named('perceptual', weighted(0.2, sum(mae(featureAt('block2_conv2')), mae(featureAt('block3_conv3'))))),
  named('texture', weighted(0.05, sum(texture('block1_conv2'), texture('block2_conv2'), texture('block3_conv3')))),
)

/** Patches per step, and their side. */
const [BATCH, SIZE] = [4, 64]

export interface Training {
  readonly steps: number
  readonly rate: number
  readonly seed: number
}

/** Trains the trainable layers; prints the loss ten times. */
export const train = async (upscaler: LayersModel, photographs: readonly Tensor4D[], { steps, rate, seed }: Training): Promise<void> => {
  const [loss, player, start] = [compile(objective, await vgg16()), playerOf(upscaler, tf.train.adam(rate)), performance.now()]
  for (let step = 1; step <= steps; step++) {
    const original = patchesOf(photographs, BATCH, SIZE, seed + step)
    const value = await player.descend(player.slope(() => loss(original, enlarged(upscaler, halved(original)))))
    original.dispose()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    if (step % Math.ceil(steps / 10) === 0 || step === steps) console.log(`step ${String(step)} of ${String(steps)}: loss ${value.toFixed(4)}, ${seconds} s`)
    await setImmediate()
  }
  player.dispose()
  loss.dispose()
}
