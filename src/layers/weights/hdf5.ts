/**
 * Reads Keras' HDF5 files: the `.h5` of old and the `.weights.h5` of Keras 3. h5wasm (libhdf5 in WebAssembly, without the network or the disk) is loaded when the
 * first such file comes.
 *
 * Tensors get the names `layer/kernel` and `layer/bias`, whatever the version called them: `block1_conv1/block1_conv1/kernel:0`, `block1_conv1_W_1:0`, or
 * `layers/conv2d/vars/0` with the layer's name beside it. What an optimizer left is no part of the weights.
 */
import type { Dataset, Group } from 'h5wasm'
import { print } from '../../core/options.js'
import type { StoredTensor, TensorFile } from './tensorFile.js'
import { unreadable } from './unreadable.js'

let opened = 0

/** The tensors of an HDF5 file; `release` closes it. Throws `Unreadable`. */
export const readHdf5 = async (bytes: Uint8Array): Promise<TensorFile> => {
  const h5wasm = await import('h5wasm')
  const library = await h5wasm.ready
  const { FS } = library
  library.activate_throwing_error_handler()
  const path = `weights-${String(opened++)}.h5`
  // Not copied: Emscripten's file keeps these very bytes. Its type does not know the option.
  FS.writeFile(path, bytes, { canOwn: true } as object)
  const file = open(() => new h5wasm.File(path, 'r'))
  const release = (): void => {
    file?.close()
    FS.unlink(path)
  }
  try {
    if (file === undefined) return unreadable('it is a damaged or truncated HDF5 file')
    const found = new Map<string, StoredTensor>()
    for (const { name, dataset } of datasets(file, { Group: h5wasm.Group, Dataset: h5wasm.Dataset })) {
      if (found.has(name)) unreadable(`it has the tensor ${print(name)} twice`)
      found.set(name, stored(name, dataset))
    }
    return { writer: 'Keras', tensors: found, metadata: new Map(), release }
  } catch (error) {
    release()
    throw error
  }
}

const open = <A>(make: () => A): A | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}

interface Found {
  readonly name: string
  readonly dataset: Dataset
}

const MAX_DEPTH = 16
const MAX_OBJECTS = 10_000

const datasets = (root: Group, kinds: { readonly Group: typeof Group; readonly Dataset: typeof Dataset }): readonly Found[] => {
  const found: Found[] = []
  let objects = 0
  const visit = (group: Group, path: readonly string[]): void => {
    if (path.length > MAX_DEPTH) unreadable('its groups are too deep')
    for (const key of group.keys()) {
      if (++objects > MAX_OBJECTS) unreadable('it has too many groups and tensors')
      if (path.length === 0 && /^optimizer(_weights)?$/.test(key)) continue
      const entity = group.get(key)
      if (entity instanceof kinds.Group) visit(entity, [...path, key])
      else if (entity instanceof kinds.Dataset) found.push({ name: tensorName([...path, key], entity, layerName(group)), dataset: entity })
    }
  }
  visit(root, [])
  return found
}

/** What Keras 3 calls the layer whose variables a group has. */
const layerName = (group: Group): string | undefined => {
  const name = group.path.endsWith('/vars') ? group.attrs['name']?.value : undefined
  return typeof name === 'string' ? name : undefined
}

const tensorName = (path: readonly string[], { shape }: Dataset, layer: string | undefined): string => {
  const [before = '', last = ''] = path.slice(-2)
  if (layer !== undefined) return `${layer}/${last === '0' && (shape?.length ?? 0) > 1 ? 'kernel' : last === '1' && shape?.length === 1 ? 'bias' : last}`
  const part = last.replace(/:0$/, '')
  if (part === 'kernel' || part === 'bias') return `${before}/${part}`
  if (/_W(_\d+)?$/.test(part)) return `${before}/kernel`
  return /_b(_\d+)?$/.test(part) ? `${before}/bias` : path.join('/')
}

const stored = (name: string, dataset: Dataset): StoredTensor => {
  const { metadata } = dataset
  const isFloat = metadata.type === H5T_FLOAT && metadata.size === 4 && metadata.littleEndian
  if (!isFloat) return unreadable(`its tensor ${print(name)} is stored as ${print(dataset.dtype)}; expected float32`)
  const values = (): Float32Array => {
    const { value } = dataset
    return value instanceof Float32Array ? value : unreadable(`its tensor ${print(name)} has no numbers`)
  }
  return { type: 'F32', shape: metadata.shape ?? [], values }
}

/** HDF5's class of floating point numbers. */
const H5T_FLOAT = 1
