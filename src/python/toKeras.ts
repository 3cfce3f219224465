import type { either as E } from 'fp-ts'
import type { LossError } from '../core/errors/error.js'
import type { AnyLoss } from '../core/language/loss.js'
import { kerasDialect } from './kerasDialect.js'
import { pythonModule, type PythonOptions } from './module.js'

/**
 * A loss as a standalone Keras 3 module (the text of a file): `make_loss(weights=None)` gives `loss(target, prediction)` of two batches [batch, height, width, 3], as
 * `model.compile(loss=...)` takes it.
 *
 * Values and gradients are those of `compile` (1e-4 relative) with the package's safetensors files; Keras' own weights are another training. Other references are
 * keyword arguments. A Left for a layer that the networks have not, and for a definition that has no Python form (third parties pass theirs as `forms`).
 *
 * @example await pipe(toKeras(perceptual()), E.match(async (error) => console.error(describeError(error)), (python) => writeFile('loss.py', python)))
 */
export const toKeras = (loss: AnyLoss, options: PythonOptions = {}): E.Either<LossError, string> => pythonModule(kerasDialect, loss, options)
