/** Kernels that resize pictures, by one matrix along height and one along width: the kernel's own numbers for each unit vector. */
import type { Shape } from '../../core/errors/shape.js'
import { unfit } from '../graph/unfit.js'
import { cpuKernel } from '../trace/cpuKernel.js'
import type { GraphOps } from '../trace/graphOps.js'
import type { Traced } from '../trace/traced.js'
import { firstOf, inputOf, numbersOf, type KernelContext, type Translation } from './kernelContext.js'

/** The matrix [to, from] of a resizing along one side. */
const matrixOf = (kernel: string, from: number, to: number, attributes: KernelContext['attributes']): Float32Array => {
  const units = Float32Array.from({ length: from * from }, (_, i) => Number(i % (from + 1) === 0))
  const images = { shape: [1, from, 1, from], dtype: 'float32', data: units } as const
  const matrix = cpuKernel(kernel, { images }, { ...attributes, size: [to, 1] })
  return matrix === undefined || !('data' in matrix) ? unfit('TensorFlow.js has no plain backend') : Float32Array.from(matrix.data)
}

/** Both sides times a matrix [new, old]. */
const multiplied = (ops: GraphOps, x: Traced, down: Traced, across: Traced): Traced => {
  const byHeight = ops.matMul(down, ops.transpose(x, [0, 3, 1, 2]))
  return ops.transpose(ops.matMul(byHeight, ops.transpose(across, [1, 0])), [0, 2, 3, 1])
}

const matrices = (context: KernelContext, kernel: string, [, height = 1, width = 1]: Shape, [rows = 1, columns = 1]: Shape): readonly [Traced, Traced] => {
  const along = (from: number, to: number): Traced => context.ops.graph.constant(matrixOf(kernel, from, to, context.attributes), [to, from], 'float32')
  return [along(height, rows), along(width, columns)]
}

const resize: Translation = (context) => {
  const x = firstOf(context)
  return multiplied(context.ops, x, ...matrices(context, 'ResizeBilinear', x.shape, numbersOf(context, 'size')))
}

/** The transpose of the resizing. TensorFlow.js' gradients take no notice of half-pixel centres. */
const gradient =
  (kernel: string): Translation =>
  ({ attributes, ...context }) => {
    const [dy, images] = [inputOf({ ...context, attributes }, 'dy'), inputOf({ ...context, attributes }, 'images')]
    const plain = { ...context, attributes: { ...attributes, halfPixelCenters: false } }
    const [down, across] = matrices(plain, kernel, images.shape, dy.shape.slice(1, 3))
    return multiplied(context.ops, dy, context.ops.transpose(down, [1, 0]), context.ops.transpose(across, [1, 0]))
  }

export const RESIZES: Readonly<Record<string, Translation>> = {
  ResizeBilinear: resize,
  ResizeBilinearGrad: gradient('ResizeBilinear'),
  ResizeNearestNeighborGrad: gradient('ResizeNearestNeighbor'),
}
