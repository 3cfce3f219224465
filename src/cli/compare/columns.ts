/** The losses that pictures are compared by, ready. */
import { startBackend } from '../backend.js'
import { compileNamed, namedLoss, type NamedLoss } from '../losses.js'
import { networks } from '../networks.js'
import type { Column } from './measure.js'

/** By what is compared where nothing is said. */
const USUAL = ['lpips', 'dists', 'ssim', 'ms-ssim', 'psnr']

/** The losses of these names and files, each once; the usual ones for none. */
export const namedLosses = (said: readonly string[]): Promise<readonly NamedLoss[]> =>
  Promise.all([...new Set(said.length === 0 ? USUAL : said)].map(namedLoss))

/** What they are computed with. */
export interface Means {
  readonly weights: readonly string[]
  readonly backend: string
  readonly threads?: number | undefined
}

/** Compiles them; `optional` says which a pair may go without that is too small for it. */
export const columnsOf = async (
  losses: readonly NamedLoss[],
  { weights, backend, threads }: Means,
  optional: (loss: NamedLoss) => boolean,
): Promise<readonly Column[]> => {
  const among = networks(weights)
  await startBackend(backend, threads)
  const columns: Column[] = []
  for (const loss of losses) columns.push({ ...loss, f: await compileNamed(loss, among), optional: optional(loss) })
  return columns
}
