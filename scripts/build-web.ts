/**
 * Makes dist/web/perceptual-loss.js: the package as one file for plain web pages, where an import map says where TensorFlow.js is.
 *
 * It stands as deep as the modules that name the weights' file, so `../../weights/` is the package's own folder for it, too. The licences of the packages
 * inside stand at its end.
 */
import { build, type BuildOptions } from 'esbuild'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const outfile = join(root, 'dist', 'web', 'perceptual-loss.js')

/** The folder of the package that a bundled file belongs to. */
const packageOf = (file: string): readonly string[] => {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? []
  return folder === undefined ? [] : [folder]
}

const licenceOf = async (folder: string): Promise<string> => {
  const { name, version } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as { readonly name: string; readonly version: string }
  const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file.`)
  return `${name} ${version}\n\n${await readFile(join(root, folder, file), 'utf8')}`
}

const options: BuildOptions = {
  absWorkingDir: root,
  entryPoints: ['dist/index.js'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  external: ['@tensorflow/tfjs'],
}

const { metafile } = await build({ ...options, write: false, metafile: true })
const packages = [...new Set(Object.keys(metafile.inputs).flatMap(packageOf))].sort()
const licences = await Promise.all(packages.map(licenceOf))
await build({ ...options, footer: { js: `/*!\nThis file contains:\n\n${licences.join('\n\n').replaceAll('*/', '* /')}\n*/` } })
