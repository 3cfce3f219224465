/** Means over the middle axis by the WebAssembly module. */
import type { Tensor } from '@tensorflow/tfjs'
import { pictureKernels } from './pictureKernels.js'
import { runSimd } from './runSimd.js'

/** The shape of the elements as three axes, of which the middle one is averaged. */
export type Layout = readonly [outer: number, count: number, inner: number]

/** The means over the middle axis in double precision, [outer, inner]; undefined without the module. */
export const simdMeans = (x: Tensor, [outer, count, inner]: Layout): Tensor | undefined => {
  const module = pictureKernels.inUse()
  if (module === undefined || x.dtype !== 'float32' || count === 0) return undefined
  return runSimd(module, {
    inputs: { x },
    shape: [outer, inner],
    scratchBytes: 0,
    call: ({ middleMeans }, { inputs, output }) => {
      middleMeans(inputs.x, output, outer, count, inner)
    },
  })
}
