import * as face from '../index.js'
import { LAWS, type Law, type LawCase } from './law.js'
import type { Picture, Subject } from './subject.js'
import { tensorText } from './tensorText.js'

/**
 * Prints a case as a TypeScript program that reproduces it.
 *
 * Names that the package does not export belong to the user: imported from `importFrom`, or listed in a comment.
 */
export const programOf = (law: Law, subject: Subject, pictures: LawCase, importFrom: string | undefined): string => {
  const shown = LAWS[law].shown(subject, pictures)
  const used = (['reference', 'prediction', 'third'] as const).filter((name) => shown.some((line) => new RegExp(`\\b${name}\\b`).test(line)))
  const tensor = ({ values, shape }: Picture): string => tensorText(values, shape)
  const names = [...new Set(identifiers(subject.setup.join('\n')))]
  const ours = names.filter((name) => name in face)
  const theirs = names.filter((name) => !(name in face))
  return [
    "import * as tf from '@tensorflow/tfjs'",
    ...(ours.length === 0 ? [] : [`import { ${ours.sort().join(', ')} } from 'perceptual-loss'`]),
    ...theirs.map((name) => (importFrom === undefined ? `// import { ${name} } from './yours.js'` : `import { ${name} } from '${importFrom}'`)),
    '',
    ...subject.setup,
    ...used.map((name) => `const ${name} = ${tensor(pictures[name])}`),
    ...shown.map((line) => `console.log(${line})`),
  ].join('\n')
}

const KNOWN: readonly string[] = ['const', 'await', 'f', 'compiled', 'extractor', 'a', 'b', 'tf', 'true', 'false']

/** The names that statements use, without texts, properties and the names that they make. */
const identifiers = (statements: string): readonly string[] =>
  (statements.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '').match(/(?<![.\w$])[A-Za-z_$][\w$]*(?![\w$])(?!\s*:)/g) ?? []).filter(
    (name) => !KNOWN.includes(name),
  )
