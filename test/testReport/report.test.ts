/** The page and the summary of a run, as text; test/long/testReport.test.ts uses the page. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { acceptCommand } from '../../src/testReport/acceptCommands.js'
import { recordId } from '../../src/testReport/comparisonRecord.js'
import { counts, headline } from '../../src/testReport/headline.js'
import { html } from '../../src/testReport/markup.js'
import { markdownSummary } from '../../src/testReport/markdownSummary.js'
import { appendRecord, keepPicture, startRecords } from '../../src/testReport/recordFolder.js'
import TestReporter from '../../src/testReport/runReporter.js'
import { shownPicture } from '../../src/testReport/shownPicture.js'
import { writeTestReport } from '../../src/testReport/writeTestReport.js'
import { comparison } from './comparison.js'

let folder = ''
const at = (...names: readonly string[]): string => join(folder, ...names)
const solid = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'teal' } })
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-report-'))
})
afterAll(() => rm(folder, { recursive: true }))

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)> "'><!-- articles --> & \u202egnp \u0000 | \`x\` [a](b) **c**`

describe('markup', () => {
  it('escapes every text in a template, and no markup', () => {
    expect(html`<b title="${`"'`}">${'<&>'}${html`<i>${7}</i>`}${undefined}${['x', html`<br />`]}</b>`.text).toBe(
      '<b title="&quot;&#39;">&lt;&amp;&gt;<i>7</i>x<br /></b>',
    )
  })

  it('replaces control characters and marks that turn the direction of text', () => {
    expect(html`${'a\u202eb\u0000c\u2066d\ne'}`.text).toBe('a\uFFFDb\uFFFDc\uFFFDd\ne')
  })
})

describe('the page', () => {
  it('keeps hostile names text, allows its own script alone, and loads nothing', async () => {
    startRecords(folder)
    appendRecord(
      folder,
      comparison({ test: HOSTILE, reference: HOSTILE, message: HOSTILE, scores: [{ name: HOSTILE, score: HOSTILE, bound: HOSTILE, within: false }] }),
    )
    const { page } = await writeTestReport(folder)
    const text = await readFile(page, 'utf8')
    const scripts = Array.from(text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g), ([, script = '']) => script)
    expect(scripts).toHaveLength(1)
    expect(text).toContain(`script-src &#39;sha256-${createHash('sha256').update(scripts[0]!).digest('base64')}&#39;`)
    expect(text).not.toContain('<img src=x')
    expect(text.match(/(src|href)="(?!data:|#)/g)).toBeNull()
    expect(text.match(/<article /g)).toHaveLength(1)
  })

  it('has the bytes of the pictures, with their sizes upright, and says what is no longer there', async () => {
    startRecords(folder)
    const turned = await solid(30, 20).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const id = recordId(comparison({}))
    appendRecord(folder, comparison({ received: await keepPicture(folder, `${id}-received.jpeg`, turned), heat: 'pictures/lost.png' }))
    const text = await readFile((await writeTestReport(folder)).page, 'utf8')
    expect(text).toContain(`src="data:image/jpeg;base64,${turned.toString('base64')}"`)
    expect(text).toContain('<small>20 × 30</small>')
    expect(text.match(/<figure/g)).toHaveLength(1)
    startRecords(folder)
    appendRecord(folder, comparison({ received: 'pictures/lost.png' }))
    expect(await readFile((await writeTestReport(folder)).page, 'utf8')).toContain('The pictures are no longer there.')
  })

  it('converts formats that browsers do not show', async () => {
    await solid(30, 20).tiff().toFile(at('a.tiff'))
    const shown = await shownPicture(at('a.tiff'))
    expect(shown).toMatchObject({ width: 30, height: 20 })
    expect((await sharp(Buffer.from(shown!.source.replace('data:image/png;base64,', ''), 'base64')).metadata()).format).toBe('png')
  })

  it('leaves out the pictures of equal comparisons first where it would be too large', async () => {
    const picture = join(folder, 'picture.png')
    await solid(300, 200).png({ compressionLevel: 0 }).toFile(picture)
    startRecords(folder)
    for (let i = 0; i < 6; i++) appendRecord(folder, comparison({ test: `test ${String(i)}`, reference: picture, status: i < 4 ? 'equal' : 'new' }))
    const shown = async (equal: number, any: number) => {
      const text = await readFile((await writeTestReport(folder, { equal, any })).page, 'utf8')
      return [text.match(/<figure/g)?.length, text.match(/The pictures were left out/g)?.length ?? 0]
    }
    // 240 kB each in base64.
    expect(await shown(1e6, 1e7)).toEqual([5, 1])
    expect(await shown(1e5, 1e7)).toEqual([2, 4])
    expect(await shown(1e5, 1e5)).toEqual([1, 5])
    expect(await shown(1e7, 1e7)).toEqual([6, 0])
  })
})

describe('the result in words', () => {
  it('counts', () => {
    expect(headline([])).toBe('No pictures were compared by toLookLike')
    expect(headline([comparison({ status: 'equal' })])).toBe('1 comparison, none failed')
    const some = [comparison({}), comparison({ status: 'passed' }), comparison({ status: 'equal' }), comparison({ status: 'equal' })]
    expect([headline(some), counts(some)]).toEqual(['1 of 4 comparisons failed', '1 failed, 1 within bounds, 2 equal'])
  })
})

describe('the summary', () => {
  const accept = (id: string): string => acceptCommand(id, 'perceptual-loss-report')

  it('lists failures with scores and the command, and new references', () => {
    const failed = comparison({
      received: 'pictures/a.png',
      scores: [
        { name: 'lpips', score: '0.2', bound: 'at most 0.05', within: false },
        { name: 'psnr', score: '31 dB', bound: 'at least 30 dB', within: true },
      ],
    })
    const text = markdownSummary([failed, comparison({ status: 'new', reference: 'looks/b.png' }), comparison({ status: 'equal' })], accept)
    expect(text.split('\n')).toEqual([
      '### 1 of 3 comparisons failed',
      '',
      '1 failed, 1 new, 1 equal',
      '',
      '| result | reference | test | scores | accept |',
      '| --- | --- | --- | --- | --- |',
      `| failed | \`looks/a.png\` | app.test.ts: the app | **lpips 0.2** (at most 0.05)<br>psnr 31 dB (at least 30 dB) | \`npx perceptual-loss accept ${recordId(failed)}\` |`,
      '| new | `looks/b.png` | app.test.ts: the app |  |  |',
      '',
    ])
  })

  it('keeps hostile names in their cells', () => {
    const row = markdownSummary([comparison({ test: HOSTILE, reference: HOSTILE, message: HOSTILE })], accept).split('\n')[6]!
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(6)
    expect(row).toContain('\\<script\\>alert(1)\\</script\\>')
    // As code, between more backticks than the name has.
    expect(row).toMatch(/\| ``<\/script>.*`` \|/)
    expect(row).not.toMatch(/[\u0000\u202e]/)
  })

  it('counts more than 50 failures', () => {
    const many = Array.from({ length: 60 }, (_, i) => comparison({ test: String(i) }))
    const lines = markdownSummary(many, accept).split('\n')
    expect(lines.filter((line) => line.startsWith('| failed'))).toHaveLength(50)
    expect(lines).toContain('10 more are in the report.')
  })
})

describe('the reporter', () => {
  const made = (args: readonly unknown[]): unknown => Reflect.construct(TestReporter, args)

  it.each<readonly [string, readonly unknown[]]>([
    ['vitest', [{ folder: 'mine' }]],
    ['Playwright', [{ folder: 'mine', configDir: '/home', _mode: 'test' }]],
    ['Jest', [{ rootDir: '/home', ci: false }, { folder: 'mine' }, {}]],
  ])('takes its options as %s passes them', (_, args) => {
    vi.stubEnv('PERCEPTUAL_LOSS_REPORT', '')
    expect(made(args)).toBeInstanceOf(TestReporter)
    expect(process.env['PERCEPTUAL_LOSS_REPORT']).toBe(join(process.cwd(), 'mine'))
    vi.unstubAllEnvs()
  })

  it('refuses unknown options and wrong values', () => {
    expect(() => made([{ foldr: 'mine' }])).toThrow(/foldr.*Did you mean folder\?/)
    expect(() => made([{ folder: 5 }])).toThrow(/folder: received 5, expected a path such as 'perceptual-loss-report'/)
  })

  it('adds the summary to that of a GitHub job', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', at('step.md'))
    vi.stubEnv('PERCEPTUAL_LOSS_REPORT', '')
    const print = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    const reporter = new TestReporter({ folder: at('made') })
    reporter.onTestRunStart()
    appendRecord(at('made'), comparison({ message: 'too far' }))
    await reporter.onTestRunEnd([], [], 'failed')
    vi.unstubAllEnvs()
    expect(print.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/^perceptual-loss: 1 of 1 comparison failed \(1 failed\): .*report\.html\n$/),
    ])
    print.mockRestore()
    expect(await readFile(at('step.md'), 'utf8')).toContain('| failed | `looks/a.png` | app.test.ts: the app | too far |')
  })
})

it('a command quotes a folder that a shell would read otherwise', () => {
  expect(acceptCommand('--all', 'reports/a')).toBe('npx perceptual-loss accept --all --from reports/a')
  expect(acceptCommand('--all', "it's $(x)")).toBe(`npx perceptual-loss accept --all --from 'it'\\''s $(x)'`)
})
