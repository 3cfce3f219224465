/** Heat in colours: those of `heatmapToImage`. */
import { rgb } from 'd3-color'
import { interpolateInferno } from 'd3-scale-chromatic'
import type { Picture } from '../engine/protocol.js'
import type { Heat } from '../state.js'

const SHADES = 256

const PALETTE = Array.from({ length: SHADES }, (_, i) => rgb(interpolateInferno(i / (SHADES - 1))))

/** The part of the pixels that is not the brightest: a single outlier would leave all others dark. */
const QUANTILE = 0.99

/** The heat from which on pixels are brightest: 99 % have less; of a map with few hot pixels, the largest. */
export const brightest = ({ values }: Heat): number => {
  const sorted = Float32Array.from(values).sort()
  const [quantile = 0, largest = 0] = [sorted[Math.floor(QUANTILE * (sorted.length - 1))], sorted.at(-1)]
  return Math.max(0, quantile > 0 ? quantile : largest)
}

/** A map as a picture: 0 and below darkest, the largest values brightest. */
export const coloured = (heat: Heat): Picture => {
  const { width, height } = heat.fitted
  const most = brightest(heat)
  const data = new Uint8ClampedArray(width * height * 4)
  heat.values.forEach((value, i) => {
    const shade = PALETTE[Math.round((most === 0 ? 0 : Math.min(1, Math.max(0, value / most))) * (SHADES - 1))]
    data.set([shade?.r ?? 0, shade?.g ?? 0, shade?.b ?? 0, 255], 4 * i)
  })
  return { width, height, data }
}
