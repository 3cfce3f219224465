/**
 * Pairs of pictures to compare: files, folders, globs, or the rows of a CSV file.
 *
 * The first argument is the reference, the others are compared with it: a file with files, a folder or glob with folders or globs by the pictures' names.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, extname, relative, resolve } from 'node:path'
import papaparse from 'papaparse'
import { glob, isDynamicPattern } from 'tinyglobby'
import { reasonOf } from '../../node/reason.js'
import { PICTURES } from '../readPictures.js'
import { asFile, checkSources, STDIN } from '../sourceBytes.js'
import { UsageError } from '../usageError.js'

/** Two pictures, by their files. */
export interface Pair {
  readonly reference: string
  readonly picture: string
}

/** Pairs, and pictures without a counterpart. */
export interface Pairs {
  readonly pairs: readonly Pair[]
  readonly alone: readonly string[]
}

/** The pairs that the arguments name. */
export const pairsOf = async (args: readonly string[]): Promise<Pairs> => {
  const [first = '', ...others] = args
  if (others.length === 0) {
    if (extname(first).toLowerCase() === '.csv') return { pairs: await pairsInCsv(first), alone: [] }
    throw new UsageError(`received only ${first}, expected two pictures, folders or globs, or a CSV file of pairs.`)
  }
  checkSources(args)
  const reference = await found(first)
  const sides = await Promise.all(others.map(found))
  const parts = sides.map((side) => (typeof reference === 'string' ? withEach(reference, side) : byName(reference, side, first)))
  return { pairs: parts.flatMap(({ pairs }) => pairs), alone: parts.flatMap(({ alone }) => alone) }
}

/** Several pictures by the names used to match them. */
interface Several {
  readonly said: string
  readonly byName: ReadonlyMap<string, string>
}

/** A file by its name, or the pictures of a folder or glob. */
const found = async (said: string): Promise<string | Several> => {
  if (said === STDIN) return said
  const folder = await isFolder(said)
  if (folder === undefined && !isDynamicPattern(said)) return said
  if (folder === false) return said
  const pattern = folder === true ? [`**/*.{${PICTURES.join(',')}}`] : [said]
  const base = folder === true ? said : fixedPart(said)
  await checkFolders(base)
  const files = await glob(pattern, { cwd: folder === true ? said : process.cwd(), absolute: true, caseSensitiveMatch: false, expandDirectories: false })
  if (files.length === 0) throw new UsageError(`${said} has no pictures (${PICTURES.join(', ')}).`)
  const named = files.sort().map((file) => [relative(resolve(base), file), relative(process.cwd(), file)] as const)
  return { said, byName: new Map(named) }
}

/** The pictures of a folder or glob: their files by their names in it, in the order of the names. */
export const severalPictures = async (said: string): Promise<ReadonlyMap<string, string>> => {
  const side = await found(said)
  if (typeof side !== 'string') return new Map([...side.byName].map(([name, file]) => [name.replaceAll('\\', '/'), file]))
  throw new UsageError(`received '${said}', expected a folder or a quoted glob of pictures, or a JSON file of statistics.`)
}

const isFolder = async (path: string): Promise<boolean | undefined> => {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return undefined
  }
}

/** Throws for a folder that cannot be listed; its pictures would be skipped silently. */
const checkFolders = async (base: string): Promise<void> => {
  const top = base === '' ? '.' : base
  const inside = await glob('**', { cwd: top, onlyDirectories: true, absolute: true, dot: true })
  for (const folder of [top, ...inside])
    try {
      await readdir(folder)
    } catch (error) {
      throw new Error(`The folder ${relative(process.cwd(), folder)} cannot be read: ${reasonOf(error)}.`, { cause: error })
    }
}

/** The folders before the first one with a wildcard. */
const fixedPart = (pattern: string): string => {
  const parts = pattern.split('/').slice(0, -1)
  const wild = parts.findIndex((part) => isDynamicPattern(part))
  const fixed = (wild < 0 ? parts : parts.slice(0, wild)).join('/')
  return fixed === '' && pattern.startsWith('/') ? '/' : fixed
}

const withEach = (reference: string, side: string | Several): Pairs => ({
  pairs: (typeof side === 'string' ? [side] : [...side.byName.values()]).map((picture) => ({ reference, picture })),
  alone: [],
})

/** Matches pictures by name; if there is none, by name without the extension. */
const byName = (references: Several, side: string | Several, said: string): Pairs => {
  if (typeof side === 'string')
    throw new UsageError(`received several pictures for ${said} and one file ${side}; pass the file first to compare each picture with it.`)
  const stems = stemsOf(side)
  const partners = [...references.byName].map(([name, reference]) => ({ reference, picture: side.byName.get(name) ?? stems.get(stem(name)) }))
  const pairs = partners.flatMap(({ reference, picture }) => (picture === undefined ? [] : [{ reference, picture }]))
  const taken = new Set(pairs.map(({ picture }) => picture))
  return {
    pairs,
    alone: [
      ...partners.flatMap(({ reference, picture }) => (picture === undefined ? [`${reference} has no counterpart in ${side.said}`] : [])),
      ...[...side.byName.values()].filter((file) => !taken.has(file)).map((file) => `${file} has no counterpart in ${references.said}`),
    ],
  }
}

const stem = (name: string): string => name.slice(0, name.length - extname(name).length)

/** The pictures whose name without the extension is unique. */
const stemsOf = ({ byName }: Several): ReadonlyMap<string, string> => {
  const stems = new Map<string, string | undefined>()
  for (const [name, file] of byName) stems.set(stem(name), stems.has(stem(name)) ? undefined : file)
  return new Map([...stems].flatMap(([name, file]) => (file === undefined ? [] : [[name, file] as const])))
}

/** The pairs of a CSV file: its columns reference and picture, or its first two; paths are relative to the file's folder. */
export const pairsInCsv = async (file: string): Promise<readonly Pair[]> => {
  const rows = await csvRows(file)
  const [head = []] = rows
  const at = ['reference', 'picture'].map((name) => head.findIndex((cell) => cell.trim().toLowerCase() === name))
  const titled = at.every((column) => column >= 0)
  const [reference = 0, picture = 1] = titled ? at : [0, 1]
  const pairs = rows.slice(titled ? 1 : 0).map((row, i) => {
    const cells = [row[reference], row[picture]].map((cell) => cell?.trim() ?? '')
    if (cells.includes(''))
      throw new Error(`${file}, row ${String(i + (titled ? 2 : 1))}: received '${row.join(',')}', expected two paths, the reference's and the picture's.`)
    const [a, b] = cells.map((cell) => asFile(relative(process.cwd(), resolve(dirname(file), cell))))
    return { reference: a ?? '', picture: b ?? '' }
  })
  if (pairs.length === 0) throw new Error(`${file} has no pairs; expected one row per pair: the reference's path, the picture's path.`)
  return pairs
}

const csvRows = async (file: string): Promise<readonly (readonly string[])[]> => {
  try {
    const { data } = papaparse.parse<readonly string[]>((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''), { skipEmptyLines: 'greedy' })
    return data
  } catch (error) {
    throw new Error(`The file of pairs ${file} cannot be read: ${reasonOf(error)}.`, { cause: error })
  }
}
