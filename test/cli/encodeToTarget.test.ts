/** npx perceptual-loss compare --target: the smallest quality that reaches a score, the number of encodings, the file, and wrong arguments. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { said } from './said.js'

const coffee = relative(process.cwd(), fileURLToPath(new URL('../goldens/images/coffee.png', import.meta.url)))

let folder = ''
const at = (name: string): string => relative(process.cwd(), join(folder, name))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-target-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Row {
  readonly format: string
  readonly quality: number | null
  readonly bytes: number | null
  readonly smallest: boolean
  readonly encodings: number
  readonly ssim?: number
  readonly psnr?: number
}

const rows = (out: string): readonly Row[] => JSON.parse(out) as readonly Row[]

/** The score of the picture at a quality, by the ordinary comparison. */
const scoreAt = async (name: 'ssim' | 'lpips', quality: number): Promise<number> => {
  const file = at(`${name}-${String(quality)}.jpg`)
  await sharp(coffee).removeAlpha().jpeg({ quality }).toFile(file)
  const { out } = await said('compare', coffee, file, '--loss', name, '--json')
  return (JSON.parse(out) as readonly { readonly scores: Readonly<Record<string, number>> }[])[0]?.scores[name] ?? Number.NaN
}

describe('compare --target', () => {
  it('finds the smallest quality of one format: one less does not reach the score; and writes its file', async () => {
    const file = at('small.jpg')
    const { status, out, err } = await said('compare', '--target', 'ssim=0.95', coffee, '--output', file, '--json')
    expect([status, err]).toEqual([0, ''])
    const [row] = rows(out)
    expect(row).toMatchObject({ format: 'jpeg', smallest: true })
    expect(row?.encodings).toBeLessThanOrEqual(12)
    const quality = row?.quality ?? Number.NaN
    expect(await scoreAt('ssim', quality)).toBeCloseTo(row?.ssim ?? Number.NaN, 6)
    expect(row?.ssim).toBeGreaterThanOrEqual(0.95)
    expect(await scoreAt('ssim', quality - 1)).toBeLessThan(0.95)
    expect((await stat(file)).size).toBe(row?.bytes)
    expect((await sharp(await readFile(file)).metadata()).format).toBe('jpeg')
  })

  it('of a distance: the smallest quality that is at most as far', async () => {
    const { status, out } = await said('compare', '--target', 'lpips=0.1', coffee, '--encode', 'jpeg', '--json')
    expect(status).toBe(0)
    const quality = rows(out)[0]?.quality ?? Number.NaN
    expect(await scoreAt('lpips', quality)).toBeLessThanOrEqual(0.1)
    expect(await scoreAt('lpips', quality - 1)).toBeGreaterThan(0.1)
  })

  it('three formats: 12 encodings in all, as a table of format, quality, bytes and score', async () => {
    const { status, out } = await said('compare', '--target', 'psnr=35', coffee, '--json')
    expect(status).toBe(0)
    expect(rows(out).map(({ format }) => format)).toEqual(['jpeg', 'webp', 'avif'])
    expect(rows(out).reduce((sum, { encodings }) => sum + encodings, 0)).toBeLessThanOrEqual(12)
    for (const { psnr } of rows(out)) expect(psnr).toBeGreaterThanOrEqual(35)
    const table = await said('compare', '--target', 'psnr=35', coffee)
    expect(table.out).toMatch(/│ format │ quality │ bytes │ PSNR ↑ │[^]*│ JPEG   │ +\d+ │ +\d+ │ +3\d\.\d\d │[^]*│ WebP[^]*│ AVIF/)
    expect((await said('compare', '--target', 'psnr=35', coffee, '--csv', '--encode', 'webp')).out).toMatch(
      /^format,quality,bytes,psnr,smallest,encodings\nwebp,/,
    )
  })

  it('says that no quality reaches the target, and writes nothing: status 1', async () => {
    const file = at('never.webp')
    expect(await said('compare', '--target', 'psnr=90', coffee, '--output', file, '--json')).toEqual({
      status: 1,
      out: expect.stringContaining('"quality": null') as string,
      err: expect.stringMatching(/^perceptual-loss: WebP: no quality reaches psnr=90; quality 100 has \d+\.\d+\.$/) as string,
    })
    expect(await readdir(folder)).not.toContain('never.webp')
  })

  it.each([
    [['--target', 'ssim'], "--target: received 'ssim', expected LOSS=NUMBER, such as ssim=0.98."],
    [['--target', 'ssim=high'], "--target: received 'ssim=high', expected LOSS=NUMBER, such as ssim=0.98."],
    [['--target', 'ssim=0.9', '--target', 'psnr=30'], '--target: received ssim=0.9 and psnr=30, expected one target.'],
    [['--target', 'ssim=0.9', 'other.png'], '--target: received 2 pictures, expected one, which is encoded and compared with itself.'],
    [['--target', 'ssim=0.9', '--encode', 'jpg'], "--encode: received 'jpg', expected one of jpeg, webp, avif."],
    [['--target', 'ssim=0.9', '--output', 'a.png'], "--output: received 'a.png', expected a name that ends in .jpg, .jpeg, .webp, .avif."],
    [['--target', 'ssim=0.9', '--output', 'a.webp', '--encode', 'jpeg'], '--output a.webp is a WebP file, but --encode asks for jpeg; leave --encode out.'],
    [['--target', 'ssim=0.9', '--loss', 'psnr'], '--loss does not apply with --target; leave it out.'],
    [['--target', 'ssim=0.9', '--crop', '4'], '--crop does not apply with --target; leave it out.'],
    [['--target', 'lpips=0.1', '--channels', 'y'], '--channels y does not apply to lpips; it applies to psnr, ssim and ms-ssim.'],
    [['--output', 'a.webp'], '--output applies only with --target, such as --target ssim=0.98.'],
    [['--target', 'sim=0.9'], "received the unknown loss 'sim', expected"],
  ])('refuses wrong arguments in one line: %j', async (args, line) => {
    const { status, out, err } = await said('compare', coffee, ...args)
    expect([status, out, err.split('\n').length]).toEqual([2, '', 1])
    expect(err).toContain(`perceptual-loss: ${line}`)
  })

  it('says which picture cannot be read, or is too small for the score', async () => {
    expect(await said('compare', at('none.png'), '--target', 'ssim=0.9')).toMatchObject({ status: 3, err: expect.stringContaining('none.png') as string })
    const { status, err } = await said('compare', coffee, '--target', 'ms-ssim=0.9')
    expect([status, err.split('\n').length]).toEqual([3, 1])
    expect(err).toMatch(/at least 161/)
  })
})
