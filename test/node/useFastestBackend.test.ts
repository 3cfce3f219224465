/** The choice of the backend: which one, why, and that threads change no number. test/package/backends.test.ts chooses among what is installed. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, perceptual, vgg16 } from '../../src/index.js'
import { useFastestBackend } from '../../src/node/index.js'
import { noise } from '../support/images.js'
import { take } from '../support/tensors.js'

describe('what it is asked for', () => {
  it('takes the fastest of those named', async () => {
    expect(await useFastestBackend({ among: ['cpu'] })).toMatchObject({ backend: 'cpu', threads: 1 })
    expect(tf.getBackend()).toBe('cpu')
    expect(await useFastestBackend({ among: ['cpu', 'wasm'] })).toMatchObject({ backend: 'wasm' })
    expect(tf.getBackend()).toBe('wasm')
  })

  it('says where reduced precision changes nothing', async () => {
    const words = '; reducedPrecision changes nothing on this backend'
    for (const among of [['cpu'], ['wasm']] as const) {
      const plain = await useFastestBackend({ among })
      expect(await useFastestBackend({ among, reducedPrecision: true })).toMatchObject({ reason: `${plain.reason}${words}` })
      expect(plain.reason).not.toContain(words)
    }
  })

  it('rejects unknown values', async () => {
    await expect(useFastestBackend({ among: [] })).rejects.toThrow('among: received [], expected a list of some of tfjs-node-gpu, tfjs-node, wasm, cpu.')
    await expect(useFastestBackend({ among: ['webgl' as 'wasm'] })).rejects.toThrow('among: received ["webgl"], expected a list of some of')
    await expect(useFastestBackend({ reducedPrecision: 'yes' as unknown as boolean })).rejects.toThrow(
      'reducedPrecision: received "yes", expected true or false.',
    )
    await expect(useFastestBackend({ graphs: 1 as unknown as boolean })).rejects.toThrow('graphs: received 1, expected true or false.')
    for (const threads of [0, 9, 1.5, Number.NaN])
      await expect(useFastestBackend({ among: ['wasm'], threads })).rejects.toThrow(/threads: received .*, expected a whole number from 1 to 8\./)
  })
})

describe('WASM with threads', () => {
  const plain = tf.findBackendFactory('wasm')

  const measured = async (threads: number) => {
    // As before it ever started; this file has no tensors from then.
    tf.removeBackend('wasm')
    tf.registerBackend('wasm', plain, 2)
    expect(await useFastestBackend({ among: ['wasm'], threads })).toMatchObject({ backend: 'wasm', threads })
    const extractor = await vgg16()
    const f = compile(perceptual(), extractor)
    const [target, image] = [noise(1, [1, 40, 32, 3]), noise(2, [1, 40, 32, 3])]
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => f(target, x as tf.Tensor4D))(image)
    const result = { value: take(value)[0] ?? 0, gradient: take(grad) }
    extractor.dispose()
    return result
  }

  it('start once for two calls at the same time', async () => {
    tf.removeBackend('wasm')
    tf.registerBackend('wasm', plain, 2)
    const chosen = await Promise.all([1, 2].map(() => useFastestBackend({ among: ['wasm'], threads: 2 })))
    expect(chosen.map(({ reason }) => reason)).toEqual(['WebAssembly with 2 threads', 'WebAssembly with 2 threads, as it was running'])
  })

  it('that do not start leave one, and the reason says why', async () => {
    tf.removeBackend('wasm')
    tf.registerBackend('wasm', plain, 2)
    const { TMPDIR } = process.env
    process.env['TMPDIR'] = '/nowhere'
    const chosen = await useFastestBackend({ among: ['wasm'], threads: 2 })
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
    expect(chosen).toMatchObject({
      threads: 1,
      reason:
        'WebAssembly with one thread: more did not start (/nowhere cannot be written to: there is no such file or folder; set TMPDIR, on Windows TEMP, to a folder that can)',
    })
    expect(take(tf.add(1, 2))[0]).toBe(3)
  })

  it('give the numbers of one thread: a loss over VGG16 and its gradient', async () => {
    const one = await measured(1)
    expect(one.value).toBeGreaterThan(0)
    // Each thread computes whole outputs, so no sum is taken in another order.
    for (const threads of [2, 4]) expect(await measured(threads)).toEqual(one)
  })
})
