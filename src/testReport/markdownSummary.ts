/**
 * The summary of a run as Markdown, for logs and pages of CI.
 */
import { recordId, type ComparisonRecord } from './comparisonRecord.js'
import { counts, headline } from './headline.js'

/** More failures than this are counted, not listed. */
const MOST = 50

/** The longest text of a cell. */
const LONGEST = 300

/** The summary: the counts, and a table of what failed and of new references. */
export const markdownSummary = (comparisons: readonly ComparisonRecord[], acceptCommand: (id: string) => string): string => {
  const shown = comparisons.filter(({ status }) => status === 'failed' || status === 'new' || status === 'updated')
  const rows = shown.slice(0, MOST).map((comparison) => {
    const { status, test, reference, isNot, received } = comparison
    const accept = status === 'failed' && !isNot && received !== undefined ? code(acceptCommand(recordId(comparison))) : ''
    return `| ${[status, code(reference), text(test), reasonFor(comparison), accept].join(' | ')} |`
  })
  const more = shown.length > MOST ? [`${String(shown.length - MOST)} more are in the report.`, ''] : []
  const table = rows.length === 0 ? [] : ['| result | reference | test | scores | accept |', '| --- | --- | --- | --- | --- |', ...rows, '']
  return [`### ${headline(comparisons)}`, '', ...(comparisons.length === 0 ? [] : [counts(comparisons), '']), ...table, ...more].join('\n')
}

/** The scores; the message where there are none. */
const reasonFor = ({ scores, message }: ComparisonRecord): string =>
  scores.length === 0
    ? text(message)
    : scores.map(({ name, score, bound, within }) => `${within ? '' : '**'}${text(`${name} ${score}`)}${within ? '' : '**'} (${text(bound)})`).join('<br>')

/** Text in which nothing is emphasis, a link, HTML or a cell's end. */
const text = (words: string): string => short(words).replaceAll(/[\\`*_[\]<>|&~]/g, '\\$&')

/** Code on one line of a table, between more backticks than it has. */
const code = (words: string): string => {
  const inside = short(words).replaceAll('|', '\\|')
  const fence = '`'.repeat(Math.max(0, ...Array.from(inside.matchAll(/`+/g), ([ticks]) => ticks.length)) + 1)
  return /^`|`$/.test(inside) ? `${fence} ${inside} ${fence}` : `${fence}${inside}${fence}`
}

const short = (words: string): string => {
  const line = words.replaceAll(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}
