/** The learned weights in the package against a separate extraction by torch, bit for bit. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { DISTS } from '../../../src/metrics/learned/distsWeights.js'
import { floats } from '../../../src/metrics/learned/floats.js'
import { LPIPS_ALEX } from '../../../src/metrics/learned/lpipsAlex.js'
import { LPIPS_SQUEEZE } from '../../../src/metrics/learned/lpipsSqueeze.js'
import { LPIPS_VGG } from '../../../src/metrics/learned/lpipsVgg.js'
import { DATA, hasData } from '../../support/sharedData.js'

it.runIf(hasData).each([
  ['lpips_v0.1_lin_alex.f32', LPIPS_ALEX],
  ['lpips_v0.1_lin_vgg.f32', LPIPS_VGG],
  ['lpips_v0.1_lin_squeeze.f32', LPIPS_SQUEEZE],
  ['dists_alpha_beta.f32', DISTS],
])('%s equals the weights in the package', (file, text) => {
  expect(Buffer.from(floats(text).buffer).equals(readFileSync(new URL(file, DATA)))).toBe(true)
})
