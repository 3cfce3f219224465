/** Why the native backend could not be installed, as the exception that the command line prints. */
import { LossException } from '../../index.js'

/** `reason` is a clause, `remedy` a sentence. */
export const failure = (reason: string, remedy: string): LossException => new LossException({ _tag: 'NativeUnavailable', reason, remedy })
