/**
 * The changes whose sizes docs/choosing-a-metric.md compares: what is done to a photograph of 256 x 256, weakly to strongly.
 */
import sharp, { type Sharp } from 'sharp'
import { random } from '../../test/support/images.js'

/** Its sides. */
export const SIDE = 256

/** Bytes, RGB. */
export type Pixels = Uint8Array

/** One change, in strengths that grow; with one strength alone it has no curve. */
export interface Change {
  /** In the legend of the curves, before the strengths and their unit. */
  readonly legend: string
  readonly strengths: readonly number[]
  readonly unit: string
  /** The strength in the table, and the head of its column. */
  readonly shown: readonly [strength: number, head: string]
  readonly of: (picture: Pixels, strength: number) => Pixels | Promise<Pixels>
}

const RAW = { raw: { width: SIDE, height: SIDE, channels: 3 } } as const

export const raw = async (image: Sharp): Promise<Pixels> => new Uint8Array(await image.removeAlpha().raw().toBuffer())

const each = (picture: Pixels, f: (value: number, i: number) => number): Pixels =>
  Uint8Array.from(picture, (value, i) => Math.min(255, Math.max(0, Math.round(f(value, i)))))

/** To the right; the first column is repeated. */
const shifted = (picture: Pixels, by: number): Pixels => each(picture, (_, i) => picture[i - 3 * Math.min(by, Math.floor(i / 3) % SIDE)] ?? 0)

/** Box-Muller. */
const noisy = (picture: Pixels, sigma: number): Pixels => {
  const next = random(1)
  return each(picture, (value) => value + sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()))
}

/** By the names of their numbers in sensitivity.json. */
export const CHANGES = {
  shift: { legend: 'shift:', strengths: [1, 2, 4, 8, 16], unit: 'pixels', shown: [1, 'shifted by 1 pixel'], of: shifted },
  noise: { legend: 'noise:', strengths: [2, 4, 8, 16, 32], unit: 'of 255', shown: [8, 'noise of 8 / 255'], of: noisy },
  blur: {
    legend: 'blur:',
    strengths: [0.5, 1, 2, 4, 8],
    unit: 'pixels',
    shown: [1, 'blurred, sigma 1'],
    of: (picture, sigma) => raw(sharp(picture, RAW).blur({ sigma, precision: 'float', minAmplitude: 0.001 })),
  },
  darker: {
    legend: 'darker:',
    strengths: [2.5, 5, 10, 20, 40],
    unit: '%',
    shown: [10, '10 % darker'],
    of: (picture, percent) => each(picture, (value) => (1 - percent / 100) * value),
  },
  contrast: {
    legend: 'contrast:',
    strengths: [10],
    unit: '%',
    shown: [10, '10 % less contrast'],
    of: (picture, percent) => each(picture, (value) => 128 + (1 - percent / 100) * (value - 128)),
  },
  colour: {
    legend: 'greyer:',
    strengths: [5, 10, 25, 50, 100],
    unit: '%',
    shown: [50, 'greyer by half'],
    of: (picture, percent) => raw(sharp(picture, RAW).modulate({ saturation: 1 - percent / 100 })),
  },
} as const satisfies Readonly<Record<string, Change>>

export type ChangeName = keyof typeof CHANGES

/** In the order of the table and the legend. */
export const changes = Object.entries(CHANGES) as readonly (readonly [ChangeName, Change])[]

/** What all of them are compared with. */
export const asJpeg = async (picture: Pixels): Promise<Pixels> => raw(sharp(await sharp(picture, RAW).jpeg({ quality: 50 }).toBuffer()))
