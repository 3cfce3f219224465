/** The native backend keeps the memory of large tensors for the next ones, unless the user's environment says otherwise. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compiledUrl } from '../support/compiled.js'
import { root } from '../support/madeOnce.js'

const run = promisify(execFile)

/** How many pages of memory the system gave to ten results of 64 MB, each freed before the next. */
const pagesOfTen = async (environment: NodeJS.ProcessEnv): Promise<number> => {
  const program = `
    import * as tf from '@tensorflow/tfjs'
    const { useFastestBackend } = await import(${JSON.stringify(compiledUrl('src/node/index.ts'))})
    await useFastestBackend({ among: ['tfjs-node-gpu'] })
    const x = tf.ones([4096, 4096])
    tf.square(x).dispose()
    const before = process.resourceUsage().minorPageFault
    for (let i = 0; i < 10; i++) tf.square(x).dispose()
    console.log('PAGES ' + (process.resourceUsage().minorPageFault - before))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: root, env: environment })
  return Number(/PAGES (\d+)/.exec(stdout)?.[1])
}

describe.runIf(process.env['BACKEND'] === 'tensorflow')('the memory of large tensors', () => {
  // oneDNN, which TensorFlow uses by default on processors with VNNI, has an allocator of its own, with a variable of its own.
  it.each([
    ['without oneDNN', '0'],
    ['with oneDNN', '1'],
  ])('%s, it is kept, and goes back to the system where the environment says so', async (_name, oneDnn) => {
    const environment = { ...process.env, TF_ENABLE_ONEDNN_OPTS: oneDnn, TF_CPU_ALLOCATOR_USE_BFC: undefined, TF_ONEDNN_USE_SYSTEM_ALLOCATOR: undefined }
    const kept = await pagesOfTen(environment)
    const returned = await pagesOfTen({ ...environment, TF_CPU_ALLOCATOR_USE_BFC: 'false', TF_ONEDNN_USE_SYSTEM_ALLOCATOR: 'true' })
    // Ten results have 163,840 pages of 4 KiB, or 320 of 2 MiB.
    expect(returned).toBeGreaterThanOrEqual(320)
    expect(kept).toBeLessThan(returned / 10)
  })
})
