/** What other image comparisons say of two PNG files: one number for each of their settings, larger the more the pictures differ. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pixelmatch from 'pixelmatch'
import { utils } from 'playwright-core/lib/coreBundle'
import sharp from 'sharp'
import { ssim } from 'ssim.js'

/** A comparison with its settings. */
export interface Peer {
  readonly name: string
  /** The settings that differ from the defaults; empty for these. */
  readonly settings: string
  /** What the score counts. */
  readonly unit: 'pixels' | '1 - SSIM'
  readonly score: (reference: string, picture: string) => Promise<number>
}

/** Chromium's PNG as pixels. */
const rgba = async (path: string): Promise<{ readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }> => {
  const { data, info } = await sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height }
}

const pixelmatchWith = (threshold: number, windowSize: number): Peer => ({
  name: 'pixelmatch',
  settings: [threshold === 0.1 ? '' : `threshold ${String(threshold)}`, windowSize === Infinity ? '' : `windowSize ${String(windowSize)}`]
    .filter((part) => part !== '')
    .join(', '),
  unit: 'pixels',
  score: async (reference, picture) => {
    const [a, b] = [await rgba(reference), await rgba(picture)]
    return pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold, windowSize })
  },
})

const ODIFF = fileURLToPath(new URL('node_modules/@odiff/linux-x64/odiff', import.meta.url))

const odiffWith = (threshold: number, antialiasing: boolean): Peer => ({
  name: 'odiff',
  settings: [antialiasing ? 'antialiasing' : '', threshold === 0.1 ? '' : `threshold ${String(threshold)}`].filter((part) => part !== '').join(', '),
  unit: 'pixels',
  score: async (reference, picture) => {
    const options = [reference, picture, '--parsable-stdout', `--threshold=${String(threshold)}`, ...(antialiasing ? ['--antialiasing'] : [])]
    try {
      await promisify(execFile)(ODIFF, options)
      return 0
    } catch (error) {
      // It exits with 22 where pixels differ: their number and percentage are on its standard output.
      const { code, stdout } = error as { readonly code?: number; readonly stdout?: string }
      if (code !== 22) throw error
      return Number.parseInt(stdout ?? '', 10)
    }
  },
})

/** The comparator of `toHaveScreenshot`, which says how many pixels differ in its message only. */
const playwrightWith = (threshold: number): Peer => ({
  name: 'Playwright',
  settings: threshold === 0.2 ? '' : `threshold ${String(threshold)}`,
  unit: 'pixels',
  score: async (reference, picture) => {
    const found = utils.getComparator('image/png')(await readFile(picture), await readFile(reference), { threshold, maxDiffPixels: 0 })
    return found === null ? 0 : Number(/^(\d+) pixels/.exec(found.errorMessage)?.[1])
  },
})

const ssimJs: Peer = {
  name: 'ssim.js',
  settings: '',
  unit: '1 - SSIM',
  score: async (reference, picture) => 1 - ssim(await rgba(reference), await rgba(picture)).mssim,
}

/** All of them, with the default threshold of a pixel's colour and a tolerant one; odiff where its binary exists: Linux on x64. */
export const PEERS: readonly Peer[] = [
  ...[Infinity, 32].flatMap((windowSize) => [0.1, 0.3].map((threshold) => pixelmatchWith(threshold, windowSize))),
  ...(existsSync(ODIFF) ? [odiffWith(0.1, false), odiffWith(0.1, true), odiffWith(0.3, true)] : []),
  ...[0.2, 0.4].map(playwrightWith),
  ssimJs,
]
