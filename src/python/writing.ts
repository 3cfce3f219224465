/**
 * The state of writing one module, and calls of its functions.
 */
import type { Plan } from '../core/plan/plan.js'
import type { Constants } from './constants.js'
import type { Dialect } from './dialect.js'
import type { PythonForm } from './pythonForm.js'
import { parameterNames } from './identifiers.js'
import type { PythonNetwork } from './pythonNetworks.js'
import type { Options } from '../core/arguments/checkOptions.js'

/** One module. */
export interface Writing {
  readonly dialect: Dialect
  readonly plan: Plan
  readonly networks: readonly PythonNetwork[]
  readonly range: readonly [number, number]
  readonly formOf: (id: string) => PythonForm
  readonly constants: Constants
  /** The Python name of each definition, by its id. */
  readonly functions: ReadonlyMap<string, string>
  /** The name of each feature, by its position. */
  readonly features: readonly string[]
}

/** A definition's options from their key. */
export const parse = (key: string): Options => JSON.parse(key) as Options

/** The options as a form takes them. */
export const argumentsOf = (form: PythonForm, options: Options) => form.options?.(options) ?? (options as ReturnType<NonNullable<PythonForm['options']>>)

/** A call of a form's function. */
export const call = ({ formOf, constants: named, functions }: Writing, id: string, of: string, key: string): string => {
  const options = argumentsOf(formOf(id), parse(key))
  const parameters = parameterNames(Object.keys(options))
  const given = Object.entries(options).map(([name, value]) => `${parameters.get(name) ?? name}=${named.text(value)}`)
  return `${functions.get(id) ?? id}(${[of, ...given].join(', ')})`
}

/** Every line moved to the right. */
export const indent = (text: string, by = 4): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`))
    .join('\n')
