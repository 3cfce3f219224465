/**
 * VGG16 with torchvision's ImageNet weights, included in the package.
 */
import type { taskEither as TE } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { loadNetwork, type Network, type WeightsOptions } from './loadNetwork.js'
import { vggTable } from '../architecture/vggTable.js'
import { getOrThrow } from '../../core/errors/lossException.js'

type Convolution = `${1 | 2}_${1 | 2}` | `${3 | 4 | 5}_${1 | 2 | 3}`

type Split<C extends string> = C extends `${infer Block}_${infer N}` ? `block${Block}_conv${N}` : never

/** The layers of VGG16: Keras' names, and the aliases of papers (`relu3_3`, `conv3_3`). */
export type Vgg16Layer = Split<Convolution> | `block${1 | 2 | 3 | 4 | 5}_pool` | `relu${Convolution}` | `conv${Convolution}`

/** The source of VGG16's weights; by default the package. */
export type Vgg16Options = Partial<WeightsOptions>

/** SHA-256 of weights/vgg16.safetensors, as scripts/make_weights.py makes it. */
export const VGG16_SHA256 = '5431b55456cc4a1598b869694438c96e8257bb70aef49c22284350dbb219a842'

export const VGG16 = vggTable('vgg16', [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 3, channels: 256 },
  { convolutions: 3, channels: 512 },
  { convolutions: 3, channels: 512 },
])

/** Bundlers recognise this expression and include the file. */
const packaged = (): URL => new URL('../../../weights/vgg16.safetensors', import.meta.url)

/**
 * Loads VGG16; a Left says what is wrong with the weights.
 *
 * @example pipe(await tryVgg16({ weights: 'mine.safetensors' })(), E.match(describeError, (extractor) => extractor.name)) // "vgg16"
 */
export const tryVgg16 = (options: Vgg16Options = {}): TE.TaskEither<LossError, Network<Vgg16Layer>> =>
  loadNetwork<Vgg16Layer>(VGG16, options, { file: 'vgg16.safetensors', url: packaged, sha256: VGG16_SHA256 })

/**
 * Loads VGG16 as a frozen extractor to share between losses: 13 convolutions and 5 poolings, no dense layers.
 *
 * Images may have any size that the deepest used layer accepts (at least 16 x 16 for block 5). The packaged weights are torchvision's (blocks 4 and 5 in float16); they are
 * checked by SHA-256, and nothing is downloaded.
 *
 * @throws LossException `WeightsUnreadable`, `WeightsAltered` or `WeightsUnfit`; nothing is loaded then.
 * Source: Simonyan and Zisserman, 2015; torchvision's VGG16_Weights.IMAGENET1K_V1.
 * @example const f = compile(perceptual(), await vgg16())
 */
export const vgg16 = async (options?: Vgg16Options): Promise<Network<Vgg16Layer>> => getOrThrow(await tryVgg16(options)())
