/** How many pairs a second workers compare on this machine: `npm run throughput [-- BACKEND...]`, after `npm run build`. Prints the table of docs/many-pictures.md. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'

const SIDE = 256
const LOSSES = ['psnr', 'ssim', 'lpips', 'dists'] as const
/** Pairs for each process: some seconds of work. */
const PAIRS: Readonly<Record<(typeof LOSSES)[number], number>> = { psnr: 400, ssim: 200, lpips: 80, dists: 12 }

const folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-throughput-'))
const astronaut = new URL('../test/goldens/images/astronaut.png', import.meta.url).pathname
for (let i = 0; i < 20; i++)
  await sharp(astronaut).resize(SIDE, SIDE).modulate({ brightness: 1 + i / 100 }).png().toFile(join(folder, `${String(i)}.png`)) // prettier-ignore

const main = new URL('../dist/cli/main.js', import.meta.url).pathname
const line = (i: number): string => `${JSON.stringify({ id: String(i), reference: '0.png', picture: `${String(i % 20)}.png` })}\n`

/** From its first result, when all is loaded and warm, to its end; in seconds. */
const timed = async (backend: string, loss: string, count: number, threads: number): Promise<number> => {
  const child = spawn(process.execPath, [main, 'worker', '--root', folder, '--loss', loss, '--backend', backend, '--threads', String(threads)])
  child.stderr.resume()
  child.stdin.write(line(0))
  await once(child.stdout, 'data')
  child.stdout.resume()
  const start = performance.now()
  child.stdin.end(Array.from({ length: count }, (_, i) => line(i + 1)).join(''))
  await once(child, 'close')
  return (performance.now() - start) / 1000
}

const rate = async (backend: string, loss: (typeof LOSSES)[number], processes: number, threads: number): Promise<number> => {
  const seconds = await Promise.all(Array.from({ length: processes }, () => timed(backend, loss, PAIRS[loss], threads)))
  return (processes * PAIRS[loss]) / Math.max(...seconds)
}

const [, , ...asked] = process.argv
console.log('| | 1 process, 1 thread | 1 process, 2 threads | 2 processes, 1 thread each |\n|---|---|---|---|')
for (const backend of asked.length === 0 ? ['wasm', 'native'] : asked)
  for (const loss of LOSSES) {
    const rates = [await rate(backend, loss, 1, 1), await rate(backend, loss, 1, 2), await rate(backend, loss, 2, 1)]
    console.log(`| ${loss}, ${backend} | ${rates.map((found) => found.toPrecision(3)).join(' | ')} |`)
  }
await rm(folder, { recursive: true })
