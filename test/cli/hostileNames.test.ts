/** File names, ids and layers with control characters, through every command: none reaches the terminal. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encode, mse, named, pixels } from '../../src/index.js'
import { reportOf, encodeReport } from '../../src/reports/index.js'
import { printableLines } from '../../src/cli/printable.js'
import { said } from './said.js'

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

  it('are shown as escapes', async () => {
    const { out: printed } = await said('heatmap', at(reference), at(picture), at(out), '--loss', at(loss))
    expect(printed).toContain(`${ESCAPED}o.png`)
    const json = await said('compare', at(reference), at(picture), '--loss', at(loss), '--json')
    expect((JSON.parse(json.out) as readonly { readonly reference: string }[])[0]?.reference).toContain(`${HOSTILE}r.png`)
  })
})
