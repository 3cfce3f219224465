/**
 * Fine-tunes a published upscaler with a perceptual loss, and compares it on held-out pictures.
 *
 * npm ci --prefix examples/fine-tune && npm run example -- fine-tune --help
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { show } from '../src/index.js'
import { backendOption, parsed, startBackend, weight, whole } from './arguments.js'
import { bilinear, byUpscaler, comparison, resultOf, writeSheet } from './fine-tune/heldOut.js'
import { readPhotographs } from './fine-tune/photographs.js'
import { objective, train, type Training } from './fine-tune/train.js'
import { loadUpscaler, saveUpscaler } from './fine-tune/upscaler.js'
import { makeFolder } from './folder.js'
import { program } from './program.js'

const SPEC = {
  steps: { type: 'string', default: '150' },
  rate: { type: 'string', default: '0.0001' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'demo-output/fine-tune' },
  backend: { type: 'string', default: backendOption.default },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const HELP = `Fine-tunes a published upscaler (@upscalerjs/esrgan-slim, twice the sides) with a perceptual loss.
Trains the last four layers on the left two thirds of four photographs; compares on their right thirds and on a fifth.

Usage: npm ci --prefix examples/fine-tune          (once; installs the upscaler)
       npm run example -- fine-tune [options]

  --steps N               number of Adam steps (default: ${SPEC.steps.default})
  --rate X                learning rate (default: ${SPEC.rate.default})
  --seed N                seed of the patches (default: ${SPEC.seed.default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})`

const run = async ({ out, ...training }: Training & { readonly out: string }): Promise<void> => {
  const upscaler = await loadUpscaler()
  const { learned, heldOut } = await readPhotographs()
  console.log(`The loss:\n  ${show(objective)}\n`)
  const results = [await resultOf('bilinear', heldOut, bilinear), await resultOf('before', heldOut, byUpscaler(upscaler))] as const
  await train(upscaler, learned, training)
  const after = await resultOf('after', heldOut, byUpscaler(upscaler))
  console.log(`\nBefore → after:\n${comparison(results[1], after)}`)
  console.log('PSNR: higher is closer in pixels; LPIPS and DISTS: lower is closer for people.\n')
  const [sheet, folder] = [join(out, 'fine-tune.png'), join(out, 'upscaler')]
  await writeSheet(sheet, heldOut, [...results, after])
  await saveUpscaler(upscaler, pathToFileURL(`${resolve(folder)}/`))
  console.log(`${sheet}\n${join(folder, 'model.json')}`)
}

await program(async () => {
  const { help, ...values } = parsed(process.argv.slice(3), SPEC)
  if (help) console.log(HELP)
  else {
    const training = {
      steps: whole('--steps', values.steps, 1, 100_000),
      rate: weight('--rate', values.rate),
      seed: whole('--seed', values.seed, 0, 1_000_000),
    }
    await startBackend(values.backend)
    await makeFolder(values.out)
    await run({ ...training, out: values.out })
  }
  return 0
})
