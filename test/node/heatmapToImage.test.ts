/** Heat maps in colours. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { compile, mse, pixels } from '../../src/index.js'
import { heatmapToImage } from '../../src/node/index.js'
import { noise } from '../support/images.js'
import { leaked, take } from '../support/tensors.js'

const heat = tf.tensor4d([-1, 0, 0.5, 1, 2, 0], [1, 2, 3, 1])
/** The ends of inferno, as matplotlib has them: #000004 and #fcffa4. */
const DARK = [0, 0, 4].map((v) => v / 255)
const BRIGHT = [252, 255, 164].map((v) => v / 255)
const colours = (image: tf.Tensor): readonly (readonly number[])[] => {
  const values = Array.from(take(image))
  return Array.from({ length: values.length / 3 }, (_, i) => values.slice(3 * i, 3 * i + 3))
}
const near = (a: readonly number[] | undefined, b: readonly number[]) => {
  b.forEach((v, i) => expect(a?.[i]).toBeCloseTo(v, 5))
}

describe('heatmapToImage', () => {
  it('shows 0 and below darkest, max and above brightest', () => {
    const shown = colours(heatmapToImage(heat, { max: 1 }))
    ;[0, 1, 5].forEach((i) => near(shown[i], DARK))
    ;[3, 4].forEach((i) => near(shown[i], BRIGHT))
    const byLargest = colours(heatmapToImage(heat))
    near(byLargest[4], BRIGHT)
    // Half of the largest value is half of the scale.
    expect(byLargest[3]).toEqual(shown[2])
  })

  it('gets brighter with heat, in all its colours', () => {
    const ramp = tf.tensor4d(
      Array.from({ length: 32 }, (_, i) => i / 31),
      [1, 1, 32, 1],
    )
    for (const scale of ['inferno', 'magma', 'viridis', 'cividis'] as const) {
      const luma = colours(heatmapToImage(ramp, { colormap: scale })).map(([r = 0, g = 0, b = 0]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
      expect(luma.every((v, i) => i === 0 || v > (luma[i - 1] ?? 0))).toBe(true)
    }
  })

  it('takes what heatmap gives, a map of zeros too, and leaves no tensor', () => {
    const [a, b] = [noise(1, [2, 4, 5, 3]), noise(2, [2, 4, 5, 3])]
    const f = compile(mse(pixels))
    expect(
      leaked(() => {
        const map = f.heatmap(a, b)
        const image = heatmapToImage(map)
        expect(image.shape).toEqual([2, 4, 5, 3])
        tf.dispose([map, image])
      }),
    ).toBe(0)
    near(colours(heatmapToImage(f.heatmap(a, a)))[0], DARK)
  })

  it('rejects other tensors, maxima and colours', () => {
    expect(() => heatmapToImage(tf.zeros([2, 2, 3]))).toThrow(/The heat map: received a float32 tensor \[2, 2, 3\], expected.*\[batch, height, width, 1\]/)
    expect(() => heatmapToImage(heat, { max: 0 })).toThrow(/max: received 0/)
    expect(() => heatmapToImage(heat, { colormap: 'jet' as never })).toThrow(/colormap: received "jet", expected one of inferno/)
  })
})
