/** The documents of the repository, their code, and what is laid beside the code when it runs. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import sharp from 'sharp'

/** The checkout. */
export const root = dirname(dirname(import.meta.dirname))

/** A document, by its path from the root. */
export interface Document {
  readonly path: string
  readonly text: string
}

const read = (path: string): Document => ({ path, text: readFileSync(join(root, path), 'utf8') })

/** Every document that the site has, but for those that programs write. */
export const documents = (): readonly Document[] => [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(read),
  ...readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() && entry.name.endsWith('.md') ? [relative(root, join(entry.parentPath, entry.name))] : []))
    .sort()
    .map(read),
]

/** A document's code in one language, block by block; the blocks of a document are one program. */
export const blocks = ({ text }: Document, ...languages: readonly string[]): readonly string[] =>
  [...text.matchAll(/^ *```(\w+)\n([\s\S]*?)^ *```$/gm)].flatMap(([, language = '', code = '']) => (languages.includes(language) ? [code] : []))

const images = join(root, 'test', 'goldens', 'images')

/** A folder with the pictures that the documents speak of. */
export const withPictures = async (folder: string): Promise<void> => {
  for (const inside of ['', 'originals', 'compressed']) mkdirSync(join(folder, inside), { recursive: true })
  const put = (from: string, ...to: readonly string[]): Promise<unknown>[] => to.map((name) => sharp(join(images, from)).toFile(join(folder, name)))
  await Promise.all([
    ...put('astronaut.png', 'photo.png', 'expected.png', 'a.png', 'originals/one.png'),
    ...put('astronaut_blur.png', 'blurry.png', 'actual.png', 'b.png'),
    ...put('astronaut_jpeg.png', 'photo.jpg', 'compressed/one.jpg'),
    ...put('coffee.png', 'painting.jpg'),
    ...put('chelsea.png', 'originals/two.png'),
    ...put('chelsea_jpeg.png', 'compressed/two.jpg'),
    sharp(join(images, 'coffee.png')).resize(256, 256, { fit: 'fill' }).toFile(join(folder, 'other.png')),
  ])
}
