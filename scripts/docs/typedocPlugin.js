/**
 * What TypeDoc does not do by itself: modules under the names that users import, documents under their own headings, a link from each loss to its reference, KaTeX's style sheet
 * with its fonts beside the pages, and Mermaid with the script that draws diagrams by it.
 */
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Converter, JSX } from 'typedoc'

/** @param {import('typedoc').Application} app */
export const load = (app) => {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = importedAs(module.name)
  })
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    if (document.parent?.name === 'Losses') document.content.push(...referenceOf(document.name))
    document.name = headingOf(document.content) === document.project.name ? 'README' : headingOf(document.content)
  })
  app.renderer.hooks.on('head.end', ({ relativeURL }) => JSX.createElement('link', { rel: 'stylesheet', href: relativeURL('assets/katex/katex.min.css') }))
  app.renderer.hooks.on('body.end', ({ relativeURL }) => JSX.createElement('script', { src: relativeURL('assets/mermaid/diagrams.js') }))
  app.renderer.postRenderAsyncJobs.push(async ({ outputDirectory }) => {
    await laid(folderOf('katex'), ['katex.min.css', 'fonts'], join(outputDirectory, 'assets', 'katex'))
    await laid(folderOf('mermaid'), ['mermaid.min.js'], join(outputDirectory, 'assets', 'mermaid'))
    await laid(import.meta.dirname, ['diagrams.js'], join(outputDirectory, 'assets', 'mermaid'))
  })
}

/** The folder of a package's entry. */
const folderOf = (name) => dirname(fileURLToPath(import.meta.resolve(name)))

/** Copies parts of a folder. */
const laid = async (from, parts, to) => {
  await mkdir(to, { recursive: true })
  for (const part of parts) await cp(join(from, part), join(to, part), { recursive: true })
}

/** 'index' is the package itself, 'node/index' its subpath. */
const importedAs = (module) => ['perceptual-loss', ...module.split('/').filter((part) => part !== 'index' && part !== 'matcher')].join('/')

/** The first heading of a document, which is its name in the site. */
const headingOf = (content) => /^# (.*)$/m.exec(content.map(({ text }) => text).join(''))?.[1] ?? ''

/** The reference of an export. */
const referenceOf = (name) => [
  { kind: 'text', text: '\n\n## Reference\n\n' },
  { kind: 'inline-tag', tag: '@link', text: `perceptual-loss!${name} | ${name}` },
]
