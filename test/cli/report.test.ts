/** The commands report and accept: two folders compared, the page written, references replaced. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordId } from '../../src/testReport/comparisonRecord.js'
import { appendRecord, keepPicture, readRecords, startRecords } from '../../src/testReport/recordFolder.js'
import { comparison } from '../testReport/comparison.js'
import { window } from '../matcher/project.js'
import { said } from './said.js'

const [blue, near, red] = [await window('#2463eb'), await window('#2865e9'), await window('#eb2424')]
let folder = ''
const home = process.cwd()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-report-'))
  process.chdir(folder)
  await mkdir('expected/deep', { recursive: true })
  await mkdir('actual/deep', { recursive: true })
  await mkdir('empty')
  await writeFile('expected/same.png', blue)
  await writeFile('actual/same.png', blue)
  await writeFile('expected/near.png', blue)
  await writeFile('actual/near.png', near)
  await writeFile('expected/deep/far.png', blue)
  await writeFile('actual/deep/far.png', red)
})
afterAll(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

const recordOf = async (name: string) => (await readRecords('perceptual-loss-report')).find(({ test }) => test === name)!

describe('report of merged runs', () => {
  const shard = async (
    name: string,
    records: readonly { readonly test: string; readonly time: number; readonly status: 'failed' | 'equal'; readonly picture?: Buffer }[],
  ) => {
    startRecords(name)
    for (const { picture, ...record } of records) {
      const received = picture === undefined ? undefined : await keepPicture(name, `${recordId(comparison(record))}-received.png`, picture)
      appendRecord(name, comparison({ ...record, received }))
    }
  }

  it('has each comparison once, as it was last, with its pictures', async () => {
    await shard('shard-1', [
      { test: 'a', time: 1, status: 'equal' },
      { test: 'b', time: 5, status: 'failed', picture: red },
    ])
    await shard('shard-2', [
      { test: 'b', time: 2, status: 'failed', picture: blue },
      { test: 'c', time: 3, status: 'failed', picture: near },
    ])
    const { status, out, err } = await said('report', '--merge', 'shard-1', 'shard-2', '--out', 'merged')
    expect([status, err]).toEqual([0, 'perceptual-loss: merged/report.html'])
    expect(out).toMatch(/^### 2 of 3 comparisons failed/)
    const records = await readRecords('merged')
    expect(records.map(({ test, time }) => [test, time])).toEqual([['a', 1], ['b', 5], ['c', 3]]) // prettier-ignore
    const pictures = await Promise.all(records.slice(1).map(({ received }) => readFile(join('merged', received!))))
    expect(pictures).toEqual([red, near])
    expect(await readFile('merged/report.html', 'utf8')).toContain(red.toString('base64'))
    expect((await readRecords('shard-1')).length).toBe(2)
  })

  it.each([
    [['--merge'], 2, /--merge: received no folders, expected those of the test runs/],
    [['--merge', 'shard-1', 'empty'], 3, /empty has no records of a run/],
    [['--merge', 'shard-1', '--out', './shard-1'], 3, /shard-1 is merged and written; expected another folder/],
    [['--merge', 'shard-1', '--max', 'lpips=0.1'], 2, /--max and --min are for two folders of pictures/],
    [['a', 'b', 'c'], 2, /received 3 folders, expected two of pictures, or --merge/],
  ] as const)('is refused for %j', async (args, status, message) => {
    const answer = await said('report', ...args)
    expect([answer.status, answer.err]).toEqual([status, expect.stringMatching(message)])
  })
})

describe('report of two folders', () => {
  it('compares pictures by name: status 1, a page, a summary, and no other files', async () => {
    const { status, out, err } = await said('report', 'expected', 'actual', '--max', 'lpips=0.1,spot=0.05', '--min', 'psnr=30', '--min', 'ssim=0.95')
    expect(status).toBe(1)
    expect(err).toBe('perceptual-loss: perceptual-loss-report/report.html')
    expect(out).toMatch(/^### 1 of 3 comparisons failed\n\n1 failed, 1 within bounds, 1 equal\n/)
    expect(out).toMatch(
      /\| failed \| `expected\/deep\/far\.png` \| deep\/far\.png \| .*\*\*psnr [\d.]+ dB\*\* \(at least 30 dB\).*ssim [\d.]+(\*\*)? \(at most 0\.05\)/,
    )
    expect(out).toMatch(/\*\*spot [\d.]+\*\* \(at most 0\.05\)/)
    expect(await readFile('perceptual-loss-report/summary.md', 'utf8')).toContain(out)
    const failed = await recordOf('deep/far.png')
    expect(await readFile(join('perceptual-loss-report', failed.received!))).toEqual(red)
    expect(existsSync(join('perceptual-loss-report', failed.heat!))).toBe(true)
    expect(await readFile('perceptual-loss-report/report.html', 'utf8')).toContain(`data-copy="npx perceptual-loss accept ${recordId(failed)}"`)
  })

  it('accepts one comparison byte for byte, and then passes', async () => {
    const { status, out } = await said('accept', recordId(await recordOf('deep/far.png')))
    expect([status, out]).toEqual([0, 'updated the reference expected/deep/far.png'])
    expect(await readFile('expected/deep/far.png')).toEqual(red)
    expect(await readFile('expected/near.png')).toEqual(blue)
    const again = await said('report', 'expected', 'actual')
    expect(again).toMatchObject({ status: 0, out: '### 3 comparisons, none failed\n\n1 within bounds, 2 equal' })
    expect((await said('accept', '--all')).out).toBe('no comparison failed: there is nothing to accept')
  })

  it('reports pictures and references without a counterpart, and sizes that differ: status 3', async () => {
    await writeFile('expected/lost.png', blue)
    await writeFile('actual/new.png', red)
    await writeFile('actual/same.png', await window('#2463eb', [40, 64]))
    const { status, out } = await said('report', 'expected', 'actual', '--out', 'second')
    expect(status).toBe(3)
    expect(out).toContain('| There is no picture actual/lost.png for the reference expected/lost.png. |')
    expect(out).toContain('| The reference expected/new.png of actual/new.png is missing. | `npx perceptual-loss accept')
    expect(out).toContain('The picture is 40 x 64')
    const accepted = await said('accept', '--all', '--from', 'second')
    expect(accepted.out.split('\n')).toEqual(['updated the reference expected/new.png', 'updated the reference expected/same.png'])
    expect(await readFile('expected/new.png')).toEqual(red)
  })

  it.each([
    [['none', 'actual'], "received 'none', expected a folder of pictures."],
    [['empty', 'empty'], 'empty and empty have no pictures'],
    [['expected', 'actual', '--max', 'mae=1'], "--max: received the loss 'mae', expected one of lpips, spot, dists, ssim, ms-ssim, psnr."],
    [['expected', 'actual', '--max', 'ssim=0.9'], '--max ssim: use --min ssim=...'],
    [['expected', 'actual', '--max', 'lpips=5'], 'The bound lpips: received 5, expected a number from 0 to 1'],
    [['expected', 'actual', '--min', 'ssim=0.05'], 'The bound ssim: received 0.95, expected a number from 0 to 0.5'],
    [['--max', 'lpips=0.1'], '--max and --min are for two folders of pictures; a test run has its own bounds.'],
  ])('refuses %j', async (args, message) => {
    const { status, out, err } = await said('report', ...args)
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })
})

describe('report of a run', () => {
  it('writes the page again from its records', async () => {
    startRecords('run')
    appendRecord('run', comparison({ message: 'too far' }))
    expect(await said('report', 'run')).toEqual({
      status: 0,
      out: expect.stringContaining('| failed | `looks/a.png` | app.test.ts: the app | too far |') as unknown,
      err: 'perceptual-loss: run/report.html',
    })
  })

  it('says where records come from', async () => {
    const { status, err } = await said('report', 'expected')
    expect(status).toBe(3)
    expect(err).toMatch(
      /^perceptual-loss: expected has no records of a run .*; run the tests with the reporter 'perceptual-loss\/reporter', or name two folders of pictures\.$/,
    )
  })
})

describe('accept', () => {
  const recordedWith = async (parts: Parameters<typeof comparison>[0]): Promise<string> => {
    const id = recordId(comparison(parts))
    startRecords('run')
    appendRecord('run', comparison({ received: await keepPicture('run', `${id}-received.png`, red), ...parts }))
    return id
  }

  it('converts to the format of the reference', async () => {
    const id = await recordedWith({ reference: 'looks/new.webp' })
    expect((await said('accept', id, '--from', 'run')).status).toBe(0)
    expect(await sharp(await readFile('looks/new.webp')).metadata()).toMatchObject({ format: 'webp', width: 60, height: 40 })
  })

  it.each(['../outside.png', '/tmp/outside.png', 'looks/../../outside.png', 'package.json'])(
    'does not write %s, which a report from elsewhere may name',
    async (reference) => {
      const id = await recordedWith({ reference })
      const { status, err } = await said('accept', id, '--from', 'run')
      expect(status).toBe(3)
      expect(err).toContain('is not a PNG, JPEG or WebP file in this folder; run the test in its update mode instead')
    },
  )

  it('reads no picture outside the report', async () => {
    const id = await recordedWith({ received: '../expected/near.png' })
    expect((await said('accept', id, '--from', 'run')).err).toContain('The report names a picture outside its folder')
  })

  it.each([
    [[], 2, 'received no identifier, expected identifiers of comparisons or --all.'],
    [['--all', '0123456789ab'], 2, 'received identifiers and --all, expected identifiers of comparisons or --all.'],
    [['0123456789ab', '--from', 'run'], 3, "run has no comparison '0123456789ab'; its report.html shows the identifiers."],
  ])('refuses %j', async (args, status, message) => {
    expect(await said('accept', ...args)).toMatchObject({ status, err: `perceptual-loss: ${message}` })
  })

  it('refuses a comparison that passed', async () => {
    const id = await recordedWith({ status: 'passed' })
    expect((await said('accept', id, '--from', 'run')).err).toContain('has no picture to accept: it did not fail')
  })
})
