/** The curves of every term: in TensorBoard's own file, which the native backend writes, and as a table elsewhere. */
import { readdir, readFile } from 'node:fs/promises'
import papaparse from 'papaparse'
import { expect, it } from 'vitest'
import { crc32c, eventScalars } from '../../examples/eventFile.js'
import { temporaryFolder } from '../../examples/folder.js'
import { run } from '../../examples/run.js'

const inFolder = temporaryFolder('tensorboard')

it('the checksum is that of RFC 3720, B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
})

it('an event file has a value of every term at every epoch', async () => {
  const out = inFolder('board')
  const { code, stdout } = await run('run.ts', ['curves', '--epochs', '4', '--size', '16', '--backend', 'native', '--out', out])
  expect(code).toBe(0)
  expect(stdout).toContain(`To see the curves: tensorboard --logdir ${out}`)
  const [file, ...others] = await readdir(out)
  expect(others).toEqual([])
  expect(file).toMatch(/^events\.out\.tfevents\./)
  const scalars = eventScalars(await readFile(`${out}/${file!}`))
  const terms = ['pixels', 'perceptual / mse(block2_conv2)', 'perceptual / mse(block3_conv3)', 'smooth']
  expect(scalars.map(({ step, tag }) => [step, tag])).toEqual([1, 2, 3, 4].flatMap((step) => ['loss', ...terms].map((tag) => [step, tag])))
  const printed = [...stdout.matchAll(/^epoch \d of 4: loss (\d+\.\d{4})$/gm)].map(([, loss]) => Number(loss))
  for (const step of [1, 2, 3, 4]) {
    const at = (tag: string): number => scalars.find((scalar) => scalar.step === step && scalar.tag === tag)!.value
    expect(at('loss')).toBeCloseTo(printed[step - 1]!, 4)
    // float32 sums of four terms.
    expect(terms.reduce((sum, tag) => sum + at(tag), 0)).toBeCloseTo(at('loss'), 5)
  }
})

it('without the native backend it says so, and writes a table', async () => {
  const out = inFolder('table')
  const { code, stdout, stderr } = await run('run.ts', ['curves', '--epochs', '3', '--size', '16', '--backend', 'wasm', '--out', out])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).toContain("Only the native backend writes TensorBoard's files (npx perceptual-loss native installs it).\n")
  expect(stdout).toContain(`The curves are in ${out}/curves.csv, one column each.`)
  const { data } = papaparse.parse<Record<string, number>>(await readFile(`${out}/curves.csv`, 'utf8'), {
    header: true,
    dynamicTyping: true,
    skipEmptyLines: true,
  })
  expect(data.map(({ step }) => step)).toEqual([1, 2, 3])
  const printed = [...stdout.matchAll(/^epoch \d of 3: loss (\d+\.\d{4})$/gm)].map(([, loss]) => Number(loss))
  data.forEach(({ step, loss, ...terms }, i) => {
    expect(step).toBe(i + 1)
    expect(loss).toBeCloseTo(printed[i]!, 4)
    expect(Object.keys(terms)).toEqual(['pixels', 'perceptual / mse(block2_conv2)', 'perceptual / mse(block3_conv3)', 'smooth'])
    // float32 sums of four terms.
    expect(Object.values(terms).reduce((sum, value) => sum + value, 0)).toBeCloseTo(loss!, 6)
  })
  expect(printed.at(-1)).toBeLessThan(printed[0]!)
})
