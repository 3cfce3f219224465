/**
 * AlexNet with blurred downsampling, trained for shift-tolerant LPIPS, included in the package.
 */
import type { taskEither as TE } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { getOrThrow } from '../../core/errors/lossException.js'
import { SAME, type NetworkTable } from '../architecture/networkTable.js'
import type { PoolingWindow } from '../kernels/windows.js'
import { loadNetwork, type Network, type WeightsOptions } from './loadNetwork.js'

type N = 1 | 2 | 3 | 4 | 5

/** The layers of the shift-tolerant AlexNet, each after its ReLU. AlexNet's have other names, so that no loss takes one network for the other. */
export type AlexnetShiftTolerantLayer = `st_conv${N}` | `st_pool${1 | 2 | 5}`

/** The source of its weights; by default the package. */
export type AlexnetShiftTolerantOptions = Partial<WeightsOptions>

/** SHA-256 of weights/alexnetShiftTolerant.safetensors, as scripts/make_weights.py makes it. */
export const ALEXNET_SHIFT_TOLERANT_SHA256 = '4fa1113e5c47e296d28f07b0034d951a71c1e53daeb8cfe83c7414e76a613d43'

/** At stride 1: the blur after it halves the size. */
const DENSE: PoolingWindow = { size: 3, stride: 1, rounding: 'floor' }

/** AlexNet whose first convolution and whose poolings have stride 1, each followed by blurred downsampling. */
export const ALEXNET_SHIFT_TOLERANT: NetworkTable = {
  name: 'alexnetShiftTolerant',
  layers: [
    { kind: 'convolution', name: 'st_conv1', size: 11, window: { stride: 1, padding: 2 }, channels: { in: 3, out: 64 }, blurred: true },
    { kind: 'pooling', name: 'st_pool1', window: DENSE, blurred: true },
    { kind: 'convolution', name: 'st_conv2', size: 5, window: SAME, channels: { in: 64, out: 192 } },
    { kind: 'pooling', name: 'st_pool2', window: DENSE, blurred: true },
    { kind: 'convolution', name: 'st_conv3', size: 3, window: SAME, channels: { in: 192, out: 384 } },
    { kind: 'convolution', name: 'st_conv4', size: 3, window: SAME, channels: { in: 384, out: 256 } },
    { kind: 'convolution', name: 'st_conv5', size: 3, window: SAME, channels: { in: 256, out: 256 } },
    { kind: 'pooling', name: 'st_pool5', window: DENSE, blurred: true },
  ],
  aliases: {},
}

/** Bundlers recognise this expression and include the file. */
const packaged = (): URL => new URL('../../../weights/alexnetShiftTolerant.safetensors', import.meta.url)

/**
 * Loads the shift-tolerant AlexNet; a Left says what is wrong with the weights.
 *
 * @example pipe(await tryAlexnetShiftTolerant()(), E.match(describeError, (extractor) => extractor.layers.join())) // st_conv1,st_pool1,st_conv2, ...
 */
export const tryAlexnetShiftTolerant = (options: AlexnetShiftTolerantOptions = {}): TE.TaskEither<LossError, Network<AlexnetShiftTolerantLayer>> =>
  loadNetwork<AlexnetShiftTolerantLayer>(ALEXNET_SHIFT_TOLERANT, options, {
    file: 'alexnetShiftTolerant.safetensors',
    url: packaged,
    sha256: ALEXNET_SHIFT_TOLERANT_SHA256,
  })

/**
 * Loads the AlexNet of shift-tolerant LPIPS as a frozen extractor, for `stLpips`: 5 convolutions and 3 poolings, which move little when the picture moves by a pixel.
 *
 * Its first convolution and its poolings have stride 1 and are followed by blurred downsampling with mirrored edges. Layers are `st_conv1` ... `st_conv5`, after their ReLU, and
 * `st_pool1`, `st_pool2`, `st_pool5`. Images must be at least 21 x 21 for all layers. The packaged weights are the authors', filters after the first in float16, checked by SHA-256. Pooling may be replaced
 * by 'average'; 'l2' is rejected.
 *
 * @throws LossException `WeightsUnreadable`, `WeightsAltered` or `WeightsUnfit`; nothing is loaded then.
 * Source: Ghildyal and Liu, "Shift-tolerant Perceptual Similarity Metric", 2022; the package stlpips_pytorch 0.0.2.
 * @example const f = compile(stLpips(), await alexnetShiftTolerant())
 */
export const alexnetShiftTolerant = async (options?: AlexnetShiftTolerantOptions): Promise<Network<AlexnetShiftTolerantLayer>> =>
  getOrThrow(await tryAlexnetShiftTolerant(options)())
