/**
 * What TypeDoc lacks: modules under the names that users import, callable constants as functions, categories, documents under their own headings, a search for the words of a name,
 * a link from each loss to its reference, from each loss in a code block to the playground, KaTeX's style sheet with its fonts, and Mermaid with the script that draws the diagrams.
 */
import { readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tsImport } from 'tsx/esm/api'
import { Application, Converter, IndexEvent, JSX } from 'typedoc'
import { categorizeBySection, showCallablesAsFunctions } from './typedocReference.js'

const { exports: EXPORTS } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** @param {import('typedoc').Application} app */
export const load = async (app) => {
  const { withPlaygroundLinks } = await tsImport('./playgroundLinks.ts', import.meta.url)
  /** Code that makes a loss gets a link that opens it in the playground; so does the line about the playground, which names the command in the repository. */
  const toPlayground = (content, playground) => {
    const code = content.filter(({ kind }) => kind === 'code')
    withPlaygroundLinks(
      code.map(({ text }) => text),
      playground,
    ).forEach((text, i) => (code[i].text = text))
    const line = content.findIndex(({ kind, text }) => kind === 'text' && text.endsWith('[The playground]('))
    if (line >= 0) content[line + 1] = { kind: 'text', text: playground }
  }
  showCallablesAsFunctions()
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = importedAs(module.name)
  })
  // After TypeDoc has read the index page.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project: { readme = [] } }) => toPlayground(readme, 'playground/index.html'), -1000)
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    categorizeBySection(app, 'src/index.ts', 'perceptual-loss')
  })
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    if (document.parent?.name === 'Losses') document.content.push(...referenceOf(document.name))
    document.name = nameOf(document)
    toPlayground(document.content, '../playground/index.html')
  })
  app.renderer.on(IndexEvent.PREPARE_INDEX, ({ searchResults, searchFields, searchFieldWeights }) => {
    searchFieldWeights.words = 10
    searchResults.forEach(({ name }, i) => (searchFields[i].words = wordsOf(name)))
  })
  app.renderer.hooks.on('sidebar.begin', ({ relativeURL }) =>
    JSX.createElement('a', { class: 'playground', href: relativeURL('playground/index.html') }, 'Open the playground'),
  )
  app.renderer.hooks.on('head.end', ({ relativeURL }) => JSX.createElement('link', { rel: 'stylesheet', href: relativeURL('assets/katex/katex.min.css') }))
  app.renderer.hooks.on('body.end', ({ relativeURL }) => JSX.createElement('script', { src: relativeURL('assets/mermaid/diagrams.js') }))
  app.renderer.hooks.on('body.end', ({ relativeURL }) => JSX.createElement('script', { src: relativeURL('assets/search-words.js') }))
  app.renderer.postRenderAsyncJobs.push(async ({ outputDirectory }) => {
    await copyParts(folderOf('katex'), ['katex.min.css', 'fonts'], join(outputDirectory, 'assets', 'katex'))
    await copyParts(folderOf('mermaid'), ['mermaid.min.js'], join(outputDirectory, 'assets', 'mermaid'))
    await copyParts(import.meta.dirname, ['diagrams.js'], join(outputDirectory, 'assets', 'mermaid'))
    await copyParts(import.meta.dirname, ['search-words.js'], join(outputDirectory, 'assets'))
  })
}

/** The words of a name: the search looks for `MS-SSIM` as for `ms` and `ssim`, which msSsim does not begin with. */
const wordsOf = (name) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')

/** The folder of a package's entry. */
const folderOf = (name) => dirname(fileURLToPath(import.meta.resolve(name)))

/** Copies parts of a folder. */
const copyParts = async (from, parts, to) => {
  await mkdir(to, { recursive: true })
  for (const part of parts) await cp(join(from, part), join(to, part), { recursive: true })
}

/** The name under which package.json exports a module: 'index' is the package itself, 'node/index' its subpath. */
const importedAs = (module) => {
  const entry = Object.keys(EXPORTS).find((name) => [`./dist/${module}.d.ts`, `./dist/${module}/index.d.ts`].includes(EXPORTS[name].types))
  if (entry === undefined) throw new Error(`package.json exports no module ${module}.`)
  return `perceptual-loss${entry.slice(1)}`
}

/** The name of a document in the site: its first heading, or that of its file where the heading is the package's name. */
const nameOf = ({ name, content, project }) => {
  const heading = headingOf(content)
  return heading !== project.name ? heading : name === 'CHANGELOG' ? 'Changes' : name
}

/** The first heading of a document. */
const headingOf = (content) => /^# (.*)$/m.exec(content.map(({ text }) => text).join(''))?.[1] ?? ''

/** The reference of an export. */
const referenceOf = (name) => [
  { kind: 'text', text: '\n\n## Reference\n\n' },
  { kind: 'inline-tag', tag: '@link', text: `perceptual-loss!${name} | ${name}` },
]
