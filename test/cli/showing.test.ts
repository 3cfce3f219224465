/** What people see while they wait and when it is done: lines on progress, and tables that fit. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { printer } from '../../src/cli/compare/printScores.js'
import type { Result } from '../../src/cli/compare/scoreTable.js'
import { commonFolder, shared, shortened } from '../../src/cli/compare/reportPaths.js'
import type { NamedLoss } from '../../src/cli/namedLosses.js'
import { progressLines } from '../../src/cli/progressBar.js'
import { mae, pixels } from '../../src/index.js'

const loss = (name: string, title: string): NamedLoss => ({ name, title, loss: mae(pixels), similarity: false, report: (value) => value })
const LOSSES = [loss('lpips', 'LPIPS'), loss('dists', 'DISTS'), loss('ssim', 'SSIM'), loss('ms-ssim', 'MS-SSIM'), loss('psnr', 'PSNR')]

const result = (name: string): Result => ({
  reference: `/home/someone/pictures/of a project/originals/${name}-before-the-change.png`,
  picture: `/home/someone/pictures/of a project/compressed/${name}-after-the-change.png`,
  height: 9,
  width: 9,
  scores: Object.fromEntries(LOSSES.map(({ name: of }) => [of, 0.123456])),
  surprises: [],
  past: [],
})

const printed = (columns: number | undefined, ...results: readonly Result[]): readonly string[] => {
  const lines: string[] = []
  const output = {
    out: (text: string) => void lines.push(text),
    err: () => undefined,
    taken: () => Promise.resolve(),
    colours: false,
    terminal: undefined,
    columns,
  }
  const { result: take, end } = printer('table', LOSSES, output)
  for (const one of results) take(one)
  end()
  return lines.join('\n').split('\n')
}

describe('a table', () => {
  it.each([44, 60, 80, 120, 165])('fits %d columns, and keeps every score', (columns) => {
    const lines = printed(columns, result('cat'), result('dog'))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
    // Five scores of two pairs and five means.
    expect(lines.join('\n').match(/0\.12/g)).toHaveLength(15)
  })

  it('names the folder that all paths share, once', () => {
    const lines = printed(120, result('cat'))
    expect(lines[0]).toBe('in /home/someone/pictures/of a project')
    expect(lines.join('\n')).toContain('originals')
  })

  it('has full paths without a terminal', () => {
    expect(printed(undefined, result('cat')).join('\n')).toContain(result('cat').reference)
  })
})

describe('paths', () => {
  it('share folders, not parts of names', () => {
    expect(commonFolder(['a/b/1.png', 'a/b/2.png'])).toBe('a/b')
    expect(commonFolder(['a/bc/1.png', 'a/bd/1.png'])).toBe('a')
    expect(commonFolder(['a/1.png', 'b/1.png'])).toBe('')
    expect(commonFolder(['/a/1.png', '/b/1.png'])).toBe('')
  })

  it('lose their middle, not their end', () => {
    expect(shortened('abcdefghij.png', 9)).toBe('ab…ij.png')
    expect(shortened('a.png', 9)).toBe('a.png')
  })

  it.each([
    [10, 10, 30, [10, 10]],
    [10, 30, 30, [10, 20]],
    [30, 10, 30, [20, 10]],
    [30, 30, 30, [15, 15]],
  ])('%d and %d share %d columns', (first, second, width, widths) => {
    expect(shared(first, second, width)).toEqual(widths)
  })
})

describe('progress without a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is a line every ten seconds, also while nothing is reported', () => {
    const lines: string[] = []
    const shown = progressLines(200, (line) => void lines.push(line))
    shown.say('loading LPIPS')
    vi.advanceTimersByTime(9_000)
    expect(lines).toEqual([])
    vi.advanceTimersByTime(2_000)
    shown.show(12, 'a.png')
    vi.advanceTimersByTime(20_000)
    shown.end()
    vi.advanceTimersByTime(60_000)
    expect(lines).toEqual(['0 of 200 done, loading LPIPS', '12 of 200 done, a.png', '12 of 200 done, a.png'])
  })
})
