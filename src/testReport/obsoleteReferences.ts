/**
 * References that no test of a complete run used.
 *
 * Laws: a used reference is never obsolete, nor is a file in a folder that holds anything besides pictures, as those of tests do.
 */
import { readdir } from 'node:fs/promises'
import { dirname, extname, parse, resolve } from 'node:path'
import { recordedPath } from './recordFolder.js'

const PICTURES: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp']

/** The end of the names that Playwright gives to references of one platform. */
const PLATFORM = /-(aix|android|darwin|freebsd|linux|openbsd|sunos|win32)$/

/** The pictures that are in the folders of the used references, but are none of them: paths from the working directory, as the used ones are. */
export const obsoleteReferences = async (used: readonly string[]): Promise<readonly string[]> => {
  const paths = new Set(used.map((path) => resolve(path)))
  const folders = [...new Set([...paths].map((path) => dirname(path)))]
  const pictures = (await Promise.all(folders.map(picturesIn))).flat()
  return pictures
    .filter((path) => !paths.has(path) && !ofAnotherPlatform(path))
    .map(recordedPath)
    .sort()
}

/** The pictures of a folder that holds only pictures and folders; hidden files do not count. */
const picturesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
  return files.every(({ name }) => PICTURES.includes(extname(name).toLowerCase())) ? files.map(({ name }) => resolve(folder, name)) : []
}

const ofAnotherPlatform = (path: string): boolean => {
  const platform = PLATFORM.exec(parse(path).name)?.[1]
  return platform !== undefined && platform !== process.platform
}
