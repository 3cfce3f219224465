/** The free photographs beside the examples (images/README.md says whose they are). */
import { fileURLToPath } from 'node:url'

export const PHOTOGRAPHS = ['astronaut', 'chelsea', 'coffee', 'hubble', 'rocket'] as const

export type Photograph = (typeof PHOTOGRAPHS)[number]

/** The path of one. */
export const photograph = (name: Photograph): string => fileURLToPath(new URL(`images/${name}.jpg`, import.meta.url))
