/** Graphs of one loss at several sizes, node by node: they have the same operators, attributes and connections, and differ in constants. */
import { neededFor, type Port } from '../file/writeModel.js'
import type { TracedLoss } from '../trace/tracedLoss.js'
import type { Traced, TracedNode } from '../trace/traced.js'
import { differs } from './differs.js'

/** What a node takes: the output of an earlier node, an input of the graph, or a constant of each graph. */
export type Source =
  | { readonly _tag: 'Node'; readonly node: number; readonly at: number }
  | { readonly _tag: 'Input'; readonly at: number }
  | { readonly _tag: 'Constants'; readonly given: readonly Traced[] }

/** A node that all graphs have. */
export interface AlignedNode {
  readonly node: TracedNode
  readonly sources: readonly Source[]
  /** The shapes of its inputs, in each graph. */
  readonly shapes: readonly (readonly (readonly number[])[])[]
}

/** An input or output that all graphs have, with its sides in each. */
export interface AlignedPort {
  readonly name: string
  readonly sides: readonly (readonly number[])[]
  readonly source: Source
}

export interface AlignedLoss {
  readonly nodes: readonly AlignedNode[]
  readonly inputs: readonly AlignedPort[]
  readonly outputs: readonly AlignedPort[]
}

const isSame = (values: readonly unknown[]): boolean => values.every((value) => value === values[0])

const orderOf = ({ outputs }: TracedLoss): readonly TracedNode[] => neededFor(outputs.map(({ value }) => value)).nodes

/** The graphs as one. Throws `Differs`. */
export const aligned = (losses: readonly TracedLoss[]): AlignedLoss => {
  const orders = losses.map(orderOf)
  const counts = orders.map(({ length }) => length)
  if (!isSame(counts)) differs(`${String(Math.min(...counts))} operations at one size, ${String(Math.max(...counts))} at another`)
  const places = orders.map((nodes) => new Map(nodes.map((node, i) => [node.id, i])))
  const inputs = losses.map((loss) => new Map(loss.inputs.map(({ value: { id } }, i) => [id, i])))
  const sourceOf = (given: readonly Traced[], where: string): Source => {
    const keys = given.map(({ from, id }, i) => {
      if (from._tag === 'Constant') return 'Constants'
      return from._tag === 'Input' ? `Input ${String(inputs[i]?.get(id))}` : `Node ${String(places[i]?.get(from.node.id))} ${String(from.at)}`
    })
    if (!isSame(keys)) differs(`${where} of other values at another size`)
    const [tag, node, at = node] = (keys[0] ?? '').split(' ')
    if (tag === 'Constants') return { _tag: 'Constants', given }
    return tag === 'Input' ? { _tag: 'Input', at: Number(at) } : { _tag: 'Node', node: Number(node), at: Number(at) }
  }
  const nodes = (orders[0] ?? []).map((node, i): AlignedNode => {
    const all = orders.map((order) => order[i] ?? node)
    const signatures = all.map(({ operator, attributes, inputs: { length } }) => `${operator} ${JSON.stringify(attributes)} ${String(length)}`)
    if (!isSame(signatures)) differs(`${[...new Set(signatures)].slice(0, 2).join(' at one size, ')} at another`)
    const of = node.inputs.map((_, at) => all.flatMap((other) => other.inputs[at] ?? []))
    return { node, sources: of.map((given) => sourceOf(given, node.operator)), shapes: of.map((given) => given.map(({ shape }) => shape)) }
  })
  const portsOf = (ports: (loss: TracedLoss) => readonly Port[]): readonly AlignedPort[] =>
    (losses[0] === undefined ? [] : ports(losses[0])).map(({ name, value: { shape } }, i) => {
      const values = losses.flatMap((loss) => ports(loss)[i]?.value ?? [])
      return { name, sides: shape.map((_, axis) => values.map((value) => value.shape[axis] ?? 0)), source: sourceOf(values, name) }
    })
  return { nodes, inputs: portsOf((loss) => loss.inputs), outputs: portsOf((loss) => loss.outputs) }
}
