/** The examples that train, long enough to have learned something. */
import { expect, it } from 'vitest'
import { scores } from '../../../src/index.js'
import { readImage } from '../../../src/node/index.js'
import { temporaryFolder } from '../../examples/folder.js'
import { run } from '../../examples/run.js'

const inFolder = temporaryFolder('training')

/** Minutes, on a busy machine without the native backend. */
const TIMEOUT = { timeout: 900_000 }

/** What was printed of a picture. */
const numbersOf = (text: string, name: string): { readonly psnr: number; readonly lpips: number } => {
  const [, psnr, lpips] = new RegExp(`^(?:│ )?${name} +(?:│ +|PSNR )(\\d+\\.\\d\\d)\\D+(\\d\\.\\d{4})`, 'm').exec(text)!
  return { psnr: Number(psnr), lpips: Number(lpips) }
}

it('denoise takes more noise away than a blur could leave', TIMEOUT, async () => {
  const { code, stdout } = await run('run.ts', ['denoise', '--steps', '100', '--size', '32', '--out', inFolder('denoise')])
  expect(code).toBe(0)
  const [noisy, denoised] = [numbersOf(stdout, 'noisy'), numbersOf(stdout, 'denoised')]
  expect(denoised.psnr).toBeGreaterThan(noisy.psnr + 5)
  expect(denoised.lpips).toBeLessThan(0.7 * noisy.lpips)
})

it('model.compile in eleven lines enlarges better than bilinear', TIMEOUT, async () => {
  const file = inFolder('enlarged.png')
  const { code } = await run('run.ts', ['model-compile', file])
  expect(code).toBe(0)
  const sheet = await readImage(file)
  expect(sheet.shape).toEqual([1, 128, 3 * 192, 3])
  const [bilinear, enlarged, large] = [0, 1, 2].map((cell) => sheet.slice([0, 0, cell * 192, 0], [1, 128, 192, 3]))
  expect(await scores.psnr(large!, enlarged!)).toBeGreaterThan((await scores.psnr(large!, bilinear!)) + 0.5)
})

it('super-resolution for the eye is nearer by LPIPS than on pixels alone, which is nearer in decibels', TIMEOUT, async () => {
  const quick = ['--warm-up', '100', '--steps', '60', '--batch', '4', '--size', '32', '--width', '32']
  const { code, stdout } = await run('run.ts', ['super-resolution', ...quick, '--out', inFolder('super-resolution')])
  expect(code).toBe(0)
  const [pixels, perceptual] = [numbersOf(stdout, 'pixels'), numbersOf(stdout, 'perceptual')]
  expect(perceptual.lpips).toBeLessThan(0.75 * pixels.lpips)
  expect(pixels.psnr).toBeGreaterThan(perceptual.psnr)
})
