/** Downloads of weights report their progress in bytes. */
import { either as E } from 'fp-ts'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { alexnet } from '../../../src/index.js'
import { readBytes, type DownloadProgress } from '../../../src/layers/weights/bytes.js'

const FILE = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251)

let server: Server
let url: string

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/packed') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(FILE))
      return
    }
    response.writeHead(200, request.url === '/sized' ? { 'content-length': FILE.length } : {})
    response.write(FILE.subarray(0, 100_000))
    setTimeout(() => response.end(FILE.subarray(100_000)), 20)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  url = `http://localhost:${String((server.address() as AddressInfo).port)}`
})

afterAll(() => {
  server.close()
})

it.each([
  ['/sized', FILE.length],
  ['/unsized', undefined],
  // The length of the compressed response is not the file's.
  ['/packed', undefined],
])('%s: the bytes are those of the file, and the last report says all of them', async (path, total) => {
  const reports: DownloadProgress[] = []
  const read = await readBytes(url + path, (progress) => reports.push(progress))()
  expect(E.isRight(read) && Buffer.from(read.right).equals(FILE)).toBe(true)
  expect(reports.at(-1)).toEqual({ received: FILE.length, total })
  expect(reports.map(({ received }) => received)).toEqual(reports.map(({ received }) => received).sort((a, b) => a - b))
})

it('the networks refuse a progress that is no function', async () => {
  await expect(alexnet({ progress: 5 as never })).rejects.toThrow(/progress.*expected a function of \{ received, total \}.*5|progress.*5.*expected a function of \{ received, total \}/)
})
