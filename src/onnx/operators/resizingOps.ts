/** Resize, by one matrix along each side that changes: the same on every backend, with its gradient. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { resampled, type Resampling } from '../../core/tensors/resample.js'
import { permuted, size } from '../graph/hostArrays.js'
import { dims, unfit } from '../graph/unfit.js'
import { isConstant, NHWC, type Constant, type Value } from '../graph/values.js'
import { axisOf } from '../graph/hostArrays.js'
import { decimalOf, inputAt, integerOf, integersOf, ofRank, optionalConstant, textOf, type NodeContext, type Operator } from './nodeContext.js'

/** How a Resize finds its numbers. */
interface Rule {
  readonly mode: string
  readonly place: (at: number, from: number, to: number, scale: number) => number
  readonly round: (x: number) => number
  readonly cubic: number
  readonly excludes: boolean
}

const PLACES: Readonly<Record<string, Rule['place']>> = {
  half_pixel: (at, _from, _to, scale) => (at + 0.5) / scale - 0.5,
  half_pixel_symmetric: (at, from, to, scale) => (from / 2) * (1 - to / (scale * from)) + (at + 0.5) / scale - 0.5,
  pytorch_half_pixel: (at, _from, to, scale) => (to > 1 ? (at + 0.5) / scale - 0.5 : 0),
  asymmetric: (at, _from, _to, scale) => at / scale,
  // Of a fractional scale the corners are those of the fractional size.
  align_corners: (at, from, _to, scale) => (scale * from === 1 ? 0 : (at * (from - 1)) / (scale * from - 1)),
}

const ROUNDINGS: Readonly<Record<string, Rule['round']>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
}

const ruleOf = (context: NodeContext): Rule => {
  const [mode, coordinates, nearest] = [
    textOf(context, 'mode', 'nearest'),
    textOf(context, 'coordinate_transformation_mode', 'half_pixel'),
    textOf(context, 'nearest_mode', 'round_prefer_floor'),
  ]
  const [place, round] = [PLACES[coordinates], ROUNDINGS[nearest]]
  if (!['nearest', 'linear', 'cubic'].includes(mode) || place === undefined || round === undefined)
    return unfit(`the mode ${mode} with ${coordinates} and ${nearest}`)
  if (integerOf(context, 'antialias', 0) === 1) return unfit('antialias; export without it')
  return { mode, place, round, cubic: decimalOf(context, 'cubic_coeff_a', -0.75), excludes: integerOf(context, 'exclude_outside', 0) === 1 }
}

/** The old positions around one, and how much each counts. */
const around = ({ mode, round, cubic: a }: Rule, x: number): readonly (readonly [position: number, weight: number])[] => {
  if (mode === 'nearest') return [[round(x), 1]]
  const first = Math.floor(x)
  const part = x - first
  if (mode === 'linear') return [[first, 1 - part], [first + 1, part]] // prettier-ignore
  const near = (t: number): number => ((a + 2) * t - (a + 3)) * t * t + 1
  const far = (t: number): number => ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
  return [[first - 1, far(part + 1)], [first, near(part)], [first + 1, near(1 - part)], [first + 2, far(2 - part)]] // prettier-ignore
}

/** The matrix [to, from] of one side. */
const matrixOf = (rule: Rule, from: number, to: number, scale: number): Resampling => {
  if (from * to > 2 ** 24) return unfit(`a side from ${String(from)} to ${String(to)}`)
  const weights = new Float32Array(to * from)
  for (let row = 0; row < to; row++) {
    const taps = around(rule, rule.place(row, from, to, scale))
    const inside = rule.excludes ? taps.filter(([at]) => at >= 0 && at < from) : taps
    const total = rule.excludes ? inside.reduce((sum, [, weight]) => sum + weight, 0) : 1
    for (const [at, weight] of inside) {
      const place = row * from + Math.min(from - 1, Math.max(0, at))
      weights[place] = (weights[place] ?? 0) + weight / total
    }
  }
  return { from, to, weights }
}

/** The sizes of the result, and by how much each side grows. */
const target = (context: NodeContext, { shape }: Value): { readonly sizes: readonly number[]; readonly scales: readonly number[] } => {
  const axes = (integersOf(context, 'axes') ?? shape.map((_, axis) => axis)).map((axis) => axisOf(axis, shape.length))
  const along = (values: Constant, otherwise: (axis: number) => number): readonly number[] =>
    shape.map((_, axis) => (axes.includes(axis) ? (values.data[axes.indexOf(axis)] ?? 0) : otherwise(axis)))
  const [scales, sizes] = [optionalConstant(context, 2), optionalConstant(context, 3)]
  if (sizes !== undefined && size(sizes.shape) > 0) {
    if (textOf(context, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') return unfit('an aspect ratio that is kept')
    const to = along(sizes, (axis) => shape[axis] ?? 0)
    return { sizes: to, scales: to.map((side, axis) => side / (shape[axis] ?? 1)) }
  }
  if (scales === undefined || size(scales.shape) === 0) return unfit('it has neither scales nor sizes')
  const by = along(scales, () => 1)
  return { sizes: by.map((scale, axis) => Math.floor(scale * (shape[axis] ?? 0))), scales: by }
}

const resize: Operator = (context) => {
  const x = ofRank(inputAt(context, 0), 4)
  const rule = ruleOf(context)
  const { sizes, scales } = target(context, x)
  if (sizes[0] !== x.shape[0] || sizes[1] !== x.shape[1])
    return unfit(`a resize from ${dims(x.shape)} to ${dims(sizes)}; expected only height and width to change`)
  if (!sizes.every((side) => side > 0)) return unfit(`a resize to ${dims(sizes)}`)
  const along = (axis: number): Resampling => matrixOf(rule, x.shape[axis] ?? 0, sizes[axis] ?? 0, scales[axis] ?? 1)
  const [down, across] = [along(2), along(3)]
  if (isConstant(x)) return [down, across].reduce((value, matrix, i) => onHost(value, 2 + i, matrix), x)
  return context.builder.emit({
    inputs: [context.builder.arranged(x, NHWC)],
    shape: sizes,
    order: NHWC,
    channels: 1,
    run: ([t]) => resampled(t as Tensor4D, down, across),
  })
}

/** A constant resized along one axis. */
const onHost = (x: Constant, axis: number, { from, to, weights }: Resampling): Constant => {
  const rank = x.shape.length
  const toEnd = x.shape.map((_, i) => i).filter((i) => i !== axis)
  const rows = permuted(x, [...toEnd, axis])
  const count = size(x.shape) / from
  const data = new Float32Array(count * to)
  for (let row = 0; row < count; row++)
    for (let at = 0; at < to; at++) {
      let sum = 0
      for (let old = 0; old < from; old++) sum += (weights[at * from + old] ?? 0) * (rows.data[row * from + old] ?? 0)
      data[row * to + at] = sum
    }
  const back = Array.from({ length: rank }, (_, i) => (i < axis ? i : i === axis ? rank - 1 : i - 1))
  return permuted({ kind: x.kind, shape: [...toEnd.map((i) => x.shape[i] ?? 0), to], data }, back)
}

export const RESIZING: Readonly<Record<string, Operator>> = { Resize: resize }
