/**
 * A-DISTS: the authors' numbers, on VGG16 as the package has it. Tolerances: values to 1e-4 and gradients to 5e-3 of the norm, for channels that are all but
 * zero: divided by their length, what is rounding in them counts like any other channel (2e-7 and 1e-3 with TensorFlow's C library, 1.4e-5 in the value on WASM). To a black picture their gradient has a norm of 2e9, ours is a millionth of it.
 */
import { describe, expect, it } from 'vitest'
import { aDists, compile, type Extractor } from '../../src/index.js'
import { agreesOverNetwork } from '../support/networkGoldens.js'
import { sharedVgg16 } from '../support/network.js'
import { judgesPictures } from '../support/networkRecipes.js'
import { planOf } from '../support/planOf.js'

const network = async (): Promise<Extractor<string>> => (await sharedVgg16()) as Extractor<string>

agreesOverNetwork('a-dists', aDists(), network, { value: 1e-4, gradient: 5e-3, without: /black/ })

judgesPictures('aDists', aDists)

describe('aDists', () => {
  it('is one term of six features, of one pass of the network', async () => {
    const plan = planOf(aDists(), await sharedVgg16())
    expect(plan.terms.map(({ name }) => name)).toEqual([
      'adaptiveStructureTexture(pixels, block1_conv2:l2, block2_conv2:l2, block3_conv3:l2, block4_conv3:l2, block5_conv3:l2)',
    ])
    expect(plan.features).toHaveLength(6)
    expect(plan.prediction.views).toHaveLength(1)
  })

  it('takes no options, and needs the whole network', async () => {
    expect(() => (aDists as (options: object) => unknown)({ window: 7 })).toThrow(/aDists/)
    expect(() => compile(aDists() as never)).toThrow(/block1_conv2, block2_conv2/)
    expect((await network()).layers).toContain('block5_conv3')
  })
})
