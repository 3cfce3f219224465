/** Two networks as one extractor: the values of each, one pass of each that is needed. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs'
import { either as E } from 'fp-ts'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  compile,
  featureAt,
  gram,
  mae,
  mergeExtractors,
  mse,
  pixels,
  sum,
  tryMergeExtractors,
  vgg16,
  weighted,
  type Extractor,
  type Loss,
  type Vgg16Layer,
} from '../../../src/index.js'
import { network } from '../../../src/layers/networks/network.js'
import { SAME, type NetworkTable } from '../../../src/layers/architecture/networkTable.js'
import { noise, random } from '../../support/images.js'
import { sharedVgg16 } from '../../support/network.js'
import { gradientOf, leaked, takeNumber } from '../../support/tensors.js'
import { planOf } from '../../support/planOf.js'

/** Two convolutions of four channels with weights by formula. */
const TABLE: NetworkTable = {
  name: 'small',
  layers: [
    { kind: 'convolution', name: 'first', size: 3, window: SAME, channels: { in: 3, out: 4 } },
    { kind: 'convolution', name: 'second', size: 3, window: SAME, channels: { in: 4, out: 4 } },
  ],
  aliases: { one: { layer: 'first' } },
}
const weightsOf = (seed: number, from: number) => {
  const next = random(seed)
  return { filter: () => Float32Array.from({ length: 9 * from * 4 }, () => next() - 0.5), bias: () => new Float32Array(4) }
}
const small = (table = TABLE): Extractor<'first' | 'second' | 'one'> =>
  network(table, {
    preprocessing: 'torchvision',
    layers: new Map(table.layers.map(({ name }, i) => [name, weightsOf(i + 1, i === 0 ? 3 : 4)])),
  })

/** An extractor that writes down what it is asked. */
const counting = <L extends string>(extractor: Extractor<L>): { readonly extractor: Extractor<L>; readonly passes: string[][] } => {
  const passes: string[][] = []
  return {
    passes,
    extractor: {
      ...extractor,
      features: (images, taps, input) => {
        passes.push(taps.map(({ layer }) => layer))
        return extractor.features(images, taps, input)
      },
    },
  }
}

let vgg: Extractor<Vgg16Layer>
let a: Tensor4D
let b: Tensor4D
beforeAll(async () => {
  vgg = await sharedVgg16()
  a = noise(1, [2, 12, 9, 3])
  b = noise(2, [2, 12, 9, 3])
})

const onVgg = sum(mse(featureAt('relu2_1')), mae(gram(featureAt('block1_conv2'))))
const onSmall = sum(mse(featureAt('second')), weighted(2, mae(featureAt('one'))))

describe('merge', () => {
  it('gives the same values and gradient as each network alone', () => {
    const both = compile(sum(onVgg, onSmall, mae(pixels)), mergeExtractors(vgg, small()))
    const parts = [compile(onVgg, vgg), compile(onSmall, small()), compile(mae(pixels))]
    const expected = parts.reduce((total, f) => total + takeNumber(f(a, b)), 0)
    expect(takeNumber(both(a, b)) / expected).toBeCloseTo(1, 6)
    const gradients = parts.map((f) => gradientOf((x) => f(a, x), b))
    const largest = Math.max(...gradients.flatMap((g) => Array.from(g, Math.abs)))
    gradientOf((x) => both(a, x), b).forEach((v, i) =>
      expect(Math.abs(v - gradients.reduce((total, g) => total + (g[i] ?? 0), 0))).toBeLessThan(1e-5 * largest),
    )
    const prepared = both.prepare(a)
    expect(takeNumber(prepared(b))).toBe(takeNumber(both(a, b)))
    prepared.dispose()
  })

  it('runs each network once per side, and not at all if it is not used', () => {
    const [one, two] = [counting(vgg), counting(small())]
    const extractor = mergeExtractors(one.extractor, two.extractor)
    takeNumber(compile(sum(onVgg, onSmall), extractor)(a, b))
    expect(one.passes).toEqual([
      ['block2_conv1', 'block1_conv2'],
      ['block2_conv1', 'block1_conv2'],
    ])
    expect(two.passes).toEqual([
      ['second', 'first'],
      ['second', 'first'],
    ])
    takeNumber(compile(onSmall, extractor)(a, b))
    expect([one.passes.length, two.passes.length]).toEqual([2, 4])
  })

  it('has the layers, sizes and costs of both; the plan says where each network stops', () => {
    const own = small()
    const extractor = mergeExtractors(vgg, own)
    expect(extractor).toMatchObject({ name: 'vgg16 + small', live: false })
    expect(extractor.layers).toEqual([...vgg.layers, 'first', 'second'])
    const plan = planOf(sum(onVgg, mse(featureAt('one'))), extractor)
    expect(plan.deepest).toEqual(['block2_conv1', 'first'])
    expect(planOf(onSmall, extractor).deepest).toEqual(['second'])
    expect(planOf(mse(pixels), extractor).deepest).toEqual([])
    const [onOne, onTwo] = [plan.taps.slice(0, 2), plan.taps.slice(2)]
    const [x, y, both] = [vgg.cost(a.shape, onOne), own.cost(a.shape, onTwo), extractor.cost(a.shape, plan.taps)]
    expect(both.layers).toEqual([...x.layers, ...y.layers])
    expect([both.flops, both.bytes]).toEqual([x.flops + y.flops, x.bytes + y.bytes])
    expect(extractor.shapeOf([1, 1, 9, 3], onOne[0]!)).toEqual({ minimum: 2 })
    expect(() => compile(mse(featureAt('block3_conv1')), extractor)(noise(1, [1, 3, 8, 3]), noise(1, [1, 3, 8, 3]))).toThrow(/too small for block3_conv1/)
  })

  it('merges again', () => {
    const other = small({ ...TABLE, name: 'other', layers: TABLE.layers.map((layer) => ({ ...layer, name: `other_${layer.name}` })), aliases: {} })
    const three = mergeExtractors(mergeExtractors(vgg, small()), other as unknown as Extractor<'other_first' | 'other_second'>)
    const plan = planOf(sum(onVgg, onSmall, mse(featureAt('other_second'))), three)
    expect(plan.deepest).toEqual(['block2_conv1', 'second', 'other_second'])
  })

  it('rejects a layer or alias that both have, and names it', () => {
    // @ts-expect-error both have the layers of VGG16
    expect(() => mergeExtractors(vgg, vgg)).toThrow(/'block1_conv1' is a layer of both vgg16 and vgg16; expected unique layer names/)
    const loose = vgg as Extractor<string>
    const result = tryMergeExtractors(loose, vgg)
    expect(E.isLeft(result) && result.left._tag).toBe('LayerInBoth')
    const named = (name: string): Extractor<string> => small({ ...TABLE, layers: TABLE.layers.map((layer) => ({ ...layer, name: `${name}_${layer.name}` })) })
    expect(() => mergeExtractors(small({ ...TABLE, layers: TABLE.layers.map((layer, i) => ({ ...layer, name: i === 0 ? 'relu1_1' : 'x' })) }), loose)).toThrow(
      /'relu1_1'/,
    )
    const aliased = mergeExtractors(
      small({ ...TABLE, name: 'p', layers: TABLE.layers.map((layer) => ({ ...layer, name: `p_${layer.name}` })), aliases: { both: { layer: 'p_first' } } }),
      small({
        ...TABLE,
        name: 'q',
        layers: TABLE.layers.map((layer) => ({ ...layer, name: `q_${layer.name}` })),
        aliases: { both: { layer: 'q_first' } },
      }) as never,
    )
    expect(() => compile(mse(featureAt('both')) as Loss<string, 'target'>, aliased)).toThrow(
      /p \+ q cannot compute both: both p and q have a layer of this name/,
    )
    expect(named('r').layers).toEqual(['r_first', 'r_second'])
    expect(() => compile(mse(featureAt('third')) as Loss<string, 'target'>, mergeExtractors(vgg, small()))).toThrow(/'third' is not a layer of vgg16 \+ small/)
  })

  it('disposes of both; a part that was disposed of is named', async () => {
    const parts = [await vgg16(), small()] as const
    const before = tf.memory().numTensors
    const extractor = mergeExtractors(...parts)
    const f = compile(sum(onVgg, onSmall), extractor)
    takeNumber(f(a, b))
    parts[1].dispose()
    expect(() => f(a, b)).toThrow(/extractor small was used after dispose/)
    expect(() => compile(onSmall, extractor)).toThrow(/extractor small was used after dispose/)
    extractor.dispose()
    extractor.dispose()
    expect(parts[0].isDisposed()).toBe(true)
    expect(() => f(a, b)).toThrow(/extractor vgg16 was used after dispose/)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('leaves nothing behind', () => {
    const f = compile(sum(onVgg, onSmall), mergeExtractors(vgg, small()))
    const work = (): void => void gradientOf((x: Tensor) => f(a, x), b)
    // The first gradient uploads filters that stay with the networks.
    work()
    expect(leaked(work)).toBe(0)
  })
})
