/**
 * The graph of a model, checked: every name once, every input from an earlier node, one picture, known operators; cut at the deepest layer.
 */
import { nearestName } from '../../core/errors/nearestName.js'
import { unreadable } from '../../layers/weights/unreadable.js'
import { kindOf } from '../file/tensorData.js'
import type { OnnxInput, OnnxModel, OnnxNode } from '../file/onnxMessages.js'
import { OPERATORS } from '../operators/index.js'

/** The picture that a network takes: its sides, undefined where any is accepted. */
export interface PictureInput {
  readonly name: string
  readonly batch: number | undefined
  readonly height: number | undefined
  readonly width: number | undefined
  readonly isNhwc: boolean
}

/** A checked graph. */
export interface OnnxGraph {
  readonly opset: number
  readonly picture: PictureInput
  /** In an order in which they can run. */
  readonly nodes: readonly OnnxNode[]
  /** The tensors that depend on the picture's numbers, in order. */
  readonly layers: readonly string[]
}

/** Operators whose results depend on a shape alone. */
const OF_SHAPES = ['Shape', 'Size']

const shown = (name: string): string => `'${name.slice(0, 60)}'`

const called = ({ name, operator, outputs }: OnnxNode): string => `${operator.slice(0, 40)} ${shown(name === '' ? (outputs[0] ?? '') : name)}`

/** The graph of a model. Throws `Unreadable`. */
export const graphOf = (model: OnnxModel): OnnxGraph => {
  if (model.opset < 7) unreadable(`it has opset ${String(model.opset)}; expected 7 or later`)
  const picture = pictureOf(model.inputs.filter(({ name }) => !model.tensors.has(name)))
  const known = new Set([picture.name, ...model.tensors.keys(), ''])
  const depends = new Set([picture.name])
  const layers: string[] = []
  for (const node of model.nodes) {
    const missing = node.inputs.find((name) => !known.has(name))
    if (missing !== undefined)
      unreadable(`its node ${called(node)} uses ${shown(missing)}, which no earlier node computes: the graph has a cycle, or is not in order`)
    const isDependent = !OF_SHAPES.includes(node.operator) && node.inputs.some((name) => depends.has(name))
    for (const output of node.outputs) {
      if (output === '') continue
      if (known.has(output)) unreadable(`two nodes compute ${shown(output)}`)
      known.add(output)
      if (isDependent) {
        depends.add(output)
        layers.push(output)
      }
    }
  }
  if (layers.length === 0) unreadable('none of its tensors depends on its input')
  return { opset: model.opset, picture, nodes: model.nodes, layers }
}

const pictureOf = (inputs: readonly OnnxInput[]): PictureInput => {
  const [input, ...others] = inputs
  if (input === undefined || others.length > 0) return unreadable(`it has ${String(inputs.length)} inputs; expected one, the picture`)
  if (kindOf(input.type) !== 'float')
    return unreadable(`its input ${shown(input.name)} is not of floating-point numbers; expected pictures [batch, 3, height, width]`)
  const { dims = [undefined, 3, undefined, undefined] } = input
  const isNhwc = dims[1] !== 3 && dims[3] === 3
  const [batch, height, width, channels] = isNhwc ? dims : [dims[0], dims[2], dims[3], dims[1]]
  if (dims.length !== 4 || (channels ?? 3) !== 3)
    return unreadable(
      `its input has the shape [${dims.map((side) => side ?? 'any').join(', ')}]; expected pictures [batch, 3, height, width] or [batch, height, width, 3]`,
    )
  return { name: input.name, batch, height, width, isNhwc }
}

/** The nodes that these tensors need. Throws `Unreadable` for an unknown operator among them. */
export const nodesFor = ({ nodes }: OnnxGraph, tensors: readonly string[]): readonly OnnxNode[] => {
  const needed = new Set(tensors)
  const kept: OnnxNode[] = []
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => name !== '' && needed.has(name))) continue
    if (node.domain !== '' || !OPERATORS.has(node.operator)) unreadable(unknownOperator(node))
    node.inputs.forEach((name) => needed.add(name))
    kept.push(node)
  }
  return kept.reverse()
}

const unknownOperator = (node: OnnxNode): string => {
  const near = nearestName(node.operator, [...OPERATORS.keys()])
  const hint = near === undefined || node.domain !== '' ? '' : ` (did you mean ${near}?)`
  const domain = node.domain === '' ? '' : ` of the domain ${shown(node.domain)}`
  return `its node ${called(node)}${domain} has an unsupported operator${hint}; choose shallower layers, or export the model with standard operators`
}
