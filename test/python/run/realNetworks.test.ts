/**
 * Trained networks from a package of PyPI, rapidocr-onnxruntime (Apache-2.0): a classifier, MobileNetV3, and a detector, PP-LCNetV3 with a feature pyramid, up to its transposed convolutions.
 * Features through `fromOnnx` are those of onnxruntime, to 1e-4 of their norm.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import Pbf from 'pbf'
import { describe, expect, it } from 'vitest'
import { pythonOf } from '../../../scripts/python/environment.js'
import { compile, cosine, featureAt } from '../../../src/index.js'
import { fromOnnx } from '../../../src/onnx/index.js'
import { tapOf } from '../../onnx/onnxNetworks.js'
import { goldenImage } from '../../support/images.js'
import { runOnnx } from '../../support/onnxRuntime.js'
import { gradientOf, norm, take } from '../../support/tensors.js'

const python = await pythonOf('onnxruntime')
const { stdout } = await promisify(execFile)(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'])
const file = (name: string): Promise<Uint8Array> => readFile(join(stdout.trim(), 'rapidocr_onnxruntime', 'models', `${name}.onnx`))

/** The file with more outputs: a second graph message in a model is merged with the first. */
const withOutputs = (model: Uint8Array, names: readonly string[]): Uint8Array => {
  const more = new Pbf()
  const graph = new Pbf()
  names.forEach((name) => {
    const port = new Pbf()
    port.writeStringField(1, name)
    graph.writeBytesField(12, port.finish())
  })
  more.writeBytesField(7, graph.finish())
  return Buffer.concat([model, more.finish()])
}

/** Channels last, as the extractor gives them. */
const channelsLast = (values: Float32Array, shape: readonly number[]): Float32Array =>
  shape.length !== 4
    ? values
    : take(tf.tidy(() => tf.transpose(tf.tensor4d(values, [shape[0] ?? 0, shape[3] ?? 0, shape[1] ?? 0, shape[2] ?? 0]), [0, 2, 3, 1])))

/** The output that the classifier's file has already. */
const OUTPUT = 'save_infer_model/scale_0.tmp_1'

/** The height and width of the pictures, and the layers, shallow to deep. */
const NETWORKS: Readonly<Record<string, { readonly size: readonly [number, number]; readonly layers: readonly string[] }>> = {
  'ch_ppocr_mobile_v2.0_cls_infer': {
    size: [48, 192],
    layers: ['conv2d_53.tmp_0', 'batch_norm_10.tmp_2', 'tmp_2', 'batch_norm_26.tmp_2', OUTPUT],
  },
  'ch_PP-OCRv4_det_infer': {
    size: [64, 96],
    layers: ['p2o.Mul.7', 'hardswish_60.tmp_0', 'conv2d_457.tmp_0', 'p2o.Add.171', 'hardsigmoid_10.tmp_0', 'batch_norm_0.tmp_4'],
  },
}

describe.each(Object.entries(NETWORKS))('%s', (name, { size, layers }) => {
  it('has the features of onnxruntime', { timeout: 300_000 }, async () => {
    const model = await file(name)
    const whole = await fromOnnx(model, { input: { mean: 0.5, std: 0.5 }, layers })
    const photo = await goldenImage('coffee.png')
    const images = tf.tidy((): Tensor4D => tf.sub(tf.mul(tf.image.resizeBilinear(photo, [...size]), 2), 1))
    const features = tf.tidy((): Tensor[] => [...whole.features(images, layers.map(tapOf), 'network')])
    const theirs = await runOnnx(
      withOutputs(
        model,
        layers.filter((layer) => layer !== OUTPUT),
      ),
      { x: tf.tidy(() => tf.transpose(images, [0, 3, 1, 2])) },
    )
    for (const [i, layer] of layers.entries()) {
      const [ours, found] = [features[i], theirs[layer]]
      expect(found, layer).toBeDefined()
      const expected = channelsLast(found ?? new Float32Array(), ours?.shape ?? [])
      const off = norm(take(ours ?? tf.scalar(0)).map((x, at) => x - (expected[at] ?? Number.NaN))) / norm(expected)
      expect(off, layer).toBeLessThan(1e-4)
      expect(norm(expected), layer).toBeGreaterThan(0)
    }
    // As an extractor: a loss over it reaches the picture.
    const f = compile(cosine(featureAt(layers[2] ?? '')), whole)
    const [target, prediction] = [photo, await goldenImage('coffee_blur.png')].map((picture) => tf.tidy(() => tf.image.resizeBilinear(picture, [...size])))
    const gradient = gradientOf((x) => f(target!, x), prediction!)
    expect(norm(gradient)).toBeGreaterThan(0)
    expect(gradient.every(Number.isFinite)).toBe(true)
    whole.dispose()
  })
})
