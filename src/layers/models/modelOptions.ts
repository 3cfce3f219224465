/**
 * The options with which a user's model is taken, and what is wrong with them.
 */
import { aName, aSwitch } from '../../core/arguments/guards.js'
import type { LossError } from '../../core/errors/error.js'
import { anInput, type ModelInput } from './modelInput.js'
import { optionsProblem, type Accepted } from '../../core/arguments/accepted.js'

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
export const bad = (name: string, received: string, expected: string): LossError => ({ _tag: 'BadArgument', name, received, expected })

const NAMES: Accepted = {
  name: "names of layers, such as ['logits']",
  is: (value) => Array.isArray(value) && value.length > 0 && value.every((layer) => typeof layer === 'string'),
}

/** What is wrong with the options of `fromLayersModel` or its like; `own` are its further options, which are true or false. */
export const modelOptionsProblem = (id: string, options: unknown, own: readonly string[]): LossError | undefined =>
  optionsProblem(id, options, { layers: NAMES, preprocessing: anInput, name: aName, ...Object.fromEntries(own.map((name) => [name, aSwitch])) })
