/** The learned weights that are in the package. */
import { describe, expect, it } from 'vitest'
import { DISTS } from '../../../src/metrics/learned/distsWeights.js'
import { DISTS_STAGES, distsStage } from '../../../src/metrics/learned/distsStages.js'
import { floats } from '../../../src/metrics/learned/floats.js'
import { LPIPS_ALEX } from '../../../src/metrics/learned/lpipsAlex.js'
import { LPIPS_HEADS, lpipsHead } from '../../../src/metrics/learned/lpipsHeads.js'
import { LPIPS_SQUEEZE } from '../../../src/metrics/learned/lpipsSqueeze.js'
import { LPIPS_VGG } from '../../../src/metrics/learned/lpipsVgg.js'
import { ST_LPIPS_ALEX } from '../../../src/metrics/learned/stLpipsAlex.js'
import { sha256 } from '../../../src/layers/weights/sha256.js'

/** Text, number count, and the SHA-256 of the numbers as little-endian float32 (weights.data.test.ts compares them with torch's own). */
const TEXTS = [
  [LPIPS_ALEX, 1152, '718a8b40b0d22f96192d34ab93c0db5c7943558ff6c2407f44812dce2f29b5f4'],
  [LPIPS_VGG, 1472, '9153a2043dccf3b525d4f13db916e93ef040548ea923b6f2100de5ebac141a78'],
  [LPIPS_SQUEEZE, 2240, '68f1b1752260e0335c6394983132e210e3ed5c2540e78d239be07671a77130e4'],
  [ST_LPIPS_ALEX, 1152, 'f9bdde07c4c43f6a28ed57b66c78bffce89cc06ef5f5bcd1d0501cf3bec14296'],
  [DISTS, 2950, '7c2e5100877a8207f0d6754d6cb5611d54dc781cff01124d96f9c8bbbbebb610'],
] as const

describe('the learned weights', () => {
  it.each(TEXTS)('are whole', async (text, count, digest) => {
    const values = floats(text)
    expect(values).toHaveLength(count)
    expect(await sha256(new Uint8Array(values.buffer))).toBe(digest)
    expect(values.every((value) => value >= 0)).toBe(true)
  })

  it('go to layers in order', () => {
    expect(LPIPS_HEADS.map((head) => lpipsHead(head).length)).toEqual([
      64, 192, 384, 256, 256, 64, 128, 256, 512, 512, 64, 128, 256, 384, 384, 512, 512, 64, 192, 384, 256, 256,
    ])
    expect(lpipsHead('lpips.vgg.lin4').at(-1)).toBe(floats(LPIPS_VGG).at(-1))
    const stages = DISTS_STAGES.map(distsStage)
    expect(stages.map(({ alpha }) => alpha.length)).toEqual([3, 64, 128, 256, 512, 512])
    const total = stages.flatMap(({ alpha, beta }) => [...Array.from(alpha), ...Array.from(beta)]).reduce((sum, value) => sum + value, 0)
    expect(total).toBeCloseTo(1, 6)
  })
})
