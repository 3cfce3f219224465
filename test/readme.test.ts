/** The README: its tour runs as it is printed (its `ts` blocks, one after the other, are one program), and its install line has what its code imports. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, expect, it, vi } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const folder = new URL('./.generated/readme/', import.meta.url)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

it('the tour runs, and prints what it says', async () => {
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '')
  expect(blocks.length).toBeGreaterThanOrEqual(6)
  mkdirSync(folder, { recursive: true })
  const program = new URL('tour.ts', folder)
  writeFileSync(program, blocks.join('\n'))
  const [log, table] = [vi.spyOn(console, 'log').mockImplementation(() => undefined), vi.spyOn(console, 'table').mockImplementation(() => undefined)]
  await import(/* @vite-ignore */ program.href)
  const printed = log.mock.calls.map(([first]) => first as unknown)
  expect(printed).toContain(true)
  expect(printed[0]).toMatch(
    /^sum\(mse\(featureAt\('block3_conv3'\)\), weighted\(20, mse\(gram\(featureAt\('block2_conv2'\)\)\)\), weighted\(0\.1, mae\(pixels\)\)/,
  )
  expect(printed).toContainEqual({
    symmetric: false,
    zeroOnIdentity: false,
    triangle: false,
    nonNegative: true,
    bounded: false,
    smooth: false,
    range: [0, Infinity],
  })
  expect(table.mock.calls[0]?.[0]).toHaveLength(4)
  vi.restoreAllMocks()
})

it('installs what its code imports, before anything that needs a checkout', () => {
  const installed = [...readme.matchAll(/^npm install (.*)$/gm)].flatMap(([, names = '']) => names.split(' '))
  const imported = [...readme.matchAll(/^import (?:.* from )?'((?:@[^/']+\/)?[^/']+)/gm)].map(([, name = '']) => name)
  expect(imported).toContain('perceptual-loss')
  expect(imported.filter((name) => !installed.includes(name))).toEqual([])
  expect(readme.indexOf('npm install perceptual-loss')).toBeLessThan(readme.indexOf('npm ci'))
})
