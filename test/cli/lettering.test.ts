/** Text as outlines: it stands where it was asked for, as large as it was asked for, and no letter is lost. */
import { describe, expect, it } from 'vitest'
import { capitalHeight, lettering } from '../../src/cli/painting/lettering.js'

/** The box around the corners of a path. */
const boxOf = (path: string): { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number } => {
  const numbers = (path.match(/-?\d+\.\d+/g) ?? []).map(Number)
  const [xs, ys] = [numbers.filter((_, i) => i % 2 === 0), numbers.filter((_, i) => i % 2 === 1)]
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }
}

describe('lettering', () => {
  it.each([10, 16, 40])('draws capitals of %i pixels from their top to the baseline, at their place', (size) => {
    const { left, top, bottom } = boxOf(lettering('H', 30, 50, size))
    // Inter's capitals are 0.727 em high (its OS/2 table), its H stands 0.09 em from the left.
    expect(capitalHeight(size)).toBeCloseTo(0.727 * size, 1)
    expect(top).toBeCloseTo(50, 1)
    expect(bottom).toBeCloseTo(50 + 0.727 * size, 1)
    expect(left).toBeGreaterThan(30)
    expect(left).toBeLessThan(30 + 0.15 * size)
  })

  it('sets letters after one another, wide ones wider', () => {
    const rightOf = (text: string): number => boxOf(lettering(text, 0, 0, 16)).right
    const widths = ['i', 'il', 'ilm', 'ilmW'].map(rightOf)
    expect(widths).toEqual([...widths].sort((a, b) => a - b))
    expect(rightOf('WWWW')).toBeGreaterThan(2 * rightOf('iiii'))
  })

  it('has capitals, digits, signs and accents; any other letter is a question mark', () => {
    const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).concat(Array.from('äöüßéñçøÅ×–−…'))
    const paths = letters.map((letter) => lettering(letter, 0, 0, 16))
    expect(new Set(paths).size).toBe(letters.length)
    expect(lettering('字', 0, 0, 16)).toBe(lettering('?', 0, 0, 16))
    expect(lettering(' ', 0, 0, 16)).toBe('')
  })
})
