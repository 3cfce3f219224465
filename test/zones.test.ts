/** Imports point one way (CONTRIBUTING.md): a bad import planted in each zone of src is refused by the lint rule, and every folder of src is in a zone. */
import { ESLint, Linter } from 'eslint'
import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../', import.meta.url).pathname
const { ZONES } = (await import(new URL('../eslint.config.js', import.meta.url).href)) as { readonly ZONES: Readonly<Record<string, readonly string[]>> }
const eslint = new ESLint({ cwd: root })

/** An import that each zone may not have, and one that it may. */
const PLANTED: Readonly<Record<string, readonly [bad: readonly string[], good: string]>> = {
  core: [['../layers/gram.js', '../index.js', '../python/form.js', '../definitions.js', 'node:fs', 'sharp'], './loss.js'],
  layers: [['../metrics/mse.js', '../index.js', '../combinators/sum.js', 'node:fs'], '../core/loss.js'],
  metrics: [['../layers/gram.js', '../reports/report.js'], '../core/loss.js'],
  combinators: [['../metrics/mse.js', './recipes/lpips.js'], '../core/loss.js'],
  'combinators/recipes': [['../../python/form.js', '../../index.js'], '../../metrics/mse.js'],
  python: [['../combinators/sum.js', '../node/index.js'], '../core/loss.js'],
  reports: [['../layers/gram.js', '../cli/main.js'], '../core/loss.js'],
  laws: [['../metrics/mse.js', '../node/index.js', 'node:fs'], '../core/need.js'],
  node: [['../layers/gram.js', '../cli/main.js'], '../core/replay.js'],
  matcher: [['../layers/gram.js', '../cli/main.js'], '../node/index.js'],
  cli: [['../core/loss.js', '../matcher/run.js'], '../node/index.js'],
}

/** What the rule of a zone says to an import. */
const said = async (zone: string, specifier: string): Promise<readonly string[]> => {
  const { rules } = (await eslint.calculateConfigForFile(`${root}src/${zone}/planted.ts`)) as { readonly rules: Linter.RulesRecord }
  const config = { rules: { 'no-restricted-imports': rules['no-restricted-imports'] ?? 'off' } } as const
  return new Linter().verify(`import '${specifier}'`, config).map(({ message }) => message)
}

describe.each(Object.entries(PLANTED))('src/%s', (zone, [bad, good]) => {
  it.each(bad)('may not import %s', async (specifier) => {
    expect(await said(zone, specifier)).toEqual([expect.stringMatching(new RegExp(`src/${zone} may import .*|may import nothing else of src`))])
  })

  it(`may import ${good}`, async () => {
    expect(await said(zone, good)).toEqual([])
  })
})

describe('every folder of src', () => {
  let folders: readonly string[]
  beforeAll(() => {
    folders = readdirSync(`${root}src`, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  })

  it('is in a zone, which has its bad imports here', () => {
    expect(folders.filter((folder) => !(folder in ZONES))).toEqual([])
    expect(Object.keys(PLANTED).sort()).toEqual(Object.keys(ZONES).sort())
  })
})
