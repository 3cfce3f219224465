/**
 * Reads Keras' HDF5 files: the `.h5` of old and the `.weights.h5` of Keras 3.
 *
 * Supports only the HDF5 that Keras writes: usual groups, whole tensors, texts as attributes. libhdf5 itself (in WebAssembly) does more, but hangs on some
 * damaged files; here every step is bounds-checked and counted.
 *
 * Tensors get the names `layer/kernel` and `layer/bias`, whatever the version called them: `block1_conv1/block1_conv1/kernel:0`, `block1_conv1_W_1:0`, or
 * `layers/conv2d/vars/0` with the layer's name beside it. The state of an optimizer is ignored.
 */
import { formatValue } from '../../../core/errors/formatValue.js'
import { bytesOf, type Bytes } from './cursor.js'
import { linksOf, rootOf } from './groups.js'
import { objectAt, type Dataset, type HdfObject } from './object.js'
import { decodeNumbers } from '../numbers.js'
import type { StoredTensor, TensorFile } from '../tensorFile.js'
import { unreadable } from '../unreadable.js'

/** The tensors of an HDF5 file. Throws `Unreadable`. */
export const readHdf5 = (bytes: Uint8Array): TensorFile => {
  const found = new Map<string, StoredTensor>()
  for (const { name, dataset } of datasets(bytesOf(bytes))) {
    if (found.has(name)) unreadable(`it has the tensor ${formatValue(name)} twice`)
    found.set(name, stored(name, dataset))
  }
  return { writer: 'Keras', tensors: found, metadata: new Map(), release: () => undefined }
}

interface Found {
  readonly name: string
  readonly dataset: Dataset
}

const MAX_DEPTH = 16
const MAX_OBJECTS = 10_000

const datasets = (file: Bytes): readonly Found[] => {
  const found: Found[] = []
  let objects = 0
  const visit = (group: HdfObject, path: readonly string[]): void => {
    if (path.length > MAX_DEPTH) unreadable('its groups are nested too deeply')
    for (const { name, place } of group.symbols === undefined ? [] : linksOf(file, group.symbols)) {
      if (++objects > MAX_OBJECTS) unreadable('it has too many groups and tensors')
      if (path.length === 0 && /^optimizer(_weights)?$/.test(name)) continue
      const object = objectAt(file, place)
      const layer = path.at(-1) === 'vars' ? group.text('name') : undefined
      if (object.dataset === undefined) visit(object, [...path, name])
      else found.push({ name: tensorName([...path, name], object.dataset, layer), dataset: object.dataset })
    }
  }
  visit(objectAt(file, rootOf(file)), [])
  return found
}

const tensorName = (path: readonly string[], { shape }: Dataset, layer: string | undefined): string => {
  const [before = '', last = ''] = path.slice(-2)
  if (layer !== undefined) return `${layer}/${last === '0' && shape.length > 1 ? 'kernel' : last === '1' && shape.length === 1 ? 'bias' : last}`
  const part = last.replace(/:0$/, '')
  if (part === 'kernel' || part === 'bias') return `${before}/${part}`
  if (/_W(_\d+)?$/.test(part)) return `${before}/kernel`
  return /_b(_\d+)?$/.test(part) ? `${before}/bias` : path.join('/')
}

const stored = (name: string, { type, shape, bytes }: Dataset): StoredTensor => {
  if (type !== 'float32') return unreadable(`its tensor ${formatValue(name)} is stored as ${formatValue(type)}, expected float32`)
  const count = shape.reduce((product, side) => product * side, 1)
  const values = (): Float32Array => {
    const numbers = bytes()
    return numbers.length === 4 * count
      ? decodeNumbers('F32', numbers)
      : unreadable(`its tensor ${formatValue(name)} has ${String(numbers.length)} bytes, expected ${String(4 * count)}`)
  }
  return { type: 'F32', shape, values }
}
