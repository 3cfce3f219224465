/** Every loss has its page, every document is in the site, every link between them leads somewhere, every npm script that they name is there. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../scripts/docs/catalogue.js'
import { builtInDefinitions } from '../../src/index.js'
import { blocks, documents, root } from './documents.js'

const pageOf = (id: string): string => readFileSync(join(root, 'docs', 'losses', `${id}.md`), 'utf8')

/** The names that src/index.ts takes from the recipes' folder; `scores` are no losses. */
const recipes = [...readFileSync(join(root, 'src', 'index.ts'), 'utf8').matchAll(/^export \{ (.*) \} from '.\/recipes\//gm)].flatMap(([, names = '']) =>
  names.split(', ').filter((name) => !name.startsWith('type ') && name !== 'scores'),
)

describe('a page for every loss', () => {
  it('that is defined or a recipe', () => {
    const wanted = [...builtInDefinitions.map(({ definition }) => definition.id), ...recipes]
    expect(recipes.length).toBeGreaterThanOrEqual(9)
    expect(catalogue.map(({ id }) => id).sort()).toEqual(wanted.sort())
  })

  it.each(catalogue.map((entry) => [entry.id, entry] as const))('%s says what it measures, when to use it, its laws and its cost', (id, { shown }) => {
    const page = pageOf(id)
    expect(page).toMatch(new RegExp(`^# ${id}\n`))
    expect(page).toMatch(/\$[^$\n]+\$/)
    for (const part of ['What it measures', 'When to use it', 'Laws', 'Cost', 'Source']) expect(page).toMatch(new RegExp(`\n## ${part}\n\n.{20,}`))
    const pictures = [...page.matchAll(/!\[.+\]\((.+)\)/g)].map(([, file = '']) => file)
    expect(pictures).toEqual({ distortions: [`${id}.webp`, `${id}.svg`], logits: [`${id}.svg`], feature: [`${id}.webp`], nothing: [] }[shown])
    for (const picture of pictures) expect(existsSync(join(root, 'docs', 'losses', picture)), picture).toBe(true)
  })

  it('is in the list', () => {
    for (const { id } of catalogue) expect(pageOf('index')).toContain(`[${id}](${id}.md)`)
  })
})

it.each(['', 'distributions/', 'node/', 'laws/', 'onnx/', 'python/', 'reports/'])('what-there-is.md lists every value of src/%sindex.ts', async (subpath) => {
  const text = readFileSync(join(root, 'docs', 'what-there-is.md'), 'utf8')
  const listed = new Set([...text.matchAll(/`(\w+)/g)].map(([, name]) => name))
  expect(Object.keys((await import(join(root, 'src', subpath, 'index.ts'))) as object).filter((name) => !listed.has(name))).toEqual([])
})

describe('the documents', () => {
  const all = documents()

  it('are all in the site', async () => {
    const { default: site } = (await import(join(root, 'typedoc.config.js'))) as { readonly default: { readonly projectDocuments: readonly string[] } }
    const childrenOf = (path: string): readonly string[] => {
      const [, front = ''] = /^---\n([\s\S]*?)\n---/.exec(readFileSync(join(root, path), 'utf8')) ?? []
      return [path, ...[...front.matchAll(/^ {2}- (.*)$/gm)].flatMap(([, child = '']) => childrenOf(join(dirname(path), child)))]
    }
    const inSite = ['docs/index.md', ...site.projectDocuments.flatMap(childrenOf)].map(normalize)
    expect(all.map(({ path }) => path).filter((path) => !inSite.includes(path))).toEqual([])
  })

  it.each(all.map((document) => [document.path, document] as const))('%s links to what is there', (path, { text }) => {
    const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').replaceAll(/`[^`\n]*`/g, '')
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^(https?:|#)/.test(link))
    for (const link of links) expect(existsSync(join(root, dirname(path), link.split('#')[0] ?? '')), link).toBe(true)
  })

  it('name npm scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Readonly<Record<string, string>> }
    const named = all.flatMap((document) => [
      ...blocks(document, 'sh')
        .join('')
        .matchAll(/npm run ([\w:-]+)/g),
      ...document.text.matchAll(/`npm run ([\w:-]+)/g),
    ])
    expect(named.length).toBeGreaterThan(10)
    for (const [, script = ''] of named) expect(scripts).toHaveProperty(script)
  })
})
