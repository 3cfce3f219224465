/** Pairs of golden pictures with the peers' own values and gradients. */
import { readFileSync } from 'node:fs'

/** A gradient by its norm and some of its numbers. */
export interface Gradient {
  readonly norm: number
  readonly points: Readonly<Record<string, number>>
}

/** Two pictures, and what each peer says of them. */
export interface Pair {
  readonly a: string
  readonly b: string
  readonly values: Readonly<Record<string, number>>
  readonly gradients: Readonly<Record<string, Gradient | 'not finite'>>
}

/** The pairs of a file in test/goldens. */
export const pairsOf = (file: string): readonly Pair[] =>
  (JSON.parse(readFileSync(new URL(`../goldens/${file}`, import.meta.url), 'utf8')) as { readonly pairs: readonly Pair[] }).pairs
