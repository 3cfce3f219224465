/**
 * Values passed by mistake in place of a tensor, a loss or options: pixel arrays, promises, models. Each has a name, and how to turn it into a tensor.
 */

/** A kind of value that is not plain data. */
export interface ForeignKind {
  /** Such as 'a Float32Array of 12,288 numbers'. */
  readonly name: string
  /** How to get a tensor from it; undefined for a tensor. */
  readonly toTensor: string | undefined
}

/** The kind of this object; undefined for plain data and for objects of other libraries. */
export const foreignKind = (value: object): ForeignKind | undefined => {
  for (const find of KINDS) {
    const found = find(value)
    if (found !== undefined) return found
  }
  return undefined
}

/** How to turn this value into a tensor of images, if known. */
export const tensorRemedy = (value: unknown): { readonly remedy?: string } => {
  if (typeof value === 'string') return { remedy: 'Read the picture first: await readImage(path) (perceptual-loss/node).' }
  if (typeof value !== 'object' || value === null) return {}
  const remedy = Array.isArray(value) ? arrayRemedy(value) : foreignKind(value)?.toTensor
  return remedy === undefined ? {} : { remedy }
}

const arrayRemedy = ([first]: readonly unknown[]): string =>
  typeof first === 'object' && first !== null && tensor(first) !== undefined
    ? 'Batch the pictures: tf.concat(pictures), or tf.stack(pictures) of pictures [height, width, 3].'
    : 'Convert it to a tensor: tf.tensor4d(values, [batch, height, width, 3]).'

type Find = (value: object) => ForeignKind | undefined

const promise: Find = (value) =>
  'then' in value && typeof value.then === 'function' ? { name: 'a Promise', toTensor: 'Await it first: pass the tensor that it resolves to.' } : undefined

const tensor: Find = (value) =>
  'dataId' in value && 'shape' in value && 'dtype' in value && Array.isArray(value.shape)
    ? { name: `a ${String(value.dtype)} tensor [${value.shape.slice(0, 8).map(String).join(', ')}]`, toTensor: undefined }
    : undefined

const symbolic: Find = (value) =>
  'sourceLayer' in value && 'shape' in value
    ? {
        name: 'a symbolic tensor of a model',
        toTensor: 'It is a placeholder without values: pass what model.predict(images) returns.',
      }
    : undefined

const variable: Find = (value) =>
  'read' in value && 'write' in value && 'originalName' in value ? { name: 'a variable of a model', toTensor: 'Pass its value: variable.read().' } : undefined

const model: Find = (value) =>
  'predict' in value && typeof value.predict === 'function' && ('layers' in value || 'execute' in value)
    ? {
        name: 'layers' in value ? 'a tf.LayersModel' : 'a tf.GraphModel',
        toTensor: 'Pass its output: model.predict(input). To use it as a feature network, pass fromLayersModel(model) or fromGraphModel(model) to compile.',
      }
    : undefined

const extractor: Find = (value) =>
  'features' in value && 'resolve' in value && 'shapeOf' in value
    ? {
        name: `the extractor ${'name' in value ? String(value.name).slice(0, 40) : ''}`.trimEnd(),
        toTensor: 'An extractor is the second argument of compile; pass images here.',
      }
    : undefined

const loss: Find = (value) =>
  '_tag' in value && ['Compare', 'Regularize', 'Weighted', 'Sum', 'Named'].includes(String(value._tag))
    ? { name: 'a loss', toTensor: 'Pass images; pass the loss to compile.' }
    : undefined

const feature: Find = (value) =>
  '_tag' in value && ['Pixels', 'Layer', 'Transformed'].includes(String(value._tag))
    ? { name: 'a feature', toTensor: 'Pass images; pass the feature to a metric, such as mse(pixels).' }
    : undefined

const typedArray: Find = (value) => {
  if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) return undefined
  const length = 'length' in value ? Number(value.length) : value.byteLength
  const bytes = value instanceof ArrayBuffer || value instanceof Uint8Array
  return {
    name: `${article(nameOf(value))} of ${length.toLocaleString('en')} ${bytes ? 'bytes' : 'numbers'}`,
    toTensor: `Convert the pixels to a tensor: tf.tensor4d(values, [1, height, width, 3]), with values in \`range\`.${bytes ? ' Read the bytes of a picture file with readImage (perceptual-loss/node).' : ''}`,
  }
}

/** ImageData and similar objects, and page elements. */
const pixels: Find = (value) => {
  const isData = 'data' in value && 'width' in value && 'height' in value && ArrayBuffer.isView(value.data)
  if (!isData && !/^(HTML(Image|Canvas|Video)Element|ImageBitmap|OffscreenCanvas|VideoFrame)$/.test(nameOf(value))) return undefined
  const name = isData && nameOf(value) === 'Object' ? 'ImageData' : nameOf(value)
  return {
    name: `${article(name)}${'width' in value && 'height' in value ? ` of ${String(Number(value.width))} x ${String(Number(value.height))} pixels` : ''}`,
    toTensor: 'Convert it to a tensor: tf.browser.fromPixels(image).toFloat().div(255).expandDims().',
  }
}

const blob: Find = (value) =>
  typeof Blob !== 'undefined' && value instanceof Blob
    ? {
        name: `${article(nameOf(value))} of ${value.size.toLocaleString('en')} bytes`,
        toTensor: 'Decode it first: tf.browser.fromPixels(await createImageBitmap(blob)).toFloat().div(255).expandDims().',
      }
    : undefined

/** In this order: a symbolic tensor is not a tensor, but also has a shape. */
const KINDS: readonly Find[] = [promise, tensor, symbolic, variable, model, extractor, loss, feature, typedArray, pixels, blob]

const nameOf = (value: object): string => {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } }
  return typeof constructor?.name === 'string' && constructor.name !== '' ? constructor.name.slice(0, 40) : 'Object'
}

const article = (name: string): string => `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
