import type { either as E } from 'fp-ts'
import { type LossError } from '../core/errors/lossError.js'
import type { AnyLoss } from '../core/language/loss.js'
import { pythonModule, type PythonOptions } from './module.js'
import { torchDialect } from './torchDialect.js'
import { getOrThrow } from '../core/errors/lossException.js'

/**
 * Exports a loss as a standalone PyTorch module (the text of a file): `make_loss(weights=None)` returns `loss(target, prediction)` of two batches [batch, 3, height, width].
 *
 * Values and gradients match `compile` (1e-4 relative), with torchvision's weights or the package's safetensors files. Other references are keyword arguments.
 *
 * A Left for a layer the networks do not have, and for a definition without a Python form (pass your own as `forms`).
 *
 * @example pipe(tryToTorch(perceptual()), E.match(describeError, (python) => python))
 */
export const tryToTorch = (loss: AnyLoss, options: PythonOptions = {}): E.Either<LossError, string> => pythonModule(torchDialect, loss, options)

/**
 * Exports a loss as a standalone PyTorch module (the text of a file); see `tryToTorch`.
 *
 * @throws LossException where `tryToTorch` returns a Left.
 * @example await writeFile('loss.py', toTorch(perceptual()))
 */
export const toTorch = (loss: AnyLoss, options: PythonOptions = {}): string => getOrThrow(tryToTorch(loss, options))
