/** The ops for moments of pairs and for sums in windows on the native backend; test/core/tensors compares their numbers with double precision. */
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { hasNativeMoments, nativeMoments, nativeMomentsGradient } from '../../../../src/core/tensors/native/nativeMoments.js'
import { hasNativeWindowSums, nativeWindowSums } from '../../../../src/core/tensors/native/nativeWindowSums.js'
import { compiledUrl } from '../../../support/compiled.js'
import { noise } from '../../../support/images.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** A build for x86-64 on Linux has the ops wherever the processor has AVX2. */
const hasAvx2 = async (): Promise<boolean> => process.arch === 'x64' && (await readFile('/proc/cpuinfo', 'utf8').catch(() => '')).includes(' avx2 ')

describe.runIf(process.env['BACKEND'] === 'tensorflow')('the ops', () => {
  it('are there where the processor has AVX2', async () => {
    const expected = await hasAvx2()
    expect([hasNativeMoments(), hasNativeWindowSums()], 'npm run native compiles them').toEqual([expected, expected])
  })
})

it.runIf(process.env['BACKEND'] !== 'tensorflow')('other backends have none', () => {
  expect([hasNativeMoments(), hasNativeWindowSums()]).toEqual([false, false])
})

describe.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeMoments())('where they are, they', () => {
  it('reject tensors that do not fit', () => {
    const [x, y, moments] = [noise(1, [1, 4, 5, 3]), noise(2, [1, 5, 4, 3]), tf.zeros<tf.Rank.R3>([7, 1, 3])]
    expect(() => nativeMoments(x, y)).toThrow('Two tensors of pictures of the same sides are expected.')
    expect(() => nativeMomentsGradient(x, x, moments, moments)).toThrow('Two tensors of pictures, their moments and slopes are expected.')
    const weights = tf.ones<tf.Rank.R1>([5])
    expect(() => nativeWindowSums(x, weights, weights, false)).toThrow('Pictures, and weights for rows and columns that fit into them, are expected.')
  })

  it('give the same bits with any number of threads', () => {
    const program = `
      import * as tf from '@tensorflow/tfjs'
      import { createHash } from 'node:crypto'
      import { useFastestBackend } from ${JSON.stringify(compiledUrl('src/node/index.ts'))}
      import { nativeMoments, nativeMomentsGradient } from ${JSON.stringify(compiledUrl('src/core/tensors/native/nativeMoments.ts'))}
      import { nativeWindowSums } from ${JSON.stringify(compiledUrl('src/core/tensors/native/nativeWindowSums.ts'))}
      import { l2PoolGradientOp, l2PoolOp } from ${JSON.stringify(compiledUrl('src/layers/kernels/native/l2PoolOps.ts'))}
      await useFastestBackend({ among: ['tfjs-node-gpu'] })
      const numbers = (shape, seed) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(seed + 7 * i)), shape)
      const hash = createHash('sha256')
      for (const shape of [[1, 5, 4, 16], [2, 150, 131, 48], [1, 90, 77, 144]]) {
        const [x, y, weights] = [numbers(shape, 1), numbers(shape, 2), numbers([4], 3)]
        const [moments, pooled] = [nativeMoments(x, y), l2PoolOp(x)]
        const results = [moments, nativeMomentsGradient(x, y, moments, tf.slice(moments, [0, 0, 0], [3, -1, -1])), pooled, l2PoolGradientOp(pooled, x, pooled)]
        for (const around of [false, true]) results.push(nativeWindowSums(x, weights, weights, around))
        for (const result of results) hash.update(result.dataSync())
      }
      console.log(hash.digest('hex'))`
    const [one, ...others] = ['1', '2', '3', '16'].map((threads) => {
      const env = { ...process.env, TF_NUM_INTRAOP_THREADS: threads }
      return spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, encoding: 'utf8', env }).stdout
    })
    expect(one).toMatch(/^[0-9a-f]{64}\n$/)
    expect(others).toEqual([one, one, one])
  })
})
