/**
 * An older package of this library, from the folder that the variable BENCH_BASELINE names: the losses that are compared.
 */
import type * as Library from '../../src/index.js'
import type * as LibraryInNode from '../../src/node/index.js'
import type { Setup } from './running.js'

const imported = (module: string): Promise<unknown> => import(`${process.env['BENCH_BASELINE'] ?? ''}/dist/${module}`)

/** Its choice of the backend. */
export const olderUseFastestBackend: typeof LibraryInNode.useFastestBackend = async (options) =>
  ((await imported('node/index.js')) as typeof LibraryInNode).useFastestBackend(options)

/** Sets a loss up. */
export const older: Setup = async (name, { target }) => {
  const { alexnet, compile, dists, featureAt, lpips, mse, vgg16 } = (await imported('index.js')) as typeof Library
  const compiled = async () => {
    if (name === 'lpips-alex') return compile(lpips(), await alexnet())
    const vgg = await vgg16()
    if (name === 'lpips-vgg') return compile(lpips({ net: 'vgg' }), vgg)
    return name === 'dists' ? compile(dists(), vgg) : compile(mse(featureAt(name as Library.Vgg16Layer)), vgg)
  }
  const f = await compiled()
  return { prepared: f.prepare(target), fresh: (prediction) => f(target, prediction), dispose: f.dispose }
}
