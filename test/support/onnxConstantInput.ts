/** An ONNX file one of whose inputs has a value: `fromOnnx` reads files with one input, the picture. */
import type { Tensor } from '@tensorflow/tfjs'
import Pbf from 'pbf'
import { messageOf } from '../../src/core/protobuf/writeMessage.js'

/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.dims, data_type, name, raw_data. */
const [GRAPH, INITIALIZER, DIMS, TYPE, NAME, RAW] = [7, 5, 1, 2, 8, 9]
const FLOAT = 1

/** The file with these values as initializers of its inputs, which are their defaults. */
export const withConstants = (file: Uint8Array, values: Readonly<Record<string, Tensor>>): Uint8Array =>
  messageOf((model) => {
    const fields = new Pbf(file)
    fields.readFields((tag) => {
      // Fields of a model are numbers, or bytes.
      if (fields.type === 0) model.writeVarintField(tag, fields.readVarint())
      else model.writeBytesField(tag, tag === GRAPH ? joined(fields.readBytes(), values) : fields.readBytes())
    }, undefined)
  })

/** Fields of a message may come in any order: those added stand at its end. */
const joined = (graph: Uint8Array, values: Readonly<Record<string, Tensor>>): Uint8Array =>
  Buffer.concat([
    graph,
    ...Object.entries(values).map(([name, value]) =>
      messageOf((pbf) => {
        const { buffer, byteOffset, byteLength } = value.dataSync<'float32'>()
        const tensor = messageOf((inner) => {
          inner.writePackedVarint(DIMS, [...value.shape])
          inner.writeVarintField(TYPE, FLOAT)
          inner.writeStringField(NAME, name)
          inner.writeBytesField(RAW, new Uint8Array(buffer, byteOffset, byteLength))
        })
        pbf.writeBytesField(INITIALIZER, tensor)
      }),
    ),
  ])
