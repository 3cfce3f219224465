/** Average pooling of windows 2 x 2 at stride 2 (other windows: `overlappingPooling.ts`). The last row or column of an odd side is dropped. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { filledTo } from '../../core/tensors/sized.js'
import { kernels } from './kernelsInUse.js'
import type { Step } from './step.js'

/** Mean of each window. */
export const averagePool: Step = {
  keeps: { input: false, output: false },
  ready: () => undefined,
  forward: (x) => tf.avgPool(x, 2, 2, 'valid'),
  backward: (dy, { from }) => tf.tidy(() => uncovered(kernels().repeated(tf.mul(dy, 0.25)), from)),
}

/** Fills the dropped row and column with zeros. */
export const uncovered = (dx: Tensor4D, [, height = 0, width = 0]: readonly number[]): Tensor4D => filledTo(dx, [height, width])
