/**
 * What is fuzzed: real files to start from, words of the format, and how a file is read, which must give a value or an error of ours.
 */
import { readdirSync, readFileSync } from 'node:fs'
import * as zlib from 'node:zlib'
import { strFromU8, strToU8, zipSync } from 'fflate'

/** One reader. */
export interface Target {
  /** Real files. */
  readonly seeds: () => Promise<readonly Uint8Array[]>
  readonly words: readonly Uint8Array[]
  /** Where its code is, for coverage; undefined where it is not JavaScript. */
  readonly code?: RegExp
  /** Reads an input; gives the honest size, in bytes, of what is in it: 0 where it is refused. Throws for anything but an error of ours. */
  readonly read: (input: Uint8Array) => Promise<number>
}

/** Node 20.15 and later have it. */
const { crc32 } = zlib as { readonly crc32?: (data: Uint8Array) => number }

const GOLDENS = new URL('../../test/goldens/', import.meta.url)
const file = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, GOLDENS)))
const files = (end: RegExp): readonly Uint8Array[] =>
  readdirSync(new URL('weights/', GOLDENS))
    .filter((name) => end.test(name))
    .map((name) => file(`weights/${name}`))

const onnxFiles = (): readonly Uint8Array[] =>
  readdirSync(new URL('onnx/', GOLDENS))
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => file(`onnx/${name}`))

const words = (...texts: readonly string[]): readonly Uint8Array[] => texts.map((text) => strToU8(text, true))

/**
 * Makes a reader when it is first asked for: what it is made of is loaded after the counting of memory, and once, for every `import()` asks the loader's thread again,
 * which takes longer than most readings.
 */
const loaded = (make: () => Promise<Target['read']>): Target['read'] => {
  let made: Promise<Target['read']> | undefined
  return async (input) => (await (made ??= make()))(input)
}

const readWeights = loaded(async () => {
  const [{ either: E }, { readTensors, withRelease }, { matchWeights, copied }, { vggTable }] = await Promise.all([
    import('fp-ts'),
    import('../../src/layers/weights/format.js'),
    import('../../src/layers/weights/matchWeights.js'),
    import('../../src/layers/architecture/vggTable.js'),
  ])
  // The network of the files.
  const table = vggTable('tiny', [
    { convolutions: 2, channels: 4 },
    { convolutions: 1, channels: 6 },
  ])
  return async (bytes) => {
    const opened = await readTensors(bytes, 'a file')()
    const fit = E.isLeft(opened) ? opened : withRelease('a file', (tensors) => E.map(copied)(matchWeights(table, tensors, 'a file', undefined)))(opened.right)
    if (E.isRight(fit)) return [...fit.right.layers.values()].reduce((sum, { filter, bias }) => sum + 4 * (filter().length + bias().length), 0)
    if (fit.left._tag !== 'WeightsUnreadable' && fit.left._tag !== 'WeightsUnfit') throw new Error(`an odd Left: ${fit.left._tag}`)
    return 0
  }
})

const safetensorsSeeds = async (): Promise<readonly Uint8Array[]> => {
  const { writeSafetensors } = await import('../../src/layers/weights/writeSafetensors.js')
  const shapes = { block1_conv1: [3, 3, 3, 4], block1_conv2: [3, 3, 4, 4], block2_conv1: [3, 3, 4, 6] }
  const tensors = Object.entries(shapes).flatMap(([name, shape]) => [
    { name: `${name}/kernel`, shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5) },
    { name: `${name}/bias`, shape: shape.slice(3), values: new Float32Array(shape[3] ?? 0) },
  ])
  return [writeSafetensors(tensors, { preprocessing: 'caffe' }), writeSafetensors(tensors.slice(0, 2), { network: 'tiny' }), writeSafetensors([])]
}

const STORAGES = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`archive/data/${String(i)}`, new Uint8Array([432, 16, 576, 16, 864, 24][i] ?? 0)]))

/** The pickle of a zip that torch.save wrote, by itself. */
const pickleOf = async (zip: Uint8Array): Promise<Uint8Array> => {
  const { unzipSync } = await import('fflate')
  return Object.entries(unzipSync(zip)).find(([name]) => name.endsWith('data.pkl'))?.[1] ?? new Uint8Array()
}

const PICKLE_WORDS = words(
  ...[
    'collections\nOrderedDict\n',
    'ctorch._utils\n_rebuild_tensor_v2\n',
    'ctorch\nFloatStorage\n',
    'ctorch\nSize\n',
    'storage',
    '.',
    '(',
    ')',
    '}',
    ']',
    't',
    '0',
  ],
  ...[
    'R',
    'Q',
    'b',
    'h\x00',
    'q\x00',
    'q\x01h\x01',
    'h\x01h\x01\x86',
    'h\x00h\x00\x86q\x00',
    '\x85',
    '\x86',
    '\x87',
    'a',
    'e',
    's',
    'u',
    '\x93',
    '\x94',
    'N',
    '\x88',
  ],
  ...[
    'K\x00',
    'J\xff\xff\xff\xff',
    'J\xff\xff\xff\x7f',
    '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
    '\x8a\xff',
    'G\x7f\xf0\0\0\0\0\0\0',
    'X\xff\xff\xff\x7f',
    '\x8c\x00',
  ],
)

const JSON_WORDS = words(
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\u0000', '-', '1e999', '1e-999', 'null', 'true', '{}', '[]', '""', '0', '[[[[[[[[', '{"a":'],
  ...['"__proto__":{}', '"weight":', '"sum":[', '"loss":', '"feature":"pixels"', '"options":{', '"name":"', '"version":1', '"metric":"mse"', '"against":"x",'],
)

/** ONNX models: what their graph is planned to is what is in them. */
const readOnnx = loaded(async () => {
  const [{ either: E }, { tryFromOnnx }] = await Promise.all([import('fp-ts'), import('../../src/onnx/index.js')])
  return async (bytes) => {
    const opened = await tryFromOnnx(bytes, { input: 'unit' })()
    if (E.isLeft(opened)) {
      if (opened.left._tag !== 'ModelUnreadable' && opened.left._tag !== 'BadArgument') throw new Error(`an odd Left: ${opened.left._tag}`)
      return 0
    }
    const extractor = opened.right
    const tap = { layer: extractor.layers.at(-1) ?? '', activation: 'post', pooling: 'max' } as const
    extractor.shapeOf([2, 24, 24, 3], tap)
    extractor.cost([2, 24, 24, 3], [tap])
    extractor.dispose()
    return bytes.length
  }
})

const ONNX_WORDS = words(
  ...[
    'Conv',
    'Relu',
    'MatMul',
    'Reshape',
    'Expand',
    'Range',
    'ConstantOfShape',
    'Tile',
    'Pad',
    'Slice',
    'Resize',
    'Split',
    'Einsum',
    'Foo',
    'picture',
    'axis',
    'pads',
    'perm',
  ],
  ...[
    '\x0a\x00',
    '\x12\x00',
    '\x10\xff\xff\xff\xff\xff\xff\xff\xff\x7f',
    '\x08\x80\x80\x80\x80\x08',
    '\xff\xff\xff\xff\x0f',
    '\x70\x01',
    '\x6a\x00',
    'location',
    '../x',
  ],
)

const losses = async (): Promise<readonly Uint8Array[]> => {
  const [{ default: fc }, { encode }, { lossArbitrary }] = await Promise.all([
    import('fast-check'),
    import('../../src/index.js'),
    import('../../src/laws/index.js'),
  ])
  const made = fc.sample(lossArbitrary({ layers: ['block1_conv2', 'relu3_3'], references: ['style'] }), { numRuns: 100, seed: 6 })
  return made.map((loss) => strToU8(JSON.stringify(encode(loss))))
}

const readLoss = loaded(async () => {
  const [{ either: E }, { tryDecode, tryDecodeText, encode, lossEq }] = await Promise.all([import('fp-ts'), import('../../src/index.js')])
  return (bytes) => {
    const decoded = tryDecodeText(strFromU8(bytes))
    if (E.isLeft(decoded)) {
      if (decoded.left._tag !== 'BadJson' || decoded.left.problems.length === 0) throw new Error('an odd Left')
      return Promise.resolve(0)
    }
    const again = tryDecode(encode(decoded.right))
    if (E.isLeft(again) || !lossEq.equals(again.right, decoded.right)) throw new Error('what was read is not the same when it is written and read again')
    return Promise.resolve(bytes.length)
  }
})

const pictures = async (): Promise<readonly Uint8Array[]> => {
  const { default: sharp } = await import('sharp')
  const raw = (channels: 3 | 4) =>
    sharp(
      Uint8Array.from({ length: 24 * 16 * channels }, (_, i) => (i * 37) % 256),
      { raw: { width: 24, height: 16, channels } },
    )
  const made = await Promise.all([
    raw(3).png().toBuffer(),
    raw(4).png({ palette: true }).toBuffer(),
    raw(3).png({ progressive: true }).toBuffer(),
    raw(3).toColourspace('rgb16').png().toBuffer(),
    raw(3).jpeg().toBuffer(),
    raw(3).jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    raw(4).webp().toBuffer(),
    raw(3).webp({ lossless: true }).toBuffer(),
    raw(4).gif().toBuffer(),
    raw(3).tiff({ compression: 'lzw' }).toBuffer(),
    raw(3).tiff({ compression: 'none', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    raw(3).avif({ effort: 0 }).toBuffer(),
  ])
  return made.map((bytes) => new Uint8Array(bytes))
}

const IMAGE_WORDS = words(
  ...[
    'IHDR',
    'IDAT',
    'PLTE',
    'tRNS',
    'IEND',
    'iCCP',
    'acTL',
    'RIFF',
    'WEBP',
    'VP8 ',
    'VP8L',
    'VP8X',
    'ANIM',
    'ALPH',
    'GIF89a',
    'II*\0',
    'MM\0*',
    'ftypavif',
    'meta',
  ],
  ...['\xff\xd8', '\xff\xc0\0\x11\x08', '\xff\xc2', '\xff\xc4', '\xff\xda', '\xff\xd9', '\xff\xe1', 'Exif\0\0', '<svg width="9999" height="9999">', '%PDF-1.4'],
)

/** A PNG whose chunks have the checksums of what is in them, so that more than the first check sees it; anything else as it is. */
const checksummed = (bytes: Uint8Array): Uint8Array => {
  if (crc32 === undefined || bytes[1] !== 0x50 || bytes[2] !== 0x4e || bytes.length < 20) return bytes
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  for (let at = 8; at + 12 <= copy.length;) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > copy.length) break
    view.setUint32(end, crc32(copy.subarray(at + 4, end)))
    at = end + 4
  }
  return copy
}

const readPicture = loaded(async () => {
  const [{ either: E }, { tryReadImage }] = await Promise.all([import('fp-ts'), import('../../src/node/index.js')])
  return async (bytes) => {
    const image = await tryReadImage(checksummed(bytes))()
    if (E.isLeft(image)) {
      if (image.left._tag !== 'ImageUnreadable' || image.left.reason === '') throw new Error(`an odd Left: ${JSON.stringify(image.left)}`)
      return 0
    }
    const { size } = image.right
    const values = image.right.dataSync<'float32'>()
    if (!values.every((value) => value >= 0 && value <= 1)) throw new Error('a pixel outside of [0, 1]')
    image.right.dispose()
    return 4 * size
  }
})

/** Every reader, by its name. */
export const TARGETS: Readonly<Record<string, Target>> = {
  safetensors: {
    seeds: safetensorsSeeds,
    words: JSON_WORDS.concat(words('F32', 'BF16', '"shape":[', '"data_offsets":[0,0]', '"__metadata__":')),
    code: /weights\//,
    read: readWeights,
  },
  pth: {
    seeds: () => Promise.resolve(files(/^(?!legacy|system_legacy).*\.(pth|zip)$/)),
    words: PICKLE_WORDS.concat(words('PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'data.pkl')),
    code: /weights\/|fflate/,
    read: readWeights,
  },
  pickle: {
    seeds: async () => Promise.all(files(/^(zip|full|half|channels_last|checkpoint|parameters)\.pth$/).map(pickleOf)),
    words: PICKLE_WORDS,
    code: /weights\//,
    read: async (pickle) => readWeights(zipSync({ 'archive/data.pkl': pickle, ...STORAGES }, { level: 0 })),
  },
  legacy: { seeds: () => Promise.resolve(files(/legacy\.pth$|pickle$/)), words: PICKLE_WORDS, code: /weights\//, read: readWeights },
  h5: {
    seeds: () => Promise.resolve(files(/h5$/)),
    words: words('TREE', 'HEAP', 'SNOD', 'OHDR', '\x89HDF\r\n\x1a\n', 'GCOL', 'kernel:0', 'layers', 'vars'),
    code: /weights\//,
    read: readWeights,
  },
  keras: {
    seeds: () => Promise.resolve(files(/keras$/)),
    words: words('PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'model.weights.h5', 'TREE', 'SNOD'),
    code: /weights\/|fflate/,
    read: readWeights,
  },
  onnx: { seeds: () => Promise.resolve(onnxFiles()), words: ONNX_WORDS, code: /src\/onnx|node_modules\/pbf/, read: readOnnx },
  json: { seeds: losses, words: JSON_WORDS, code: /src\/core\/json/, read: readLoss },
  image: { seeds: pictures, words: IMAGE_WORDS, read: readPicture },
}
