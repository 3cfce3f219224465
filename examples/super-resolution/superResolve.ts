/** Super-resolution, from a photograph to a picture that shows what each objective is good for. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { catchInterrupt, type Interrupt } from '../../src/cli/interrupt.js'
import { progressBar } from '../../src/cli/progressBar.js'
import { show, vgg16 } from '../../src/index.js'
import { readImage } from '../../src/node/index.js'
import { startBackend } from '../arguments.js'
import { makeFolder } from '../folder.js'
import { photograph } from '../photographs.js'
import { patchesOf } from '../training/patches.js'
import { FACTOR, makeEnlarger } from './models.js'
import { enlargerLoss, pixelsAlone } from './objective.js'
import type { SuperResolutionOptions } from './options.js'
import { showOn } from './showOn.js'
import { perceptualTrainer, pixelTrainer, type Trainer } from './trainers.js'

/** Runs it; gives the exit code: 0, or 130 after Ctrl-C. */
export const superResolve = async (options: SuperResolutionOptions): Promise<number> => {
  await startBackend(options.backend)
  await makeFolder(options.out)
  console.log(`The perceptual objective:\n  ${show(enlargerLoss(options))}\nThe pixel objective, for comparison:\n  ${show(pixelsAlone)}\n`)
  const { learned, kept } = parted(await readImage(photograph(options.picture)))
  const interrupt = catchInterrupt()
  const train = trainingOn(learned, options, interrupt)

  const pixels = makeEnlarger(options)
  const comparison = pixelTrainer(pixels, options.rate)
  await train('warm-up', comparison, 0, options.warmUp)
  // Both go on from here: the same network, the same patches, as many steps.
  const perceptual = makeEnlarger(options)
  perceptual.setWeights(pixels.getWeights())
  await train('pixels alone', comparison, options.warmUp, options.steps)
  const eye = perceptualTrainer(perceptual, await vgg16(), options, options, options.rate)
  await train('perceptual', eye, options.warmUp, options.steps)
  interrupt.release()
  comparison.dispose()
  eye.dispose()

  const sheet = join(options.out, 'super-resolution.png')
  await showOn(kept, { pixels, perceptual }, sheet)
  return interrupt.asked() ? 130 : 0
}

/** Two thirds of a picture to learn from, on its left, and the rest, its sides multiples of 4. */
const parted = (picture: Tensor4D): { readonly learned: Tensor4D; readonly kept: Tensor4D } => {
  const [, height, width] = picture.shape
  const cut = Math.round((2 * width) / 3)
  const whole = (side: number): number => side - (side % FACTOR)
  return {
    learned: tf.slice4d(picture, [0, 0, 0, 0], [1, height, cut, 3]),
    kept: tf.slice4d(picture, [0, 0, cut, 0], [1, whole(height), whole(width - cut), 3]),
  }
}

/** Steps, each on patches of its own; a line for every tenth of them, and a bar on a terminal. */
const trainingOn =
  (picture: Tensor4D, { batch, size, seed }: SuperResolutionOptions, interrupt: Interrupt) =>
  async (name: string, trainer: Trainer, from: number, steps: number): Promise<void> => {
    const [start, often] = [performance.now(), Math.ceil(steps / 10)]
    const bar = progressBar(steps, process.stderr.isTTY ? process.stderr : undefined)
    for (let step = 1; step <= steps && !interrupt.asked(); step++) {
      const real = patchesOf([picture], batch, size, seed + from + step)
      const loss = await trainer.step(real)
      real.dispose()
      bar.show(step, `${name}, loss ${loss.toPrecision(3)}`)
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      if (step % often === 0 || step === steps) console.log(`${name}, step ${String(step)} of ${String(steps)}: loss ${loss.toPrecision(3)}, ${seconds} s`)
      await setImmediate()
    }
    bar.end()
    if (interrupt.asked()) console.log(`${name}: stopped.`)
  }
