/** The native backend in worker threads. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compiledUrl } from '../support/compiled.js'
import { root } from '../support/madeOnce.js'

const run = promisify(execFile)

/** Prints the norm of a gradient. */
const GRADIENT = `
  const norm = async () => {
    const tf = await import('@tensorflow/tfjs')
    const { compile, featureAt, mse, vgg16 } = await import(${JSON.stringify(compiledUrl('src/index.ts'))})
    const { useFastestBackend } = await import(${JSON.stringify(compiledUrl('src/node/index.ts'))})
    await useFastestBackend({ among: ['tfjs-node-gpu'] })
    const f = compile(mse(featureAt('block2_conv1')), await vgg16())
    const slope = tf.grad((x) => f(tf.zeros([1, 8, 8, 3]), x))(tf.ones([1, 8, 8, 3]))
    console.log('NORM ' + tf.norm(slope).dataSync()[0])
  }`

/** In a worker thread, in another one after it, and in the main thread. */
const PROGRAM = `${GRADIENT}
  const { Worker } = require('node:worker_threads')
  const inThread = () => new Promise((resolve) => new Worker(${JSON.stringify(`${GRADIENT}\nnorm()`)}, { eval: true }).on('exit', resolve))
  inThread().then(inThread).then(norm)`

describe.runIf(process.env['BACKEND'] === 'tensorflow')('the native backend', () => {
  it('starts again after the last thread that used it has ended', async () => {
    const { stdout } = await run(process.execPath, ['-e', PROGRAM], { cwd: root })
    const norms = [...stdout.matchAll(/NORM (.*)/g)].map(([, norm]) => Number(norm))
    expect(norms).toEqual([norms[0], norms[0], norms[0]])
    expect(norms[0]).toBeGreaterThan(0)
  })
})
