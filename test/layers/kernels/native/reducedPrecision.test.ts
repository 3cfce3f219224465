/** `reducedPrecision` of the native backend: which convolutions it changes, by how much values move, and that graphs give the same. */
import * as tf from '@tensorflow/tfjs'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { hasNativeOps } from '../../../../src/layers/kernels/native/hasNativeOps.js'
import { alexnet, compile, dists, featureAt, lpips, mse, vgg16, type Extractor, type Loss } from '../../../../src/index.js'
import { useFastestBackend, type FastestBackendOptions } from '../../../../src/node/index.js'
import { randomEdit, valueOfChange } from '../../../support/edits.js'
import { noise } from '../../../support/images.js'
import { take, takeNumber } from '../../../support/tensors.js'

const start = (options: FastestBackendOptions) => useFastestBackend({ among: ['tfjs-node-gpu'], ...options })

type Make = () => Promise<{ readonly loss: Loss<string, 'target'>; readonly network: Extractor<string> }>

const LOSSES: Readonly<Record<string, Make>> = {
  'LPIPS over AlexNet': async () => ({ loss: lpips(), network: (await alexnet()) as Extractor<string> }),
  'LPIPS over VGG16': async () => ({ loss: lpips({ net: 'vgg' }), network: (await vgg16()) as Extractor<string> }),
  DISTS: async () => ({ loss: dists(), network: (await vgg16()) as Extractor<string> }),
  'mse at block5_conv3': async () => ({ loss: mse(featureAt('block5_conv3')), network: (await vgg16()) as Extractor<string> }),
}

/** Three pairs: noise of three strengths on noise. */
const pairs = (): readonly (readonly [Tensor4D, Tensor4D])[] =>
  [0.02, 0.1, 0.5].map((strength, i) => {
    const target = noise(i, [1, 64, 72, 3])
    const prediction = tf.tidy(() => tf.add<Tensor4D>(tf.mul(target, 1 - strength), tf.mul(noise(10 + i, target.shape), strength)))
    return [target, prediction] as const
  })

/** The values of a loss on a network that is put onto the backend anew, each of several calls: the later ones run as graphs where there are any. */
const valuesOf = async (make: Make, calls = 1): Promise<readonly number[]> => {
  const { loss, network } = await make()
  const f = compile(loss, network)
  const values = pairs().flatMap(([target, prediction]) => Array.from({ length: calls }, () => takeNumber(f(target, prediction))))
  f.dispose()
  network.dispose()
  return values
}

describe.runIf(process.env['BACKEND'] === 'tensorflow' && hasNativeOps())('reduced precision', () => {
  afterAll(() => start({}))

  /** The sides of tiles of Winograd's convolutions in a value, then in its gradient besides. */
  const sides = async (make: Make, options: FastestBackendOptions): Promise<readonly [value: readonly number[], gradient: readonly number[]]> => {
    await start({ ...options, graphs: false })
    const { loss, network } = await make()
    const f = compile(loss, network)
    const spy = vi.spyOn(
      tf.backend() as unknown as { executeSingleOutput: (op: string, attributes: readonly { name: string; value: unknown }[]) => unknown },
      'executeSingleOutput',
    )
    const taken = (): number[] =>
      spy.mock.calls
        .filter(([op]) => /^PerceptualLossWinograd(Inside)?$/.test(op))
        .map(([, attributes]) => attributes.find(({ name }) => name === 'side')?.value as number)
    const [target, image] = [noise(1, [1, 32, 32, 3]), noise(2, [1, 32, 32, 3])]
    f(target, image)
    const value = taken()
    spy.mockClear()
    take(tf.grad((x) => f(target, x as Tensor4D) as Scalar)(image))
    const both = taken()
    spy.mockRestore()
    network.dispose()
    return [value, both.slice(value.length)]
  }

  // Two pictures through block1_conv2 to block3_conv3, whose gradient runs back through one of them; or through AlexNet, whose first gradient has 48 channels by a filter of its own.
  it.each([
    ['mse at block3_conv3', async () => ({ loss: mse(featureAt('block3_conv3')), network: (await vgg16()) as Extractor<string> }), 6],
    ['LPIPS over AlexNet', LOSSES['LPIPS over AlexNet'] as Make, 5],
  ] as const)(
    'computes values of %s by larger tiles, as gradients are anyway; it is off by default, and off again after a start without it',
    async (_, make, layers) => {
      const [small, large] = [2, 4].map((side) => Array.from({ length: 2 * layers }, () => side))
      const [value, gradient] = await sides(make, {})
      expect(value).toEqual(small)
      expect(new Set(gradient.slice(layers))).not.toContain(2)
      expect((await sides(make, { reducedPrecision: true }))[0]).toEqual(large)
      expect(await sides(make, {})).toEqual([value, gradient])
    },
  )

  it('is in the reason', async () => {
    expect((await start({ reducedPrecision: true })).reason).toMatch(/; convolutions are this package's, with \S+, in reduced precision$/)
    expect((await start({})).reason).toMatch(/; convolutions are this package's, with \S+$/)
  })

  it.each(Object.entries(LOSSES))('moves %s by rounding only', async (_, make) => {
    await start({ graphs: false })
    const plain = await valuesOf(make)
    await start({ graphs: false, reducedPrecision: true })
    const reduced = await valuesOf(make)
    // Asked for: 5e-4. Measured: 3.2e-6 of the value for 63 pairs of photographs, 1.2e-5 here, where 2 % of noise moves features little.
    plain.forEach((value, i) => {
      expect(Math.abs((reduced[i] ?? Number.NaN) - value)).toBeLessThan(5e-5 * value)
    })
  })

  it.each(Object.entries(LOSSES))('gives %s the same bits in graphs and op by op', async (_, make) => {
    await start({ graphs: false, reducedPrecision: true })
    const single = await valuesOf(make, 4)
    await start({ reducedPrecision: true })
    expect(await valuesOf(make, 4)).toEqual(single)
  })

  it('gives what changed alone the value of whole pictures to 1e-5', async () => {
    await start({ graphs: false, reducedPrecision: true })
    const network = (await alexnet()) as Extractor<string>
    const f = compile(lpips(), network)
    for (let seed = 1; seed <= 20; seed++) {
      const edit = randomEdit(seed, 31, 200)
      const [whole, sparse] = [takeNumber(f(edit.reference, edit.prediction)), valueOfChange(lpips(), network, edit)]
      expect(Math.abs((sparse ?? Number.NaN) - whole), `seed ${String(seed)}`).toBeLessThanOrEqual(1e-5 * whole + 1e-9)
    }
    network.dispose()
  })
})
