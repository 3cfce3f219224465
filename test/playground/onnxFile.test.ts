/** The loss on the page as an ONNX file: of the size of its pictures; the reason in one line where there is none. */
import * as tf from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { expect, it } from 'vitest'
import { onnxFile } from '../../playground/engine/onnxFile.js'
import { compile, defineMetric, mse, pixels, sum, weighted, mae } from '../../src/index.js'
import { runOnnx, smooth } from '../support/onnxRuntime.js'
import { takeNumber } from '../support/tensors.js'

it('has the value of the compiled loss', async () => {
  const loss = sum(mse(pixels), weighted(0.5, mae(pixels)))
  const file = await onnxFile({ loss, extractor: undefined }, { width: 12, height: 8 })
  const [target, prediction] = [smooth([1, 8, 12, 3], 1), smooth([1, 8, 12, 3], 2)] as [tf.Tensor4D, tf.Tensor4D]
  const outputs = await runOnnx(E.getOrElse<unknown, Uint8Array>(() => new Uint8Array())(file), { target, prediction })
  // Sums of float32 in another order.
  expect(outputs['value']?.[0]).toBeCloseTo(takeNumber(compile(loss)(target, prediction)), 6)
  tf.dispose([target, prediction])
})

it('says in one line which loss has none: one that reads numbers', async () => {
  const reading = defineMetric({
    id: 'reading',
    laws: () => ({ symmetric: false, zeroOnIdentity: true, range: () => [-Infinity, Infinity], smooth: true }),
    latex: () => (a, b) => `${a}${b}`,
    apply: () => (reference, prediction) => {
      const [first = 0] = prediction.dataSync()
      return tf.mul(tf.mean(tf.sub(prediction, reference), [1, 2, 3]), first)
    },
  })
  const file = await onnxFile({ loss: reading(pixels), extractor: undefined }, { width: 12, height: 8 })
  expect(E.isLeft(file) && file.left).toMatch(/^The loss cannot be written as ONNX: [^\n]+$/)
})
