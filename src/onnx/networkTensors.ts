/** The tensors of a network's file as constants, and the check that they can belong to a trained network. */
import type { LossError } from '../core/errors/lossError.js'
import { valuesProblem } from '../layers/weights/checkValues.js'
import { externalBytes } from './file/externalData.js'
import type { StoredNumbers } from './file/onnxMessages.js'
import { constantOf } from './file/tensorData.js'
import type { OnnxGraph } from './graph/onnxGraph.js'
import type { Constant } from './graph/values.js'

/** The constants by name. Throws `Unreadable`. */
export const networkTensors = (
  stored: ReadonlyMap<string, StoredNumbers>,
  files: ReadonlyMap<string, Uint8Array>,
): ((name: string) => Constant | undefined) => {
  const constants = new Map([...stored].map(([name, tensor]) => [name, constantOf(name, tensor, externalBytes(tensor, files))] as const))
  return (name) => constants.get(name)
}

/** Operators whose constant inputs are weights; of others, such as masks, infinity is a value. */
const WEIGHTED = ['BatchNormalization', 'Conv', 'Gemm', 'LayerNormalization', 'MatMul']

/** The first weight that cannot belong to a trained network, or undefined. */
export const weightsProblem = ({ nodes }: OnnxGraph, tensorOf: (name: string) => Constant | undefined, network: string): LossError | undefined => {
  for (const { operator, inputs } of nodes) {
    if (!WEIGHTED.includes(operator)) continue
    for (const [at, name] of inputs.entries()) {
      const tensor = tensorOf(name)
      if (!(tensor?.data instanceof Float32Array)) continue
      const problem = valuesProblem(tensor.data, operator === 'Conv' && at === 1)
      if (problem !== undefined) return { _tag: 'BadArgument', name: `The weight '${name.slice(0, 60)}' of ${network}`, ...problem }
    }
  }
  return undefined
}
