/**
 * Which pictures of a folder are compared: NAME.png is a reference, NAME_ANYTHING.png a distortion of it (or .jpg, .jpeg, .webp), and a reference is compared with itself, too.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Two paths. */
export type Pair = readonly [reference: string, prediction: string]

const PICTURE = /^(.+)\.(png|jpe?g|webp)$/i

/** The pairs of a folder, in the order of their names. */
export const pairsIn = async (folder: string): Promise<readonly Pair[]> => {
  const pictures = (await readdir(folder)).sort().flatMap((file) => {
    const stem = PICTURE.exec(file)?.[1]
    return stem === undefined ? [] : [{ file, stem }]
  })
  const stems = new Set(pictures.map(({ stem }) => stem))
  /** The shortest stem of another picture that this one's name starts with: that one is a reference. */
  const referenceOf = (stem: string): string | undefined =>
    [...stem.matchAll(/_/g)].map(({ index }) => stem.slice(0, index)).find((candidate) => stems.has(candidate))
  const references = pictures.filter(({ stem }) => referenceOf(stem) === undefined)
  return references.flatMap(({ file, stem }) => {
    const distorted = pictures.filter((other) => referenceOf(other.stem) === stem)
    return [file, ...distorted.map((other) => other.file)].map((other): Pair => [join(folder, file), join(folder, other)])
  })
}
