/**
 * The size at which a loss is computed: as large as its limits allow.
 *
 * What a step takes is measured by the library on small pictures (`explain`) and grows in proportion to the pictures; the weights of the networks are held besides.
 */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { explain, show, mapWeights, terms, type Extractor, type Loss } from 'perceptual-loss'
import type { NetworkName } from '../loss/layers.js'
import { layerOf, networksFor } from '../loss/networksFor.js'
import { tryCompiled } from './job.js'
import type { Fitted, Limits } from './protocol.js'
import type { Size } from './resample.js'
import { within } from './scale.js'

type Peak = (size: Size) => Promise<number>

/** Bytes that a step does not exceed, known without measuring; Infinity if unknown. */
type Bound = (size: Size) => number

/** A bound below this part of the budget is far enough away from it. */
const FAR = 0.75

/** Whether nothing needs to be measured. */
export const isFarBelow = (bound: number, bytes: number): boolean => bound <= FAR * bytes

/**
 * The most bytes per pixel of a step, value and gradient: of all terms over a network, and of each term of pixels. The largest measured for losses that add up over tiles
 * are 6,500 (LPIPS over VGG16), 710 (LPIPS over AlexNet) and 3,300 (CIEDE2000); other losses may grow faster than the picture.
 */
const MOST_PER_PIXEL: Readonly<Record<NetworkName | 'pixels', number>> = { vgg16: 12_000, alexnet: 2_000, pixels: 5_000 }

/** The bound of a loss: of one that adds up over tiles, in proportion to the picture. */
export const boundOf =
  (loss: Loss<string, string>, extractor: Extractor<string> | undefined): Bound =>
  ({ width, height }) => {
    if (E.isLeft(tryCompiled(loss, extractor, { memory: Number.MAX_SAFE_INTEGER }))) return Infinity
    const ofNetworks = networksFor(loss).map((network) => MOST_PER_PIXEL[network])
    const ofPixels = terms(loss).flatMap(({ leaf }) => (layerOf(leaf.feature) === undefined ? [MOST_PER_PIXEL.pixels] : []))
    return tf.memory().numBytes + width * height * [...ofNetworks, ...ofPixels].reduce((sum, bytes) => sum + bytes, 0)
  }

/** The size, no larger than the picture, at which value and gradient stay within the limits. */
export const fitted = async (picture: Size, { side, bytes }: Pick<Limits, 'side' | 'bytes'>, peak: Peak, bound: Bound = () => Infinity): Promise<Fitted> => {
  let size = within(picture, side === 'full' ? Infinity : side)
  const most = bound(size)
  if (isFarBelow(most, bytes)) return { ...size, bytes: most, atMost: true }
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
