/** The losses that pictures are compared by, ready. */
import { LossException, type CompileOptions } from '../../index.js'
import { startBackend } from '../startBackend.js'
import { compileNamed, lossName, namedLoss, type NamedLoss, type Reporting } from '../namedLosses.js'
import { networks } from '../namedNetworks.js'
import type { Column } from './measurePair.js'

/** By what is compared where nothing is said. */
const USUAL = ['lpips', 'dists', 'ssim', 'ms-ssim', 'psnr']

/** The losses of these names and files, each once; the usual ones for none. */
export const namedLosses = (said: readonly string[], reporting: Reporting = {}): Promise<readonly NamedLoss[]> =>
  Promise.all([...new Set((said.length === 0 ? USUAL : said).map(lossName))].map((name) => namedLoss(name, reporting)))

/** What they are computed with. */
export interface Means {
  readonly weights: readonly string[]
  readonly backend: string
  readonly threads?: number | undefined
  readonly tiles?: Tiles | undefined
  /** Is told which network is being loaded. */
  readonly loading?: ((words: string) => void) | undefined
}

/** How pictures are looked at tile by tile. */
export interface Tiles {
  /** What that may take besides the pictures: bytes, or 1GiB. */
  readonly memory: string | number
  /** Is told how far a loss is in a pair. */
  readonly progress: (words: string) => void
  /** Is told which loss is left out, and why: an optional one that does not add up over tiles. */
  readonly leftOut: (sentence: string) => void
}

/** Compiles them; `optional` says which a pair may go without that is too small for it, and everyone where there are no tiles of it. */
export const columnsOf = async (
  losses: readonly NamedLoss[],
  { weights, backend, threads, tiles, loading }: Means,
  optional: (loss: NamedLoss) => boolean,
): Promise<readonly Column[]> => {
  const among = networks(weights)
  await startBackend(backend, threads)
  const columns: Column[] = []
  for (const loss of losses) {
    loading?.(`loading ${loss.title}`)
    try {
      columns.push({ ...loss, f: await compileNamed(loss, among, optionsFor(loss, tiles)), optional: optional(loss) })
    } catch (error) {
      if (tiles === undefined || !optional(loss) || !isNotTileable(error)) throw error
      tiles.leftOut(`${loss.title} was left out: ${error.message}`)
    }
  }
  return columns
}

const optionsFor = ({ title }: NamedLoss, tiles: Tiles | undefined): CompileOptions =>
  tiles === undefined
    ? {}
    : {
        memory: tiles.memory,
        progress: ({ done, total }) => {
          tiles.progress(`${title}, ${String(done)} of ${String(total)} tiles`)
        },
      }

const isNotTileable = (error: unknown): error is LossException => error instanceof LossException && error.error._tag === 'NotTileable'
