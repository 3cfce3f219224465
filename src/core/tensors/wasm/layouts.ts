/**
 * Padding, transposition and depth to space, copied inside the backend's memory by a module of our own: the backend's own kernels compute the place of each number.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels } from '../simd/arithmeticKernels.js'
import { addressIn } from '../simd/simdModule.js'
import type { KernelCall } from './replaceKernel.js'

/** An axis of a copied box: its length, and the distances between neighbours in both tensors. */
interface Axis {
  readonly size: number
  readonly from: number
  readonly to: number
}

const AXES = 6

/** Pads x; undefined for more axes than the module takes. */
const pad = ({ inputs, attrs }: KernelCall): TensorInfo | undefined => {
  const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
  const { paddings, constantValue } = attrs as unknown as { readonly paddings: readonly (readonly [number, number])[]; readonly constantValue: number }
  const shape = x.shape.map((side, i) => side + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0))
  const [from, to] = [stridesOf(x.shape), stridesOf(shape)]
  const axes = sixAxes(x.shape.map((size, i) => ({ size, from: from[i] ?? 0, to: to[i] ?? 0 })))
  if (module === undefined || axes === undefined || x.dtype !== 'float32' || x.size === 0) return undefined
  const y = module.backend.makeOutput(shape, 'float32')
  const [source, target] = [addressIn(module, x), addressIn(module, y)]
  const first = to.reduce((sum, stride, i) => sum + stride * (paddings[i]?.[0] ?? 0), 0)
  module.functions.fill(target, tf.util.sizeFromShape(shape), constantValue)
  module.functions.copyBox(source, target + 4 * first, ...argumentsOf(axes))
  return y
}

/** Transposes x; undefined for more axes than the module takes. */
const transpose = ({ inputs, attrs }: KernelCall): TensorInfo | undefined => {
  const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
  const perm = attrs?.['perm'] as unknown as readonly number[]
  const shape = perm.map((axis) => x.shape[axis] ?? 1)
  const [from, to] = [stridesOf(x.shape), stridesOf(shape)]
  const axes = sixAxes(perm.map((axis, i) => ({ size: shape[i] ?? 1, from: from[axis] ?? 0, to: to[i] ?? 0 })))
  if (module === undefined || axes === undefined || x.dtype !== 'float32' || x.size === 0) return undefined
  const y = module.backend.makeOutput(shape, 'float32')
  const [source, target] = [addressIn(module, x), addressIn(module, y)]
  module.functions.copyBox(source, target, ...argumentsOf(axes))
  return y
}

/** Lays out channels as squares of pixels. */
const depthToSpace = ({ inputs, attrs }: KernelCall): TensorInfo | undefined => {
  const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
  const { blockSize, dataFormat } = attrs as unknown as { readonly blockSize: number; readonly dataFormat: string }
  const [batch = 0, height = 0, width = 0, depth = 0] = x.shape
  if (module === undefined || dataFormat !== 'NHWC' || x.dtype !== 'float32' || x.size === 0) return undefined
  const channels = depth / blockSize ** 2
  const y = module.backend.makeOutput([batch, blockSize * height, blockSize * width, channels], 'float32')
  const sizes = [batch, height, blockSize, width, blockSize, channels]
  const from = [height * width * depth, width * depth, blockSize * channels, depth, channels, 1]
  module.functions.copyBox(addressIn(module, x), addressIn(module, y), ...sizes, ...from, ...stridesOf(sizes))
  return y
}

const stridesOf = (shape: readonly number[]): readonly number[] => shape.map((_, i) => tf.util.sizeFromShape(shape.slice(i + 1)))

/** The axes with more than one position, with neighbours joined that are contiguous in both tensors; undefined if more than six remain. */
const sixAxes = (axes: readonly Axis[]): readonly Axis[] | undefined => {
  const joined = axes
    .filter(({ size }) => size !== 1)
    .reduce<readonly Axis[]>((all, axis) => {
      const last = all.at(-1)
      const follows = last?.from === axis.size * axis.from && last.to === axis.size * axis.to
      return follows ? [...all.slice(0, -1), { ...axis, size: last.size * axis.size }] : [...all, axis]
    }, [])
  if (joined.length > AXES) return undefined
  return [...new Array<Axis>(AXES - joined.length).fill({ size: 1, from: 0, to: 0 }), ...joined]
}

const argumentsOf = (axes: readonly Axis[]): readonly number[] => [
  ...axes.map(({ size }) => size),
  ...axes.map(({ from }) => from),
  ...axes.map(({ to }) => to),
]

/** The kernels by name. */
export const LAYOUTS = { PadV2: pad, Transpose: transpose, DepthToSpace: depthToSpace } as const
