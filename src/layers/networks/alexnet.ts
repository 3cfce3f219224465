/**
 * AlexNet with torchvision's ImageNet weights, included in the package.
 */
import type { taskEither as TE } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { loadNetwork, type Network, type WeightsOptions } from './loadNetwork.js'
import { SAME, type NetworkTable } from '../architecture/networkTable.js'
import type { PoolingWindow, Window } from '../kernels/windows.js'
import { getOrThrow } from '../../core/errors/lossException.js'

type N = 1 | 2 | 3 | 4 | 5

/** The layers of AlexNet: the paper's names, each after its ReLU, and their aliases `relu1` ... `relu5`. */
export type AlexnetLayer = `conv${N}` | `pool${1 | 2 | 5}` | `relu${N}`

/** The source of AlexNet's weights; by default the package. */
export type AlexnetOptions = Partial<WeightsOptions>

/** SHA-256 of weights/alexnet.safetensors, as scripts/make_weights.py makes it. */
export const ALEXNET_SHA256 = 'f28d5cf363292e711fac2fa2eab21f70ffab8e8e817c6ec8c7015bb7b7bae6cc'

/** Maps of 15 x 15 for pictures of 256 x 256. */
const SMALL: Window = { ...SAME, smallMaps: true }

const OVERLAPPING: PoolingWindow = { size: 3, stride: 2, rounding: 'floor' }

/** The one tower of torchvision's `alexnet`: 64, 192, 384, 256 and 256 channels, no response normalisation. */
export const ALEXNET: NetworkTable = {
  name: 'alexnet',
  layers: [
    { kind: 'convolution', name: 'conv1', size: 11, window: { stride: 4, padding: 2 }, channels: { in: 3, out: 64 } },
    { kind: 'pooling', name: 'pool1', window: OVERLAPPING },
    { kind: 'convolution', name: 'conv2', size: 5, window: SAME, channels: { in: 64, out: 192 } },
    { kind: 'pooling', name: 'pool2', window: OVERLAPPING },
    { kind: 'convolution', name: 'conv3', size: 3, window: SMALL, channels: { in: 192, out: 384 } },
    { kind: 'convolution', name: 'conv4', size: 3, window: SMALL, channels: { in: 384, out: 256 } },
    { kind: 'convolution', name: 'conv5', size: 3, window: SMALL, channels: { in: 256, out: 256 } },
    { kind: 'pooling', name: 'pool5', window: OVERLAPPING },
  ],
  aliases: Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`relu${String(n)}`, { layer: `conv${String(n)}` }])),
}

/** Bundlers recognise this expression and include the file. */
const packaged = (): URL => new URL('../../../weights/alexnet.safetensors', import.meta.url)

/**
 * Loads AlexNet; a Left says what is wrong with the weights.
 *
 * @example pipe(await tryAlexnet()(), E.match(describeError, (extractor) => extractor.layers.join())) // conv1,pool1,conv2,pool2, ...
 */
export const tryAlexnet = (options: AlexnetOptions = {}): TE.TaskEither<LossError, Network<AlexnetLayer>> =>
  loadNetwork<AlexnetLayer>(ALEXNET, options, { file: 'alexnet.safetensors', url: packaged, sha256: ALEXNET_SHA256 })

/**
 * Loads AlexNet as a frozen extractor to share between losses: 5 convolutions and 3 poolings, no dense layers. LPIPS uses it by default.
 *
 * Layers are `conv1` ... `conv5`, after their ReLU like every layer (`relu1` is the same; before it: `{ activation: 'pre' }`), and `pool1`, `pool2`, `pool5`. Images
 * must be at least 7 x 7 for conv1, and 31 x 31 for conv3 and deeper. The packaged weights are torchvision's in float32, checked by SHA-256. Pooling may be replaced by
 * 'average'; 'l2' is rejected, because it is defined only for 2 x 2 windows.
 *
 * @throws LossException `WeightsUnreadable`, `WeightsAltered` or `WeightsUnfit`; nothing is loaded then.
 * Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014; torchvision's AlexNet_Weights.IMAGENET1K_V1.
 * @example const f = compile(mse(featureAt('conv3')), await alexnet())
 */
export const alexnet = async (options?: AlexnetOptions): Promise<Network<AlexnetLayer>> => getOrThrow(await tryAlexnet(options)())
