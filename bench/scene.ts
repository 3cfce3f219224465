import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Files } from './worker.js'

/** A synthetic picture: waves whose phase depends on the seed, [batch, side, side, 3] in [0, 1]. */
const waves = (seed: number, batch: number, side: number): Float32Array => {
  const value = (at: number): number => {
    const channel = at % 3
    const x = Math.floor(at / 3) % side
    const y = Math.floor(at / 3 / side)
    return 0.5 + 0.5 * Math.sin(0.11 * (channel + 1) * x + 0.07 * (seed + 1) * y + seed) * Math.cos(0.013 * x * (seed + 1) - 0.05 * y)
  }
  return Float32Array.from({ length: batch * side * side * 3 }, (_, at) => value(at))
}

/** Writes two different pictures of one size as float32 files, the same for every system. */
export const scene = async (batch: number, side: number): Promise<Files> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const [target, prediction] = [join(folder, 'target'), join(folder, 'prediction')]
  await writeFile(target, waves(0, batch, side))
  await writeFile(prediction, waves(1, batch, side))
  return { target, prediction }
}
