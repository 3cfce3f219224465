/**
 * Writes a graph as an ONNX file, weights inside or in a file beside it.
 *
 * Source of the messages and their field numbers: onnx/onnx.proto in the ONNX repository.
 */
import { messageOf, nested, type Write } from '../../core/protobuf/writeMessage.js'
import { TENSOR_TYPES } from '../trace/graphOps.js'
import { elementsOf, type AttributeValue, type ElementType, type Traced, type TracedNode } from '../trace/traced.js'

/** The opset: the first with all operators used here. */
const OPSET = 17
/** The version of the file's format that came with it. */
const IR_VERSION = 8

/** An input or output of the graph: its sides, by name where they are free. */
export interface Port {
  readonly name: string
  readonly value: Traced
  readonly sides: readonly (number | string)[]
}

/** A model to write. */
export interface WrittenGraph {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly description: string
  readonly notes: Readonly<Record<string, string>>
}

/** A model's file, and that of its weights, empty where they are inside. */
export interface WrittenFiles {
  readonly model: Uint8Array
  readonly weights: Uint8Array
}

/** The bytes of the files; `beside` is the name of that of the weights. */
export const writeModel = ({ inputs, outputs, description, notes }: WrittenGraph, beside?: string): WrittenFiles => {
  const { nodes, constants } = neededFor(outputs.map(({ value }) => value))
  const nameOf = names(inputs)
  const tensors = constants.map((constant) => ({ constant, bytes: rawBytes(constant.type, elementsOf(constant) ?? []) }))
  const { places, weights } = beside === undefined ? { places: new Map<Uint8Array, number>(), weights: new Uint8Array() } : laidOut(tensors)
  const model = messageOf((model) => {
    model.writeVarintField(1, IR_VERSION)
    model.writeStringField(2, 'perceptual-loss')
    model.writeStringField(6, description)
    nested(model, 7, (graph) => {
      nodes.forEach((node) => {
        nested(graph, 1, nodeMessage(node, nameOf))
      })
      // The outputs have their own names.
      outputs.forEach(({ name, value }) => {
        nested(graph, 1, operation('Identity', [nameOf(value)], [name], {}))
      })
      graph.writeStringField(2, 'loss')
      tensors.forEach(({ constant, bytes }) => {
        const offset = places.get(bytes)
        nested(
          graph,
          5,
          tensorMessage(nameOf(constant), constant, bytes, beside === undefined || offset === undefined ? undefined : { location: beside, offset }),
        )
      })
      inputs.forEach((port) => {
        nested(graph, 11, portMessage(port))
      })
      outputs.forEach((port) => {
        nested(graph, 12, portMessage(port))
      })
    })
    nested(model, 8, (opset) => {
      opset.writeStringField(1, '')
      opset.writeVarintField(2, OPSET)
    })
    for (const [key, value] of Object.entries(notes))
      nested(model, 14, (entry) => {
        entry.writeStringField(1, key)
        entry.writeStringField(2, value)
      })
  })
  return { model, weights }
}

/** Smaller constants stay inside. External ones start at pages of memory, as ONNX recommends, so that runtimes can map them. */
const PAGE = 4096

/** Where in a file of its own each large constant is. */
const laidOut = (tensors: readonly { readonly bytes: Uint8Array }[]): { readonly places: ReadonlyMap<Uint8Array, number>; readonly weights: Uint8Array } => {
  const places = new Map<Uint8Array, number>()
  let end = 0
  for (const { bytes } of tensors) {
    if (bytes.length < PAGE) continue
    const start = Math.ceil(end / PAGE) * PAGE
    places.set(bytes, start)
    end = start + bytes.length
  }
  const weights = new Uint8Array(end)
  places.forEach((start, bytes) => {
    weights.set(bytes, start)
  })
  return { places, weights }
}

/** The nodes and constants that values are made of; nodes in an order in which they can run. */
export const neededFor = (values: readonly Traced[]): { readonly nodes: readonly TracedNode[]; readonly constants: readonly Traced[] } => {
  const [nodes, constants] = [new Map<number, TracedNode>(), new Map<number, Traced>()]
  const open = [...values]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value.from._tag === 'Constant') constants.set(value.id, value)
    if (value.from._tag !== 'Output' || nodes.has(value.from.node.id)) continue
    nodes.set(value.from.node.id, value.from.node)
    open.push(...value.from.node.inputs)
  }
  const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id
  return { nodes: [...nodes.values()].sort(byId), constants: [...constants.values()].sort(byId) }
}

/** Each value's name in the file. A slash keeps them apart from the names of references. */
const names = (inputs: readonly Port[]): ((value: Traced) => string) => {
  const given = new Map(inputs.map(({ name, value }) => [value.id, name]))
  return ({ id, from }) => {
    if (from._tag === 'Output') return outputName(from.node, from.at)
    return given.get(id) ?? `constant/${String(id)}`
  }
}

const outputName = ({ operator, id }: TracedNode, at: number): string => `${operator}/${String(id)}${at === 0 ? '' : `/${String(at)}`}`

/** Operators with a second output. */
const OUTPUTS: Readonly<Record<string, number>> = { TopK: 2 }

const nodeMessage = (node: TracedNode, nameOf: (value: Traced) => string): Write => {
  const isMaxPoolOfPositions = node.operator === 'MaxPool' && node.attributes['storage_order'] === 0
  const count = isMaxPoolOfPositions ? 2 : (OUTPUTS[node.operator] ?? 1)
  return operation(node.operator, node.inputs.map(nameOf), Array.from({ length: count }, (_, at) => outputName(node, at)), node.attributes, node.name) // prettier-ignore
}

const operation =
  (operator: string, inputs: readonly string[], outputs: readonly string[], attributes: TracedNode['attributes'], name = ''): Write =>
  (node) => {
    inputs.forEach((name) => {
      node.writeStringField(1, name)
    })
    outputs.forEach((name) => {
      node.writeStringField(2, name)
    })
    if (name !== '') node.writeStringField(3, name)
    node.writeStringField(4, operator)
    for (const [name, value] of Object.entries(attributes)) nested(node, 5, attributeMessage(name, value))
  }

/** Numbers of AttributeProto.AttributeType. */
const [FLOAT, INTEGER, TEXT, INTEGERS] = [1, 2, 3, 7]

const attributeMessage =
  (name: string, value: AttributeValue): Write =>
  (attribute) => {
    attribute.writeStringField(1, name)
    if (typeof value === 'number') attribute.writeVarintField(3, value)
    else if (typeof value === 'string') attribute.writeStringField(4, value)
    else if ('float' in value) attribute.writeFloatField(2, value.float)
    else attribute.writePackedVarint(8, [...value])
    attribute.writeVarintField(20, typeof value === 'number' ? INTEGER : typeof value === 'string' ? TEXT : 'float' in value ? FLOAT : INTEGERS)
  }

/** Number of TensorProto.DataLocation: the bytes are in another file. */
const EXTERNAL = 1

const tensorMessage =
  (name: string, value: Traced, bytes: Uint8Array, place: { readonly location: string; readonly offset: number } | undefined): Write =>
  (tensor) => {
    tensor.writePackedVarint(1, [...value.shape])
    tensor.writeVarintField(2, TENSOR_TYPES[value.type])
    tensor.writeStringField(8, name)
    if (place === undefined) {
      tensor.writeBytesField(9, bytes)
      return
    }
    for (const [key, text] of Object.entries({ location: place.location, offset: String(place.offset), length: String(bytes.length) }))
      nested(tensor, 13, (entry) => {
        entry.writeStringField(1, key)
        entry.writeStringField(2, text)
      })
    tensor.writeVarintField(14, EXTERNAL)
  }

/** Little-endian numbers of a type. */
const rawBytes = (type: ElementType, elements: ArrayLike<number>): Uint8Array => {
  const width = { float32: 4, int32: 4, int64: 8, bool: 1 }[type]
  const view = new DataView(new ArrayBuffer(elements.length * width))
  for (let i = 0; i < elements.length; i++) {
    const x = elements[i] ?? 0
    if (type === 'float32') view.setFloat32(i * 4, x, true)
    else if (type === 'int32') view.setInt32(i * 4, x, true)
    else if (type === 'int64') view.setBigInt64(i * 8, BigInt(x), true)
    else view.setUint8(i, x)
  }
  return new Uint8Array(view.buffer)
}

const portMessage =
  ({ name, value, sides }: Port): Write =>
  (port) => {
    port.writeStringField(1, name)
    nested(port, 2, (kind) => {
      nested(kind, 1, (tensor) => {
        tensor.writeVarintField(1, TENSOR_TYPES[value.type])
        nested(tensor, 2, (shape) => {
          sides.forEach((side) => {
            nested(shape, 1, (dimension) => {
              if (typeof side === 'number') dimension.writeVarintField(1, side)
              else dimension.writeStringField(2, side)
            })
          })
        })
      })
    })
  }
