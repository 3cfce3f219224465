/**
 * The pictures of a workload as numbers, and the numbers by which systems are compared.
 */
import { readFileSync } from 'node:fs'
import type { Numbers } from '../workload.js'

/** A picture, as the harness wrote it. */
export const readPicture = (file: string): Float32Array => {
  const bytes = readFileSync(file)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4).slice()
}

/** A value and its gradient (empty without one), for comparison with other systems'. */
export const numbersOf = (value: number, gradient: Float32Array, target: Float32Array): Numbers => ({
  value,
  norm: Math.hypot(...blocks(gradient)),
  along: gradient.reduce((sum, g, i) => sum + g * (target[i] ?? 0), 0),
})

/** The norm, by parts: `Math.hypot` takes only as many arguments as fit on the stack. */
const blocks = (values: Float32Array): readonly number[] =>
  Array.from({ length: Math.ceil(values.length / 4096) }, (_, i) => Math.hypot(...values.subarray(4096 * i, 4096 * (i + 1))))
