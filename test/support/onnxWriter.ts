/** Small ONNX files, written field by field (onnx.proto). */
import { messageOf, nested, type Write } from '../../src/core/protobuf/writeMessage.js'

type Dim = number | string

export interface WrittenTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly values: readonly number[]
  /** 1 (default): float; 7: int64. */
  readonly type?: 1 | 7
  /** The file that has the numbers instead. */
  readonly location?: string
}

export interface WrittenNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly domain?: string
  /** A number, numbers or text. */
  readonly attributes?: Readonly<Record<string, number | readonly number[] | string>>
}

export interface WrittenModel {
  readonly opset?: number
  readonly inputs?: readonly { readonly name: string; readonly dims: readonly Dim[]; readonly type?: number }[]
  readonly nodes: readonly WrittenNode[]
  readonly tensors?: readonly WrittenTensor[]
}

const tensor =
  ({ name, dims, values, type = 1, location }: WrittenTensor): Write =>
  (pbf) => {
    pbf.writePackedVarint(1, [...dims])
    pbf.writeVarintField(2, type)
    pbf.writeStringField(8, name)
    if (location !== undefined) {
      nested(pbf, 13, (entry) => {
        entry.writeStringField(1, 'location')
        entry.writeStringField(2, location)
      })
      pbf.writeVarintField(14, 1)
    } else if (type === 1) pbf.writeBytesField(9, new Uint8Array(Float32Array.from(values).buffer))
    else pbf.writePackedVarint(7, [...values])
  }

const node =
  ({ operator, inputs, outputs, domain, attributes = {} }: WrittenNode): Write =>
  (pbf) => {
    inputs.forEach((name) => {
      pbf.writeStringField(1, name)
    })
    outputs.forEach((name) => {
      pbf.writeStringField(2, name)
    })
    pbf.writeStringField(4, operator)
    if (domain !== undefined) pbf.writeStringField(7, domain)
    for (const [name, value] of Object.entries(attributes))
      nested(pbf, 5, (attribute) => {
        attribute.writeStringField(1, name)
        if (typeof value === 'string') attribute.writeBytesField(4, new TextEncoder().encode(value))
        else if (typeof value !== 'number') attribute.writePackedVarint(8, [...value])
        else if (Number.isInteger(value)) attribute.writeVarintField(3, value)
        else attribute.writeFloatField(2, value)
      })
  }

/** The bytes of a model; by default its input is `picture` [batch, 3, height, width]. */
export const onnxBytes = ({ opset = 17, inputs = [{ name: 'picture', dims: ['n', 3, 'h', 'w'] }], nodes, tensors = [] }: WrittenModel): Uint8Array =>
  messageOf((file) => {
    file.writeVarintField(1, 8)
    nested(file, 8, (id) => {
      id.writeVarintField(2, opset)
    })
    nested(file, 7, (graph) => {
      nodes.forEach((one) => {
        nested(graph, 1, node(one))
      })
      tensors.forEach((one) => {
        nested(graph, 5, tensor(one))
      })
      inputs.forEach(({ name, dims, type = 1 }) => {
        nested(graph, 11, (info) => {
          info.writeStringField(1, name)
          nested(info, 2, (kind) => {
            nested(kind, 1, (of) => {
              of.writeVarintField(1, type)
              nested(of, 2, (shape) => {
                dims.forEach((side) => {
                  nested(shape, 1, (dim) => {
                    if (typeof side === 'number') dim.writeVarintField(1, side)
                    else dim.writeStringField(2, side)
                  })
                })
              })
            })
          })
        })
      })
    })
  })
