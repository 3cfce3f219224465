/**
 * VGG19 with weights from the user's file.
 */
import type { taskEither as TE } from 'fp-ts'
import { type LossError } from '../../core/errors/lossError.js'
import { loadNetwork, type Network, type WeightsOptions } from './loadNetwork.js'
import { vggTable } from '../architecture/vggTable.js'
import { getOrThrow } from '../../core/errors/lossException.js'

type Convolution = `${1 | 2}_${1 | 2}` | `${3 | 4 | 5}_${1 | 2 | 3 | 4}`

type Split<C extends string> = C extends `${infer Block}_${infer N}` ? `block${Block}_conv${N}` : never

/** The layers of VGG19: Keras' names, and the aliases of papers (`relu5_4`, `conv5_4`). */
export type Vgg19Layer = Split<Convolution> | `block${1 | 2 | 3 | 4 | 5}_pool` | `relu${Convolution}` | `conv${Convolution}`

/** The source of VGG19's weights; the package does not contain them. */
export type Vgg19Options = WeightsOptions

export const VGG19 = vggTable('vgg19', [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 4, channels: 256 },
  { convolutions: 4, channels: 512 },
  { convolutions: 4, channels: 512 },
])

/**
 * Loads VGG19; a Left says what is wrong with the weights, or that they are missing.
 *
 * @example pipe(await tryVgg19({ weights: 'vgg19.safetensors' })(), E.match(describeError, (extractor) => extractor.name)) // "vgg19"
 */
export const tryVgg19 = (options?: Vgg19Options): TE.TaskEither<LossError, Network<Vgg19Layer>> =>
  loadNetwork<Vgg19Layer>(VGG19, options ?? {}, { found: "torchvision's vgg19 or Keras' VGG19" })

/**
 * Loads VGG19 as a frozen extractor to share between losses: 16 convolutions and 5 poolings, no dense layers.
 *
 * The layers of VGG16 and a fourth convolution in blocks 3, 4 and 5. Images may have any size that the deepest used layer accepts (at least 16 x 16 for block 5).
 *
 * @throws LossException `WeightsMissing` without a file, `WeightsUnreadable` or `WeightsUnfit` for one that is not VGG19's; nothing is loaded then.
 * Source: Simonyan and Zisserman, 2015.
 * @example const f = compile(mae(featureAt('conv5_4')), await vgg19({ weights: 'vgg19.safetensors' }))
 */
export const vgg19 = async (options: Vgg19Options): Promise<Network<Vgg19Layer>> => getOrThrow(await tryVgg19(options)())
