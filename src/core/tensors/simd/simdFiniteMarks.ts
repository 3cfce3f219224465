/** Marks of samples that are not finite, by the WebAssembly module. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs'
import { pictureKernels } from './pictureKernels.js'
import { runSimd } from './runSimd.js'

/** For each sample 0 if the absolute values of all its numbers are below the limit, otherwise NaN: [batch]; undefined without the module. */
export const simdFiniteMarks = (x: Tensor, limit: number): Tensor1D | undefined => {
  const module = pictureKernels.inUse()
  const [batch = 0] = x.shape
  if (module === undefined || x.dtype !== 'float32' || batch === 0) return undefined
  return runSimd<Tensor1D, 'finiteMarks', 'x'>(module, {
    inputs: { x },
    shape: [batch],
    scratchBytes: 0,
    call: ({ finiteMarks }, { inputs, output }) => {
      finiteMarks(inputs.x, output, batch, x.size / batch, limit)
    },
  })
}
