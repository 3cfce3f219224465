/**
 * The size at which a loss is computed: as large as its limits allow.
 *
 * What a step takes is measured by the library on small pictures (`explain`) and grows in proportion to the pictures; the weights of the networks are held besides.
 */
import * as tf from '@tensorflow/tfjs'
import { explain, show, mapWeights, type Extractor, type Loss } from 'perceptual-loss'
import type { Fitted, Limits } from './protocol.js'
import { within, type Size } from './scale.js'

type Peak = (size: Size) => Promise<number>

/** The size, no larger than the picture, at which value and gradient stay within the limits. */
export const fitted = async (picture: Size, { side, bytes }: Pick<Limits, 'side' | 'bytes'>, peak: Peak): Promise<Fitted> => {
  let size = within(picture, side === 'full' ? Infinity : side)
  let takes = await peak(size)
  while (takes > bytes && Math.max(size.width, size.height) > SMALLEST) {
    const shrunk = Math.min(0.95, Math.sqrt(bytes / takes)) * Math.max(size.width, size.height)
    size = within(picture, Math.max(SMALLEST, Math.floor(shrunk)))
    takes = await peak(size)
  }
  return { ...size, bytes: takes }
}

/** No picture is made smaller than this to save memory. */
const SMALLEST = 32

/** What was measured: by the loss without its weights, which change nothing, and the size. */
const measured = new Map<string, number>()

/** The bytes of tensors at the peak of a step, the networks included. */
export const peakOf =
  (loss: Loss<string, string>, extractor: Extractor<string> | undefined): Peak =>
  async ({ width, height }) => {
    const key = `${show(mapWeights(() => 1)(loss))} ${String(width)}x${String(height)}`
    const held = tf.memory().numBytes
    const found = measured.get(key)
    if (found !== undefined) return found + held
    const explained = explain as (loss: Loss<string, string>, extractor: Extractor<string> | undefined, options: object) => ReturnType<typeof explain>
    const { memory } = await explained(loss, extractor, { shape: [1, height, width, 3] })
    measured.set(key, Math.max(memory.fresh, memory.prepared))
    // The networks' weights were loaded for it.
    return Math.max(memory.fresh, memory.prepared) + tf.memory().numBytes
  }

/** Another backend takes other amounts. */
export const forgetPeaks = (): void => {
  measured.clear()
}
