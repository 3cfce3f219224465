/** Keeps the page for use without a network: a service worker answers with the files that the page has used before. */

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
