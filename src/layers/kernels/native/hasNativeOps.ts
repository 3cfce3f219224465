/** Whether the backend in use has the ops for convolutions and max pooling of this package, which `npx perceptual-loss native` compiles, and they give what TensorFlow's own give; tried once a backend. */
import { trialNumbers } from '../../../core/tensors/native/trialNumbers.js'
import { triedOnce } from '../../../core/tensors/triedOnce.js'
import { pictureOpsWork } from './pictureOps.js'
import { poolingOpsWork } from './poolingGradientOps.js'
import { winogradOpWorks } from './winogradOp.js'

/** Whether it has. Those of an older version, too: ops that came later are tried by themselves. */
export const hasNativeOps = triedOnce(() => winogradOpWorks(trialNumbers) && pictureOpsWork(trialNumbers) && poolingOpsWork(trialNumbers))
