/** The free photographs beside the examples (images/README.md says whose they are). */
import { fileURLToPath } from 'node:url'

export const PHOTOGRAPHS = ['astronaut', 'chelsea', 'coffee', 'hubble', 'rocket'] as const

export type Photograph = (typeof PHOTOGRAPHS)[number]

/** Photographs that are fine texture everywhere. */
export const TEXTURES = ['gravel', 'grass'] as const

export type Texture = (typeof TEXTURES)[number]

/** The path of one. */
export const photograph = (name: Photograph | Texture): string => fileURLToPath(new URL(`images/${name}.jpg`, import.meta.url))
