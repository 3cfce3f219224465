// A picture trained by a loss in an ONNX file, in plain JavaScript: the file gives the value and the gradient, Adam is ten lines.
import { env, InferenceSession, Tensor } from 'onnxruntime-web'

env.logLevel = 'error'
// More threads need a page that is isolated across origins.
env.wasm.numThreads = 1

const SHAPE = [1, 64, 64, 3]

/** Opens a file that toOnnx wrote with `gradient: true`; device is 'wasm' or 'webgpu'. */
export const openLoss = async (url, device) => {
  const session = await InferenceSession.create(url, { executionProviders: [device] })
  return async (target, prediction) => {
    const { value, gradient } = await session.run({ target: new Tensor('float32', target, SHAPE), prediction: new Tensor('float32', prediction, SHAPE) })
    return { value: value.data[0], gradient: gradient.data }
  }
}

/** Starts from grey and follows the gradient by Adam; `onStep(step, value, picture)` is called before each step. */
export const paint = async (loss, target, { steps, rate = 0.02, onStep }) => {
  const picture = new Float32Array(target.length).fill(0.5)
  const [mean, square] = [new Float32Array(target.length), new Float32Array(target.length)]
  for (let step = 0; step < steps; step++) {
    const { value, gradient } = await loss(target, picture)
    onStep(step, value, picture)
    const [meanScale, squareScale] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)]
    for (let i = 0; i < picture.length; i++) {
      mean[i] = 0.9 * mean[i] + 0.1 * gradient[i]
      square[i] = 0.999 * square[i] + 0.001 * gradient[i] ** 2
      const change = (rate * (mean[i] / meanScale)) / (Math.sqrt(square[i] / squareScale) + 1e-8)
      picture[i] = Math.min(1, Math.max(0, picture[i] - change))
    }
  }
  return picture
}
