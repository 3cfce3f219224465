/**
 * The sources and the examples as JavaScript, beside the weights: a command starts in half the time that tsx takes, which compiles as it loads (`compare` in 1.6 s of the processor, 3.0 by tsx).
 */
import { build } from 'esbuild'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { globSync } from 'tinyglobby'
import { madeOnce, root } from './madeOnce.js'

/** Where they are. */
const folder = await madeOnce('compiled', ['src', 'examples', 'package.json', 'package-lock.json'], async (made) => {
  const entryPoints = globSync('{src,examples}/**/*.ts', { cwd: root, absolute: true, ignore: ['**/node_modules/**'] })
  await build({ entryPoints, outbase: root, outdir: made, format: 'esm', target: 'node20' })
  await cp(join(root, 'package.json'), join(made, 'package.json'))
  await mkdir(join(made, 'examples'), { recursive: true })
  // Relative, for node_modules may move to another checkout, as in .ci/run.
  for (const beside of ['weights', 'examples/images', 'examples/fine-tune/node_modules'])
    await symlink(relative(dirname(join(made, beside)), join(root, beside)), join(made, beside), 'junction')
})

/** The file of JavaScript that was compiled of a file of TypeScript in `src` or `examples`. */
export const compiled = (file: string): string => join(folder, file.replace(/\.ts$/, '.js'))

/** Its address, for imports. */
export const compiledUrl = (file: string): string => pathToFileURL(compiled(file)).href
