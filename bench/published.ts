/**
 * The published runs in bench/README.md: blocks of text that runs replace, and their numbers, read back for the pictures.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { Point } from './picture.js'

/** The blocks: a run of all systems, one of those on WASM, and one of the catalogue's metrics. */
export const BLOCKS = ['latest', 'wasm', 'catalogue'] as const

export type Block = (typeof BLOCKS)[number]

const README = new URL('README.md', import.meta.url)

const patternOf = (block: Block): RegExp => new RegExp(`(<!-- ${block} -->\n)([^]*)(\n<!-- end of ${block} -->)`)

/** The text of a block. */
export const readBlock = async (block: Block): Promise<string> => {
  const [, , text] = patternOf(block).exec(await readFile(README, 'utf8')) ?? []
  if (text === undefined) throw new Error(`bench/README.md has no lines <!-- ${block} --> and <!-- end of ${block} -->.`)
  return text
}

/** Replaces the text of a block. */
export const writeBlock = async (block: Block, text: string): Promise<void> => {
  const before = await readFile(README, 'utf8')
  await writeFile(
    README,
    before.replace(patternOf(block), (_, start: string, __: string, end: string) => `${start}\n${text}\n${end}`),
  )
}

/** `| SYSTEM: WORKLOAD | MEDIAN (LOWER - UPPER) | ...`; systems' names have no colon. */
const ROW = /^\| ([^:|]+): ([^|]+) \| ([\d.]+) \(([\d.]+) - ([\d.]+)\) \| [^|]*\|(?: [^|]*\|){4}$/gm

/** The rows of a block's tables. Whole milliseconds: those below one count as half. */
export const pointsOf = (text: string): readonly Point[] =>
  [...text.matchAll(ROW)].map(([, system = '', workload = '', ...numbers]) => {
    const [median = Number.NaN, lower = Number.NaN, upper = Number.NaN] = numbers.map((number) => Math.max(0.5, Number(number)))
    return { system, workload, median, lower, upper }
  })

/** The median of a target of a block. */
export const targetOf = (text: string, what: string): number => {
  const row = text.split('\n').find((line) => line.startsWith(`| ${what} |`))
  const [, median] = / \| ([\d.]+) \(/.exec(row ?? '') ?? []
  if (median === undefined) throw new Error(`bench/README.md has no target "${what}".`)
  return Number(median)
}
