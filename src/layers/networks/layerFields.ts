/**
 * Receptive fields of a network's layers, and the positions whose fields reach no padding.
 */
import { SINGLE_PIXEL, composeFields, type ReceptiveField } from '../../core/language/receptiveField.js'
import type { FieldNumbers } from '../kernels/step.js'
import { BLUR } from '../kernels/blurPool.js'
import { sharpReceptiveField } from './layerCosts.js'
import type { TableLayer } from '../architecture/networkTable.js'

/** The receptive fields of positions after these layers, with max pooling; undefined if they depend on the picture's size. */
export const fieldsBefore = (layers: readonly TableLayer[]): FieldNumbers | undefined => {
  const found = layers.map(windowsOf)
  if (found.includes(undefined)) return undefined
  const windows = found.flatMap((some) => some ?? [])
  const { stride, before, size } = windows.reduce(composeFields, SINGLE_PIXEL)
  return ([, height, width, channels]) => [height, width, channels, stride, before, size, ...unpadded(windows, height), ...unpadded(windows, width)]
}

/** The windows of a layer, and of the blur that may follow it. */
const windowsOf = (layer: TableLayer): readonly ReceptiveField[] | undefined => {
  const field = sharpReceptiveField(layer, 'max')
  return field && [field, ...(layer.kind !== 'fire' && layer.blurred === true ? [BLUR] : [])]
}

/** The first and the last position along a side whose windows, in every layer, are free of padding. */
const unpadded = (windows: readonly ReceptiveField[], side: number): readonly [first: number, last: number] =>
  windows.reduce<readonly [number, number]>(
    ([first, last], { stride, before, size }) => [Math.ceil((first + before) / stride), Math.floor((last + 1 - size + before) / stride)],
    [0, side - 1],
  )
