/** Sums over spots by the cells that they share, against sums over their pixels. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box } from '../../src/core/language/box.js'
import { cellsAlong, cellSums } from '../../src/matcher/spotCells.js'

/** A number for each pixel and displacement; integers, so that sums are exact in any order. */
const numberAt = (row: number, column: number, aside: number): number => ((row * 31 + column * 17 + aside * 5) % 101) + 1

const sumOver = ({ rows, columns }: Box, aside: number): number => {
  let sum = 0
  for (let row = rows[0]; row < rows[1]; row++) for (let column = columns[0]; column < columns[1]; column++) sum += numberAt(row, column, aside)
  return sum
}

describe('sums over cells', () => {
  const side = fc.integer({ min: 1, max: 70 })
  it('are those over the pixels of each spot that are not in the frame, with each pixel visited once for each displacement', () => {
    fc.assert(
      fc.property(side, side, fc.constantFrom(0, 3), (height, width, frame) => {
        const layout = { side: 16, step: 8, frame }
        const [down, across] = [cellsAlong(height, layout), cellsAlong(width, layout)]
        const visits = new Map<string, number>()
        const sums = cellSums(down, across, (cell, [aside]) => {
          for (let row = cell.rows[0]; row < cell.rows[1]; row++)
            for (let column = cell.columns[0]; column < cell.columns[1]; column++) {
              const pixel = `${String(aside)}: ${String(row)}, ${String(column)}`
              visits.set(pixel, (visits.get(pixel) ?? 0) + 1)
            }
          return sumOver(cell, aside)
        })
        for (const aside of [0, -4])
          for (const row of down.spots.keys())
            for (const column of across.spots.keys()) {
              const [top, left] = [Math.min(8 * row, Math.max(0, height - 16)), Math.min(8 * column, Math.max(0, width - 16))]
              const spot: Box = {
                rows: [Math.max(frame, top), Math.min(height - frame, top + 16)],
                columns: [Math.max(frame, left), Math.min(width - frame, left + 16)],
              }
              const whole = sumOver(spot, aside)
              expect(sums(row, column, [aside, 0], Infinity)).toBe(whole)
              expect(sums(row, column, [aside, 0], whole + 1)).toBe(whole)
              if (whole > 0) expect(sums(row, column, [aside, 0], whole)).toBe(Infinity)
            }
        const inside = Math.max(0, height - 2 * frame) * Math.max(0, width - 2 * frame)
        expect(visits.size).toBe(2 * inside)
        expect([...visits.values()].every((count) => count === 1)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})
