/** One graph for all sizes, from the graphs at several: what differs in their constants is computed from the sides. */
import type { Port } from '../file/writeModel.js'
import { graphOps, type GraphOps } from '../trace/graphOps.js'
import type { TracedLoss } from '../trace/tracedLoss.js'
import { newGraph, type Traced, type TracedNode } from '../trace/traced.js'
import { aligned, type AlignedLoss, type AlignedPort, type Source } from './alignGraphs.js'
import { differs } from './differs.js'
import { formsAt } from './forms.js'
import { guarded, type Least } from './guard.js'
import { SIDES, type Side, type Size } from './size.js'
import { constantFor, type ConstantContext } from './sizeConstants.js'
import { sizeNodes } from './sizeNodes.js'

/** A loss traced at a size. */
export interface Sample {
  readonly size: Size
  readonly loss: TracedLoss
}

/** The loss at any size, from samples of it. Throws `Differs`. */
export const merged = (samples: readonly Sample[], free: ReadonlySet<Side>, least: Least): TracedLoss => {
  const ops = graphOps(newGraph())
  const sizes = samples.map(({ size }) => size)
  const loss = aligned(samples.map((sample) => sample.loss))
  const sidesOf = (port: AlignedPort): readonly (number | string)[] => port.sides.map((values) => sideName(values, sizes, free))
  const inputs = loss.inputs.map((port): Port => {
    const sides = sidesOf(port)
    return { name: port.name, sides, value: ops.graph.input(port.name, port.sides.map(([side = 0]) => side)) } // prettier-ignore
  })
  const [prediction, ...others] = inputs.map(({ value }) => value)
  if (prediction === undefined) return differs('there is no prediction')
  const context: ConstantContext = {
    ops,
    forms: formsAt(sizes, free, tensorSides(loss)),
    nodes: sizeNodes(ops, prediction),
    batches: sizes.map(({ batch }) => batch),
  }
  // Runtimes check heights and widths that are numbers; a batch of one reference broadcasts.
  const first = free.has('height') || free.has('width') ? guarded(ops, prediction, others, least) : prediction
  const valueOf = nodesOf(ops, loss, [first, ...others], context)
  return { inputs, outputs: loss.outputs.map((port) => ({ name: port.name, sides: sidesOf(port), value: valueOf(port.source, port.name) })) }
}

/** Adds the nodes; gives the value that a source has. */
const nodesOf = (ops: GraphOps, loss: AlignedLoss, inputs: readonly Traced[], context: ConstantContext): ((source: Source, of: string) => Traced) => {
  const made: (readonly Traced[])[] = []
  const valueOf = (source: Source, of: string): Traced => {
    if (source._tag === 'Constants') return constantFor(context, source.given, of)
    return (source._tag === 'Input' ? inputs[source.at] : made[source.node]?.[source.at]) ?? differs(`${of} takes a value that is not there`)
  }
  for (const { node, sources } of loss.nodes) {
    const given = sources.map((source) => valueOf(source, node.operator))
    made.push(ops.graph.nodes(node.operator, given, outputTypes(node), node.attributes))
  }
  return valueOf
}

/** Shapes do not matter any more, but the number of outputs does. */
const outputTypes = (node: TracedNode): readonly Pick<Traced, 'type' | 'shape'>[] => {
  const { type = 'float32', shape = [] } = node.inputs[0] ?? {}
  return [0, 1].map(() => ({ type, shape }))
}

/** A side of an input or output: a number, or the name of a free side. */
const sideName = (values: readonly number[], sizes: readonly Size[], free: ReadonlySet<Side>): number | string => {
  const [first = 0] = values
  if (values.every((value) => value === first)) return first
  const name = SIDES.find((side) => free.has(side) && sizes.every((size, i) => size[side] === values[i]))
  return name ?? differs('an output has a side that is not one of the pictures')
}

/** The sides of all tensors that nodes take, each once. */
const tensorSides = ({ nodes }: AlignedLoss): Iterable<readonly number[]> => {
  const found = new Map<string, readonly number[]>()
  for (const { shapes } of nodes)
    for (const ofInput of shapes) {
      const rank = ofInput[0]?.length ?? 0
      for (let axis = 0; axis < rank; axis++) {
        const values = ofInput.map((shape) => shape[axis] ?? 0)
        found.set(values.join(), values)
      }
    }
  return found.values()
}
