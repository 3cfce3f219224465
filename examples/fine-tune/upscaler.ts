/** The published upscaler: ESRGAN Slim of UpscalerJS (MIT), a tf.LayersModel that doubles the sides of a picture. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs'
import type { LayersModel, Tensor4D } from '@tensorflow/tfjs'
import { UsageError } from '../arguments.js'

/** Enlargement of each side. */
export const FACTOR = 2

const PUBLISHED = new URL('node_modules/@upscalerjs/esrgan-slim/models/x2/', import.meta.url)

/**
 * The layers that are trained, the last four convolutions: 124,723 of the 222,075 weights.
 *
 * On WASM the gradient in the input of UPN1 (5 x 5, 64 channels) takes half the time of the whole network, forward and backward; training all layers gave LPIPS within a tenth of these.
 */
const TRAINED: ReadonlySet<string> = new Set(['UPN1', 'UPN2', 'UPN3', 'SR'])

/** Parts of model.json that are read. */
interface ModelFile {
  readonly modelTopology: object
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: tf.io.WeightsManifestEntry[] }[]
}

/** Loads the upscaler from the folder of a model.json; by default the published one. */
export const loadUpscaler = async (folder: URL = PUBLISHED): Promise<LayersModel> => {
  const { modelTopology, weightsManifest } = JSON.parse(await readInstalled(new URL('model.json', folder))) as ModelFile
  const [group] = weightsManifest
  const { buffer } = Uint8Array.from(await readFile(new URL(group?.paths[0] ?? '', folder)))
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: group?.weights ?? [], weightData: buffer }))
  for (const layer of model.layers) layer.trainable = TRAINED.has(layer.name)
  return model
}

const readInstalled = async (file: URL): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new UsageError('The upscaler is not installed; run npm ci --prefix examples/fine-tune.')
  }
}

/** Writes model.json and the weights to a folder, as tf.loadLayersModel reads them. */
export const saveUpscaler = async (model: LayersModel, folder: URL): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const write: tf.io.SaveHandler = async ({ modelTopology, weightSpecs, weightData }) => {
    const [manifest, bytes] = [[{ paths: ['weights.bin'], weights: weightSpecs }], new Uint8Array(weightData as ArrayBuffer)]
    await writeFile(new URL('model.json', folder), JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest }))
    await writeFile(new URL('weights.bin', folder), bytes)
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
  }
  await model.save(tf.io.withSaveHandler(write))
}

/** Pictures [batch, height, width, 3] in [0, 1] with doubled sides; the network itself takes and gives 0 to 255. */
export const enlarged = (upscaler: LayersModel, small: Tensor4D): Tensor4D =>
  tf.tidy(() => tf.div<Tensor4D>(upscaler.apply(tf.mul(small, 255)) as Tensor4D, 255))

/** Pictures of half the sides: each pixel is the mean of four. */
export const halved = (pictures: Tensor4D): Tensor4D => tf.avgPool(pictures, FACTOR, FACTOR, 'valid')
