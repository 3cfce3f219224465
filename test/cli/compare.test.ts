/** npx perceptual-loss compare: the peers' numbers, which pictures are compared, and the exit status. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pairsOf } from '../../src/cli/compare/pairs.js'
import { asShipped } from '../parity/goldens.js'
import { ranAlone } from './process.js'
import { said } from './said.js'

const picture = (name: string): string => relative(process.cwd(), fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url)))

let folder = ''
const at = (name: string): string => relative(process.cwd(), join(folder, name))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-compare-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface JsonResult {
  readonly reference: string
  readonly picture: string
  readonly height: number
  readonly width: number
  readonly scores: Readonly<Record<string, number | null>>
  readonly past: readonly string[]
}

const results = (out: string): readonly JsonResult[] => JSON.parse(out) as readonly JsonResult[]
const coffee = picture('coffee.png')
const blurred = picture('coffee_blur.png')
const noisy = picture('coffee_noise.png')

const golden = (a: string, b: string, name: string): number => {
  const value = asShipped.find((pair) => pair.a === a && pair.b === b)?.values[name]
  if (typeof value !== 'number') throw new Error(`no golden ${name} of ${b}`)
  return value
}

describe('the numbers', () => {
  it("are lpips', DISTS', pytorch-msssim's and piq's", async () => {
    const { status, out, err } = await said('compare', coffee, blurred, noisy, coffee, '--json')
    expect([status, err.split('\n').length]).toEqual([0, 1])
    expect(err).toMatch(/^perceptual-loss: MS-SSIM was left out: .* at least 161/)
    const found = results(out)
    expect(found.map(({ reference, picture }) => [reference, picture])).toEqual([
      [coffee, blurred],
      [coffee, noisy],
      [coffee, coffee],
    ])
    for (const [i, name] of ['coffee_blur.png', 'coffee_noise.png'].entries()) {
      const { scores, height, width } = found[i]!
      const peers = (of: string): number => golden('coffee.png', name, of)
      expect([height, width]).toEqual([64, 96])
      // float32 sums of two programs, in another order; the tolerances of test/parity.
      expect(scores['lpips']).toBeCloseTo(peers('lpips(alex)'), 5)
      expect(scores['dists']).toBeCloseTo(peers('dists'), 4)
      // In float32 pytorch-msssim is up to 5.3e-5 from itself in double precision (test/parity/structure.test.ts).
      expect(Math.abs(scores['ssim']! - peers('pytorch_msssim.ssim'))).toBeLessThan(6e-5)
      expect(scores['psnr']).toBeCloseTo(10 * Math.log10(1 / peers('pixels:mse')), 3)
      expect(scores['ms-ssim']).toBeNull()
    }
    expect(found[2]!.scores).toEqual({ lpips: 0, dists: expect.closeTo(0, 6) as number, ssim: 1, 'ms-ssim': null, psnr: 'Infinity' })
  })

  it('of MS-SSIM, where the pictures are large enough', async () => {
    const { status, out, err } = await said('compare', picture('chelsea.png'), picture('chelsea_jpeg.png'), '--loss', 'ms-ssim', '--json')
    expect([status, err]).toEqual([0, ''])
    // Odd sides: the scales differ a little from pytorch-msssim's, which puts zeros around (test/parity/structure.test.ts has each exactly).
    expect(results(out)[0]!.scores['ms-ssim']).toBeCloseTo(golden('chelsea.png', 'chelsea_jpeg.png', 'pytorch_msssim.ms_ssim'), 2)
  })

  it('of a loss in JSON, and of names', async () => {
    const file = at('ours.json')
    const loss = {
      sum: [
        { metric: 'mse', feature: { layer: 'block1_conv1' } },
        { weight: 2, loss: { metric: 'mse', feature: 'pixels' } },
      ],
    }
    await writeFile(file, JSON.stringify({ version: 1, loss }))
    const { out, err } = await said('compare', coffee, blurred, '-l', `${file},mae`, '--loss', 'lpips', '--json')
    expect(err).toBe('')
    const { scores } = results(out)[0]!
    const peers = (of: string): number => golden('coffee.png', 'coffee_blur.png', of)
    expect(Object.keys(scores)).toEqual(['ours', 'mae', 'lpips'])
    expect(scores['ours']! / (peers('vgg16:block1_conv1:mse') + 2 * peers('pixels:mse'))).toBeCloseTo(1, 4)
    expect(scores['mae']).toBeCloseTo(peers('pixels:mae'), 6)
    expect(scores['lpips']).toBeCloseTo(peers('lpips(alex)'), 5)
  })
})

describe('which pictures', () => {
  const put = async (...names: readonly string[]): Promise<void> => {
    for (const name of names) {
      await mkdir(join(folder, name, '..'), { recursive: true })
      await copyFile(coffee, join(folder, name))
    }
  }
  beforeAll(() =>
    put('a/1.png', 'a/deep/2.png', 'a/3.png', 'a/twice.png', 'b/1.png', 'b/deep/2.png', 'b/4.png', 'b/twice.png', 'b/twice.jpg', 'c/3.png', 'c/notes.txt'),
  )
  const pair = (reference: string, picture: string) => ({ reference: at(reference), picture: at(picture) })

  it('of two folders: by name, deep inside too; the rest is named', async () => {
    expect(await pairsOf([at('a'), at('b')])).toEqual({
      pairs: [pair('a/1.png', 'b/1.png'), pair('a/deep/2.png', 'b/deep/2.png'), pair('a/twice.png', 'b/twice.png')],
      alone: [
        `${at('a/3.png')} has no counterpart in ${at('b')}`,
        `${at('b/4.png')} has no counterpart in ${at('a')}`,
        `${at('b/twice.jpg')} has no counterpart in ${at('a')}`,
      ],
    })
  })

  it('of two globs: by what follows the fixed folders, and by the name without its extension', async () => {
    await put('d/1.jpg', 'd/deep/2.webp')
    expect((await pairsOf([`${at('a')}/**/{1,2}.png`, `${at('d')}/**/*`])).pairs).toEqual([pair('a/1.png', 'd/1.jpg'), pair('a/deep/2.png', 'd/deep/2.webp')])
  })

  it('of a file: with each file, and each of a folder', async () => {
    expect((await pairsOf([at('a/1.png'), at('a/3.png'), at('c')])).pairs).toEqual([pair('a/1.png', 'a/3.png'), pair('a/1.png', 'c/3.png')])
  })

  it('of a CSV file: the columns of these names, or the first two; paths from where it is', async () => {
    await writeFile(join(folder, 'named.csv'), '\uFEFFid,Picture,reference\r\n7,"b/1.png",a/1.png\r\n\r\n8,b/deep/2.png,a/3.png\r\n')
    const both = [pair('a/1.png', 'b/1.png'), pair('a/3.png', 'b/deep/2.png')]
    expect((await pairsOf([at('named.csv')])).pairs).toEqual(both)
    await writeFile(join(folder, 'plain.csv'), 'a/1.png,b/1.png\na/3.png, b/deep/2.png\n')
    expect((await pairsOf([at('plain.csv')])).pairs).toEqual(both)
  })

  it.each([
    [['a/1.png'], 2, /only .*a\/1\.png, expected two pictures, folders or globs, or a CSV file of pairs\./],
    [['a', 'a/1.png'], 2, /received several pictures for .*a and one file .*1\.png; pass the file first/],
    [['a', 'none-*.png'], 2, /none-\*\.png has no pictures \(png, /],
    [['none.csv'], 3, /The file of pairs .*none\.csv cannot be read: there is no such file or folder\./],
    [['holes.csv'], 3, /holes\.csv, row 2: received 'a\/1\.png,', expected two paths, the reference's and the picture's\./],
  ])('says what cannot be compared: %j', async (names, status, line) => {
    await writeFile(join(folder, 'holes.csv'), 'a/1.png,b/1.png\na/1.png,\n')
    const ended = await said('compare', ...names.map(at))
    expect([ended.status, ended.out]).toEqual([status, ''])
    expect(ended.err).toMatch(line)
    expect(ended.err.split('\n')).toHaveLength(1)
  })

  it('a picture without a partner fails, and the others are compared all the same', async () => {
    const { status, out, err } = await said('compare', at('a'), at('c'), '--loss', 'psnr', '--csv')
    expect([status, out]).toEqual([3, `reference,picture,psnr,error\n${at('a/3.png')},${at('c/3.png')},Infinity,`])
    expect(err.split('\n')).toHaveLength(3)
  })
})

describe('sizes', () => {
  beforeAll(() => sharp(coffee).resize(48, 32).toFile(join(folder, 'small.png')))

  it('that differ are an error that offers --resize; other pairs are compared', async () => {
    const { status, out, err } = await said('compare', coffee, at('small.png'), blurred, '--loss', 'mse', '--csv')
    expect(status).toBe(3)
    expect(out.split('\n')[1]).toMatch(/small\.png,,".*64 x 96 \(height x width\).*expected equal sizes/)
    expect(out.split('\n')).toHaveLength(3)
    expect(err).toBe(
      `perceptual-loss: ${coffee} is 64 x 96 (height x width), ${at('small.png')} is 32 x 48; expected equal sizes. Pass --resize to resize the second to 64 x 96.`,
    )
  })

  it('are resized with --resize, with a message', async () => {
    const { status, out, err } = await said('compare', coffee, at('small.png'), '--loss', 'psnr', '--json', '--resize')
    expect(status).toBe(0)
    expect(err).toBe(`perceptual-loss: ${at('small.png')} was resized from 32 x 48 to 64 x 96.`)
    expect(Number(results(out)[0]!.scores['psnr'])).toBeGreaterThan(25)
  })
})

describe('formats', () => {
  const rawPixels = async (): Promise<Sharp> => {
    const { data, info } = await sharp(coffee).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
  }

  it.each([
    ['tiff', (p: Sharp) => p.tiff({ compression: 'lzw' })],
    ['webp', (p: Sharp) => p.webp({ lossless: true })],
    ['avif', (p: Sharp) => p.avif({ lossless: true, chromaSubsampling: '4:4:4' })],
  ] as const)('a lossless .%s of the same picture is the same picture', async (extension, encode) => {
    const file = at(`same.${extension}`)
    await encode(await rawPixels()).toFile(file)
    const { status, out } = await said('compare', coffee, file, '--loss', 'psnr,ssim', '--json')
    expect(status).toBe(0)
    // AVIF's "lossless" goes through YCbCr here: within a level of 255, which is 48 dB.
    expect(Number(results(out)[0]!.scores['psnr'])).toBeGreaterThan(extension === 'avif' ? 45 : 79.99)
  })

  it.each(['png', 'tiff'] as const)('16 bits per channel in a .%s are the same picture as 8', async (format) => {
    const { data, info } = await sharp(coffee).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const deep = Uint16Array.from(data, (value) => value * 257)
    await sharp(deep, { raw: { width: info.width, height: info.height, channels: 3 } }).toColourspace('rgb16').toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {}).toFile(join(folder, `deep.${format}`)) // prettier-ignore
    const { out, err } = await said('compare', coffee, at(`deep.${format}`), '--loss', 'psnr', '--json')
    expect(err).toBe('')
    expect(Number(results(out)[0]!.scores['psnr'])).toBeGreaterThan(79.99)
  })

  it('a picture on its side by EXIF is compared upright', async () => {
    const file = at('turned.png')
    await (await rawPixels()).rotate(-90).withMetadata({ orientation: 6 }).png().toFile(file)
    const { out, err } = await said('compare', coffee, file, '--loss', 'psnr', '--json')
    expect(err).toBe('')
    expect(results(out)[0]!.scores['psnr']).toBe('Infinity')
  })

  it('reads grey as RGB, transparent pixels as white, and only the first frame, with messages', async () => {
    await sharp(coffee).greyscale().toColourspace('b-w').png().toFile(join(folder, 'grey.png'))
    const grey = await said('compare', at('grey.png'), at('grey.png'), '--loss', 'mse', '--json')
    expect([grey.status, grey.err, results(grey.out)[0]!.scores['mse']]).toEqual([0, '', 0])

    await sharp({ create: { width: 16, height: 16, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } }).png().toFile(join(folder, 'clear.png')) // prettier-ignore
    await sharp({ create: { width: 16, height: 16, channels: 3, background: '#ffffff' } })
      .png()
      .toFile(join(folder, 'white.png'))
    const clear = await said('compare', at('white.png'), at('clear.png'), '--loss', 'mse', '--json')
    expect(clear.err).toBe(`perceptual-loss: ${at('clear.png')} has transparent pixels; they show white.`)
    expect(results(clear.out)[0]!.scores['mse']).toBe(0)

    const frames = await Promise.all(['#ff0000', '#00ff00'].map((background) => sharp({ create: { width: 16, height: 16, channels: 3, background } }).png().toBuffer())) // prettier-ignore
    await sharp(frames, { join: { animated: true } })
      .gif()
      .toFile(join(folder, 'moving.gif'))
    const moving = await said('compare', at('white.png'), at('moving.gif'), '--loss', 'mse')
    expect(moving.err).toBe(`perceptual-loss: ${at('moving.gif')} has 2 frames or pages; only the first is used.`)
  })
})

describe('limits', () => {
  it('end with status 1 where they are passed, and name what passed them', async () => {
    const { status, out, err } = await said('compare', coffee, blurred, noisy, '--loss', 'lpips', '--max', 'lpips=0.2', '--min', 'psnr=25')
    expect(status).toBe(1)
    expect(new Set(err.split('\n'))).toEqual(
      new Set([`perceptual-loss: ${noisy}: lpips is 0.3826, more than 0.2.`, `perceptual-loss: ${noisy}: psnr is 22.4, less than 25.`]),
    )
    expect(out).toMatch(/0\.1511 │ +30\.77[^]*0\.3826 ! │ 22\.40 ![^]*mean of 2/)
  })

  it('end with status 0 where they hold', async () => {
    expect(await said('compare', coffee, blurred, '--loss', 'ssim', '--min', 'ssim=0.89', '--csv')).toMatchObject({ status: 0, err: '' })
  })

  it('that cannot be measured are not kept', async () => {
    const { status, err } = await said('compare', coffee, blurred, '--loss', 'psnr', '--min', 'ms-ssim=0.1')
    expect(status).toBe(3)
    expect(err).toMatch(/both sides must be at least 161/)
  })

  it.each([
    [['--max', 'lpips'], "--max: received 'lpips', expected LOSS=NUMBER, such as lpips=0.1."],
    [['--max', 'lpips=little'], "--max: received 'lpips=little', expected LOSS=NUMBER, such as lpips=0.1."],
    [['--max', 'psnr=30'], '--max psnr: higher psnr is more similar; use --min psnr=...'],
    [['--min', 'lpips=0.1'], '--min lpips: lower lpips is more similar; use --max lpips=...'],
    [['--loss', 'lpipz'], /^received the unknown loss 'lpipz', expected a JSON file \(loss\.json\) or one of lpips, /],
    [['--loss', 'esrgan'], /^the package does not contain weights for vgg19; pass your own with --weights vgg19=FILE/],
    [['--weights', 'vgg=a.pth'], /^--weights: received 'vgg=a\.pth', expected NETWORK=FILE/],
    [['--backend', 'cuda'], "--backend: received 'cuda', expected one of auto, native, wasm, cpu."],
    [['--json', '--csv'], 'received both --json and --csv, expected at most one of them.'],
  ])('and options that mean nothing are one line: %j', async (options, line) => {
    const { status, out, err } = await said('compare', coffee, blurred, ...options)
    expect([status, out]).toEqual([2, ''])
    expect(err.replace('perceptual-loss: ', '')).toEqual(typeof line === 'string' ? line : (expect.stringMatching(line) as string))
  })
})

describe('what cannot be read', () => {
  it.each([
    [['none.png'], /The picture .*none\.png cannot be read: there is no such file or folder\./],
    [['words.png'], /The picture .*words\.png cannot be read: /],
  ])('is one line: %j', async ([name], line) => {
    await writeFile(join(folder, 'words.png'), 'these are words')
    const { status, err } = await said('compare', coffee, at(name!), '--loss', 'mse')
    expect(status).toBe(3)
    expect(err).toMatch(line)
    expect(err.split('\n')).toHaveLength(1)
  })

  it.each([
    ['{ "version": 1, "loss": { "metric": "msee", "feature": "pixels" } }', /ours\.json: This JSON is not a loss: loss\.metric: received .*Did you mean mse\?/],
    ['{ "version": 1, "loss": { "metric": "mse", "feature": { "layer": "block9" } } }', /'block9' is not a layer of /],
  ])('a loss: %s', async (text, line) => {
    await writeFile(join(folder, 'ours.json'), text)
    const { status, err } = await said('compare', coffee, blurred, '--loss', at('ours.json'))
    expect(status).toBe(3)
    expect(err).toMatch(line)
    expect(err.split('\n')).toHaveLength(1)
  })
})

describe('as a process', () => {
  it('prints results on one output and the rest on the other', async () => {
    const { status, out, err } = await ranAlone(['compare', coffee, blurred, at('none.png'), '--loss', 'psnr', '--csv', '--backend', 'wasm'])
    expect(status).toBe(3)
    const [head, first, second, ...rest] = out.split('\n')
    expect([head, rest]).toEqual(['reference,picture,psnr,error', ['']])
    expect(Number(first?.split(',')[2])).toBeCloseTo(30.773, 2)
    expect(second).toBe(`${coffee},${at('none.png')},,The picture ${at('none.png')} cannot be read: there is no such file or folder.`)
    expect(err).toMatch(/^perceptual-loss: The picture .*none\.png cannot be read: there is no such file or folder\.\n$/)
  })
})
