/** Links of the playground: they open the page as it was; damaged and hostile ones open it all the same. */
import { strFromU8, zlibSync } from 'fflate'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLink, writeLink } from '../../playground/link.js'
import { PRESETS } from '../../playground/loss/presets.js'
import { parametersOf, settingsIn, usualSettings, type Settings } from '../../playground/settings.js'
import { lossEq, mse, pixels } from '../../src/index.js'
import { lossArbitrary } from '../../src/laws/lossArbitrary.js'

const usual = usualSettings(false)

const settings: Settings = {
  target: 'coffee',
  prediction: 'noisy',
  backend: 'wasm',
  budget: 'phone',
  side: 96,
  shaping: 'crop',
  mix: 0.5,
  descent: { from: 'noise', steps: 7, rate: 0.05 },
}

describe('a link', () => {
  it('has the loss and the settings', () => {
    fc.assert(
      fc.property(lossArbitrary({ layers: ['block1_conv2', 'relu3_3'], references: ['style'] }), (loss) => {
        const read = readLink(`#${writeLink(loss, settings, usual)}`, usual)
        expect(read.problem).toBeUndefined()
        expect(lossEq.equals(read.loss!, loss)).toBe(true)
        expect(read.settings).toEqual(settings)
      }),
    )
  })

  it('names a loss that has a name, and says nothing of what is as usual', () => {
    expect(writeLink(PRESETS['lpips']!.loss, usual, usual)).toBe('loss=lpips')
    expect(writeLink(mse(pixels), { ...usual, side: 128 }, usual)).toBe('loss=mse&side=128')
    expect(readLink('#loss=mse&side=full', usual).settings.side).toBe('full')
  })

  it('leaves out pictures of one’s own', () => {
    expect(parametersOf({ ...usual, target: 'own', prediction: 'optimised' }, usual)).toEqual([])
  })
})

describe('a damaged link', () => {
  const cut = writeLink(PRESETS['mixed']!.loss, usual, usual).replace('loss=mixed', 'json=abc')

  it.each([
    ['cut off', `#${cut}`, /damaged/],
    ['of no loss of that name', '#loss=nowhere', /'nowhere'/],
    ['of a name that objects have', '#loss=constructor', /'constructor'/],
    ['of something else', `#json=${btoa('hello')}`, /damaged/],
    ['that unpacks to more than a loss has', `#json=${bomb()}`, /not JSON/],
  ])('%s says so and opens the usual page', (_, hash, problem) => {
    const read = readLink(hash, usual)
    expect(read.problem).toMatch(problem)
    expect(read.loss).toBeUndefined()
    expect(read.settings).toEqual(usual)
  })

  it('is read as far as it can be, whatever its settings', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('target', 'prediction', 'backend', 'budget', 'side', 'from', 'steps', 'rate'), fc.string()), (said) => {
        const read = settingsIn(new URLSearchParams(said), usual)
        expect(settingsIn(new URLSearchParams(parametersOf(read, usual).map((pair) => [...pair])), usual)).toEqual(read)
        expect(read.descent.steps).toBeGreaterThanOrEqual(1)
        expect(['full', 96, 128, 192, 256, 384, 512]).toContain(read.side)
      }),
    )
  })

  it('is any text at all', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        expect(readLink(hash, usual).settings.side).toBe(256)
      }),
    )
  })
})

/** 50 MB of blanks, packed. */
function bomb(): string {
  const packed = zlibSync(new Uint8Array(5e7).fill(32)).subarray(2, -4)
  return btoa(strFromU8(packed, true)).replaceAll('+', '-').replaceAll('/', '_')
}
