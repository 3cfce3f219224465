/** Denoising with a prepared target, as a person runs it: tiny patches, few steps. */
import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { shapeOf, sheetOf, temporaryFolder } from '../../examples/folder.js'
import { run } from '../../examples/run.js'

const inFolder = temporaryFolder('denoise')

it('npm run example -- denoise trains, prints its numbers and writes a sheet', async () => {
  const out = inFolder('made')
  const { code, stdout, stderr } = await run('run.ts', ['denoise', '--steps', '4', '--size', '16', '--out', out])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(await readdir(out)).toEqual(['denoised.png'])
  expect(await shapeOf(`${out}/denoised.png`)).toEqual(sheetOf(3, 240, 360))
  expect(stdout).toMatch(/^step 4 of 4: loss 0\.\d{4}$/m)
  // Noise of deviation 0.12 has a PSNR of -20 log10(0.12) = 18.4 dB; what is clipped at black and white takes a little of it.
  const psnr = Number(/^noisy +PSNR (\d+\.\d\d) dB, LPIPS 0\.\d{4}$/m.exec(stdout)?.[1])
  expect(psnr).toBeGreaterThan(18.4)
  expect(psnr).toBeLessThan(18.9)
  expect(stdout).toMatch(/^denoised +PSNR \d+\.\d\d dB, LPIPS \d\.\d{4}$/m)
})

it('answers a wrong option with one line', async () => {
  const { code, stdout, stderr } = await run('run.ts', ['denoise', '--size', '8'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe("--size: received '8', expected a whole number from 16 to 256.\n")
})
