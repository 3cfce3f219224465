/** The networks of the package, each loaded when a loss first needs it. */
import { alexnet, mergeExtractors, vgg16, type DownloadProgress, type Extractor, type Loss } from 'perceptual-loss'
import { NETWORK_TITLES, type NetworkName } from '../loss/layers.js'
import { networksFor } from '../loss/networksFor.js'
import { FROM_FILE, NOT_FROM_FILES } from './fromFile.js'

type Report = (progress: DownloadProgress) => void

const LOADERS: Readonly<Record<NetworkName, (progress: Report) => Promise<Extractor<string>>>> = {
  vgg16: (progress) => (FROM_FILE ? Promise.reject(new Error(NOT_FROM_FILES)) : vgg16({ progress })),
  alexnet: (progress) => alexnet({ progress }),
}

const loaded = new Map<NetworkName, Promise<Extractor<string>>>()

/** Called with the bytes of a network that have arrived. */
export type Loading = (network: NetworkName, received: number, total: number) => void

/** The least time between two reports, in milliseconds. */
const PAUSE = 100

const load = (name: NetworkName, loading: Loading): Promise<Extractor<string>> => {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const network = reported(name, LOADERS[name], loading)
  loaded.set(name, network)
  // A failed download is tried again.
  network.catch(() => loaded.delete(name))
  return network
}

/** Loads a network, and reports how much of it has arrived; at the end all, for servers that compress do not say how many bytes there are. */
export const reported = <A>(name: NetworkName, loader: (progress: Report) => Promise<A>, loading: Loading): Promise<A> => {
  const size = NETWORK_TITLES[name].megabytes * 1e6
  return loader(reportTo(name, size, loading)).finally(() => {
    loading(name, size, size)
  })
}

const reportTo = (name: NetworkName, size: number, loading: Loading): Report => {
  let last = -Infinity
  loading(name, 0, size)
  return ({ received, total = size }) => {
    const now = performance.now()
    if (now - last < PAUSE && received < total) return
    last = now
    loading(name, received, total)
  }
}

/** Starts to load a network before a loss needs it; a failure is reported to the loss that needs it. */
export const prefetch = (name: NetworkName, loading: Loading): Promise<Extractor<string> | undefined> => load(name, loading).catch(() => undefined)

/** The extractor of a loss, if it needs one. */
export const extractorFor = async (loss: Loss<string, string>, loading: Loading): Promise<Extractor<string> | undefined> => {
  const [first, second] = await Promise.all(networksFor(loss).map((name) => load(name, loading)))
  return first === undefined || second === undefined ? first : mergeExtractors<string, string>(first, second)
}
