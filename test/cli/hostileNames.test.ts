/** File names, ids and layers with control characters, through every command: none reaches the terminal. */
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode, mse, named, pixels } from '../../src/index.js'
import { reportOf, encodeReport } from '../../src/reports/index.js'
import { printableLines } from '../../src/cli/printable.js'
import { work } from '../../src/cli/worker/runWorker.js'
import { full } from '../support/full.js'
import { command } from './process.js'
import { said, type Said } from './said.js'

const golden = (name: string): string => fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url))

/** Clears the screen, starts a new line, an 8-bit escape, and turns the direction of text. */
const HOSTILE = 'a\u001B[2Jb\nc\u009B2Jd\u202Ee'
const ESCAPED = 'a\\u001b[2Jb\\nc\\u009b2Jd\\u202ee'

let folder = ''
const at = (name: string): string => join(folder, name)
const [reference, picture, out, loss, results, report, weights] = ['r.png', 'p.png', 'o.png', 'l.json', 'w.ndjson', 'm.json', 'w.safetensors'].map(
  (end) => HOSTILE + end,
) as [string, string, string, string, string, string, string]

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'perceptual-loss-names-')), HOSTILE)
  await mkdir(folder)
  await copyFile(golden('coffee.png'), at(reference))
  await copyFile(golden('coffee_noise.png'), at(picture))
  await writeFile(at(loss), JSON.stringify(encode(named(HOSTILE, mse(pixels)))))
  const result = { id: HOSTILE, reference: HOSTILE, picture: HOSTILE, height: 1, width: 1, scores: { [HOSTILE]: 0.5 } }
  const failed = reportOf({ id: HOSTILE, error: { tag: HOSTILE, message: HOSTILE } })
  await writeFile(at(results), `${JSON.stringify(result)}\n{"id":`)
  await writeFile(at(report), JSON.stringify(encodeReport(failed)))
})
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }))

/** What a terminal would act on: all that is not a printable character or the end of a line. */
const steering = (text: string): string => (printableLines(text) === text ? '' : text)

/** Runs a command in the hostile folder, which is also where `native` keeps its library: a process of its own, because the working folder is the process's. */
const ranThere = (...args: readonly string[]): Promise<Said> =>
  new Promise((resolve, reject) => {
    const [program, ...rest] = command(args)
    const child = spawn(program, rest, { cwd: folder, env: { ...process.env, PERCEPTUAL_LOSS_CACHE: at(loss) } })
    const heard = { out: '', err: '' }
    child.stdout.on('data', (data: Buffer) => (heard.out += data.toString()))
    child.stderr.on('data', (data: Buffer) => (heard.err += data.toString()))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ status: code ?? -1, ...heard })
    })
  })

async function* linesOf(...tasks: readonly object[]): AsyncGenerator<string> {
  for (const task of tasks) yield await Promise.resolve(`${JSON.stringify(task)}\n`)
}

describe.skipIf(process.platform === 'win32')('names with control characters', () => {
  it.each<readonly [string, () => readonly string[]]>([
    ['compare', () => ['compare', at(reference), at(picture), '--loss', at(loss)]],
    ['compare --json', () => ['compare', at(reference), at(picture), '--loss', at(loss), '--json']],
    ['compare --csv', () => ['compare', at(reference), at(picture), '--loss', at(loss), '--csv']],
    ['heatmap', () => ['heatmap', at(reference), at(picture), at(out), '--loss', at(loss)]],
    ['show', () => ['show', at(loss)]],
    ['show --as json', () => ['show', at(loss), '--as', 'json']],
    ['show --as mermaid', () => ['show', at(loss), '--as', 'mermaid']],
    ['show --as latex', () => ['show', at(loss), '--as', 'latex']],
    ['explain', () => ['explain', at(loss), '--size', '16']],
    ['explain --json', () => ['explain', at(loss), '--size', '16', '--json']],
    ['merge', () => ['merge', at(results), at(report)]],
    ['merge --json', () => ['merge', at(results), at(report), '--json']],
    ['stylize', () => ['stylize', at(reference), at(picture), at(out), '--size', '16', '--steps', '1']],
    ['invert', () => ['invert', at(reference), at(out), '--layer', 'block1_conv1', '--size', '16', '--steps', '1']],
    ['convert', () => ['convert', fileURLToPath(new URL('../../weights/alexnet.safetensors', import.meta.url)), at(weights)]],
  ])('%s', async (_, args) => {
    const { status, out: printed } = await said(...args())
    expect(status).toBe(0)
    expect(steering(printed)).toBe('')
  })

  it('worker: the names of pairs, of files that are not there, and of lines that are no task', async () => {
    const [out, err]: [string[], string[]] = [[], []]
    const output = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), taken: () => Promise.resolve(), colours: false, terminal: undefined } // prettier-ignore
    const asked = { losses: ['psnr'], root: folder, resize: false, batch: 2, resume: undefined, weights: [], backend: 'cpu' } as const
    const tasks = linesOf({ id: HOSTILE, reference, picture }, { reference, picture }, { id: HOSTILE, reference: HOSTILE, picture }, { id: [HOSTILE] })
    await work(asked, tasks, output)
    expect(out).toHaveLength(4)
    expect((JSON.parse(out[0] ?? '') as { readonly id: string }).id).toBe(HOSTILE)
    expect(steering([...out, ...err].join('\n'))).toBe('')
  })

  it.runIf(full).each([
    ['doctor', 0],
    ['native', 3],
  ])('%s, in a folder with such a name, and with a file of such a name instead of its cache', async (name, expected) => {
    const { status, out: printed, err } = await ranThere(name)
    expect([status, err]).toEqual([expected, expect.any(String)])
    expect(printed + err).not.toBe('')
    expect(steering(printed)).toBe('')
    expect(steering(err)).toBe('')
  })

  it('are shown as escapes', async () => {
    const { out: printed } = await said('heatmap', at(reference), at(picture), at(out), '--loss', at(loss))
    expect(printed).toContain(`${ESCAPED}o.png`)
    const json = await said('compare', at(reference), at(picture), '--loss', at(loss), '--json')
    expect((JSON.parse(json.out) as readonly { readonly reference: string }[])[0]?.reference).toContain(`${HOSTILE}r.png`)
  })
})
