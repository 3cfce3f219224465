/** In a page: losses of pictures of 0..255 under the default range, and what is warned of. */
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-webgpu'
import { compile, mse, pixels } from '../../src/index.js'

/** The backend, the warnings of three calls and of a gradient, and the tensors that stay. */
export const warned = async (
  backend: string,
  factor: number,
): Promise<{ readonly backend: string; readonly warnings: readonly string[]; readonly left: number }> => {
  await tf.setBackend(backend)
  await tf.ready()
  const warnings: string[] = []
  const warn = console.warn
  console.warn = (text: unknown) => void warnings.push(String(text))
  const [x, y] = [tf.fill<tf.Rank.R4>([1, 8, 8, 3], factor), tf.fill<tf.Rank.R4>([1, 8, 8, 3], 0.5)]
  const before = tf.memory().numTensors
  const f = compile(mse(pixels))
  for (let i = 0; i < 3; i++) {
    const value = f(x, y)
    await value.data()
    value.dispose()
  }
  const gradient = tf.grad((z) => f(x, z))(y)
  await gradient.data()
  gradient.dispose()
  f.dispose()
  await new Promise((resolve) => void setTimeout(resolve, 200))
  console.warn = warn
  return { backend: tf.getBackend(), warnings, left: tf.memory().numTensors - before }
}

Object.assign(window, { warned })
