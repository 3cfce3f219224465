/** The table of docs/toLookLike.md is what the three say today, and says what the text claims. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { CHANGES } from '../../scripts/matchers/pages.js'
import { FLAGS, rows, table, type Row } from '../../scripts/matchers/table.js'

let measured: readonly Row[]
beforeAll(async () => {
  measured = await rows()
})

const flaggedBy = (name: string): readonly string[] => measured.filter((row) => FLAGS[name]!(row)).map(({ what }) => what)

describe('the comparison with pixelmatch and ssim.js', () => {
  it('is the table in the document', () => {
    const document = readFileSync(new URL('../../docs/toLookLike.md', import.meta.url), 'utf8')
    const [written, now] = [/<!-- table -->\n([\s\S]*?)\n<!-- \/table -->/.exec(document)?.[1] ?? '', table(measured)]
    // Words, what is flagged and the peers' numbers exactly; LPIPS to the last digit shown, for backends round differently.
    const numbers = (text: string): readonly number[] => Array.from(text.matchAll(/\d\.\d{3}/g), ([number]) => Number(number))
    expect(now.replaceAll(/\d\.\d{3}/g, '#')).toBe(written.replaceAll(/\d\.\d{3}/g, '#'))
    numbers(now).forEach((number, i) => {
      expect(Math.abs(number - numbers(written)[i]!)).toBeLessThanOrEqual(0.0011)
    })
  })

  it('has a page whose letters are anti-aliased, and which differs in every change but the first', () => {
    // ssim.js adds its windows up in an order of its own.
    expect(measured[0]).toMatchObject({ pixels: 0, ssim: expect.closeTo(1, 12) as unknown, lpips: 0 })
    for (const row of measured.slice(1)) expect(row.ssim).toBeLessThan(0.999)
  })

  it('flags what the text says', () => {
    const all = CHANGES.map(({ what }) => what)
    const [nothing, thirdOfAPixel, jagged, shifted, button, total] = all as [string, string, string, string, string, string]
    expect(flaggedBy('pixelmatch, no pixel')).toEqual(all.filter((what) => what !== nothing))
    expect(flaggedBy('pixelmatch, 1 %')).toEqual([thirdOfAPixel, jagged, shifted, button])
    expect(flaggedBy('ssim.js, 0.99')).toEqual(all.filter((what) => what !== nothing))
    expect(flaggedBy('toLookLike, lpips 0.05')).toEqual([shifted, button])
    expect(flaggedBy('toLookLike, lpips 0.1')).toEqual([button])
    expect(flaggedBy('toLookLike, spot 0.03')).toEqual([button, total])
    const spotOf = (what: string): number => measured.find((row) => row.what === what)?.spot ?? Number.NaN
    expect(spotOf(jagged)).toBeLessThan(0.02)
    const ssimOf = (what: string): number => measured.find((row) => row.what === what)?.ssim ?? Number.NaN
    expect(ssimOf(shifted)).toBeLessThan(ssimOf(button))
  })
})
