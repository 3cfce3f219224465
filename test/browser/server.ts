/** A plain server of files, which can spoil them on the way. */
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** What to do with a file instead of sending it; says whether it did. */
export type Spoil = (path: string, bytes: Buffer, response: ServerResponse) => boolean

/** A running server. */
export interface Server {
  readonly port: number
  readonly close: () => Promise<void>
}

/** Serves a folder on a free port of this machine. */
export const serve = async (folder: string, spoil: Spoil = () => false): Promise<Server> => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    readFile(join(folder, normalize(path))).then(
      (bytes) => {
        if (!spoil(path, bytes, response)) response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes)
      },
      () => response.writeHead(404).end('not found'),
    )
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => {
        done()
      })
      server.closeAllConnections()
    })
  return { port: (server.address() as AddressInfo).port, close }
}
