/** Files of weights: what is read, and that everything wrong with them is told before anything is loaded. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { either as E } from 'fp-ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeError, tryVgg16, vgg16, type LossError, type Vgg16Options } from '../../../src/index.js'
import { VGG16, VGG16_SHA256 } from '../../../src/layers/networks/vgg16.js'
import { checkSha256 } from '../../../src/layers/weights/bytes.js'
import { matchWeights } from '../../../src/layers/weights/matchWeights.js'
import { readSafetensors } from '../../../src/layers/weights/safetensors.js'
import type { TensorFile } from '../../../src/layers/weights/tensorFile.js'
import { plain } from '../../support/images.js'

const packagedUrl = new URL('../../../weights/vgg16.safetensors', import.meta.url)
const packaged = readFileSync(packagedUrl)

/** A file of a header and data, whatever they say. */
const file = (header: unknown, data: Uint8Array | number = 0): Uint8Array => {
  const text = typeof header === 'string' ? header : JSON.stringify(header)
  const body = new TextEncoder().encode(text)
  const length = new DataView(new ArrayBuffer(8))
  length.setBigUint64(0, BigInt(body.length), true)
  return new Uint8Array(Buffer.concat([new Uint8Array(length.buffer), body, typeof data === 'number' ? new Uint8Array(data) : data]))
}

const f32 = (shape: readonly number[], start: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [start, end] })

const read = (bytes: Uint8Array): TensorFile => {
  const result = readSafetensors(bytes, 'a test')
  if (E.isLeft(result)) throw new Error(describeError(result.left))
  return result.right
}

/** The sentence for a file that cannot be read. */
const refusal = (bytes: Uint8Array): string => {
  const result = readSafetensors(bytes, 'a test')
  if (E.isRight(result)) throw new Error('The file was read.')
  expect(result.left._tag).toBe('WeightsUnreadable')
  return describeError(result.left)
}

const bytesOf = (values: Float32Array | Uint16Array): Uint8Array => new Uint8Array(values.buffer)

describe('a safetensors file', () => {
  const values = Float32Array.of(1, -2.5, 3e-40, Infinity, 0, 7)
  const whole = file(
    { __metadata__: { network: 'test', preprocessing: 'caffe' }, second: f32([1, 2], 16, 24), first: f32([2, 2], 0, 16), none: f32([0, 3], 24, 24) },
    bytesOf(values),
  )

  it('gives its tensors and metadata', () => {
    const { tensors, metadata } = read(whole)
    expect([...tensors].map(([name, { type, shape }]) => [name, type, shape])).toEqual([
      ['second', 'F32', [1, 2]],
      ['first', 'F32', [2, 2]],
      ['none', 'F32', [0, 3]],
    ])
    expect(tensors.get('first')?.values()).toEqual(values.slice(0, 4))
    expect(tensors.get('second')?.values()).toEqual(values.slice(4))
    expect(tensors.get('none')?.values()).toHaveLength(0)
    expect([...metadata]).toEqual([
      ['network', 'test'],
      ['preprocessing', 'caffe'],
    ])
  })

  it('may lie anywhere in memory, aligned or not', () => {
    const buffer = new Uint8Array(whole.length + 3)
    buffer.set(whole, 3)
    expect(read(buffer.subarray(3)).tensors.get('first')?.values()).toEqual(values.slice(0, 4))
  })

  it('need not have metadata, and may be padded with spaces', () => {
    const { tensors, metadata } = read(file(`${JSON.stringify({ one: f32([], 0, 4) })}    `, bytesOf(Float32Array.of(5))))
    expect(tensors.get('one')?.values()).toEqual(Float32Array.of(5))
    expect(metadata.size).toBe(0)
  })

  it('holds any tensors that were written, whatever their names', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', ''))
    const numbers = fc.array(fc.float({ noNaN: true }), { maxLength: 8 })
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(names, numbers), { selector: ([name]) => name, maxLength: 6 }), (written) => {
        fc.pre(!written.some(([name]) => name === '__metadata__'))
        let at = 0
        const entries = written.map(([name, list]) => {
          const start = at
          at += 4 * list.length
          return `${JSON.stringify(name)}:${JSON.stringify(f32([list.length], start, at))}`
        })
        const { tensors } = read(file(`{${entries.join()}}`, bytesOf(Float32Array.from(written.flatMap(([, list]) => list)))))
        expect(tensors.size).toBe(written.length)
        for (const [name, list] of written) expect(tensors.get(name)?.values()).toEqual(Float32Array.from(list))
      }),
    )
  })

  it('is rejected wherever it is cut', () => {
    for (let length = 0; length < whole.length; length++) expect(refusal(whole.subarray(0, length))).toMatch(/too few|truncated/)
  })

  it('is rejected with extra bytes at its end', () => {
    expect(refusal(Uint8Array.of(...whole, 0))).toContain('its tensors end at byte 24, but its data at 25')
  })

  const lying = (length: bigint): Uint8Array => {
    const bytes = whole.slice()
    new DataView(bytes.buffer).setBigUint64(0, length, true)
    return bytes
  }
  const one = (entry: unknown, data = 4): Uint8Array => file({ one: entry }, data)
  it.each([
    ['a header longer than the file', lying(BigInt(whole.length)), /\d+ bytes follow, expected a header of \d+/],
    ['a header of 2^64 - 1 bytes', lying(2n ** 64n - 1n), /expected a header of 18446744073709552000/],
    ['a header of 0 bytes', lying(0n), /its header is not JSON/],
    ['a header cut short', lying(20n), /its header is not JSON/],
    ['a header that runs into the data', lying(BigInt(whole.length - 8)), /its header is not JSON/],
    ['a header that is not UTF-8', file('{}').map((byte) => (byte === 0x7b ? 0xff : byte)), /its header is not JSON/],
    ['a list for a header', file([]), /its header is not a JSON object/],
    ['null for a header', file(null), /its header is not a JSON object/],
    ['metadata that are a list', file({ __metadata__: [] }), /metadata is not an object of texts/],
    ['metadata with a number', file({ __metadata__: { network: 16 } }), /metadata is not an object of texts/],
    ['no description', one(null), /"one" has no valid type/],
    ['an unknown type', one({ ...f32([1], 0, 4), dtype: 'F64' }), /\(F32, F16 or BF16\)/],
    ['a type of an object’s own', one({ ...f32([1], 0, 4), dtype: 'toString' }), /has no valid type/],
    ['no shape', one({ dtype: 'F32', data_offsets: [0, 4] }), /has no valid type \(F32, F16 or BF16\), shape and offsets/],
    ['a shape that is not whole', one(f32([0.5], 0, 4)), /has no valid type/],
    ['a shape of text', one({ ...f32([], 0, 4), shape: ['1'] }), /has no valid type/],
    ['negative sides', one(f32([-1, -1], 0, 4)), /"one" \[-1,-1\] does not fit its 4 bytes/],
    ['sides whose product is no number', one(f32([2 ** 40, 2 ** 40], 0, 4)), /does not fit its 4 bytes/],
    ['too few bytes for its shape', one(f32([2], 0, 4)), /"one" \[2\] does not fit its 4 bytes/],
    ['offsets that are not whole', one(f32([1], 0.5, 4.5)), /has no valid type/],
    ['three offsets', one({ ...f32([1], 0, 4), data_offsets: [0, 4, 8] }), /has no valid type/],
    ['offsets the wrong way round', one(f32([1], 4, 0)), /does not fit its -4 bytes/],
    ['an offset before the data', one(f32([1], -4, 0)), /starts at byte -4, expected 0/],
    ['an offset after the data', one(f32([1], 4, 8)), /truncated: its tensor "one" ends at byte 8 of 4/],
    ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /"b" starts at byte 8, expected 4/],
    ['tensors over each other', file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12), /"b" starts at byte 4, expected 8/],
    ['tensors over each other, and a gap of the same size', file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 16), /"b" starts at byte 4/],
    ['a name twice', file(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 4, 8))}}`, 8), /"a" starts at byte 4, expected 0/],
    ['a name of a megabyte', file({ ['x'.repeat(2 ** 20)]: null }), /^.{0,400}$/],
  ])('is refused with %s', (_, bytes, sentence) => {
    expect(refusal(bytes)).toMatch(sentence)
    expect(refusal(bytes)).toMatch(/^The weights a test cannot be read: it.*\. No weights were loaded\.$/)
  })

  it('is rejected or read, never thrown at, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          fc.json().map((text) => file(text, 8)),
        ),
        (bytes) => {
          readSafetensors(bytes, 'a test')
        },
      ),
    )
  })
})

describe('numbers of two bytes', () => {
  const decoded = (dtype: string, bits: readonly number[]): Float32Array =>
    read(file({ x: { dtype, shape: [bits.length], data_offsets: [0, 2 * bits.length] } }, bytesOf(Uint16Array.from(bits))))
      .tensors.get('x')
      ?.values() ?? new Float32Array()

  it('are IEEE 754 halves', () => {
    // Wikipedia, "Half-precision floating-point format", the table of examples.
    const known: readonly (readonly [number, number])[] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 5.960464477539063e-8],
      [0x03ff, 6.097555160522461e-5],
      [0x0400, 6.103515625e-5],
      [0x3555, 0.333251953125],
      [0x3bff, 0.99951171875],
      [0x3c00, 1],
      [0x3c01, 1.0009765625],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, Number.NaN],
    ]
    expect([...decoded('F16', known.map(([bits]) => bits))]).toEqual(known.map(([, value]) => value)) // prettier-ignore
  })

  it('are halves that rise with their bits, evenly within a power of two', () => {
    const all = decoded(
      'F16',
      Array.from({ length: 0x7c00 }, (_, bits) => bits),
    )
    all.slice(1).forEach((value, i) => {
      expect(value - (all[i] ?? 0)).toBe(2 ** (Math.max(1, i >> 10) - 25))
    })
  })

  it('are the upper halves of float32 where they are BF16', () => {
    const bits = [0x0000, 0x8000, 0x3f80, 0xbf80, 0x4049, 0x7f7f, 0x7f80, 0xff80, 0x0001]
    const expected = bits.map((half) => {
      const view = new DataView(new ArrayBuffer(4))
      view.setUint16(0, half)
      return view.getFloat32(0)
    })
    expect([...decoded('BF16', bits)]).toEqual(expected)
    expect(expected[4]).toBe(3.140625)
  })
})

describe('a file of weights', () => {
  const good = read(packaged)
  const fit = (tensors: TensorFile['tensors'], metadata = good.metadata, said?: Vgg16Options['preprocessing']) =>
    matchWeights(VGG16, { writer: 'safetensors', tensors, metadata }, 'a test', said)
  const refused = (...args: Parameters<typeof fit>): string => {
    const result = fit(...args)
    if (E.isRight(result)) throw new Error('The weights fit.')
    expect(result.left._tag).toBe('WeightsUnfit')
    return describeError(result.left)
  }
  const changed = (change: (tensors: Map<string, NonNullable<ReturnType<TensorFile['tensors']['get']>>>) => unknown): TensorFile['tensors'] => {
    const tensors = new Map(good.tensors)
    change(tensors)
    return tensors
  }
  const kernel = good.tensors.get('block3_conv2/kernel')!

  it('fits with every layer, by name and shape', () => {
    const result = fit(good.tensors)
    expect(E.isRight(result) && [...result.right.layers.keys()]).toEqual(VGG16.layers.filter(({ kind }) => kind === 'convolution').map(({ name }) => name))
  })

  it.each([
    ['a missing kernel', changed((of) => of.delete('block3_conv2/kernel')), /the tensor 'block3_conv2\/kernel': received no such tensor, expected \[3, 3, 256, 256\]/],
    ['a missing bias', changed((of) => of.delete('block5_conv3/bias')), /the tensor 'block5_conv3\/bias': received no such tensor, expected \[512\]/],
    ['a tensor too many', changed((of) => of.set('fc1/kernel', kernel)), /the tensor 'fc1\/kernel': unknown tensor, expected only the 26 of vgg16/],
    [
      "a wrong shape (torch's order)",
      changed((of) => of.set('block3_conv2/kernel', { ...kernel, shape: [256, 256, 3, 3] })),
      /'block3_conv2\/kernel': received \[256, 256, 3, 3\], expected \[3, 3, 256, 256\]/,
    ],
    ['a wrong rank', changed((of) => of.set('block1_conv1/bias', { ...kernel, shape: [1, 64] })), /'block1_conv1\/bias': received \[1, 64\], expected \[64\]/],
    ['nothing', new Map(), /'block1_conv1\/kernel': received no such tensor/],
  ])('is refused with %s', (_, tensors, sentence) => {
    expect(refused(tensors)).toMatch(sentence)
    expect(refused(tensors)).toContain('do not fit vgg16')
  })

  it('needs its preprocessing in the metadata or as an option', () => {
    const silent = new Map<string, string>()
    expect(refused(good.tensors, silent)).toMatch(/its preprocessing: received nothing, expected torchvision or caffe/)
    expect(refused(good.tensors, new Map([['preprocessing', 'imagenet']]))).toMatch(/its preprocessing: received imagenet/)
    const told = fit(good.tensors, silent, 'caffe')
    expect(E.isRight(told) && told.right.preprocessing).toBe('caffe')
  })
})

describe('vgg16', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weights-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const failure = async (options: Vgg16Options): Promise<LossError> => {
    const result = await tryVgg16(options)()
    if (E.isRight(result)) throw new Error('The network was loaded.')
    return result.left
  }

  it('has the SHA-256 of the packaged file', () => {
    expect(createHash('sha256').update(packaged).digest('hex')).toBe(VGG16_SHA256)
  })

  it.each([
    ['the package', undefined],
    ['a path', packagedUrl.pathname],
    ['a URL', packagedUrl],
    ['a file: URL as text', packagedUrl.href],
    ['a Buffer', packaged],
    ['a Uint8Array', new Uint8Array(packaged)],
    ['an ArrayBuffer', new Uint8Array(packaged).buffer],
  ])('loads from %s', async (_, weights) => {
    const extractor = await vgg16(weights === undefined ? {} : { weights })
    expect(extractor.layers).toHaveLength(18)
    extractor.dispose()
  })

  it('loads over HTTP, and reports what the server answered', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/vgg16.safetensors') response.end(packaged)
      else if (request.url === '/app') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
      else response.writeHead(404).end()
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    const extractor = await vgg16({ weights: `${origin}/vgg16.safetensors` })
    extractor.dispose()
    expect(describeError(await failure({ weights: `${origin}/gone` }))).toMatch(/gone cannot be read: the server answered 404 Not Found\. No weights were loaded/)
    expect(describeError(await failure({ weights: new URL(`${origin}/app`) }))).toContain('the server sent a web page instead')
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
    expect(await failure({ weights: `${origin}/vgg16.safetensors` })).toHaveProperty('_tag', 'WeightsUnreadable')
  })

  it('is not changed by what its bytes become later', async () => {
    const bytes = new Uint8Array(packaged)
    const extractor = await vgg16({ weights: bytes })
    bytes.fill(0)
    const [feature] = extractor.features(plain(0.5, [1, 2, 2, 3]), [{ layer: 'block1_conv1', activation: 'post', pooling: 'max' }], 'unit')
    expect(feature?.max().dataSync()[0]).toBeGreaterThan(0)
    extractor.dispose()
  })

  it('is rejected from a file that is not there, and names it', async () => {
    const weights = join(folder, 'nowhere.safetensors')
    for (const source of [weights, pathToFileURL(weights), pathToFileURL(weights).href]) {
      const error = await failure({ weights: source })
      expect(error._tag).toBe('WeightsUnreadable')
      expect(describeError(error)).toMatch(/nowhere\.safetensors cannot be read: ENOENT/)
    }
  })

  it('is rejected from a folder', async () => {
    expect(await failure({ weights: folder })).toHaveProperty('_tag', 'WeightsUnreadable')
  })

  it('is rejected from a file cut anywhere', async () => {
    const weights = join(folder, 'cut.safetensors')
    for (const length of [0, 7, 8, 1000, 10_000, packaged.length - 1]) {
      await writeFile(weights, packaged.subarray(0, length))
      const error = await failure({ weights })
      expect(error).toMatchObject({ _tag: 'WeightsUnreadable', source: weights })
      expect(describeError(error)).toMatch(/too few for a safetensors file|truncated/)
    }
  })

  it('is rejected from an invalid source', async () => {
    for (const weights of [16, null, {}, [1, 2]]) {
      const error = await failure({ weights: weights as unknown as Uint8Array })
      expect(describeError(error)).toMatch(/expected a path, a URL, a Uint8Array or an ArrayBuffer/)
    }
  })

  it('takes the packaged file for another when one byte of it is', async () => {
    for (const at of [0, 100, 20_000_000, packaged.length - 1]) {
      const altered = new Uint8Array(packaged)
      altered[at] = altered[at]! ^ 1
      const result = await checkSha256(altered, VGG16_SHA256, 'of the package')()
      expect(E.isLeft(result) && describeError(result.left)).toMatch(/SHA-256 [0-9a-f]{64} \(32902784 bytes\), expected 5431b5.*reinstall the package/)
    }
  })
})
