/**
 * A recording as a graph of TensorFlow: the file `saved_model.pb` that its C library loads.
 *
 * Every tensor that no op of the graph makes, constants included, is an input: TensorFlow cannot rewrite values that it does not know, so the results are those of the ops,
 * bit for bit. (With constants in the graph, TensorFlow turned a division into a product, and merged a transposition into the product after it.)
 *
 * Source of the messages and their field numbers: tensorflow/core/protobuf/saved_model.proto, meta_graph.proto; tensorflow/core/framework/graph.proto, node_def.proto,
 * attr_value.proto, tensor_shape.proto.
 */
import type Pbf from 'pbf'
import { messageOf, nested, type Write } from '../../core/protobuf/writeMessage.js'
import type { NamedAttribute } from '../../core/tensors/namedOps.js'
import type { Binding } from './nativeBackend.js'
import type { RecordedOp, Recording } from './recordOps.js'

/** A graph's file, inputs and outputs. */
export interface SavedModel {
  readonly bytes: Uint8Array
  /** The names that the inputs have in the graph, in their order. */
  readonly inputs: readonly string[]
  /** The other tensors that no op makes, by their numbers when it was recorded: those from before the work, such as weights, and the work's constants. */
  readonly given: readonly { readonly name: string; readonly id: number }[]
  readonly outputs: readonly string[]
}

/** The graph's tag in the file. */
export const TAG = 'serve'

/** A version of graphs that every TensorFlow with this backend reads: that of 2.9. */
const PRODUCER = 1087

/**
 * The graph that computes `outputs` from `inputs`, all by their numbers; undefined if it would differ from the recorded ops (`OTHERWISE`), if numbers were read back, if
 * no op of it makes an output, or if one tensor is two inputs.
 */
export const savedModel = (recording: Recording, inputs: readonly number[], outputs: readonly number[], binding: Binding): SavedModel | undefined => {
  const { ops, constants, types, reads } = recording
  const makers = new Map(ops.flatMap((op, i) => op.outputs.map(({ id }, at) => [id, { op: i, name: at === 0 ? nodeName(i) : `${nodeName(i)}:${String(at)}` }])))
  if (reads || !outputs.every((id) => makers.has(id)) || new Set(inputs).size < inputs.length || ops.some(({ op }) => OTHERWISE.has(op))) return undefined
  const needed = neededOps(ops, (id) => makers.get(id)?.op, outputs)
  const given = [...new Set(needed.flatMap((i) => ops[i]?.inputs ?? []))].filter((id) => !makers.has(id) && !inputs.includes(id))
  const typeOf = (id: number): number | undefined => constants.get(id)?.dtype ?? TYPES[types.get(id) ?? 'float32']?.(binding)
  const placeholders = [...inputs, ...given].map((id) => ({ id, dtype: typeOf(id) }))
  if (placeholders.some(({ dtype }) => dtype === undefined)) return undefined
  const nameOf = (id: number): string => makers.get(id)?.name ?? givenName(id)
  const nodes: readonly Write[] = [
    ...placeholders.map(({ id, dtype = 0 }) => node(givenName(id), 'Placeholder', [], [['dtype', typed(dtype)]])),
    ...needed.flatMap((i) => opNode(i, ops[i], nameOf, binding)),
  ]
  const bytes = messageOf((file) => {
    file.writeVarintField(1, 1)
    nested(file, 2, metaGraph(nodes))
  })
  return { bytes, inputs: inputs.map(givenName), given: given.map((id) => ({ name: givenName(id), id })), outputs: outputs.map(nameOf) }
}

/** Ops that oneDNN runs in graphs, but not as single ops: the last digits differ. */
const OTHERWISE: ReadonlySet<string> = new Set(['Softmax'])

const TYPES: Readonly<Record<string, (binding: Binding) => number>> = {
  float32: ({ TF_FLOAT }) => TF_FLOAT,
  int32: ({ TF_INT32 }) => TF_INT32,
  bool: ({ TF_BOOL }) => TF_BOOL,
  complex64: ({ TF_COMPLEX64 }) => TF_COMPLEX64,
}

const nodeName = (op: number): string => `op${String(op)}`
const givenName = (id: number): string => `in${String(id)}`

/** The ops that the outputs depend on, in the order in which they ran. */
const neededOps = (ops: readonly RecordedOp[], maker: (id: number) => number | undefined, outputs: readonly number[]): readonly number[] => {
  const needed = new Set(outputs.flatMap((id) => maker(id) ?? []))
  const makersOf = (i: number): readonly number[] => (needed.has(i) ? (ops[i]?.inputs ?? []) : []).flatMap((id) => maker(id) ?? [])
  for (let i = ops.length - 1; i >= 0; i--) makersOf(i).forEach((made) => needed.add(made))
  return [...needed].sort((a, b) => a - b)
}

const metaGraph =
  (nodes: readonly Write[]): Write =>
  (pbf) => {
    nested(pbf, 1, (info) => {
      info.writeStringField(4, TAG)
    })
    nested(pbf, 2, (graph) => {
      nodes.forEach((write) => {
        nested(graph, 1, write)
      })
      nested(graph, 4, (versions) => {
        versions.writeVarintField(1, PRODUCER)
      })
    })
  }

const node =
  (name: string, op: string, inputs: readonly string[], attributes: readonly (readonly [name: string, value: Write])[]): Write =>
  (pbf) => {
    pbf.writeStringField(1, name)
    pbf.writeStringField(2, op)
    inputs.forEach((input) => {
      pbf.writeStringField(3, input)
    })
    attributes.forEach(([key, value]) => {
      nested(pbf, 5, (entry) => {
        entry.writeStringField(1, key)
        nested(entry, 2, value)
      })
    })
  }

const opNode = (i: number, op: RecordedOp | undefined, nameOf: (id: number) => string, binding: Binding): readonly Write[] =>
  op === undefined
    ? []
    : [
        node(
          nodeName(i),
          op.op,
          op.inputs.map(nameOf),
          op.attributes.map((attribute) => [attribute.name, attributeValue(attribute, binding)]),
        ),
      ]

const typed =
  (dtype: number): Write =>
  (pbf) => {
    pbf.writeVarintField(6, dtype)
  }

const shaped =
  (shape: readonly number[]): Write =>
  (pbf) => {
    shape.forEach((size) => {
      nested(pbf, 2, (dimension) => {
        dimension.writeVarintField(1, size)
      })
    })
  }

/** The value as `AttrValue` has it: one, or a list. */
const attributeValue = ({ type, value }: NamedAttribute, binding: Binding): Write => {
  if (type === binding.TF_ATTR_SHAPE)
    return (pbf) => {
      nested(pbf, 7, shaped(value as readonly number[]))
    }
  const write = FIELDS.find(([name]) => binding[name] === type)?.[1]
  if (write === undefined) throw new Error(`No attribute of an op is known to have the type ${String(type)}.`)
  if (!Array.isArray(value))
    return (pbf) => {
      write(pbf, value)
    }
  return (pbf) => {
    nested(pbf, 1, (list) => {
      value.forEach((one) => {
        write(list, one)
      })
    })
  }
}

const FIELDS: readonly (readonly [type: keyof Binding & `TF_ATTR_${string}`, write: (pbf: Pbf, value: unknown) => void])[] = [
  ['TF_ATTR_STRING', (pbf, value) => pbf.writeBytesField(2, new TextEncoder().encode(String(value)))], // prettier-ignore
  ['TF_ATTR_INT', (pbf, value) => pbf.writeVarintField(3, Number(value))],
  ['TF_ATTR_FLOAT', (pbf, value) => pbf.writeFloatField(4, Number(value))],
  ['TF_ATTR_BOOL', (pbf, value) => pbf.writeBooleanField(5, Boolean(value))],
  ['TF_ATTR_TYPE', (pbf, value) => pbf.writeVarintField(6, Number(value))],
]
