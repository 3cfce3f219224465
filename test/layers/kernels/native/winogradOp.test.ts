/** The op for convolutions on the native backend, against sums in double precision; which convolutions it takes; and how `npx perceptual-loss native` leaves it out. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { layConvolutions } from '../../../../src/cli/native/convolutionAddon.js'
import type { Convolver } from '../../../../src/layers/kernels/convolver.js'
import { hasNativeOps } from '../../../../src/layers/kernels/native/hasNativeOps.js'
import { winogradOpConvolver, type Rounding } from '../../../../src/layers/kernels/native/winogradOp.js'
import { CONVOLUTION_ADDON } from '../../../../src/node/loadConvolutions.js'
import { compiledUrl } from '../../../support/compiled.js'
import { convolved } from '../../../support/convolved.js'
import { programIn, putIn } from '../../../support/fakePrograms.js'
import { noise } from '../../../support/images.js'
import { leaked, norm, take } from '../../../support/tensors.js'

const SAME = { stride: 1, padding: 'same' } as const
const ROOT = join(import.meta.dirname, '../../../..')

const centred = (seed: number, shape: readonly [number, number, number, number]): Tensor4D => tf.tidy(() => tf.sub<Tensor4D>(noise(seed, shape), 0.5))
const biasOf = (seed: number, channels: number): Tensor1D => tf.tidy(() => tf.reshape(centred(seed, [1, 1, 1, channels]), [channels]))

const convolver = (filter: Tensor4D, bias: Tensor1D | undefined, rounding: Rounding): Convolver => {
  const made = winogradOpConvolver(filter, bias, SAME, rounding)
  if (made === undefined) throw new Error(`The op must convolve a filter ${filter.shape.join(' x ')}.`)
  return made
}

/** How far a is from b, as a part of b's norm. */
const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number => norm(Array.from(a, (v, i) => v - (b[i] ?? Number.NaN))) / norm(b)

// Every remainder of the sides by four; tiles cut at both edges; several pictures; and more tiles than are computed at a time, in parts that do not fit.
const SIZES = [
  [1, 1, 1],
  [1, 2, 7],
  [2, 3, 3],
  [1, 4, 4],
  [3, 5, 6],
  [1, 9, 8],
  [2, 13, 10],
  [1, 39, 42],
] as const

// Filters of up to 524,288 numbers are transformed once; larger ones in each call.
const FILTERS = [
  ['little', 3, 16, 32],
  ['little', 3, 80, 96],
  ['little', 3, 512, 288],
  ['little', 5, 16, 32],
  ['more', 3, 16, 32],
  ['more', 3, 48, 64],
  ['more', 3, 80, 96],
  ['more', 3, 512, 288],
  ['more', 5, 16, 32],
  ['more', 5, 80, 64],
  ['more', 5, 256, 192],
] as const

/** Float32 sums of up to 6,400 products: F(2, 3) rounds about as much as the plain sum, F(4, 3) and F(2, 5) about four times as much, and F(4, 5) four times as much as these. */
const toleranceOf = (taps: number, rounding: Rounding): number => (rounding === 'little' ? (taps === 3 ? 1e-6 : 3e-6) : taps === 3 ? 3e-6 : 1.2e-5)

/** A build for x86-64 on Linux has the op wherever the processor has AVX2. */
const hasAvx2 = async (): Promise<boolean> => process.arch === 'x64' && (await readFile('/proc/cpuinfo', 'utf8').catch(() => '')).includes(' avx2 ')

describe.runIf(process.env['BACKEND'] === 'tensorflow')('the op', () => {
  it('is there where the processor has AVX2', async () => {
    expect(hasNativeOps(), 'npm run native compiles it').toBe(await hasAvx2())
  })

  describe.each(FILTERS)('with %s rounding, of %i taps a side, from %i to %i channels', (rounding, taps, input, output) => {
    const [filter, bias] = [centred(1, [taps, taps, input, output]), biasOf(2, output)]

    it.each(SIZES.slice(0, input > 100 ? 5 : SIZES.length))(
      'is the plain convolution of [%i, %i, %i], with and without ReLU and bias',
      (batch, height, width) => {
        const x = centred(3, [batch, height, width, input])
        const [exact, without] = [convolved(x, filter, bias), convolved(x, filter, undefined)]
        const tolerance = toleranceOf(taps, rounding)
        const [ours, oursWithout] = [convolver(filter, bias, rounding), convolver(filter, undefined, rounding)]
        expect(apart(take(ours.run(x, false)), exact)).toBeLessThan(tolerance)
        const rectified = exact.map((v) => Math.max(0, v))
        expect(norm(take(ours.run(x, true)).map((v, i) => v - (rectified[i] ?? Number.NaN)))).toBeLessThan(tolerance * norm(exact))
        expect(apart(take(oursWithout.run(x, false)), without)).toBeLessThan(tolerance)
        ours.dispose()
        oursWithout.dispose()
      },
    )

    it.each(SIZES.filter(([, height, width]) => Math.min(height, width) >= taps).slice(0, input > 100 ? 2 : SIZES.length))(
      'is the plain convolution of [%i, %i, %i] without padding',
      (batch, height, width) => {
        const [x, inside] = [centred(3, [batch, height, width, input]), { stride: 1, padding: 0 }]
        const ours = winogradOpConvolver(filter, bias, inside, rounding)
        const y = tf.tidy(() => ours?.run(x, false) ?? x)
        expect(y.shape).toEqual([batch, height - taps + 1, width - taps + 1, output])
        expect(apart(take(y), convolved(x, filter, bias, inside))).toBeLessThan(toleranceOf(taps, rounding))
        ours?.dispose()
      },
    )

    it('of a batch is that of its pictures', () => {
      const [a, b] = [centred(5, [1, 6, 7, input]), centred(6, [1, 6, 7, input])]
      const { run, dispose } = convolver(filter, bias, rounding)
      const together = take(tf.tidy(() => run(tf.concat([a, b]), true)))
      expect(together).toEqual(Float32Array.of(...take(run(a, true)), ...take(run(b, true))))
      dispose()
    })

    it('is NaN where a neighbour is, also after a ReLU, and infinite or NaN where one is infinite', () => {
      const { run, dispose } = convolver(filter, bias, rounding)
      for (const odd of [Number.NaN, Infinity])
        for (const relu of [false, true]) {
          const x = tf.buffer([1, 9, 9, input])
          x.set(odd, 0, 4, 4, 1)
          const centre = take(tf.tidy(() => tf.slice(run(x.toTensor() as Tensor4D, relu), [0, 4, 4, 0], [1, 1, 1, output])))
          const finite = centre.filter((v) => Number.isFinite(v))
          // A ReLU makes minus infinity 0.
          if (relu && odd === Infinity) expect(finite.length).toBeLessThan(output)
          else expect(finite).toHaveLength(0)
        }
      dispose()
    })

    it('of an empty batch is empty, and leaves nothing behind', () => {
      const { run, dispose } = convolver(filter, bias, rounding)
      expect(tf.tidy(() => run(tf.zeros([0, 4, 4, input]), true).shape)).toEqual([0, 4, 4, output])
      dispose()
      const x = centred(7, [1, 6, 5, input])
      const used = (): void => {
        const made = convolver(filter, bias, rounding)
        made.run(x, true).dispose()
        made.dispose()
      }
      expect(leaked(used)).toBe(0)
    })
  })

  it('is the plain convolution where a filter that is not kept has more tiles than are computed at a time', () => {
    const [filter, x] = [centred(1, [5, 5, 272, 96]), centred(3, [1, 23, 22, 272])]
    const { run, dispose } = convolver(filter, undefined, 'more')
    expect(apart(take(tf.tidy(() => run(x, false))), convolved(x, filter, undefined))).toBeLessThan(toleranceOf(5, 'more'))
    dispose()
  })

  it('is not for other windows and channels', () => {
    const of = (shape: [number, number, number, number], stride = 1, padding: 'same' | number = 'same') =>
      winogradOpConvolver(tf.zeros(shape), undefined, { stride, padding }, 'more')
    expect([of([7, 7, 16, 32]), of([3, 3, 16, 32], 2), of([3, 3, 16, 32], 1, 2), of([3, 3, 8, 32]), of([3, 3, 16, 16]), of([3, 1, 16, 32])]).toEqual(
      Array.from({ length: 6 }, () => undefined),
    )
  })

  it('rejects inputs of other channels and types', () => {
    const { run, dispose } = convolver(centred(1, [3, 3, 16, 32]), undefined, 'more')
    expect(() => run(tf.zeros([1, 4, 4, 32]), false)).toThrow(
      'The input, the weights and the bias have channels that do not fit, or the input is smaller than a window.',
    )
    expect(() => run(tf.zeros([1, 4, 4, 16], 'int32'), false)).toThrow(/int32|float/)
    dispose()
    const inside = winogradOpConvolver(centred(1, [5, 5, 16, 32]), undefined, { stride: 1, padding: 0 }, 'little')
    expect(() => inside?.run(tf.zeros([1, 4, 9, 16]), false)).toThrow(
      'The input, the weights and the bias have channels that do not fit, or the input is smaller than a window.',
    )
    inside?.dispose()
  })

  it('gives the same bits with any number of threads', () => {
    const program = `
      import * as tf from '@tensorflow/tfjs'
      import { createHash } from 'node:crypto'
      import { useFastestBackend } from ${JSON.stringify(compiledUrl('src/node/index.ts'))}
      import { phasesConvolver } from ${JSON.stringify(compiledUrl('src/layers/kernels/native/phasesConvolver.ts'))}
      import { winogradOpConvolver } from ${JSON.stringify(compiledUrl('src/layers/kernels/native/winogradOp.ts'))}
      await useFastestBackend({ among: ['tfjs-node-gpu'] })
      const numbers = (shape, seed) => tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(seed + 7 * i)), shape)
      const hash = createHash('sha256')
      const add = (channels, outputs, sides, taps = 3) => {
        const { run } = winogradOpConvolver(numbers([taps, taps, channels, outputs], 1), undefined, { stride: 1, padding: 'same' }, 'more')
        for (const side of sides) hash.update(run(numbers([1, side, side, channels], 2), true).dataSync())
      }
      add(32, 64, [5, 41, 64, 41, 5])
      add(512, 128, [3, 50])
      add(64, 192, [9, 31], 5)
      const { run } = phasesConvolver(numbers([11, 11, 3, 64], 1), undefined, { stride: 4, padding: 2 }, 'more')
      for (const side of [31, 130]) hash.update(run(numbers([1, side, side, 3], 2), true).dataSync())
      console.log(hash.digest('hex'))`
    // The larger filter has 4 or 8 panels of channels.
    const [one, ...others] = ['1', '2', '3', '40'].map((threads) => {
      const env = { ...process.env, TF_NUM_INTRAOP_THREADS: threads }
      return spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, encoding: 'utf8', env }).stdout
    })
    expect(one).toMatch(/^[0-9a-f]{64}\n$/)
    expect(others).toEqual([one, one, one])
  })
})

describe('the installer leaves the op out, and fails nothing', () => {
  const laid = async (compiler: string): Promise<boolean> => {
    const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-op-'))
    const path = process.env['PATH']
    process.env['PATH'] = join(folder, 'bin')
    try {
      await programIn(folder, 'g++', `case "$*" in *--version*) exit 0;; esac\n${compiler}`)
      await putIn(folder, 'pack/main.js', 'exports.backend = () => ({})')
      await putIn(folder, 'pack/package.json', JSON.stringify({ main: 'main.js' }))
      await layConvolutions(join(folder, 'cache'), join(folder, 'pack'))
      return existsSync(join(folder, 'pack', CONVOLUTION_ADDON))
    } finally {
      process.env['PATH'] = path
      await rm(folder, { recursive: true, force: true })
    }
  }

  it('where the compiler fails', async () => {
    expect(await laid('exit 1')).toBe(false)
  })

  it('where the addon does not load', async () => {
    expect(await laid('for last in "$@"; do :; done\necho "no addon" > "$last"')).toBe(false)
  })
})
