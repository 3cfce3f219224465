/** perceptual-loss convert: what it writes and says, and that it writes nothing where anything is wrong. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../src/cli/commandLine.js'
import { vgg16 } from '../../src/index.js'

const packaged = new URL('../../weights/alexnet.safetensors', import.meta.url)

describe('convert', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'convert-'))
    await writeFile(join(folder, 'there.safetensors'), 'mine')
    await writeFile(join(folder, 'cut.pth'), (await readFile(packaged)).subarray(0, 100_000))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const convert = async (...args: readonly string[]) => {
    const lines: string[] = []
    const say = (text: string): void => void lines.push(text)
    const status = await runCommandLine(['convert', ...args], { out: say, err: say, taken: () => Promise.resolve(), colours: false, terminal: undefined })
    return { status, said: lines.join('\n') }
  }
  const at = (name: string): string => join(folder, name)

  it('writes a file of the same numbers, and says what it found', async () => {
    const { status, said } = await convert(packaged.pathname, at('new.safetensors'))
    expect(status).toBe(0)
    expect(said).toMatch(
      /alexnet\.safetensors: alexnet\n {2}written by {5}safetensors, Keras' names, filters \[height, width, in, out\]\n {2}preprocessing {2}torchvision \(from the file's metadata\)\n {2}tensors {8}10\n.*new\.safetensors: 9,879,\d{3} bytes/,
    )
    const [old, made] = [await readFile(packaged), await readFile(at('new.safetensors'))]
    const numbers = (file: Buffer): Buffer => file.subarray(8 + Number(file.readBigUInt64LE(0)))
    expect(Buffer.compare(numbers(old), numbers(made))).toBe(0)
    await expect(vgg16({ weights: at('new.safetensors') })).rejects.toThrow(/do not fit vgg16/)
  })

  it.each([
    [['IN'], 2, /the argument OUT is missing/],
    [['IN', 'new.h5'], 3, /new\.h5 cannot be written: its name does not end in \.safetensors\. No file was changed/],
    [
      ['IN', 'there.safetensors'],
      3,
      /there\.safetensors cannot be written: the file exists already; pass force \(--force\) to replace it\. No file was changed/,
    ],
    [['IN', 'other.safetensors', '--preprocessing', 'imagenet'], 2, /--preprocessing: received 'imagenet', expected one of torchvision, caffe\./],
    [['nowhere.pth', 'other.safetensors'], 3, /nowhere\.pth cannot be read/],
    [['cut.pth', 'other.safetensors'], 3, /cut\.pth cannot be read: it is truncated: its tensor/],
    [['IN', 'no/folder.safetensors'], 3, /folder\.safetensors cannot be written: there is no such file or folder/],
  ])('%j fails in one line and changes nothing', async (args, status, sentence) => {
    const before = await readdir(folder)
    const result = await convert(...args.map((arg) => (arg === 'IN' ? packaged.pathname : arg.includes('.') ? at(arg) : arg)))
    expect(result.status).toBe(status)
    expect(result.said).toMatch(sentence)
    expect(result.said.split('\n')).toHaveLength(1)
    expect(await readdir(folder)).toEqual(before)
    expect(await readFile(at('there.safetensors'), 'utf8')).toBe('mine')
  })

  it('replaces a file where --force says so, and takes the preprocessing that is said', async () => {
    const { status, said } = await convert(packaged.pathname, at('new.safetensors'), '--force', '--preprocessing', 'caffe')
    expect(status).toBe(0)
    expect(said).toContain('caffe (from --preprocessing)')
  })
})
