/**
 * The parts of an ONNX file that a network needs: its nodes, its tensors and its input.
 *
 * Source of the messages and their field numbers: onnx/onnx.proto in the ONNX repository.
 */
import { unreadable } from '../../layers/weights/unreadable.js'
import { readMessage, type Field } from './protobuf.js'

/** A tensor as stored: its numbers are a view of the file, or in another file. */
export interface StoredNumbers {
  readonly dims: readonly number[]
  readonly type: number
  /** Little-endian numbers of the type. */
  readonly raw: Uint8Array | undefined
  /** Packed floats, doubles, or integers as varints, by the field that they stand in. */
  readonly packed: { readonly field: number; readonly bytes: Uint8Array } | undefined
  /** Where the numbers are, if in another file. */
  readonly external: ReadonlyMap<string, string> | undefined
}

/** An attribute of a node: the value that its type says. */
export interface Attribute {
  readonly float?: number
  readonly integer?: number
  readonly text?: string
  readonly tensor?: StoredNumbers
  readonly floats: readonly number[]
  readonly integers: readonly number[]
}

/** A node: one operation. An omitted optional input has the name ''. */
export interface OnnxNode {
  readonly name: string
  readonly operator: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
}

/** An input of the graph: its type, and its sides; undefined where any size is accepted. */
export interface OnnxInput {
  readonly name: string
  readonly type: number
  readonly dims: readonly (number | undefined)[] | undefined
}

/** A model. */
export interface OnnxModel {
  readonly opset: number
  readonly nodes: readonly OnnxNode[]
  readonly inputs: readonly OnnxInput[]
  readonly tensors: ReadonlyMap<string, StoredNumbers>
}

/** The most axes of a tensor, nodes' inputs and attributes aside. */
const MAX_RANK = 8

/** Reads a model. Throws `Unreadable`. */
export const readModel = (file: Uint8Array): OnnxModel => {
  const opsets = new Map<string, number>()
  const graph: Graph = { nodes: [], inputs: [], tensors: new Map() }
  let graphs = 0
  readMessage(file, (field) => {
    if (field.tag === 8) readOpset(field, opsets)
    else if (field.tag === 7) {
      if (++graphs > 1) unreadable('it has two graphs')
      readGraph(field, graph)
    }
  })
  const opset = opsets.get('') ?? opsets.get('ai.onnx')
  if (graphs === 0 || opset === undefined) return unreadable('it is not an ONNX model: it has no graph')
  return { opset, ...graph }
}

interface Graph {
  readonly nodes: OnnxNode[]
  readonly inputs: OnnxInput[]
  readonly tensors: Map<string, StoredNumbers>
}

const readOpset = (field: Field, opsets: Map<string, number>): void => {
  let [domain, version] = ['', 0]
  field.message((part) => {
    if (part.tag === 1) domain = part.text()
    else if (part.tag === 2) version = part.integer()
  })
  opsets.set(domain, version)
}

const readGraph = (field: Field, graph: Graph): void => {
  field.message((part) => {
    if (part.tag === 1) graph.nodes.push(readNode(part))
    else if (part.tag === 5) {
      const { name, ...numbers } = readTensor(part)
      if (graph.tensors.has(name)) unreadable(`it has two tensors named ${name.slice(0, 60)}`)
      graph.tensors.set(name, numbers)
    } else if (part.tag === 11) graph.inputs.push(readInput(part))
    else if (part.tag === 15) unreadable('it has sparse tensors; export it with dense ones')
  })
}

const readNode = (field: Field): OnnxNode => {
  const [inputs, outputs]: [string[], string[]] = [[], []]
  const attributes = new Map<string, Attribute>()
  let [name, operator, domain] = ['', '', '']
  field.message((part) => {
    if (part.tag === 1) inputs.push(part.text())
    else if (part.tag === 2) outputs.push(part.text())
    else if (part.tag === 3) name = part.text()
    else if (part.tag === 4) operator = part.text()
    else if (part.tag === 5) readAttribute(part, attributes)
    else if (part.tag === 7) domain = part.text()
  })
  return { name, operator, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes }
}

const readAttribute = (field: Field, attributes: Map<string, Attribute>): void => {
  let name = ''
  const [floats, integers]: [number[], number[]] = [[], []]
  let value: Pick<Attribute, 'float' | 'integer' | 'text' | 'tensor'> = {}
  field.message((part) => {
    if (part.tag === 1) name = part.text()
    else if (part.tag === 2) value = { ...value, float: part.float() }
    else if (part.tag === 3) value = { ...value, integer: part.integer() }
    else if (part.tag === 4) value = { ...value, text: part.text() }
    else if (part.tag === 5) value = { ...value, tensor: readTensor(part) }
    else if (part.tag === 7) part.floats(floats)
    else if (part.tag === 8) part.integers(integers)
  })
  attributes.set(name, { ...value, floats, integers })
}

/** Fields of a tensor with packed numbers: floats, 32-bit integers, 64-bit integers, doubles, unsigned integers. */
const PACKED = [4, 5, 7, 10, 11]

const readTensor = (field: Field): StoredNumbers & { readonly name: string } => {
  const dims: number[] = []
  let [name, type] = ['', 0]
  let raw: Uint8Array | undefined
  let packed: StoredNumbers['packed']
  let external: Map<string, string> | undefined
  field.message((part) => {
    if (part.tag === 1) part.integers(dims)
    else if (part.tag === 2) type = part.integer()
    else if (part.tag === 8) name = part.text()
    else if (part.tag === 9) raw = part.bytes()
    else if (part.tag === 13) readEntry(part, (external ??= new Map<string, string>()))
    else if (PACKED.includes(part.tag)) packed = { field: part.tag, bytes: part.bytes() }
  })
  if (dims.length > MAX_RANK || dims.some((side) => side < 0)) unreadable(`its tensor ${name.slice(0, 60)} has the shape [${dims.slice(0, 10).join(', ')}]`)
  return { name, dims, type, raw, packed, external }
}

const readEntry = (field: Field, entries: Map<string, string>): void => {
  let [key, value] = ['', '']
  field.message((part) => {
    if (part.tag === 1) key = part.text()
    else if (part.tag === 2) value = part.text()
  })
  entries.set(key, value)
}

const readInput = (field: Field): OnnxInput => {
  let name = ''
  let type = 0
  let dims: (number | undefined)[] | undefined
  const readShape = (shape: Field): void => {
    const sides: (number | undefined)[] = (dims = [])
    shape.message((part) => {
      if (part.tag !== 1) return
      let side: number | undefined
      part.message((one) => {
        if (one.tag === 1) side = one.integer()
      })
      sides.push(side !== undefined && side > 0 ? side : undefined)
    })
  }
  field.message((part) => {
    if (part.tag === 1) name = part.text()
    else if (part.tag === 2)
      part.message((kind) => {
        if (kind.tag !== 1) return
        kind.message((tensor) => {
          if (tensor.tag === 1) type = tensor.integer()
          else if (tensor.tag === 2) readShape(tensor)
        })
      })
  })
  return { name, type, dims }
}
