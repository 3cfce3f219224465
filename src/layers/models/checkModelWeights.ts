/**
 * Checks whether a model's weights can belong to a trained network, as for weights files.
 */
import type { GraphModel, LayersModel, Tensor } from '@tensorflow/tfjs'
import type { LossError } from '../../core/errors/lossError.js'
import { valuesProblem } from '../weights/checkValues.js'
import type { GraphNode } from './graphNodes.js'
import { bad } from './modelOptions.js'

/** The problem of the weights of a layers model, or undefined. */
export const layersWeightsProblem = ({ weights }: LayersModel, model: string): LossError | undefined =>
  firstProblem(
    weights.map((weight) => ({ name: weight.originalName, isKernel: weight.originalName.endsWith('kernel'), tensor: weight.read() })),
    `the model ${model}`,
  )

/** Ops whose second input is a kernel. */
const MULTIPLYING = new Set([
  ...['Conv2D', '_FusedConv2D', 'Conv2DBackpropInput', 'DepthwiseConv2d', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative'],
  ...['MatMul', '_FusedMatMul'],
])

/** The problem of the weights that these nodes of a graph model use, or undefined. */
export const graphWeightsProblem = ({ weights }: GraphModel, nodes: readonly GraphNode[], model: string): LossError | undefined =>
  firstProblem(
    nodes.flatMap(({ op, inputs }) =>
      inputs.map(constantOf).flatMap(({ name }, at) => (weights[name] ?? []).map((tensor) => ({ name, isKernel: at === 1 && MULTIPLYING.has(op), tensor }))),
    ),
    model,
  )

/** The node behind copies: converters read variables through them. */
const constantOf = (node: GraphNode): GraphNode => (node.op === 'Identity' && node.inputs[0] !== undefined ? constantOf(node.inputs[0]) : node)

interface Weight {
  readonly name: string
  readonly isKernel: boolean
  readonly tensor: Tensor
}

const firstProblem = (weights: readonly Weight[], model: string): LossError | undefined => {
  for (const { name, isKernel, tensor } of weights) {
    const values = tensor.dtype === 'float32' ? valuesOf(tensor) : undefined
    const problem = values === undefined ? undefined : valuesProblem(values, isKernel)
    if (problem !== undefined) return bad(`The weight '${name}' of ${model}`, problem.received, problem.expected)
  }
  return undefined
}

/** The numbers; undefined on a backend without synchronous reads (WebGPU outside a page). */
const valuesOf = (tensor: Tensor): Float32Array | undefined => {
  try {
    return tensor.dataSync<'float32'>()
  } catch {
    return undefined
  }
}
