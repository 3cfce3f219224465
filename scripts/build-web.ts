/**
 * Makes dist/web/bundle/perceptual-loss.js: the package for plain web pages, where an import map says where TensorFlow.js is: one file, and beside it those that are
 * loaded when they are needed (HDF5's reader, of 4 MB, for Keras' files).
 *
 * They stand as deep as the modules that name the weights' file, so `../../../weights/` is the package's own folder for it, too. The licences of the
 * packages inside stand at their ends.
 */
import { build, type BuildOptions } from 'esbuild'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)

/** The folder of the package that a bundled file belongs to, wherever node_modules is; none for a file of ours. */
const packageOf = (file: string): readonly string[] => {
  const [, folder] = file.startsWith('dist/') ? [] : (/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(join(root, file)) ?? [])
  return folder === undefined ? [] : [folder]
}

const licenceOf = async (folder: string): Promise<string> => {
  const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly name: string; readonly version: string }
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file.`)
  return `${name} ${version}\n\n${await readFile(join(folder, file), 'utf8')}`
}

const options: BuildOptions = {
  absWorkingDir: root,
  entryPoints: { 'perceptual-loss': 'dist/index.js' },
  outdir: join('dist', 'web', 'bundle'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  external: ['@tensorflow/tfjs'],
}

const { metafile } = await build({ ...options, write: false, metafile: true })
const packages = [...new Set(Object.keys(metafile.inputs).flatMap(packageOf))].sort()
const licences = await Promise.all(packages.map(licenceOf))
await build({ ...options, footer: { js: `/*!\nThis file or those beside it contain:\n\n${licences.join('\n\n').replaceAll('*/', '* /')}\n*/` } })
