/** npx perceptual-loss stylize, invert and heatmap: the pictures that they write. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { said } from './said.js'

const golden = (name: string): string => fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url))
const coffee = golden('coffee.png')
const astronaut = golden('astronaut.png')

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-painting-'))
})
afterAll(() => rm(folder, { recursive: true }))

const sidesOf = async (file: string): Promise<readonly unknown[]> => {
  const { height, width } = await sharp(file).metadata()
  return [height, width]
}

const scoreOf = async (a: string, b: string, loss: string): Promise<number> => {
  const { out } = await said('compare', a, b, '--loss', loss, '--json')
  return (JSON.parse(out) as [{ readonly scores: Record<string, number> }])[0].scores[loss]!
}

describe('stylize', () => {
  it('writes the picture, the sheet and the terms', async () => {
    const { status, out, err } = await said('stylize', coffee, astronaut, at('style.png'), '--size', '48', '--steps', '10', '--sheet', at('sheet.png'))
    expect(status).toBe(0)
    expect(err).toBe(`perceptual-loss: ${coffee} was resized from 64 x 96 to 32 x 48.\nperceptual-loss: ${astronaut} was resized from 256 x 256 to 72 x 72.`)
    expect(await sidesOf(at('style.png'))).toEqual([32, 48])
    expect(await sidesOf(at('sheet.png'))).toEqual([8 + 2 * (32 + 28), 8 + 4 * (48 + 8)])
    const sum = /sum[ │]+([\d.]+)[ │]+([\d.]+)/.exec(out)
    expect(Number(sum?.[2])).toBeLessThan(Number(sum?.[1]) / 2)
    expect(out).toContain(`${at('style.png')} (32 x 48)\n${at('sheet.png')}`)
  })

  it.each([
    [['a.gif'], 2, /the output file: received .*a\.gif', expected a name that ends in \.png, \.jpg, \.jpeg, \.webp\.$/],
    [['none/a.png'], 3, /The picture .*none\/a\.png cannot be written: there is no such file or folder\.$/],
    [['a.png', '--steps', '0'], 2, /--steps: received '0', expected a whole number from 1 to 100000\.$/],
    [['a.png', '--style-weight', '-1'], 2, /style-weight/],
  ])('says before it works what cannot be done: %j', async ([out, ...options], status, line) => {
    const ended = await said('stylize', coffee, astronaut, at(out!), ...options)
    expect([ended.status, ended.out]).toEqual([status, ''])
    expect(ended.err).toMatch(line)
    expect(ended.err.split('\n')).toHaveLength(1)
  })
})

describe('invert', () => {
  it('reconstructs a picture with the same features from noise', async () => {
    const { status, out, err } = await said('invert', coffee, at('inverted.png'), '--layer', 'block1_conv2', '--size', '96', '--steps', '40')
    expect([status, err]).toEqual([0, ''])
    expect(Number(/block1_conv2: ([\d.]+) %/.exec(out)?.[1])).toBeLessThan(5)
    expect(await sidesOf(at('inverted.png'))).toEqual([64, 96])
    // Noise around grey has about 10 dB; the first block knows nearly all of a picture.
    expect(await scoreOf(coffee, at('inverted.png'), 'psnr')).toBeGreaterThan(18)
  })

  it('puts several layers on one sheet, of another network too', async () => {
    const { status, out } = await said('invert', coffee, at('layers.png'), '--layer', 'conv1,conv2', '--size', '48', '--steps', '2')
    expect(status).toBe(0)
    expect(out).toMatch(/conv1: [\d.]+ % .* after 2 steps\nconv2: [\d.]+ % .*\n.*layers\.png \(on one sheet\)/)
    expect(await sidesOf(at('layers.png'))).toEqual([8 + 32 + 28, 8 + 3 * (48 + 8)])
  })

  it('names the layers that there are', async () => {
    const { status, err } = await said('invert', coffee, at('no.png'), '--layer', 'block9_conv1')
    expect(status).toBe(3)
    expect(err).toMatch(/'block9_conv1' is not a layer of .*block3_conv3.*\.$/)
    expect(await readdir(folder)).not.toContain('no.png')
  })
})
