/** What `npm test` promises: its tests read nothing outside the checkout, start no browser, and assert nothing about the clock. */
import { globSync } from 'tinyglobby'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import config, { DATA } from '../vitest.config.js'

const root = new URL('../', import.meta.url).pathname
const { projects } = (
  config as { readonly test: { readonly projects: readonly { readonly test: { readonly include: string[]; readonly exclude: string[] } }[] } }
).test
const quick = projects
  .flatMap(({ test: { include, exclude } }) => globSync(include, { cwd: root, ignore: [...exclude, ...DATA, 'test/quick.test.ts'] }))
  .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }))

it('there are some', () => {
  expect(quick.length).toBeGreaterThan(50)
})

it.each([
  ['reads the folder of data beside the checkout', /sharedData\.js|sharedWeights\.js|\.\.\/shared\//],
  ['starts a browser', /browser\/chromium|playwright-core/],
  ['asserts a time', /expect\([^\n]*(performance|Date)\.now/],
  ['returns early where a file is missing', /existsSync\([^\n]*\) *(&&[^\n]*)?\) return\b/],
])('none %s', (_what, pattern) => {
  expect(quick.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([])
})
