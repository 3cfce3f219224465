/**
 * Pictures whose header claims more than the file has, and pictures that are small files and large when decoded: an error at once, or memory of at most twice the picture.
 *
 * Memory is the peak of what is resident in a process of its own, beyond its peak after a small picture was read.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compiledUrl } from '../support/compiled.js'

const ROOT = join(import.meta.dirname, '../..')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-giants-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const flat = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#7f8f9f' }, limitInputPixels: false })

const chunk = (name: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(name), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** A PNG of this side in RGB, with its first row alone. */
const png = (side: number): Buffer => {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  const row = deflateSync(Buffer.alloc(3 * side + 1))
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', row), chunk('IEND', Buffer.alloc(0))])
}

/** A JPEG of 64 x 64 that claims this side in its frame's header (SOF0 or SOF2). */
const jpeg = async (side: number, progressive: boolean): Promise<Buffer> => {
  const bytes = await flat(64).jpeg({ progressive }).toBuffer()
  const frame = bytes.indexOf(Buffer.from([0xff, progressive ? 0xc2 : 0xc0]))
  bytes.writeUInt16BE(side, frame + 5)
  bytes.writeUInt16BE(side, frame + 7)
  return bytes
}

/** A TIFF of 64 x 64 whose width, length and rows a strip (tags 256, 257, 278) are this side. */
const tiff = async (side: number, tile: boolean): Promise<Buffer> => {
  const bytes = await flat(64).tiff({ compression: 'none', tile }).toBuffer()
  const directory = bytes.readUInt32LE(4)
  for (let at = directory + 2; at < directory + 2 + 12 * bytes.readUInt16LE(directory); at += 12) {
    if (![256, 257, 278].includes(bytes.readUInt16LE(at))) continue
    bytes.writeUInt16LE(4, at + 2)
    bytes.writeUInt32LE(side, at + 8)
  }
  return bytes
}

interface Reading {
  /** The picture's shape, or the reason why it cannot be read. */
  readonly received: string
  /** Bytes. */
  readonly memory: number
  readonly milliseconds: number
}

const PROGRAM = `
import * as tf from '@tensorflow/tfjs'
import sharp from 'sharp'
import { tryReadImage } from ${JSON.stringify(compiledUrl('src/node/index.ts'))}
await tf.setBackend('cpu')
await tryReadImage(await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } }).png().toBuffer())()
const [before, begin] = [process.resourceUsage().maxRSS, performance.now()]
const read = await tryReadImage(process.argv[1], JSON.parse(process.argv[2]))()
const milliseconds = performance.now() - begin
const memory = 1024 * (process.resourceUsage().maxRSS - before)
console.log(JSON.stringify({ received: read._tag === 'Left' ? read.left.reason : read.right.shape.join(' x '), memory, milliseconds }))
`

const reading = async (name: string, bytes: Uint8Array, options = {}): Promise<Reading> => {
  const file = join(folder, name)
  await writeFile(file, bytes)
  const args = ['--input-type=module', '--eval', PROGRAM, file, JSON.stringify(options)]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  const line = stdout.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(`The process gave nothing: ${stderr}`)
  return JSON.parse(line) as Reading
}

const MB = 2 ** 20

describe('a header with nothing behind it', () => {
  const kinds = [
    ['PNG', (side) => Promise.resolve(png(side)), 'vipspng: libpng read error'],
    ['JPEG', (side) => jpeg(side, false), 'it is truncated or damaged: a JPEG of [0-9]+ bytes cannot have 16000 x 16000 pixels'],
    ['progressive JPEG', (side) => jpeg(side, true), 'it is truncated or damaged: a JPEG of [0-9]+ bytes cannot have 16000 x 16000 pixels'],
    ['TIFF', (side) => tiff(side, false), 'tiff2vips: read error'],
    ['tiled TIFF', (side) => tiff(side, true), 'Invalid tile byte count'],
  ] as const satisfies readonly (readonly [string, (side: number) => Promise<Buffer>, string])[]

  // The decoders' own buffers: a row of pixels, or of tiles. The honest picture would be 3 GB, and 10.8 GB.
  it.each(kinds)('of a %s is an error at once, in 64 MB', async (name, make, reason) => {
    const large = await reading(`${name} 16000`, await make(16_000))
    expect(large.received).toMatch(new RegExp(reason))
    const tooLarge = await reading(`${name} 30000`, await make(30_000))
    expect(tooLarge.received).toBe('it has 30000 x 30000 pixels, expected at most 268402689 (16383 x 16383); make it smaller, or cut it into pieces')
    expect(Math.max(large.memory, tooLarge.memory)).toBeLessThan(64 * MB)
    expect(Math.max(large.milliseconds, tooLarge.milliseconds)).toBeLessThan(1000)
  })
})

describe('a small file that is a large picture', () => {
  const SIDE = 6000
  const honest = SIDE ** 2 * 3 * 4

  it.each([
    ['PNG', () => flat(SIDE).png().toBuffer()],
    ['progressive JPEG', () => flat(SIDE).jpeg({ progressive: true, mozjpeg: true }).toBuffer()],
  ] as const)('as %s is read in twice its float32, and made smaller in half of that picture', async (name, make) => {
    const bytes = await make()
    expect(bytes.length).toBeLessThan(honest / 500)
    const whole = await reading(name, bytes)
    expect(whole.received).toBe(`1 x ${String(SIDE)} x ${String(SIDE)} x 3`)
    expect(whole.memory).toBeLessThan(2 * honest)
    const smaller = await reading(name, bytes, { size: 256 })
    expect(smaller.received).toBe('1 x 256 x 256 x 3')
    expect(smaller.memory).toBeLessThan(honest / 2)
  })

  it('beyond what is read is rejected before it is decoded', async () => {
    // 17000 x 17000 of one colour.
    const bytes = await flat(17_000).png().toBuffer()
    const { received, memory } = await reading('bomb', bytes)
    expect(received).toMatch(/^it has 17000 x 17000 pixels, expected at most 268402689/)
    expect(memory).toBeLessThan(64 * MB)
  })
})
