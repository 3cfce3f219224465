import type { either as E } from 'fp-ts'
import { type LossError } from '../core/errors/lossError.js'
import type { AnyLoss } from '../core/language/loss.js'
import { kerasDialect } from './kerasDialect.js'
import { pythonModule, type PythonOptions } from './module.js'
import { getOrThrow } from '../core/errors/lossException.js'

/**
 * Exports a loss as a standalone Keras 3 module (the text of a file): `make_loss(weights=None)` returns `loss(target, prediction)` of two batches [batch, height, width, 3], as
 * `model.compile(loss=...)` takes it.
 *
 * Values and gradients match `compile` (1e-4 relative) with the package's safetensors files; Keras' own weights come from a different training. Other references are
 * keyword arguments.
 * A Left for a layer the networks do not have, and for a definition without a Python form (pass your own as `forms`).
 *
 * @example pipe(tryToKeras(perceptual()), E.match(describeError, (python) => python))
 */
export const tryToKeras = (loss: AnyLoss, options: PythonOptions = {}): E.Either<LossError, string> => pythonModule(kerasDialect, loss, options)

/**
 * Exports a loss as a standalone Keras 3 module (the text of a file); see `tryToKeras`.
 *
 * @throws LossException where `tryToKeras` returns a Left.
 * @example await writeFile('loss.py', toKeras(perceptual()))
 */
export const toKeras = (loss: AnyLoss, options: PythonOptions = {}): string => getOrThrow(tryToKeras(loss, options))
