/**
 * The service worker of the playground: files of the page are kept when they are first used, weights among them, and answer later visits, offline too.
 *
 * Files in assets/ have their hash in their name and never change; the page itself is asked for again when there is a network.
 */

/** What TypeScript's library for pages lacks. */
interface ServiceWorker {
  readonly registration: { readonly scope: string }
  readonly clients: { readonly claim: () => Promise<void> }
  readonly skipWaiting: () => Promise<void>
  readonly addEventListener: (type: string, listener: (event: ServiceWorkerEvent) => void) => void
}

interface ServiceWorkerEvent {
  readonly request: Request
  readonly data: unknown
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly respondWith: (response: Promise<Response>) => void
}

const worker = self as unknown as ServiceWorker

/** The build of the page, which Vite puts here: files of earlier builds are forgotten. */
declare const BUILD: string

const CACHE = `playground ${BUILD}`

/** Weights stay the same from build to build. */
const WEIGHTS = 'playground weights'

const cacheOf = (url: string): Promise<Cache> => caches.open(url.endsWith('.safetensors') ? WEIGHTS : CACHE)

const isOwn = (url: string): boolean => url.startsWith(worker.registration.scope)

const isFixed = (url: string): boolean => new URL(url).pathname.includes('/assets/')

const keep = async (request: Request | string): Promise<Response> => {
  const response = await fetch(request)
  const url = typeof request === 'string' ? request : request.url
  if (response.status === 200) await (await cacheOf(url)).put(url, response.clone())
  return response
}

const answer = async (request: Request): Promise<Response> => {
  const kept = await (await cacheOf(request.url)).match(request.url)
  if (isFixed(request.url)) return kept ?? keep(request)
  return keep(request).catch((error: unknown) => {
    if (kept === undefined) throw error
    return kept
  })
}

/** Keeps what is not kept yet. */
const keepAll = async (urls: readonly string[]): Promise<void> => {
  const kept = await Promise.all(urls.map(async (url) => (await (await cacheOf(url)).match(url)) !== undefined))
  await Promise.all(urls.filter((_, i) => kept[i] !== true).map(keep))
}

const forgetOthers = async (): Promise<void> => {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('playground') && name !== CACHE && name !== WEIGHTS).map((name) => caches.delete(name)))
}

worker.addEventListener('install', (event) => {
  event.waitUntil(worker.skipWaiting())
})
worker.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([forgetOthers(), worker.clients.claim()]))
})
worker.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'GET' && isOwn(request.url)) event.respondWith(answer(request))
})
worker.addEventListener('message', (event) => {
  const urls = (event.data as readonly string[]).map((url) => new URL(url, worker.registration.scope).href)
  event.waitUntil(keepAll([...new Set(urls)].filter(isOwn)))
})
