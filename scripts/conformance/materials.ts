/** The folder that the suite runs on: pictures as bytes, weights, the page with its bundle. */
import { build } from 'esbuild'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { squeezenetFile, vgg19File } from '../../test/support/sharedWeights.js'
import { PICTURES, type Crop, type NetworkName } from './suite.js'

const ROOT = new URL('../../', import.meta.url).pathname

const pictureFile = async (name: string, crop: Crop | undefined): Promise<Uint8Array> => {
  const image = sharp(join(ROOT, 'test/goldens/images', name)).removeAlpha()
  const [[top, bottom], [left, right]] = [crop?.rows ?? [0, 0], crop?.columns ?? [0, 0]]
  const cropped = crop === undefined ? image : image.extract({ top, left, height: bottom - top, width: right - left })
  const { data, info } = await cropped.raw().toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(8 + data.length)
  new DataView(bytes.buffer).setUint32(0, info.height, true)
  new DataView(bytes.buffer).setUint32(4, info.width, true)
  bytes.set(data, 8)
  return bytes
}

/** The networks whose weights are in the package. */
const PACKAGED = ['vgg16', 'alexnet', 'alexnetShiftTolerant'] as const

/** Lays everything into a folder; gives the networks whose weights are there. */
export const lay = async (folder: string): Promise<readonly NetworkName[]> => {
  for (const [name, { target, prediction, ...rest }] of Object.entries(PICTURES)) {
    const crop = 'crop' in rest ? rest.crop : undefined
    await writeFile(join(folder, `${name}.target`), await pictureFile(target, crop))
    await writeFile(join(folder, `${name}.prediction`), await pictureFile(prediction, crop))
  }
  for (const network of PACKAGED) await copyFile(join(ROOT, 'weights', `${network}.safetensors`), join(folder, `${network}.safetensors`))
  const own = [['vgg19', vgg19File()] as const, ['squeezenet', squeezenetFile()] as const]
  for (const [network, bytes] of own) if (bytes !== undefined) await writeFile(join(folder, `${network}.safetensors`), bytes)
  await writeFile(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>Conformance</title><script src="page.js"></script>')
  await build({
    absWorkingDir: ROOT,
    entryPoints: { page: 'scripts/conformance/page.ts' },
    outdir: folder,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    logLevel: 'error',
  })
  return [...PACKAGED, ...own.flatMap(([network, bytes]) => (bytes === undefined ? [] : [network]))] as const
}
