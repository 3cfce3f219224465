/** The losses that pictures are compared by, ready. */
import { LossException, type CompileOptions } from '../../index.js'
import { startBackend } from '../startBackend.js'
import { compileNamed, lossName, namedLoss, type NamedLoss, type Reporting } from '../namedLosses.js'
import { networks } from '../namedNetworks.js'
import type { ComparedLoss } from './measurePairs.js'

/** The default measures. */
const USUAL = ['lpips', 'dists', 'ssim', 'ms-ssim', 'psnr']

/** The losses of these names and files without duplicates; the default ones for an empty list. */
export const namedLosses = (said: readonly string[], reporting: Reporting = {}): Promise<readonly NamedLoss[]> =>
  Promise.all([...new Set((said.length === 0 ? USUAL : said).map(lossName))].map((name) => namedLoss(name, reporting)))

/** Networks, options and callbacks to compute them with. */
export interface Means {
  readonly weights: readonly string[]
  readonly backend: string
  readonly threads?: number | undefined
  readonly tiles?: Tiles | undefined
  /** Called when a network is loaded. */
  readonly loading?: ((words: string) => void) | undefined
}

/** How pictures are processed in tiles. */
export interface Tiles {
  /** The most memory for tiles besides the pictures: bytes, or text such as 1GiB. */
  readonly memory: string | number
  /** Called with the progress of a loss within a pair. */
  readonly progress: (words: string) => void
  /** Called with each loss that is left out and the reason: an optional one that cannot be computed in tiles. */
  readonly leftOut: (sentence: string) => void
}

/** Compiles them; `optional` losses are skipped for pairs that are too small, and for all pairs if they cannot be computed in tiles. */
export const compileLosses = async (
  losses: readonly NamedLoss[],
  { weights, backend, threads, tiles, loading }: Means,
  optional: (loss: NamedLoss) => boolean,
): Promise<readonly ComparedLoss[]> => {
  const among = networks(weights)
  await startBackend(backend, threads)
  const compiled: ComparedLoss[] = []
  for (const loss of losses) {
    loading?.(`loading ${loss.title}`)
    try {
      compiled.push({ ...loss, f: await compileNamed(loss, among, optionsFor(loss, tiles)), optional: optional(loss) })
    } catch (error) {
      if (tiles === undefined || !optional(loss) || !isNotTileable(error)) throw error
      tiles.leftOut(`${loss.title} was left out: ${error.message}`)
    }
  }
  return compiled
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
