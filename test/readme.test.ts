/** The README: its tour runs as printed (its `ts` blocks form one program), it installs what its code imports, its first screen has a picture and code, and its speed chart has the published numbers. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, expect, it, vi } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const readme = read('README.md')
const folder = new URL('./.generated/readme/', import.meta.url)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

it('the tour runs and prints the commented output', async () => {
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

it('installs what its code imports before it mentions a checkout', () => {
  const installed = [...readme.matchAll(/^npm install (.*)$/gm)].flatMap(([, names = '']) => names.split(' '))
  const imported = [...readme.matchAll(/^import (?:.* from )?'((?:@[^/']+\/)?[^/']+)/gm)].map(([, name = '']) => name)
  expect(imported).toContain('perceptual-loss')
  expect(imported.filter((name) => !installed.includes(name))).toEqual([])
  expect(readme.indexOf('npm install perceptual-loss')).toBeLessThan(readme.indexOf('npm ci'))
})

it('has a picture, the install command and code of at most ten lines on its first screen, and fewer than 150 lines', () => {
  const lines = readme.trimEnd().split('\n')
  const first = lines.slice(0, 30).join('\n')
  expect(first).toMatch(/!\[.+\]\(docs\/demo\.jpg\)/)
  expect(first).toContain('npm install perceptual-loss')
  const [, code = ''] = /```js\n([^]*?)\n```/.exec(first) ?? []
  expect(code.split('\n').length).toBeLessThanOrEqual(10)
  expect(code).toContain("from 'perceptual-loss'")
  expect(lines.length).toBeLessThan(150)
})

it('draws the published numbers of the benchmark, and quotes them', () => {
  const [, latest = ''] = /<!-- latest -->([^]*)<!-- end of latest -->/.exec(read('bench/README.md')) ?? []
  const published = [...latest.matchAll(/^\| native, (\S+), value \+ gradient, 256: over PyTorch \|.*?\| (\d\.\d\d) /gm)]
  expect(published.map(([, loss]) => loss)).toEqual(['lpips-alex', 'lpips-vgg', 'dists', 'ssim', 'ms-ssim'])
  const texts = [...read('docs/speed.svg').matchAll(/<text[^>]*>(\d+\.\d+)<\/text>/g)].map(([, number]) => number)
  const wasm = ['onnxruntime-web', 'stock tfjs'].map(
    (system) => new RegExp(`^\\| WASM, fresh, 128: ${system} over it \\|.*?\\| (\\d+\\.\\d\\d) `, 'm').exec(read('bench/README.md'))?.[1] ?? '',
  )
  const rounded = wasm.map((number) => Number(number).toFixed(1))
  // Each loss beside PyTorch, which is 1; then WASM, where ours is 1.
  expect(texts).toEqual([...published.flatMap(([, , number]) => [number, '1.00']), '1.0', ...rounded])
  const [, quoted = ''] = /!\[(.*)\]\(docs\/speed\.svg\)/.exec(readme) ?? []
  for (const number of [...published.map(([, , one]) => one ?? ''), ...rounded]) expect(quoted).toContain(number)
})
