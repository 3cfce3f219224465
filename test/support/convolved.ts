/** A convolution to compare others with. */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Window } from '../../src/layers/kernels/windows.js'

/** The convolution of x, padded with zeros, plus a bias, by loops in double precision. */
export const convolved = (
  x: Tensor4D,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  { stride, padding }: Window = { stride: 1, padding: 'same' },
): number[] => {
  const [batch, height, width, channels] = x.shape
  const [taps, , , output] = filter.shape
  const before = padding === 'same' ? (taps - 1) / 2 : padding
  const outputs = (side: number): number => Math.floor((side + 2 * before - taps) / stride) + 1
  const [down, across] = [outputs(height), outputs(width)]
  const [values, weights, addend] = [x.dataSync(), filter.dataSync(), bias?.dataSync()]
  const y = Array.from({ length: batch * down * across * output }, (_, i) => addend?.[i % output] ?? 0)
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < down; row++)
      for (let column = 0; column < across; column++)
        for (let tap = 0; tap < taps ** 2; tap++) {
          const [i, j] = [row * stride + Math.floor(tap / taps) - before, column * stride + (tap % taps) - before]
          if (i < 0 || j < 0 || i >= height || j >= width) continue
          for (let c = 0; c < channels; c++) {
            const value = values[((n * height + i) * width + j) * channels + c] ?? 0
            for (let o = 0; o < output; o++) y[((n * down + row) * across + column) * output + o]! += value * (weights[(tap * channels + c) * output + o] ?? 0)
          }
        }
  return y
}
