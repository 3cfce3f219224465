/**
 * Options of `fromLayersModel` and `fromGraphModel`, and their checks.
 */
import { aName, aSwitch } from '../../core/arguments/guards.js'
import type { LossError } from '../../core/errors/lossError.js'
import { anInput, type ModelInput } from './modelInput.js'
import { optionsProblem, type Accepted } from '../../core/arguments/checkOptions.js'

/** Options of an extractor from a model. */
export interface ModelOptions<L extends string> {
  /** The layers to offer; the compiler then checks their names. By default all layers with one output. */
  readonly layers?: readonly L[]
  /** The preprocessing of RGB in [0, 1]: 'torchvision', 'caffe', 'none' (default), or a differentiable function that keeps the shape. */
  readonly preprocessing?: ModelInput
  /** Its name in errors and plans; by default the model's name. */
  readonly name?: string
}

/** A wrong argument. */
export const bad = (name: string, received: string, expected: string): LossError => ({ _tag: 'BadArgument', name, received, expected })

const NAMES: Accepted = {
  name: "names of layers, such as ['logits']",
  is: (value) => Array.isArray(value) && value.length > 0 && value.every((layer) => typeof layer === 'string'),
}

/** The problem of the options of `fromLayersModel` or `fromGraphModel`; `own` are further boolean options. */
export const modelOptionsProblem = (id: string, options: unknown, own: readonly string[]): LossError | undefined =>
  optionsProblem(id, options, { layers: NAMES, preprocessing: anInput, name: aName, ...Object.fromEntries(own.map((name) => [name, aSwitch])) })
