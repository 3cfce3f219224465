/**
 * Files of weights as PyTorch and Keras write them (test/goldens/weights, with the programs that made them): what is read, and that everything wrong with them is
 * told, by the tensor's name, before anything is loaded.
 */
import fc from 'fast-check'
import { either as E } from 'fp-ts'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeError, type LossError, type Preprocessing } from '../../../src/index.js'
import { SAME, type NetworkTable } from '../../../src/layers/architecture/networkTable.js'
import { vggTable } from '../../../src/layers/architecture/vggTable.js'
import { matchWeights, copied, type MatchedWeights } from '../../../src/layers/weights/matchWeights.js'
import { readTensors, withRelease } from '../../../src/layers/weights/format.js'
import { writeSafetensors } from '../../../src/layers/weights/writeSafetensors.js'

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../goldens/weights/${name}`, import.meta.url)))

/** The network of the fixtures. */
const TINY = vggTable('tiny', [
  { convolutions: 2, channels: 4 },
  { convolutions: 1, channels: 6 },
])
const SHAPES = { block1_conv1: [3, 3, 3, 4], block1_conv2: [3, 3, 4, 4], block2_conv1: [3, 3, 4, 6] } as const

/** The fixtures' numbers, by the formula of make_torch.py. */
const formula = (count: number, n: number): Float32Array => Float32Array.from({ length: count }, (_, i) => ((7919 * i + 131 * n) % 1000) / 1000 - 0.5)

const read = async (bytes: Uint8Array, said?: Preprocessing, table: NetworkTable = TINY): Promise<E.Either<string, MatchedWeights>> => {
  const file = await readTensors(bytes, 'a test')()
  const fit = E.isLeft(file) ? file : withRelease('a test', (opened) => E.map(copied)(matchWeights(table, opened, 'a test', said)))(file.right)
  return E.mapLeft((error: LossError) => describeError(error))(fit)
}

const readWell = async (bytes: Uint8Array, said?: Preprocessing): Promise<MatchedWeights> => {
  const fit = await read(bytes, said)
  if (E.isLeft(fit)) throw new Error(fit.left)
  return fit.right
}

const refusal = async (bytes: Uint8Array, table: NetworkTable = TINY): Promise<string> => {
  const fit = await read(bytes, undefined, table)
  if (E.isRight(fit)) throw new Error('The file was read.')
  expect(fit.left).toMatch(/^The weights a test .*No weights were loaded\.$/s)
  return fit.left
}

const expectNumbers = (fit: MatchedWeights, step = 0): void => {
  Object.entries(SHAPES).forEach(([name, shape], n) => {
    const layer = fit.layers.get(name)
    for (const [numbers, expected] of [
      [
        layer?.filter(),
        formula(
          shape.reduce<number>((a, b) => a * b, 1),
          n,
        ),
      ],
      [layer?.bias(), formula(shape[3], n + 31)],
    ] as const) {
      expect(numbers).toHaveLength(expected.length)
      expected.forEach((value, i) => expect(Math.abs((numbers?.[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(step * Math.abs(value)))
    }
  })
}

describe('files of weights', () => {
  // Half and bfloat16 round by at most 2^-11 and 2^-8 of the value (the smallest, 0, is exact; halves below 6e-5 do not come).
  it.each([
    ['zip.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 0, 0],
    ['full.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 4, 0],
    ['legacy.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 4, 0],
    ['half.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 4, 2 ** -11],
    ['bfloat16.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 4, 2 ** -8],
    ['channels_last.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 4, 0],
    ['checkpoint.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 2, 0],
    ['parameters.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 4, 0],
    ['shared.pth', 'PyTorch', "torchvision's names", 'OIHW', 'torchvision', 0, 0],
    ['papers.pth', 'PyTorch', "papers' names", 'OIHW', 'caffe', 0, 0],
    ['keras3.weights.h5', 'Keras', "Keras' names", 'HWIO', 'caffe', 0, 0],
    ['full.weights.h5', 'Keras', "Keras' names", 'HWIO', 'caffe', 4, 0],
    ['unnamed.weights.h5', 'Keras', "Keras 3's counted layers", 'HWIO', 'caffe', 4, 0],
    ['full.keras', 'Keras', "Keras' names", 'HWIO', 'caffe', 4, 0],
    ['full.h5', 'Keras', "Keras' names", 'HWIO', 'caffe', 4, 0],
    ['keras2.h5', 'Keras', "Keras' names", 'HWIO', 'caffe', 0, 0],
    ['keras1.h5', 'Keras', "Keras' names", 'HWIO', 'caffe', 0, 0],
  ] as const)('%s is read, to the last number, and says what it is', async (name, writer, names, order, preprocessing, ignored, step) => {
    const fit = await readWell(fixture(name))
    expectNumbers(fit, step)
    expect(fit.preprocessing).toBe(preprocessing)
    expect(fit.note).toMatchObject({ network: 'tiny', writer, names, order, tensors: 6, preprocessing, preprocessingFrom: 'names' })
    expect(fit.note.ignored).toHaveLength(ignored)
  })

  it('accepts a different preprocessing than the names imply', async () => {
    const { note } = await readWell(fixture('zip.pth'), 'caffe')
    expect(note).toMatchObject({ preprocessing: 'caffe', preprocessingFrom: 'option' })
  })

  it('are identified by their content, anywhere in memory', async () => {
    for (const name of ['zip.pth', 'legacy.pth', 'keras1.h5']) {
      const bytes = fixture(name)
      const within = new Uint8Array(bytes.length + 5)
      within.set(bytes, 3)
      expectNumbers(await readWell(within.subarray(3, 3 + bytes.length)))
    }
  })

  it('are the same when torchvision’s names stand in a safetensors file', async () => {
    const tensors = Object.values(SHAPES).flatMap(([height, width, input, output], n) => {
      const values = new Float32Array(height * width * input * output)
      formula(values.length, n).forEach((value, at) => {
        const [o, i, position] = [at % output, Math.floor(at / output) % input, Math.floor(at / (output * input))]
        values[(o * input + i) * height * width + position] = value
      })
      const at = `features.${String([0, 2, 5][n])}`
      return [
        { name: `${at}.weight`, shape: [output, input, height, width], values },
        { name: `${at}.bias`, shape: [output], values: formula(output, n + 31) },
      ]
    })
    const fit = await readWell(writeSafetensors(tensors))
    expectNumbers(fit)
    expect(fit.note).toMatchObject({ writer: 'safetensors', order: 'OIHW', preprocessing: 'torchvision' })
  })
})

describe('files that are not these weights', () => {
  it.each([
    ['system.pth', /it refers to "(posix|nt)\.system", which weights files do not need; it was not run/],
    ['system_legacy.pth', /it refers to "(posix|nt)\.system"/],
    ['eval.pth', /it refers to "(__builtin__|builtins)\.eval"/],
    ['module.pth', /it refers to "torch\.nn\.modules\.container\.Sequential"/],
    ['double.pth', /its tensor "features\.0\.weight" is stored as DoubleStorage, expected FloatStorage, HalfStorage or BFloat16Storage/],
    ['half.h5', /its tensor "block1_conv1\/(kernel|bias)" is stored as "[^"]*", expected float32/],
    ['plain.pickle', /it is a pickle, but not from torch\.save/],
    ['other.zip', /it is a zip archive, but neither from PyTorch \(data\.pkl\) nor from Keras \(model\.weights\.h5\): \["readme\.txt"\]/],
    ['circle.h5', /its groups have external links/],
  ])('%s is refused', async (name, sentence) => {
    expect(await refusal(fixture(name))).toMatch(sentence)
  })

  const other = (change: (layers: NetworkTable['layers']) => NetworkTable['layers']): NetworkTable => ({ ...TINY, layers: change(TINY.layers) })
  const another: NetworkTable = {
    ...TINY,
    name: 'other',
    layers: [{ kind: 'convolution', name: 'block1_conv1', size: 5, window: SAME, channels: { in: 3, out: 4 } }],
  }
  it.each([
    ['zip.pth', another, /do not fit other: the tensor 'features\.0\.weight': received \[4, 3, 3, 3\], expected \[4, 3, 5, 5\]/],
    ['keras1.h5', another, /the tensor 'block1_conv1\/kernel': received \[3, 3, 3, 4\], expected \[5, 5, 3, 4\]/],
    ['zip.pth', other((layers) => layers.slice(0, 1)), /the tensor 'features\.2\.weight': unknown tensor, expected only the 2 of tiny/],
    ['full.keras', other((layers) => layers.slice(0, 2)), /the tensor 'block2_conv1\/kernel': unknown tensor/],
    [
      'checkpoint.pth',
      other((layers) => [...layers, { ...layers[3]!, name: 'more' }]),
      /the tensor 'features\.8\.weight': received no such tensor, expected \[6, 4, 3, 3\]/,
    ],
    ['unnamed.weights.h5', other((layers) => [...layers, { ...layers[3]!, name: 'more' }]), /the tensor 'layers\/conv2d_3\/vars\/0': received no such tensor/],
  ])('%s is refused for a network with other layers', async (name, table, sentence) => {
    expect(await refusal(fixture(name), table)).toMatch(sentence)
  })

  it('names that mean the same layer twice are rejected', async () => {
    const tensors = ['features.0.weight', 'model.features.0.weight'].map((name) => ({ name, shape: [4, 3, 3, 3], values: new Float32Array(108) }))
    const table = other((layers) => layers.slice(0, 1))
    const bias = { name: 'features.0.bias', shape: [4], values: new Float32Array(4) }
    expect(await refusal(writeSafetensors([...tensors, bias]), table)).toMatch(/'model\.features\.0\.weight': received a second one for the same layer/)
  })

  const cuttable = ['zip.pth', 'legacy.pth', 'full.keras', 'full.h5', 'keras3.weights.h5', 'keras1.h5']
  it.each(cuttable)('%s is refused wherever it is cut', async (name) => {
    const bytes = fixture(name)
    for (let part = 0; part < 40; part++) await refusal(bytes.slice(0, Math.floor((bytes.length * part) / 40)))
    await refusal(bytes.slice(0, -1))
  })

  it.each([
    ['a Git LFS pointer', strToU8('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n'), /Git LFS pointer/],
    ['a web page', strToU8('<!DOCTYPE html><html></html>'), /it is a web page/],
    ['a text', strToU8('weights, they said'), /not a safetensors file/],
    ['nothing', new Uint8Array(), /too few/],
    ['an empty zip archive', zipSync({}), /neither from PyTorch/],
  ])('%s is refused', async (_, bytes, sentence) => {
    expect(await refusal(bytes)).toMatch(sentence)
  })
})

describe('hostile files', () => {
  const pickled = (...codes: readonly (number | string)[]): Uint8Array =>
    Uint8Array.from([0x80, 2, ...codes.flatMap((c) => (typeof c === 'string' ? [...strToU8(c, true)] : [c]))])
  const torchZip = (pickle: Uint8Array, more: Readonly<Record<string, Uint8Array>> = {}): Uint8Array =>
    zipSync({ 'archive/data.pkl': pickle, ...more }, { level: 0 })
  const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`
  /** The pickle of { 'features.0.weight': a tensor of this storage, offset, shape and strides }. */
  const tensor = (numbers: string, length: number, offset: number, shape: string, strides: string): Uint8Array =>
    pickled('}', text('features.0.weight'), 'ctorch._utils\n_rebuild_tensor_v2\n((', text('storage'), `ctorch\n${numbers}\n`, text('0'), text('cpu'), 'J', length & 255, (length >> 8) & 255, (length >> 16) & 255, length >> 24, 't', 'Q', 'K', offset, shape, strides, 0x89, '}tRs.') // prettier-ignore
  const storage = { 'archive/data/0': new Uint8Array(16) }

  it.each([
    ['a pickle that never stops', torchZip(pickled('N'.repeat(50))), /truncated: its pickle ends too early/],
    ['an instruction of objects', torchZip(pickled('NN', 0x81, '.')), /the instruction 0x81, which tensors do not need/],
    ['a call of a text', torchZip(pickled(text('x'), ')R.')), /calls a value that is not callable/],
    ['a name with a look of torch', torchZip(pickled('ctorch\nload\n.')), /it refers to "torch\.load"/],
    ['a name of an object’s own', torchZip(pickled('cconstructor\nconstructor\n.')), /it refers to "constructor\.constructor"/],
    ['a name from the stack', torchZip(pickled(text('os'), text('system'), 0x93, '.')), /it refers to "os\.system"/],
    ['a stack that is empty', torchZip(pickled('0.')), /its stack is empty/],
    ['a mark that is missing', torchZip(pickled('t.')), /a mark is missing/],
    ['a memory of nothing', torchZip(pickled('h', 7, '.')), /refers to a missing memo entry/],
    ['a text longer than the file', torchZip(pickled('X', 255, 255, 255, 127, 'a')), /truncated/],
    ['items put into a list', torchZip(pickled(']NNs.')), /adds items to a value that is not a dictionary/],
    ['a dictionary in itself', torchZip(pickled('}q', 0, text('a'), 'h', 0, 's.')), /too many or too deep/],
    ['no tensors', torchZip(pickled('}.')), /it has no named tensors/],
    ['a number in place of tensors', torchZip(pickled('K', 5, '.')), /it has no named tensors/],
    ['a storage that is missing', torchZip(tensor('FloatStorage', 4, 0, 'K\x04\x85', 'K\x01\x85')), /its storage archive\/data\/0 is missing/],
    ['a storage of another size', torchZip(tensor('FloatStorage', 5, 0, 'K\x04\x85', 'K\x01\x85'), storage), /has 16 bytes, expected 20/],
    ['a storage of gigabytes', torchZip(tensor('FloatStorage', 0x7fffffff, 0, 'K\x04\x85', 'K\x01\x85'), storage), /has 16 bytes, expected 8589934588/],
    ['a tensor past its storage', torchZip(tensor('FloatStorage', 4, 2, 'K\x04\x85', 'K\x01\x85'), storage), /reaches to number 5 of 4 stored/],
    ['a tensor before its storage', torchZip(tensor('FloatStorage', 4, 0, 'J\xff\xff\xff\xff\x85', 'K\x01\x85'), storage), /describes an invalid tensor/],
    ['strides that are negative', torchZip(tensor('FloatStorage', 4, 3, 'K\x04\x85', 'J\xff\xff\xff\xff\x85')), /describes an invalid tensor/],
    ['a stride for nothing', torchZip(tensor('FloatStorage', 4, 0, ')', 'K\x01\x85'), storage), /describes an invalid tensor/],
    ['big-endian numbers', torchZip(tensor('FloatStorage', 4, 0, 'K\x04\x85', 'K\x01\x85'), { ...storage, 'archive/byteorder': strToU8('big') }), /big-endian/],
  ])('with %s are refused', async (_, bytes, sentence) => {
    expect(await refusal(bytes)).toMatch(sentence)
  })

  it('with a stride of 0 over a small storage are no more than the network needs', async () => {
    // A shape of 2^62 numbers from one: it is not a layer's, and is never made.
    const bytes = torchZip(tensor('FloatStorage', 4, 0, 'J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86', 'K\x00K\x00\x86'), storage)
    expect(await refusal(bytes)).toMatch(/'features\.0\.weight': received \[2147483647, 2147483647\], expected \[4, 3, 3, 3\]/)
  })

  it('that unpack to more than they can are rejected before they are unpacked', async () => {
    const bytes = zipSync({ 'archive/data.pkl': new Uint8Array(1000), 'model.weights.h5': new Uint8Array(1000) })
    const view = new DataView(bytes.buffer)
    for (let at = 0; at + 46 < bytes.length; at++) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 0xfffffff0, true)
    expect(await refusal(bytes)).toMatch(/its entry "model\.weights\.h5" would unpack from \d+ to 4294967280 bytes, expected at most 16777216/)
  })

  it('of HDF5 with a group in itself are rejected', async () => {
    const bytes = fixture('keras2.h5')
    const view = new DataView(bytes.buffer)
    const node = Buffer.from(bytes).indexOf('SNOD')
    // The first node is the root's: its first name leads to the root again.
    view.setBigUint64(node + 16, view.getBigUint64(64, true), true)
    expect(await refusal(bytes)).toMatch(/too deep|too many/)
  })

  it('of HDF5 on which libhdf5 never returns are rejected', async () => {
    // Found by fuzzing: the text that is a layer's name is in a heap whose objects are 0 bytes long and lead to themselves.
    const keras = unzipSync(fixture('full.keras'))['model.weights.h5'] ?? new Uint8Array()
    for (const [at, value] of [
      [2009, 2],
      [19957, 2],
      [19958, 0],
    ] as const)
      keras[at] = value
    expect(E.isLeft(await read(keras))).toBe(true)
  })

  it('of HDF5 whose chunks have larger numbers than their tensor are rejected', async () => {
    // Found by fuzzing: it asked for 300 MB. At byte 7488 is a layout: version, class, rank, 8 bytes of an address, 4 sides, the bytes of a number.
    const bytes = fixture('keras2.h5')
    new DataView(bytes.buffer).setUint32(7488 + 3 + 8 + 16, 0x200004, true)
    expect(await refusal(bytes)).toMatch(/chunks do not match the shape or type of their tensor/)
  })

  it('with lists within lists by reference, whose text would never end, are rejected', async () => {
    const endless = `${text('a')}q\0${Array.from({ length: 60 }, () => '0h\0h\0\x86q\0').join('')}`
    for (const bytes of [torchZip(pickled('}', endless, 'Ns.')), torchZip(pickled(endless, text('b'), 0x93, '.'))]) {
      expect(await refusal(bytes)).toMatch(/keys that are not names|a name that is not text/)
    }
  })

  it('with names that grow by their dictionaries are rejected', async () => {
    const long = 'n'.repeat(200)
    const nested = `}q\0${Array.from({ length: 7 }, () => `}${text(long)}h\0sq\0`).join('')}`
    expect(await refusal(torchZip(pickled(nested, '.')))).toMatch(/names that are too long/)
  })

  it('of any bytes changed are read or rejected, and end', async () => {
    const names = ['zip.pth', 'legacy.pth', 'checkpoint.pth', 'channels_last.pth', 'full.keras', 'keras1.h5', 'keras2.h5', 'keras3.weights.h5']
    const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), changes, async (name, changed) => {
        const bytes = fixture(name)
        for (const [where, value] of changed) bytes[Math.floor(where * (bytes.length - 1))] = value
        const fit = await read(bytes)
        if (E.isLeft(fit)) expect(fit.left).toContain('No weights were loaded')
      }),
      { numRuns: 400 },
    )
    for (const name of names) expectNumbers(await readWell(fixture(name)))
  })
})
