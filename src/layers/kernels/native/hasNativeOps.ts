/** Whether the backend in use has this package's convolutions and max-pooling gradients. */
import { triedOnce } from '../../../core/tensors/native/trial.js'
import { pictureOpsWork } from './pictureOps.js'
import { poolingOpsWork } from './poolingGradientOps.js'
import { winogradOpWorks } from './winogradOp.js'

/** Whether it has the ops and they agree with TensorFlow's own. An older addon, without the ops of later versions, passes: those have trials of their own. */
export const hasNativeOps = triedOnce(() => winogradOpWorks() && pictureOpsWork() && poolingOpsWork())
