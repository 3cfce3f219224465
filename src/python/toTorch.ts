import type { either as E } from 'fp-ts'
import type { LossError } from '../core/errors/error.js'
import type { AnyLoss } from '../core/language/loss.js'
import { pythonModule, type PythonOptions } from './module.js'
import { torchDialect } from './torchDialect.js'

/**
 * A loss as a standalone PyTorch module (the text of a file): `make_loss(weights=None)` gives `loss(target, prediction)` of two batches [batch, 3, height, width].
 *
 * Values and gradients are those of `compile` (1e-4 relative), with torchvision's weights or the package's safetensors files. Other references are keyword arguments.
 * A Left for a layer that the networks have not, and for a definition that has no Python form (third parties pass theirs as `forms`).
 *
 * @example await pipe(toTorch(lpips({ net: 'vgg' })), E.match(async (error) => console.error(describeError(error)), (python) => writeFile('loss.py', python)))
 */
export const toTorch = (loss: AnyLoss, options: PythonOptions = {}): E.Either<LossError, string> => pythonModule(torchDialect, loss, options)
