/** Compiles losses whose layers and references the compiler does not know. */
import type { either as E } from 'fp-ts'
import type { LossError } from '../errors/lossError.js'
import type { AnyExtractor } from '../language/extractor.js'
import type { AnyLoss, Loss } from '../language/loss.js'
import { tryCompile } from './compile.js'
import type { CompiledLoss, CompileOptions } from './compiledLoss.js'

/** `tryCompile` without types: an extractor or none. */
export const compileAny = (loss: AnyLoss, extractor: AnyExtractor | undefined, options: CompileOptions): E.Either<LossError, CompiledLoss<string>> =>
  extractor === undefined ? tryCompile(loss as Loss<never, string>, options) : tryCompile(loss, extractor, options)
