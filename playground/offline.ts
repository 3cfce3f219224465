/** Keeps the page for use without a network: a service worker answers with the files that the page has used before. */
import { NETWORKS, type NetworkName } from './loss/layers.js'

/** Where the service worker is, beside the page. */
const SCRIPT = 'offline-worker.js'

/** Registers the service worker of the built page, and tells it what was loaded without it: the page's files, and these of the page's worker. */
export const keepOffline = (urls: readonly string[]): void => {
  const container = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker
  if (import.meta.env.MODE !== 'production' || container === undefined) return
  container
    .register(SCRIPT)
    .then(() => container.ready)
    .then(
      ({ active }) => {
        const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
        active?.postMessage([location.pathname, ...loaded, ...urls])
      },
      // Private windows and plain http have no service workers: the page then needs the network each time.
      () => undefined,
    )
}

/** The networks whose weights the service worker has kept: they need no download. */
export const keptNetworks = async (): Promise<readonly NetworkName[]> => {
  // Plain http and files have no caches.
  const kept = (globalThis as { readonly caches?: CacheStorage }).caches
  if (kept === undefined) return []
  try {
    const names = (await kept.keys()).filter((name) => name.startsWith('playground'))
    const urls = (await Promise.all(names.map(async (name) => (await kept.open(name)).keys()))).flat().map(({ url }) => url)
    return NETWORKS.filter((network) => urls.some((url) => url.includes(`/${network}-`) && url.endsWith('.safetensors')))
  } catch {
    // Private windows of some browsers refuse.
    return []
  }
}
