/** The heat map of LPIPS over SqueezeNet, whose weights are not in the package. */
import { describe } from 'vitest'
import { compile, lpips, squeezenet } from '../../../src/index.js'
import { hasData } from '../../support/sharedData.js'
import { squeezenetFile } from '../../support/sharedWeights.js'
import { againstOfficialMaps } from './lpipsMaps.js'

describe.runIf(hasData)('for LPIPS over SqueezeNet it is the official spatial map', () => {
  againstOfficialMaps('squeeze', async () => compile(lpips({ net: 'squeeze' }), await squeezenet({ weights: squeezenetFile() ?? new Uint8Array() })))
})
