import { LossException } from './error.js'
import { isLoss, type AnyLoss } from './loss.js'
import { print } from './options.js'

/** The value if it is a loss; throws a `BadArgument` that names who needed it, for values from untyped code. */
export const needLoss = (who: string, value: unknown): AnyLoss => {
  if (!isLoss(value)) throw new LossException({ _tag: 'BadArgument', name: who, came: print(value), expected: 'a loss, such as mse(pixels)' })
  return value
}

/** The value if it is a name; throws otherwise. */
export const needName = (who: string, value: unknown): string => {
  if (typeof value !== 'string' || value === '')
    throw new LossException({ _tag: 'BadArgument', name: who, came: print(value), expected: "a name, such as 'style'" })
  return value
}
