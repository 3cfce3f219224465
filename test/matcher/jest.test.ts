/** `toLookLike` under Jest's own `expect`: what may be compared, by which bounds, and what is refused in words. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import { expect as jestExpect } from 'expect'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { featureAt, mae, mse, pixels } from '../../src/index.js'
import { toLookLike } from '../../src/matcher/jest.js'
import { sharedVgg16 } from '../support/network.js'
import { window } from './project.js'

/** What Jest's runner tells a matcher; this test's own runner keeps its state in the same place. */
let runner: object = {}
jestExpect.extend({
  toLookLike(this: object, ...[picture, reference, options]: Parameters<typeof toLookLike>) {
    return toLookLike.call({ ...this, ...runner }, picture, reference, options)
  },
})

let folder = ''
const at = (name: string): string => join(folder, name)
const update = (_updateSnapshot: string): void => {
  runner = { testPath: at('app.test.js'), currentTestName: 'the app/its button', snapshotState: { _updateSnapshot } }
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-'))
  await writeFile(at('blue.png'), await window('#2463eb'))
  await writeFile(at('near.png'), await window('#2865e9'))
  await writeFile(at('red.png'), await window('#eb2424'))
  update('none')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const failure = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'it passed',
    (error: unknown) => (error as Error).message,
  )

describe('toLookLike under Jest’s expect', () => {
  it('takes paths, URLs, bytes and tensors, and leaves no tensor', async () => {
    await jestExpect('blue.png').toLookLike('blue.png')
    const image = tf.tidy(() => tf.ones<tf.Rank.R3>([40, 60, 3]).mul<tf.Tensor3D>([0.1, 0.5, 0.9]))
    const before = tf.memory().numTensors
    const bytes = await readFile(at('blue.png'))
    await jestExpect(pathToFileURL(at('blue.png'))).toLookLike(at('blue.png'), { lpips: 0, psnr: 90, ssim: 0 })
    await jestExpect(new Uint8Array(bytes)).toLookLike(pathToFileURL(at('blue.png')), { lpips: 0 })
    await sharp(Buffer.from(image.dataSync().map((value) => Math.round(value * 255))), { raw: { width: 60, height: 40, channels: 3 } }).png().toFile(at('plain.png')) // prettier-ignore
    await jestExpect(image).toLookLike('plain.png', { psnr: 45 })
    await jestExpect(image).not.toLookLike('blue.png', { psnr: 45 })
    expect(image.isDisposed).toBe(false)
    expect(tf.memory().numTensors).toBe(before)
    image.dispose()
  })

  it('checks every bound: psnr is 10 log10(1 / mse), ssim and dists are distances', async () => {
    const [a, b] = await Promise.all(['blue.png', 'red.png'].map((name) => sharp(at(name)).raw().toBuffer()))
    const squares = Array.from(a!, (value, i) => ((value - b![i]!) / 255) ** 2)
    const psnr = -10 * Math.log10(squares.reduce((sum, value) => sum + value) / squares.length)
    await jestExpect('blue.png').toLookLike('red.png', { psnr: psnr - 0.01 })
    const message = await failure(jestExpect('blue.png').toLookLike('red.png', { psnr: psnr + 0.01, ssim: 0.0001, dists: 0.99 }))
    expect(message).toContain(`psnr      ${String(Number(psnr.toPrecision(4)))} dB, at least`)
    expect(message).toMatch(/ssim +0\.\d+, at most 0\.0001: too far\n {2}dists +0\.\d+, at most 0\.99\n/)
    await jestExpect('near.png').toLookLike('blue.png', { lpips: 0.05, ssim: 0.05, dists: 0.05 })
    await jestExpect('red.png').not.toLookLike('blue.png')
  })

  it('takes any loss with its network', async () => {
    const extractor = await sharedVgg16()
    const loss = mse(featureAt('block1_conv2'))
    await jestExpect('near.png').toLookLike('blue.png', { loss, max: 10, extractor })
    await jestExpect('red.png').not.toLookLike('blue.png', { loss, max: 1e-3, extractor })
    expect(await failure(jestExpect('red.png').toLookLike('blue.png', { loss: mae(pixels), max: 0.01 }))).toMatch(/loss +0\.\d+, at most 0\.01: too far/)
    expect(extractor.isDisposed()).toBe(false)
    expect(await failure(jestExpect('red.png').toLookLike('blue.png', { loss, max: 1 }))).toContain('received no extractor')
  })

  it('names the pictures by the test, beside it, and updates as the snapshot state says', async () => {
    await rm(at('__diff__'), { recursive: true, force: true })
    const message = await failure(jestExpect('red.png').toLookLike('blue.png'))
    const files = ['actual', 'expected', 'heat'].map((what) => `app.test.js-the-app-its-button-blue-${what}.png`)
    expect((await readdir(at('__diff__'))).sort()).toEqual(files)
    for (const file of files) expect(message).toContain(join(folder, '__diff__', file))
    const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    update('new')
    await jestExpect('red.png').toLookLike('new/one.jpg')
    expect((await sharp(await readFile(at('new/one.jpg'))).metadata()).format).toBe('jpeg')
    update('all')
    await jestExpect('blue.png').toLookLike('blue.png')
    expect(await readdir(at('__diff__'))).toEqual([])
    await jestExpect('near.png').toLookLike('blue.png', { psnr: 60 })
    expect(await readFile(at('blue.png'))).toEqual(await readFile(at('near.png')))
    await jestExpect('red.png').not.toLookLike('blue.png')
    expect(await readFile(at('blue.png'))).toEqual(await readFile(at('near.png')))
    expect(said).toHaveBeenCalledTimes(2)
    said.mockRestore()
    update('none')
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('.tmp'))
  })

  it.each<readonly [string, unknown, unknown, unknown, string]>([
    ['an unknown bound', 'red.png', 'red.png', { lpisp: 1 }, "The bound 'lpisp': received 1, expected one of lpips, spot, dists, ssim, msSsim, psnr"],
    ['no bound', 'red.png', 'red.png', {}, 'The options: received {}, expected bounds such as { lpips: 0.05 }'],
    ['a limit that is none', 'red.png', 'red.png', { lpips: '0.1' }, 'The bound lpips: received "0.1", expected a number from 0 to 1'],
    ['NaN', 'red.png', 'red.png', { psnr: Number.NaN }, 'The bound psnr: received NaN, expected a number of dB above 0'],
    [
      'a similarity for a distance',
      'red.png',
      'red.png',
      { ssim: 0.95 },
      'The bound ssim: received 0.95, expected a number from 0 to 0.5: the distance 1 - SSIM',
    ],
    ['a bound beside a loss', 'red.png', 'red.png', { loss: mse(pixels), max: 1, lpips: 1 }, 'lpips: unknown option, expected one of loss, max, extractor'],
    ['a loss without max', 'red.png', 'red.png', { loss: mse(pixels) }, 'max: received undefined, expected a number'],
    ['a picture too small for MS-SSIM', 'red.png', 'blue.png', { msSsim: 0.1 }, 'both sides must be at least 161'],
    ['no picture', 5, 'red.png', undefined, 'The picture: received 5, expected the bytes of a picture file'],
    ['bytes that are no picture', Uint8Array.of(1, 2, 3), 'red.png', undefined, 'The picture of 3 bytes cannot be read'],
    ['a missing picture', 'gone.png', 'red.png', undefined, 'gone.png cannot be read: there is no such file or folder'],
    ['no reference', 'red.png', 5, undefined, "The reference: received 5, expected its path relative to the test file, such as 'login.png'"],
    ['a missing reference', 'red.png', 'gone.png', undefined, 'gone.png is missing, and references are not written on CI'],
  ])('refuses %s', async (_, picture, reference, options, message) => {
    const untyped = jestExpect(picture) as unknown as { readonly toLookLike: (...given: readonly unknown[]) => Promise<void> }
    expect(await failure(untyped.toLookLike(reference, options))).toContain(message)
  })

  it('rejects tensors of several pictures, and values that are not colours', async () => {
    const [two, loud] = [tf.zeros([2, 40, 60, 3]), tf.fill([40, 60, 3], 255)]
    expect(await failure(jestExpect(two).toLookLike('red.png'))).toContain('The picture: received a tensor [2, 40, 60, 3]')
    expect(await failure(jestExpect(loud).toLookLike('red.png'))).toContain('has values from 255 to 255; expected 0 to 1')
    two.dispose()
    loud.dispose()
  })
})
