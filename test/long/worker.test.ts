/** npx perceptual-loss worker as a process: killed, stopped, cut off, slowed down, and fed without end. */
import { once } from 'node:events'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { started } from '../cli/process.js'
import { said } from '../cli/said.js'
import { lineOf, tinyPictures } from './tiny.js'

let folder = ''
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-many-'))
  await tinyPictures(folder)
})
afterAll(() => rm(folder, { recursive: true }))

const ASKED = ['worker', '--loss', 'psnr', '--backend', 'cpu']
const worker = (...more: readonly string[]) => started([...ASKED, '--root', folder, ...more])
const lines = (count: number): string => Array.from({ length: count }, (_, i) => lineOf(i)).join('')

/** Runs it to its end; `until` sees what came so far. */
const ran = async (
  input: string,
  { args = [], until }: { args?: readonly string[]; until?: (out: string, child: ReturnType<typeof worker>) => unknown } = {},
) => {
  const child = worker(...args)
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const err = text(child.stderr)
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece
    until?.(out, child)
  })
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { status, signal, out, err: await err }
}
const idsIn = (out: string): readonly string[] =>
  out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly id: string }).id)
const counted = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => String(i))
const reportOf = async (file: string): Promise<string> => (await said('merge', '--json', file)).out

describe('a worker', () => {
  it('continues with --resume after repeated kills; the report equals that of one run', async () => {
    const input = lines(300)
    const whole = await ran(input)
    expect([whole.status, whole.err]).toEqual([0, ''])
    await writeFile(at('whole.ndjson'), whole.out)
    await writeFile(at('killed.ndjson'), '')
    let kills = 0
    for (let status: number | null = null; status !== 0;) {
      const before = (await readFile(at('killed.ndjson'), 'utf8')).length
      const run = await ran(input, { args: ['--resume', at('killed.ndjson')], until: (out, child) => out.length > 14_000 && child.kill('SIGKILL') })
      if (run.signal === 'SIGKILL') kills++
      // What a disk may keep of a killed process' last line: a part.
      const kept = run.signal === 'SIGKILL' ? run.out.slice(0, -17) : run.out
      await appendFile(at('killed.ndjson'), kept)
      expect(kept.length + before).toBeGreaterThan(before)
      status = run.status
    }
    expect(kills).toBeGreaterThan(0)
    expect(await reportOf(at('killed.ndjson'))).toBe(await reportOf(at('whole.ndjson')))
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('that gets %s ends with whole lines and status %d, and says how to go on', async (signal, expected) => {
    let sent = false
    const { status, out, err } = await ran(lines(20_000), {
      until: (_, child) => {
        if (!sent) sent = child.kill(signal)
      },
    })
    expect(status).toBe(expected)
    expect(out.endsWith('}\n')).toBe(true)
    const ids = idsIn(out)
    expect(ids).toEqual(counted(ids.length))
    expect(err).toBe(`perceptual-loss: stopped after ${String(ids.length)} pairs; continue with --resume.\n`)
  })

  it('ends by SIGTERM while it waits for lines', async () => {
    const child = worker()
    child.stdin.write(lineOf(0))
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([143, null])
  })

  it('ends quietly if its reader is gone', async () => {
    const { status, err } = await ran(lines(20_000), { until: (_, child) => child.stdout.destroy() })
    expect([status, err]).toEqual([0, ''])
  })

  it('whose reader is slow takes no more input, and no more memory', async () => {
    const child = worker()
    let accepted = 0
    // Names of 100 characters: an input of 40 MB, which a worker that read ahead would hold.
    const input = Readable.from(
      (function* () {
        for (let i = 0; i < 200_000; i++) {
          accepted++
          yield lineOf(i, `${String(i)}-${'n'.repeat(100)}`)
        }
      })(),
    )
    const fed = pipeline(input, child.stdin).catch(() => undefined)
    await once(child.stdout, 'readable')
    const first = await peakMemory(child.pid!)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    // Of lines of 150 bytes: two pipes of 64 KiB, Node's buffers of them on both sides, and a batch.
    expect(accepted).toBeLessThan(5000)
    expect((await peakMemory(child.pid!)) - first).toBeLessThan(100)
    child.kill('SIGKILL')
    await fed
  })

  it('does 20,000 lines, good and bad, in order, in little memory', { timeout: 1_200_000 }, async () => {
    const child = worker()
    let made = 0
    const input = Readable.from(
      (function* () {
        for (; made < 20_000; made++)
          yield made % 10 === 0 ? lineOf(made) : made % 10 < 5 ? lineOf(made, String(made), 'none.png') : `{ broken ${String(made)}\n`
      })(),
    )
    let [ids, rest, peak] = [0, '', 0]
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      const parts = (rest + piece).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const { id, scores } = JSON.parse(part) as { readonly id: string; readonly scores?: unknown }
        const expected = ids % 10 < 5 ? String(ids) : `line ${String(ids + 1)}`
        if (id !== expected || (scores !== undefined) !== (ids % 10 === 0)) throw new Error(`${part} came for ${expected}`)
        ids++
      }
    })
    const watch = setInterval(
      () =>
        void peakMemory(child.pid!).then(
          (now) => (peak = Math.max(peak, now)),
          () => undefined,
        ),
      500,
    )
    const err = text(child.stderr)
    await pipeline(input, child.stdin)
    const [status] = (await once(child, 'close')) as [number]
    clearInterval(watch)
    expect([status, ids, await err]).toEqual([0, 20_000, ''])
    // TensorFlow.js and sharp take 250 MiB; a leak of 10 KiB per line would take 200 more.
    expect(peak).toBeLessThan(450)
  })
})

/** In MiB. */
const peakMemory = async (pid: number): Promise<number> =>
  Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024
