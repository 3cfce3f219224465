/**
 * Checks the arguments of `defineMetric`, `defineRegularizer` and `defineTransform`.
 */
import { aFunction, anObject, anything, checkArgument } from '../arguments/guards.js'
import { checkOptions, type AcceptedOptions } from '../arguments/checkOptions.js'

const COMMON: AcceptedOptions = { id: anything, options: anything, defaults: anything, latex: aFunction, flops: aFunction, apply: aFunction, tiling: aFunction }
const COMPARING: AcceptedOptions = { ...COMMON, laws: aFunction, accepts: aFunction }
const SPECS = {
  defineMetric: { ...COMPARING, map: aFunction, mask: aFunction, keepsNonFinite: aFunction, takesSeveral: aFunction },
  defineRegularizer: COMPARING,
  defineTransform: { ...COMMON, smooth: aFunction, bound: aFunction, shape: aFunction, mask: aFunction },
} as const

/** Throws for a specification that is not an object, has unknown members, or lacks a required function. */
export const checkDefinition = (who: keyof typeof SPECS, spec: unknown, required: readonly string[]): void => {
  checkArgument(`The argument of ${who}`, spec, anObject)
  checkOptions(who, spec, SPECS[who])
  for (const name of required) checkArgument(`${name} of ${who}`, (spec as Readonly<Record<string, unknown>>)[name], aFunction)
}
