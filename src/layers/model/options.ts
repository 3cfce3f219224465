/**
 * The options with which a user's model is taken, and what is wrong with them.
 */
import type { LossError } from '../../core/error.js'
import { formatValue } from '../../core/formatValue.js'
import { inputProblem, type ModelInput } from './input.js'

/** How a model is taken. */
export interface ModelOptions<L extends string> {
  /** The layers that may be asked for; their names are then checked by the compiler. All that give one tensor, where nothing is said. */
  readonly layers?: readonly L[]
  /** What is done to RGB in [0, 1] before the model sees it: 'torchvision', 'caffe', 'none' (default), or a differentiable function that keeps the shape. */
  readonly preprocessing?: ModelInput
  /** What errors and plans call it; the model's own name where nothing is said. */
  readonly name?: string
}

/** A wrong argument. */
export const bad = (name: string, came: string, expected: string): LossError => ({ _tag: 'BadArgument', name, came, expected })

/** What is wrong with the options, or undefined; `own` are further options of this kind of model, which are true or false. */
export const optionsProblem = (options: unknown, own: readonly string[]): LossError | undefined => {
  if (typeof options !== 'object' || options === null) return bad('The options', formatValue(options), "an object such as { layers: ['logits'] }")
  const { layers, preprocessing, name, ...others } = options as Readonly<Record<string, unknown>>
  const extra = Object.keys(others).find((other) => !own.includes(other))
  if (extra !== undefined) return bad(`The option '${extra}'`, formatValue(others[extra]), `only ${['layers', 'preprocessing', ...own].join(', ')} and name`)
  const flag = own.find((other) => others[other] !== undefined && typeof others[other] !== 'boolean')
  if (flag !== undefined) return bad(flag, formatValue(others[flag]), 'true or false')
  if (layers !== undefined && !(Array.isArray(layers) && layers.length > 0 && layers.every((layer) => typeof layer === 'string')))
    return bad('layers', formatValue(layers), "names of layers, such as ['logits']")
  if (name !== undefined && (typeof name !== 'string' || name === '')) return bad('name', formatValue(name), 'a name')
  return preprocessing === undefined ? undefined : inputProblem(preprocessing)
}
