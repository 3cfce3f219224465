/** Weights that are not in the package, from the folder beside the checkout that has them for checks. */
import { readFileSync } from 'node:fs'
import { safetensors, type NamedTensor } from './safetensors.js'
import { DATA, hasData } from './sharedData.js'

interface Stored {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
}

const manifest = (): Readonly<Record<string, { readonly tensors: readonly Stored[] }>> =>
  JSON.parse(readFileSync(new URL('manifest.json', DATA), 'utf8')) as ReturnType<typeof manifest>

/** The tensors of a file of the folder, in its own order. */
export const sharedTensors = (name: string): readonly NamedTensor[] => {
  const raw = readFileSync(new URL(`${name}.f32`, DATA))
  return (manifest()[name]?.tensors ?? []).map(({ name: tensor, shape, offset }) => ({
    name: tensor,
    shape,
    values: new Float32Array(new Uint8Array(raw.subarray(offset, offset + 4 * shape.reduce((a, b) => a * b, 1))).buffer),
  }))
}

/** [out, in, height, width] to [height, width, in, out]. */
const toHwio = ({ shape, values }: NamedTensor): Omit<NamedTensor, 'name'> => {
  const [output, input, height, width] = shape as [number, number, number, number]
  const moved = new Float32Array(values.length)
  for (let at = 0; at < moved.length; at++) {
    const [o, i] = [at % output, Math.floor(at / output) % input]
    moved[at] = values[(o * input + i) * height * width + Math.floor(at / (output * input))] ?? Number.NaN
  }
  return { shape: [height, width, input, output], values: moved }
}

/** torchvision's SqueezeNet 1.1 as a safetensors file of this package's names and order; undefined where the folder is not there. */
export const squeezenetFile = (): Uint8Array | undefined => {
  if (!hasData) return undefined
  const layers = ['conv1', '', '', 'fire2', 'fire3', '', 'fire4', 'fire5', '', 'fire6', 'fire7', 'fire8', 'fire9']
  const tensors = sharedTensors('squeezenet1_1_torchvision').map((tensor) => {
    const [, at = '', ...rest] = tensor.name.split('.')
    const path = [layers[Number(at)] ?? '', ...rest.slice(0, -1)].join('/')
    return rest.at(-1) === 'weight' ? { name: `${path}/kernel`, ...toHwio(tensor) } : { ...tensor, name: `${path}/bias` }
  })
  return safetensors(tensors, { preprocessing: 'torchvision' })
}

interface Quantized {
  readonly name: string
  readonly shape: readonly number[]
  readonly quantization: { readonly scale: number; readonly min: number }
}

/** Keras' VGG19, each number rounded to a byte, as a safetensors file; undefined where the folder is not there. */
export const vgg19File = (): Uint8Array | undefined => {
  if (!hasData) return undefined
  const name = 'vgg19_keras_conv_uint8.bin'
  const raw = readFileSync(new URL(name, DATA))
  const stored = (JSON.parse(readFileSync(new URL('manifest.json', DATA), 'utf8')) as Record<string, { readonly manifest: readonly Quantized[] }>)[name]
  let at = 0
  const tensors = (stored?.manifest ?? []).map(({ name: tensor, shape, quantization: { scale, min } }): NamedTensor => {
    const bytes = raw.subarray(at, (at += shape.reduce((a, b) => a * b, 1)))
    return { name: tensor, shape, values: Float32Array.from(bytes, (byte) => byte * scale + min) }
  })
  return safetensors(tensors, { preprocessing: 'caffe' })
}
