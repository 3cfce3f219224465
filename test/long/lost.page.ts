/** In a page: a loss over a small network on WebGL, whose context is lost and restored. */
import * as tf from '@tensorflow/tfjs'
import { compile, LossException, perceptual, restartBackend, vgg16 } from '../../src/index.js'

interface Gl {
  readonly gpgpu: { readonly gl: WebGL2RenderingContext }
}

const said = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'it was done'
  } catch (error) {
    return error instanceof LossException ? error.error._tag : String(error)
  }
}

/** What happened, step by step. */
export const lose = async (weights: string): Promise<readonly unknown[]> => {
  await tf.setBackend('webgl')
  const network = await vgg16({ weights })
  const f = compile(perceptual(['block1_conv2']), network)
  const picture = (seed: number) => tf.tidy(() => tf.sigmoid(tf.randomNormal<tf.Rank.R4>([1, 8, 8, 3], 0, 1, 'float32', seed)))
  const number = async (g: typeof f): Promise<number> => (await g(picture(1), picture(2)).data())[0] ?? Number.NaN
  const before = await number(f)
  const [a, b] = [picture(1), picture(2)]
  const prepared = f.prepare(a)
  ;(tf.backend() as unknown as Gl).gpgpu.gl.getExtension('WEBGL_lose_context')?.loseContext()
  const lost = [
    await said(() => f(a, b)),
    await said(() => prepared(b)),
    await said(() => f.prepare(a)),
    await said(() => f.breakdown(a, b)),
    await said(() => compile(perceptual(['block1_conv1']), network)),
  ]
  await restartBackend()
  const after = await number(f)
  const again = await number(compile(perceptual(['block1_conv2']), network))
  prepared.dispose()
  f.dispose()
  network.dispose()
  return [tf.getBackend(), before, lost, after, again]
}

Object.assign(window, { lose })
