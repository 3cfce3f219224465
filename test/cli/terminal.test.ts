/** What depends on the terminal: tables and texts fit its width, and a command that takes long shows what it is doing. */
import { describe, expect, it, vi } from 'vitest'
import { activity } from '../../src/cli/activity.js'
import { messageAbout } from '../../src/cli/errorsByFile.js'
import { report as doctorReport } from '../../src/cli/doctor/describeFindings.js'
import { tableOf } from '../../src/cli/merge/reportTable.js'
import { report as stylizeReport } from '../../src/cli/painting/termTable.js'
import { widthOf, wrapped } from '../../src/cli/wrapText.js'
import { LossException, type LossError } from '../../src/index.js'
import { reportMonoid, reportOf } from '../../src/reports/index.js'

describe('within 80 columns', () => {
  it('the table of merge, with long ids and many failures', () => {
    const id = `originals/${'long-folder/'.repeat(10)}picture.png`
    const measured = reportOf({ id, reference: id, picture: id, height: 1, width: 1, scores: { lpips: 0.123456, psnr: 31.4159 } })
    const failed = Array.from({ length: 9 }, (_, i) =>
      reportOf({ id: `pictures/of/a/folder/${String(i)}.png`, error: { tag: 'ImageUnreadable', message: '' } }),
    )
    const text = tableOf([measured, ...failed].reduce(reportMonoid.concat, reportMonoid.empty), { colours: false, columns: 80 })
    expect(widthOf(text)).toBeLessThanOrEqual(80)
    expect(text).toContain('picture.png')
    expect(tableOf(measured, { colours: false })).toContain(id)
  })

  it('the table of stylize, with long names', () => {
    const rows = [{ name: `style / mse(gram(featureAt(${'block1_conv1'.repeat(6)})))`, weight: 15, value: 1, unweighted: 1, share: 1 }]
    expect(widthOf(stylizeReport(rows, rows, 80))).toBeLessThanOrEqual(80)
  })

  it('the findings of doctor', () => {
    const finding = { name: 'vgg19', works: false, words: 'not in the package; '.repeat(8).trim() }
    const text = doctorReport(
      { machine: [finding], backends: [], chosen: 'wasm', pictures: [], weights: [], trial: [], usable: true, lacking: [] },
      { colours: false, columns: 80 },
    )
    expect(widthOf(text)).toBeLessThanOrEqual(80)
  })

  it('words longer than a line stay whole', () => {
    expect(wrapped(`a ${'b'.repeat(100)} c`, 60, 2)).toBe(`a\n  ${'b'.repeat(100)}\n  c`)
    expect(wrapped('a b', undefined, 2)).toBe('a b')
  })
})

describe('what a command is doing', () => {
  const shown = (seconds: number, terminal?: NodeJS.WriteStream): readonly string[] => {
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
    try {
      const lines: string[] = []
      const { say, end } = activity({ terminal, progress: (line) => lines.push(line) })
      say('loading\u001B[2J')
      vi.advanceTimersByTime(seconds * 1000)
      end()
      return lines
    } finally {
      vi.useRealTimers()
    }
  }

  it('is a line every ten seconds without a terminal', () => {
    expect(shown(9)).toEqual([])
    expect(shown(21)).toEqual(['working for 10 s: loading\\u001b[2J', 'working for 20 s: loading\\u001b[2J'])
  })

  it('is on the terminal after a second, within its width, and removed at the end', () => {
    const written: string[] = []
    const terminal = { columns: 20, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
    expect(shown(0.9, terminal)).toEqual([])
    expect(written).toEqual([])
    shown(1, terminal)
    expect(written).toEqual(['\r\u001B[Kworking for 1 s: lo', '\r\u001B[K'])
  })
})

describe('errors about the size of pictures', () => {
  const tooSmall: LossError = { _tag: 'WrongFeatureShape', term: 'ssim', received: [1, 4, 4, 3], reason: 'too small' }
  it('name the file, once', () => {
    expect(messageAbout(new LossException(tooSmall), ['a.png'])).toMatch(/^a\.png: The term ssim/)
    expect(messageAbout(new LossException({ _tag: 'TooSmall', name: 'a.png', size: [4, 4, 3], layer: 'x', minimum: 8 }), ['a.png'])).not.toMatch(/^a\.png: /)
  })
})
