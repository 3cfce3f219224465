/** npx perceptual-loss heatmap: the pictures that it writes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asShipped } from '../parity/goldens.js'
import { said } from './said.js'

const golden = (name: string): string => fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url))
const coffee = golden('coffee.png')
const astronaut = golden('astronaut.png')
const blurred = golden('coffee_blur.png')

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

/** [red, green, blue] at a place. */
const colourAt = async (file: string, left: number, top: number): Promise<readonly number[]> =>
  Array.from(await sharp(file).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw().toBuffer())

describe('heatmap', () => {
  it('draws both pictures, where they differ, and a colour bar', async () => {
    const file = at('heat.png')
    const { status, out, err } = await said('heatmap', coffee, blurred, file)
    expect([status, err]).toEqual([0, ''])
    const value = asShipped.find(({ b }) => b === 'coffee_blur.png')!.values['lpips(alex)'] as number
    expect(out).toContain(`LPIPS is ${String(Number(value.toPrecision(3)))}`)
    // 64 x 96 twice as large, three of them, gaps of 8, a bar of 16 and room for numbers.
    expect(await sidesOf(file)).toEqual([8 + 128 + 28, 8 + 3 * (192 + 8) + 16 + 8 + 80])
    const bar = 8 + 3 * (192 + 8) + 8
    // inferno's ends: nearly black, pale yellow (matplotlib: #000004, #fcffa4).
    expect(await colourAt(file, bar, 8 + 127)).toEqual([0, 0, 4].map((value) => expect.closeTo(value, -1) as number))
    expect(await colourAt(file, bar, 8)).toEqual([252, 255, 164].map((value) => expect.closeTo(value, -1) as number))
    const reference = await sharp(coffee).extract({ left: 40, top: 20, width: 1, height: 1 }).removeAlpha().raw().toBuffer()
    expect(await colourAt(file, 8 + 80, 8 + 40)).toEqual([...reference])
  })

  it('draws only the map: dark where the pictures are equal, brightest where they differ most', async () => {
    const changed = at('changed.png')
    const patch = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#ff00ff' } }).png().toBuffer() // prettier-ignore
    await sharp(coffee)
      .composite([{ input: patch, left: 64, top: 24 }])
      .png()
      .toFile(changed)
    const { status, err } = await said('heatmap', coffee, changed, at('map.png'), '--map', '--loss', 'mae')
    expect([status, err]).toEqual([0, ''])
    expect(await sidesOf(at('map.png'))).toEqual([64, 96])
    expect(await colourAt(at('map.png'), 10, 10)).toEqual([0, 0, 4].map((value) => expect.closeTo(value, -1) as number))
    const [red = 0, green = 0] = await colourAt(at('map.png'), 70, 30)
    expect(red + green).toBeGreaterThan(200)
  })

  it('says in one line what does not fit', async () => {
    const { status, err } = await said('heatmap', coffee, astronaut, at('no.png'))
    expect(status).toBe(3)
    expect(err).toMatch(/64 x 96 \(height x width\), .*astronaut\.png is 256 x 256; expected equal sizes\. Pass --resize to resize the second to 64 x 96\.$/)
    expect((await said('heatmap', coffee, blurred, at('no.png'), '--max', '0')).err).toMatch(/--max: received '0', expected a number above 0\./)
  })
})
