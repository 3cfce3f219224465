/** Heat in colours: those of `heatmapToImage`. */
import { rgb } from 'd3-color'
import { interpolateInferno } from 'd3-scale-chromatic'
import type { Picture } from '../engine/protocol.js'
import type { Heat } from '../state.js'

const SHADES = 256

const PALETTE = Array.from({ length: SHADES }, (_, i) => rgb(interpolateInferno(i / (SHADES - 1))))

/** The largest heat, which is brightest. */
export const hottest = ({ values }: Heat): number => values.reduce((most, value) => Math.max(most, value), 0)

/** A map as a picture: 0 and below darkest, the largest value brightest. */
export const coloured = (heat: Heat): Picture => {
  const { width, height } = heat.fitted
  const most = hottest(heat)
  const data = new Uint8ClampedArray(width * height * 4)
  heat.values.forEach((value, i) => {
    const shade = PALETTE[Math.round((most === 0 ? 0 : Math.min(1, Math.max(0, value / most))) * (SHADES - 1))]
    data.set([shade?.r ?? 0, shade?.g ?? 0, shade?.b ?? 0, 255], 4 * i)
  })
  return { width, height, data }
}
