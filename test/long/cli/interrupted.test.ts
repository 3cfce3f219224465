/** Ctrl-C: commands stop, say how far they came, and keep what they have. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ranAlone } from '../../cli/process.js'

const picture = (name: string): string => relative(process.cwd(), fileURLToPath(new URL(`../../goldens/images/${name}`, import.meta.url)))
const [coffee, blurred, astronaut] = [picture('coffee.png'), picture('coffee_blur.png'), picture('astronaut.png')]

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-interrupted-'))
})
afterAll(() => rm(folder, { recursive: true }))

const sidesOf = async (file: string): Promise<readonly unknown[]> => {
  const { height, width } = await sharp(file).metadata()
  return [height, width]
}

it('compare prints the pairs that are done, and how many', async () => {
  const many = Array.from({ length: 2000 }, () => blurred)
  const { status, out, err } = await ranAlone(['compare', coffee, ...many, '--loss', 'ssim', '--csv', '--backend', 'wasm'], /coffee_blur\.png,/)
  expect(status).toBe(130)
  const [, done] = /^perceptual-loss: stopped after (\d+) of 2000 pairs\.\n$/.exec(err) ?? []
  expect(out.trim().split('\n')).toHaveLength(Number(done) + 1)
})

it('stylize keeps the picture, and shows no progress without a terminal', async () => {
  const out = at('stopped.png')
  const ended = await ranAlone(['stylize', coffee, astronaut, out, '--size', '32', '--steps', '100000', '--backend', 'wasm'], /resized.*\n.*resized/)
  expect(ended.status).toBe(130)
  expect(ended.err).toMatch(/stopped after step \d+ of 100000; the current picture was saved\.\n$/)
  expect(ended.err.split('\n')).toHaveLength(4)
  expect(await sidesOf(out)).toEqual([21, 32])
})

it('invert keeps the picture', async () => {
  const out = at('stopped-inverted.png')
  const ended = await ranAlone(['invert', coffee, out, '--layer', 'block1_conv1', '--size', '32', '--steps', '100000', '--backend', 'wasm'], /was resized/)
  expect(ended.status).toBe(130)
  expect(ended.err).toMatch(/perceptual-loss: stopped early; the finished pictures were saved\.\n$/)
  expect(ended.out).toMatch(/block1_conv1: [\d.]+ % of the feature distance remains after \d+ steps?\n/)
  expect(await sidesOf(out)).toEqual([21, 32])
})
