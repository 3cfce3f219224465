/**
 * The function `make_loss` of a module: features, comparisons, and the sum.
 */
import type { Tap } from '../core/language/feature.js'
import { TARGET } from '../core/language/loss.js'
import { tapOf, type PlannedTerm, type Side } from '../core/plan/plan.js'
import { docstring, identifiers } from './identifiers.js'
import { literal } from './literal.js'
import { networkOf } from './pythonNetworks.js'
import { call, indent, type Writing } from './writing.js'

/** The text of `make_loss`. */
export const makeLoss = (writing: Writing): string => {
  const { dialect, plan } = writing
  const names = referenceNames(writing)
  const others = plan.references.flatMap(({ name }) => (name === TARGET ? [] : (names.get(name)?.parameter ?? [])))
  const hasTarget = plan.references.some(({ name }) => name === TARGET)
  const needsNetwork = plan.taps.length > 0
  const parameters = [`target${hasTarget ? '' : '=None'}`, 'prediction', ...(others.length === 0 ? [] : ['*', ...others])]
  const ordered = hasTarget ? parameters : ['target', ...parameters.slice(1)]
  const networks = [...new Set(plan.taps.flatMap((tap) => networkOf(writing.networks, tap) ?? []))]
  const says = needsNetwork
    ? `weights: {network: path of a .safetensors file of perceptual-loss}, for the networks ${networks.join(', ')}; by default ${dialect.ownWeights.says}.`
    : 'No network is used, so weights are not needed.'
  const looks = looksOf(writing, names)
  const lookOf = (side: Side): string => looks.find(({ sides }) => sides.includes(side))?.name ?? ''
  const body = [
    `"""Returns loss(${ordered.join(', ')}): images ${dialect.images.shape} in [${writing.range.map(literal).join(', ')}], the mean over the batch.`,
    '',
    `${says}${hasTarget ? '' : ' The target is not used: pass None.'}`,
    ...renamed(names),
    '"""',
    ...(needsNetwork
      ? [
          'given = weights or {}',
          `networks = {name: safetensors(given[name]) if name in given else own_weights(name) for name in [${networks.map((name) => literal(name)).join(', ')}]}`,
        ]
      : []),
    '',
    looks.map(({ name, text }) => `def ${name}(images):\n${text}`).join('\n\n'),
    '',
    `def per_sample(${ordered.join(', ')}):`,
    indent('"""One number per picture: [batch]."""'),
    ...plan.references.map((side) => {
      const { parameter = '', seen = '' } = names.get(side.name) ?? {}
      return indent(dialect.untaped(seen, `${lookOf(side)}(${parameter})`))
    }),
    indent(`seen = ${lookOf(plan.prediction)}(prediction)`),
    indent(value(writing, names)),
    '',
    `def loss(${ordered.join(', ')}):`,
    indent(
      `return ops.mean(per_sample(${ordered
        .map((name) => (others.includes(name) ? `${name}=${name}` : name))
        .filter((name) => name !== '*')
        .join(', ')}))`,
    ),
    '',
    'loss.per_sample = per_sample',
    'return loss',
  ]
  return `def make_loss(weights=None):\n${indent(body.join('\n'))}`
}

/** The names of a reference: its parameter, and its features. */
interface ReferenceName {
  readonly parameter: string
  readonly seen: string
}

type ReferenceNames = ReadonlyMap<string, ReferenceName>

/** Names that `per_sample` and `loss` use besides those of the references. */
const RESERVED = [TARGET, 'prediction', 'seen', 'look', 'look_at_prediction', 'per_sample', 'loss', 'torch', 'keras', 'ops', 'sum']

const referenceNames = ({ plan, functions }: Writing): ReferenceNames => {
  const identifier = identifiers([...RESERVED, ...functions.values()])
  const parameters = plan.references.map(({ name }) => [name, name === TARGET ? name : identifier(name)] as const)
  return new Map(parameters.map(([name, parameter]) => [name, { parameter, seen: identifier(`${parameter}_seen`) }]))
}

/** Which parameter a reference is, where it has another name. */
const renamed = (names: ReferenceNames): readonly string[] =>
  [...names].flatMap(([name, { parameter }]) => (parameter === name ? [] : [docstring(`The reference ${literal(name)} is the parameter ${parameter}.`)]))

/** Python cannot read thousands of additions in one expression. */
const MOST_ADDED = 100

const value = (writing: Writing, names: ReferenceNames): string => {
  const { plan } = writing
  if (plan.terms.length === 0) return 'return ops.sum(seen["zero"], axis=(1, 2, 3))'
  const lines = plan.terms.map((term) => `    ${literal(term.weight)} * ${termCall(writing, term, names)}`)
  if (lines.length > MOST_ADDED) return `return sum([\n${lines.join(',\n')}\n])`
  return `return (\n${lines.join('\n    + ').replaceAll('\n    +     ', '\n    + ')}\n)`
}

const termCall = (writing: Writing, { by, feature, beside }: PlannedTerm, names: ReferenceNames): string => {
  const at = (side: string, position: number): string => `${side}[${literal(writing.features[position] ?? '')}]`
  if (by._tag === 'Regularize') return call(writing, by.regularizer.id, at('seen', feature), by.regularizer.key)
  const { id, key } = by.metric
  const of = writing.formOf(id).arguments
  const sides = [names.get(by.reference)?.seen ?? '', 'seen'].map((side) =>
    of === 'references, predictions' ? `[${[feature, ...beside].map((position) => at(side, position)).join(', ')}]` : at(side, feature),
  )
  return call(writing, id, [...sides, ...(of === 'reference, prediction, picture' ? [`prediction.${writing.dialect.images.sides}`] : [])].join(', '), key)
}

interface Look {
  readonly name: string
  readonly text: string
  readonly sides: readonly Side[]
}

/** The functions that compute the features of a batch; sides with equal features share one. */
const looksOf = (writing: Writing, names: ReferenceNames): readonly Look[] => {
  const { prediction, references } = writing.plan
  const groups = new Map<string, { readonly of: string[]; readonly sides: Side[] }>()
  for (const { of, side } of [{ of: 'prediction', side: prediction }, ...references.map((side) => ({ of: names.get(side.name)?.parameter ?? '', side }))]) {
    const text = look(writing, side)
    const group = groups.get(text) ?? { of: [], sides: [] }
    group.of.push(of)
    group.sides.push(side)
    groups.set(text, group)
  }
  const identifier = identifiers([...names.values()].flatMap(({ parameter, seen }) => [parameter, seen]))
  return [...groups].map(([text, { of, sides }]) => ({ name: identifier(groups.size === 1 ? 'look' : `look_at_${of.join('_and_')}`), text, sides }))
}

/** The body of a function that computes every feature of a side from one batch, by name. */
const look = (writing: Writing, side: Side): string => {
  const { plan, range, dialect } = writing
  const [min, max] = range
  const passes = passesOf(writing, side)
  const unit = min === 0 && max === 1 ? dialect.images.toNhwc : `(${dialect.images.toNhwc} - ${literal(min)}) / ${literal(max - min)}`
  const lines = [
    `pixels, found = ${unit}, {}`,
    ...(plan.terms.length === 0 ? ['found["zero"] = 0 * pixels'] : []),
    ...side.computed.flatMap((at) => [
      ...passes.filter(({ layers: [first] }) => first === at).map(({ text }) => text),
      `found[${literal(writing.features[at] ?? '')}] = ${featureText(writing, at, passes)}`,
    ]),
    'return found',
  ]
  return indent(lines.join('\n'))
}

const tapName = (tap: Tap): string => `${tap.layer}${tap.activation === 'pre' ? ':pre' : ''}`

/** One pass: of a network in a variant, over a view. */
interface Pass {
  readonly name: string
  /** The layers that it computes, positions in the plan. */
  readonly layers: readonly number[]
  readonly text: string
}

const passesOf = (writing: Writing, side: Side): readonly Pass[] => {
  const { plan, networks, features } = writing
  const several = side.views.length > 1
  return side.views.flatMap(({ of, layers }, i) => {
    const groups = new Map<string, { readonly network: string; readonly pooling: string; readonly layers: number[]; readonly wanted: string[] }>()
    for (const at of layers) {
      const tap = tapOf(plan, at)
      if (tap === undefined) continue
      const { pooling } = tap
      const network = networkOf(networks, tap) ?? ''
      const name = [network, ...(pooling === 'max' ? [] : [pooling]), ...(several ? [`view${String(i + 1)}`] : [])].join('_')
      const group = groups.get(name) ?? { network, pooling, layers: [], wanted: [] }
      group.layers.push(at)
      group.wanted.push(literal(tapName(tap)))
      groups.set(name, group)
    }
    const view = of === undefined ? 'pixels' : `rgb(found[${literal(features[of] ?? '')}])`
    return [...groups].map(([name, { network, pooling, layers: own, wanted }]) => ({
      name,
      layers: own,
      text: `${name} = run(${network.toUpperCase()}, networks[${literal(network)}], ${view}, [${wanted.join(', ')}], ${literal(pooling)})`,
    }))
  })
}

const featureText = (writing: Writing, at: number, passes: readonly Pass[]): string => {
  const { plan } = writing
  const feature = plan.features[at]
  if (feature?._tag === 'Transformed') return call(writing, feature.by.id, `found[${literal(writing.features[feature.of] ?? '')}]`, feature.by.key)
  const tap = tapOf(plan, at)
  return tap === undefined ? 'pixels' : `${passes.find(({ layers }) => layers.includes(at))?.name ?? ''}[${literal(tapName(tap))}]`
}
