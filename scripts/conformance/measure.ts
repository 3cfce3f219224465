/**
 * The cases on whatever backend is set: in Node and in a browser the same.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { alexnet, alexnetShiftTolerant, compile, squeezenet, vgg16, vgg19, type CompiledLoss, type Extractor } from '../../src/index.js'
import type { Case, NetworkName } from './suite.js'

/** What one case gave. */
export interface Measured {
  readonly name: string
  readonly value: number
  /** In the prediction, [height, width, 3]. */
  readonly gradient: Float32Array
  readonly width: number
  /** Tensors that the evaluation left behind. */
  readonly left: number
}

/** Where files come from: pictures as `NAME.target` and `NAME.prediction`, weights as `NETWORK.safetensors`. */
export type Files = (name: string) => Promise<Uint8Array>

const LOAD: Readonly<Record<NetworkName, (weights: Uint8Array) => Promise<Extractor<string>>>> = {
  vgg16: (weights) => vgg16({ weights }),
  alexnet: (weights) => alexnet({ weights }),
  alexnetShiftTolerant: (weights) => alexnetShiftTolerant({ weights }),
  vgg19: (weights) => vgg19({ weights }),
  squeezenet: (weights) => squeezenet({ weights }),
}

/** A picture's file: height and width as two 32-bit numbers, then a byte a channel. */
const picture = (bytes: Uint8Array): Tensor4D => {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [height, width] = [view.getUint32(0, true), view.getUint32(4, true)]
  return tf.tensor4d(
    Float32Array.from(bytes.subarray(8), (byte) => byte / 255),
    [1, height, width, 3],
  )
}

/** The cases, one after the other; networks are loaded once. */
export async function* measure(files: Files, cases: readonly Case[]): AsyncGenerator<Measured> {
  const networks = new Map<NetworkName, Extractor<string>>()
  for (const entry of cases) {
    const { network, pictures } = entry
    if (network !== undefined && !networks.has(network)) networks.set(network, await LOAD[network](await files(`${network}.safetensors`)))
    const [target, prediction] = [picture(await files(`${pictures}.target`)), picture(await files(`${pictures}.prediction`))]
    yield await one(entry, network === undefined ? undefined : networks.get(network), target, prediction)
    tf.dispose([target, prediction])
  }
  networks.forEach((network) => {
    network.dispose()
  })
}

const one = async ({ name, loss }: Case, extractor: Extractor<string> | undefined, target: Tensor4D, prediction: Tensor4D): Promise<Measured> => {
  const f = extractor === undefined ? compile(loss as never) : compile(loss, extractor)
  const { value, gradient, left } = await evaluated(f, target, prediction)
  // A network's first gradient uploads filters that stay with it; a second one leaves nothing. It is computed only where the first left something: software GPUs take seconds for it.
  const stays = left !== 0 && extractor !== undefined ? (await evaluated(f, target, prediction)).left : left
  f.dispose()
  return { name, value, gradient, width: prediction.shape[2], left: stays }
}

const evaluated = async (f: CompiledLoss<string>, target: Tensor4D, prediction: Tensor4D): Promise<Pick<Measured, 'value' | 'gradient' | 'left'>> => {
  const before = tf.memory().numTensors
  const prepared = f.prepare(target)
  const { value, grad } = tf.valueAndGrad((x) => prepared(x as Tensor4D))(prediction)
  const [numbers, gradient] = await Promise.all([value.data<'float32'>(), grad.data<'float32'>()])
  tf.dispose([value, grad])
  prepared.dispose()
  return { value: numbers[0] ?? Number.NaN, gradient, left: tf.memory().numTensors - before }
}
