/** LPIPS: what it is made of, and that its gradient is finite where the peers’ is not. */
import { expect, it } from 'vitest'
import { johnsonContent, laws, lpips, show, sum } from '../../src/index.js'
import { sharedVgg16 } from '../support/network.js'
import { judgesPictures } from '../support/networkRecipes.js'
import { planOf } from '../support/planOf.js'

judgesPictures('lpips', () => lpips({ net: 'vgg' }))
judgesPictures('lpips, torchmetrics', () => lpips({ net: 'vgg', like: 'torchmetrics' }))

it('is a sum over layers of weighted channels of unit vectors', () => {
  expect(show(lpips({ net: 'vgg' }))).toContain("weightedChannels(unitNormalized(featureAt('block1_conv2')), { weights: 'lpips.vgg.lin0' })")
  expect(show(lpips({ net: 'vgg', heads: 'none', like: 'torchmetrics' }))).toContain(
    "weightedChannels(unitNormalized(featureAt('block5_conv3'), { epsilon: 1e-8, addedTo: 'square' }))",
  )
  expect(laws(lpips({ net: 'vgg' }))).toMatchObject({ symmetric: true, zeroOnIdentity: true, nonNegative: true, bounded: true })
})

it('uses AlexNet by default, and knows seven layers of SqueezeNet', () => {
  expect(show(lpips())).toBe(show(lpips({ net: 'alex' })))
  expect(show(lpips())).toContain("weightedChannels(unitNormalized(featureAt('conv5')), { weights: 'lpips.alex.lin4' })")
  expect(show(lpips({ net: 'squeeze' }))).toContain("weightedChannels(unitNormalized(featureAt('fire9')), { weights: 'lpips.squeeze.lin6' })")
})

it('shares one forward pass with other terms of the network', async () => {
  const network = await sharedVgg16()
  const { taps, features } = planOf(sum(lpips({ net: 'vgg' }), johnsonContent()), network)
  expect(taps).toHaveLength(5)
  expect(features.filter(({ _tag }) => _tag === 'Layer')).toHaveLength(5)
})

it('rejects other nets and options', () => {
  expect(() => lpips({ net: 'resnet' as never })).toThrow(/lpips: wrong option net: received "resnet"/)
  expect(() => lpips({ net: 'vgg', head: 'v0.0' } as never)).toThrow(/head.*Did you mean heads/)
})
