/**
 * A loss as the text of a Python module: standalone, readable, with the same values and gradients.
 *
 * It follows the same plan as `compile`: each distinct feature once, one pass per network and variant, no deeper than the deepest tap.
 */
import { either as E } from 'fp-ts'
import { type LossError } from '../core/errors/lossError.js'
import type { AnyLoss } from '../core/language/loss.js'
import { aRange } from '../core/compile/compileArguments.js'
import { aListOf, anObject, argumentProblem, aText } from '../core/arguments/guards.js'
import { featureNames, planLoss, type Plan, type PlannedTerm } from '../core/plan/plan.js'
import { numbered } from '../core/plan/termNames.js'
import { show } from '../core/language/show.js'
import { constants } from './constants.js'
import type { Dialect } from './dialect.js'
import type { PythonForm, PythonForms } from './pythonForm.js'
import { makeLoss } from './makeLoss.js'
import { argumentsOf, indent, parse, type Writing } from './writing.js'
import { builtInForms } from './forms/index.js'
import { docstring, identifiers, parameterNames } from './identifiers.js'
import { literal } from './literal.js'
import { catalogue, networkOf, networkText, PYTHON_NETWORKS, type PythonNetwork } from './pythonNetworks.js'
import { aLoss } from '../core/language/lossGuards.js'
import { optionsProblem, type AcceptedOptions, type Options } from '../core/arguments/checkOptions.js'
import { LossException } from '../core/errors/lossException.js'

/** Options of `toTorch` and `toKeras`. */
export interface PythonOptions {
  /** The networks of its layers; a layer belongs to the first that has it. Default ['vgg16', 'alexnet', 'alexnetShiftTolerant'], whose weights are in the package. */
  readonly networks?: readonly PythonNetwork[]
  /** The range of the pixels; default [0, 1]. */
  readonly range?: readonly [number, number]
  /** Python forms of your own definitions, by id. */
  readonly forms?: PythonForms
}

const PACKAGED: readonly PythonNetwork[] = ['vgg16', 'alexnet', 'alexnetShiftTolerant']

const PYTHON_OPTIONS: AcceptedOptions = {
  networks: aListOf(aText, `a list of ${PYTHON_NETWORKS.join(', ')}`),
  range: aRange,
  forms: anObject,
}

/** The text of the module; a Left for a layer that the networks do not have, or a definition without a Python form. */
export const pythonModule = (dialect: Dialect, loss: AnyLoss, options: PythonOptions): E.Either<LossError, string> => {
  const problem = argumentProblem('The loss', loss, aLoss) ?? optionsProblem(dialect.name === 'torch' ? 'toTorch' : 'toKeras', options, PYTHON_OPTIONS)
  if (problem !== undefined) return E.left(problem)
  const { networks = PACKAGED, range = [0, 1], forms = {} } = options
  const unknown = networks.find((name) => !PYTHON_NETWORKS.includes(name))
  if (unknown !== undefined)
    return E.left({ _tag: 'BadArgument', name: 'networks', received: literal(unknown), expected: `some of ${PYTHON_NETWORKS.join(', ')}` })
  const plan = planLoss(loss, catalogue(networks))
  if (E.isLeft(plan)) return plan
  const [mask] = plan.right.masks
  if (mask !== undefined)
    return E.left({
      _tag: 'BadArgument',
      name: 'The loss',
      received: `a loss masked by '${mask}'`,
      expected: 'regions instead of masks, which Python modules do not support',
    })
  const known: PythonForms = { ...builtInForms, ...forms }
  const missing = idsOf(plan.right).find((id) => !Object.hasOwn(known, id))
  if (missing !== undefined) return E.left(withoutForm(missing, known))
  const several = plan.right.terms.find((term) => term.beside.length > 0 && known[idOf(term)]?.arguments !== 'references, predictions')
  if (several !== undefined)
    return E.left({
      _tag: 'BadArgument',
      name: 'The loss',
      received: `${idOf(several)} of several features together`,
      expected: "a form of it with the arguments 'references, predictions', which are lists",
    })
  const formOf = (id: string): PythonForm => {
    const form = known[id]
    if (form === undefined) throw new LossException(withoutForm(id, known))
    return form
  }
  const functions = functionNames(dialect, idsOf(plan.right))
  const features = numbered(featureNames(plan.right))
  return E.right(write({ dialect, plan: plan.right, networks, range, formOf, constants: constants(), functions, features }, show(loss)))
}

/** Names of the module itself, and of what it imports. */
const RESERVED = ['torch', 'keras', 'ops', 'numpy', 'base64', 'functools', 'json', 'math', 'struct', 'make_loss', 'own_weights', 'numbers']

/** The Python name of each definition: its id in snake case, where no other function has that name. */
const functionNames = ({ prelude }: Dialect, ids: readonly string[]): ReadonlyMap<string, string> => {
  const identifier = identifiers([...RESERVED, ...Object.keys(prelude)])
  return new Map(ids.map((id) => [id, identifier(id)]))
}

const withoutForm = (id: string, forms: PythonForms): LossError => ({ _tag: 'NoPythonForm', id, known: Object.keys(forms) })

const idsOf = ({ terms, features }: Plan): readonly string[] => [
  ...new Set([...features.flatMap((feature) => (feature._tag === 'Transformed' ? [feature.by.id] : [])), ...terms.map(idOf)]),
]

const idOf = ({ by }: PlannedTerm): string => (by._tag === 'Compare' ? by.metric.id : by.regularizer.id)

const write = (writing: Writing, line: string): string => {
  const { dialect, plan, networks } = writing
  const maker = makeLoss(writing)
  const used = networks
    .map((network) => ({ network, taps: plan.taps.filter((tap) => networkOf(networks, tap) === network) }))
    .filter(({ taps }) => taps.length > 0)
  const tables = used.map(({ network, taps }) => networkText(network, taps))
  const needed = [
    ...idsOf(plan).flatMap((id) => writing.formOf(id).uses ?? []),
    ...(used.length > 0 ? ['run', 'safetensors'] : []),
    ...(plan.features.some((feature) => feature._tag === 'Layer' && feature.of !== undefined) ? ['rgb'] : []),
  ]
  const prelude = preludeOf(dialect, needed)
  const ids = idsOf(plan)
  const sections = [
    ...writing.constants.texts(),
    ...tables.map(({ rows }) => rows),
    ...(used.length > 0 ? [`CONVOLUTIONS = {\n${tables.map(({ convolutions }) => convolutions).join('\n')}\n}`] : []),
    ...prelude,
    ...ids.map((id) => functionText(writing, id)),
    ...(used.length > 0 ? [ownWeights(dialect)] : []),
    maker,
  ]
  return `${[header(dialect, line, sections.join('\n')), ...sections].join('\n\n\n').replaceAll(/\bops\./g, `${dialect.ops}.`)}\n`
}

/** Modules that are imported if the text uses them. */
const STANDARD = ['base64', 'functools', 'json', 'math', 'struct']

const header = ({ imports }: Dialect, line: string, text: string): string => {
  const speaksOf = (name: string): boolean => new RegExp(`\\b${name}\\.`).test(text)
  const standard = STANDARD.filter(speaksOf).map((name) => `import ${name}\n`)
  return `"""The loss

    ${docstring(line)}

as a function of two batches of images, written by perceptual-loss.
"""

${standard.join('')}${standard.length > 0 ? '\n' : ''}${speaksOf('numpy') ? 'import numpy\n' : ''}${imports}`
}

/** The used functions of the prelude, and their dependencies. */
const preludeOf = ({ prelude }: Dialect, needed: readonly string[]): readonly string[] => {
  const all = new Set<string>()
  const need = (name: string): void => {
    if (all.has(name)) return
    prelude[name]?.uses?.forEach(need)
    all.add(name)
  }
  needed.forEach(need)
  return [...all].flatMap((name) => prelude[name]?.text ?? [])
}

const functionText = ({ formOf, plan, functions }: Writing, id: string): string => {
  const form = formOf(id)
  const parameters = parameterNames(Object.keys(argumentsOf(form, optionsOf(plan, id)))).values()
  const list = [form.arguments, ...keywordOnly([...parameters])].join(', ')
  return `def ${functions.get(id) ?? id}(${list}):\n    """${form.says}"""\n${indent(form.body)}`
}

const keywordOnly = (parameters: readonly string[]): readonly string[] => (parameters.length === 0 ? [] : ['*', ...parameters])

/** Any options that the loss gives to a definition: their names are its parameters. */
const optionsOf = (plan: Plan, id: string): Options => {
  const applied = [
    ...plan.features.flatMap((feature) => (feature._tag === 'Transformed' ? [feature.by] : [])),
    ...plan.terms.map(({ by }) => (by._tag === 'Compare' ? by.metric : by.regularizer)),
  ].find((by) => by.id === id)
  return parse(applied?.key ?? '{}')
}

const ownWeights = ({ ownWeights: { body, says } }: Dialect): string =>
  `def own_weights(network):\n    """The layers of a network and their preprocessing: ${says}."""\n${indent(body)}`
