/**
 * SqueezeNet 1.1 with weights from the user's file.
 */
import type { taskEither as TE } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { loadNetwork, type Network, type WeightsOptions } from './loadNetwork.js'
import type { FireLayer, NetworkTable } from '../architecture/networkTable.js'
import type { PoolingWindow } from '../kernels/windows.js'
import { getOrThrow } from '../../core/errors/lossException.js'

/** The layers of SqueezeNet 1.1: the paper's names, each after its ReLU. */
export type SqueezenetLayer = 'conv1' | 'relu1' | `pool${1 | 3 | 5}` | `fire${2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`

/** The source of SqueezeNet's weights; the package does not contain them. */
export type SqueezenetOptions = WeightsOptions

const OVERLAPPING: PoolingWindow = { size: 3, stride: 2, rounding: 'ceil' }

const fire = (n: number, input: number, squeeze: number, expand: number): FireLayer => ({
  kind: 'fire',
  name: `fire${String(n)}`,
  channels: { in: input, squeeze, expand1x1: expand, expand3x3: expand },
})

/** As torchvision's `squeezenet1_1`; its last convolution, of class scores, is not a feature. */
export const SQUEEZENET: NetworkTable = {
  name: 'squeezenet',
  layers: [
    { kind: 'convolution', name: 'conv1', size: 3, window: { stride: 2, padding: 0 }, channels: { in: 3, out: 64 } },
    { kind: 'pooling', name: 'pool1', window: OVERLAPPING },
    fire(2, 64, 16, 64),
    fire(3, 128, 16, 64),
    { kind: 'pooling', name: 'pool3', window: OVERLAPPING },
    fire(4, 128, 32, 128),
    fire(5, 256, 32, 128),
    { kind: 'pooling', name: 'pool5', window: OVERLAPPING },
    fire(6, 256, 48, 192),
    fire(7, 384, 48, 192),
    fire(8, 384, 64, 256),
    fire(9, 512, 64, 256),
  ],
  aliases: { relu1: { layer: 'conv1' } },
}

/**
 * Loads SqueezeNet 1.1; a Left says what is wrong with the weights, or that they are missing.
 *
 * @example pipe(await trySqueezenet({ weights: 'squeezenet.safetensors' })(), E.match(describeError, (extractor) => extractor.name)) // "squeezenet"
 */
export const trySqueezenet = (options?: SqueezenetOptions): TE.TaskEither<LossError, Network<SqueezenetLayer>> =>
  loadNetwork<SqueezenetLayer>(SQUEEZENET, options ?? {}, { found: "torchvision's squeezenet1_1" })

/**
 * Loads SqueezeNet 1.1 as a frozen extractor to share between losses: a convolution, 8 fire modules and 3 poolings.
 *
 * A fire module's value is the two parts of its output one after the other, 1 x 1 first; `{ activation: 'pre' }` is the same before their ReLUs. Images of 7 x 7 and
 * more for fire2. Pooling may be replaced by 'average'; 'l2' is rejected, because it is defined only for 2 x 2 windows.
 *
 * @throws LossException `WeightsMissing` without a file, `WeightsUnreadable` or `WeightsUnfit` for one that is not SqueezeNet 1.1's; nothing is loaded then.
 * Source: Iandola et al., 2016; the layout 1.1 of its authors' repository, as torchvision has it.
 * @example const f = compile(mse(featureAt('fire5')), await squeezenet({ weights: 'squeezenet.safetensors' }))
 */
export const squeezenet = async (options: SqueezenetOptions): Promise<Network<SqueezenetLayer>> => getOrThrow(await trySqueezenet(options)())
