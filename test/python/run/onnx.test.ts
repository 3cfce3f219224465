/**
 * Whole networks through ONNX against PyTorch: features to 1e-4 of their norm, the gradient of a loss on them to 1e-3 of its. Random weights, small pictures.
 *
 * Exported by both of PyTorch's exporters (export_onnx.py). Seen on WASM: features 2e-6 or nearer, gradients 1.5e-4 (ResNet-50) or nearer.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonOf } from '../../../scripts/python/environment.js'
import { compile, featureAt, mse, sum } from '../../../src/index.js'
import { fromOnnx } from '../../../src/onnx/index.js'
import { norm, take } from '../../support/tensors.js'
import { tapOf } from '../../onnx/onnxNetworks.js'

const NETWORKS = ['resnet50', 'convnext_tiny', 'vit_b_16', 'swin_t', 'mobilenet_v3_large', 'efficientnet_b0', 'inception_v3', 'densenet121', 'dinov2'] as const

interface Written {
  readonly side: number
  readonly layers: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly loss: number
}

const run = promisify(execFile)
let folder = ''

/** An environment that somebody else made (PYTHON_ENVIRONMENTS) may lack the exporter. */
const python = await pythonOf('torch')
const hasExporter = await run(python, ['-c', 'import onnx, onnxscript']).then(
  () => true,
  () => false,
)

const floats = async (name: string): Promise<Float32Array> => new Float32Array(Uint8Array.from(await readFile(join(folder, name))).buffer)

const distance = (ours: Float32Array, theirs: Float32Array): number => {
  expect(ours).toHaveLength(theirs.length)
  return norm(ours.map((x, i) => x - (theirs[i] ?? Number.NaN))) / norm(theirs)
}

beforeAll(async () => {
  if (!hasExporter) return
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-onnx-'))
  const script = fileURLToPath(new URL('export_onnx.py', import.meta.url))
  await run(python, [script, folder, ...NETWORKS], { maxBuffer: 1e8 })
}, 900_000)

afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true })
})

describe.each(NETWORKS)('%s', (name) => {
  it('has the features and the gradient of PyTorch', async ({ skip }) => {
    skip(!hasExporter, `${python} has no onnx and onnxscript`)
    const { side, layers, loss } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as Written
    const names = layers.map((layer) => layer.name)
    const extractor = await fromOnnx(join(folder, `${name}.onnx`), { input: 'unit', layers: names })
    const [target, prediction] = await Promise.all(
      ['target', 'prediction'].map(async (kind): Promise<Tensor4D> => tf.tensor4d(await floats(`${name}.${kind}`), [2, side, side, 3])),
    )
    const features = tf.tidy(() => [...extractor.features(prediction!, names.map(tapOf), 'network')])
    for (const [i, layer] of layers.entries()) {
      expect(features[i]?.shape, layer.name).toEqual(layer.shape)
      expect(distance(take(features[i]!), await floats(`${name}.${layer.name}`)), layer.name).toBeLessThan(1e-4)
    }
    const f = compile(sum(...names.map((layer) => mse(featureAt(layer)))), extractor, { preprocess: 'none' })
    const { value, grad } = tf.valueAndGrad((x) => f(target!, x as Tensor4D))(prediction!)
    expect(Math.abs((take(value)[0] ?? Number.NaN) / loss - 1)).toBeLessThan(1e-4)
    expect(distance(take(grad), await floats(`${name}.gradient`))).toBeLessThan(1e-3)
    tf.dispose([target!, prediction!])
    extractor.dispose()
  })
})
