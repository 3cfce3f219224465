/**
 * Convolutions 3 x 3 at stride 1 that keep the size, by the WebAssembly module: of a picture, to a picture, and by Winograd's F(4, 3) or F(2, 3) between.
 *
 * Laws: equal the plain convolution but for rounding (2e-6 of the norm; that of a picture not even that without relaxed SIMD). Winograd's: equal neighbourhoods need NOT give
 * equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Convolver } from '../convolver.js'
import type { Window } from '../windows.js'
import { F2, F4_ACCURATE, type WinogradForm } from '../winogradForms.js'
import { runSimd } from '../../../core/tensors/simd/runSimd.js'
import type { NetworkKernels } from './networkKernels.js'

/** How many output channels a panel of weights has (PANEL in c/vectors.h). */
const PANEL = 8

/** The fastest convolution of the module for a filter; undefined where it has none. `keepsTies`: equal neighbourhoods must give equal values. */
export const simdConvolver = (
  module: NetworkKernels,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  { stride, padding }: Window,
  keepsTies: boolean,
): Convolver | undefined => {
  const [height, width, input, output] = filter.shape
  if (height !== 3 || width !== 3 || stride !== 1 || (padding !== 'same' && padding !== 1)) return undefined
  const panels = output % PANEL === 0
  if (input === 3 && panels) return firstLayer(module, filter, bias)
  if (input % 4 !== 0 || keepsTies) return undefined
  if (output === 3 && bias === undefined) return toThreeChannels(module, filter)
  return panels ? winogradConvolver(module, filter, bias) : undefined
}

/** A picture's convolution. */
const firstLayer = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined): Convolver => {
  const output = filter.shape[3]
  const weights = tf.keep(tf.tidy(() => tf.clone(tf.transpose(tf.reshape(filter, [27, output / PANEL, PANEL]), [1, 0, 2]))))
  const addend = addendOf(bias, output)
  return convolverOf(filter, [weights, addend], (x, relu) => {
    const [batch, height, width] = x.shape
    return runSimd(module, {
      inputs: { x, weights, addend },
      shape: [batch, height, width, output],
      scratchBytes: rowBytes(width, 3),
      call: ({ firstLayer }, { inputs, output: y, scratch }) => {
        firstLayer(inputs.x, y, inputs.weights, inputs.addend, scratch, batch, height, width, output, Number(relu))
      },
    })
  })
}

/** A picture's gradient. */
const toThreeChannels = (module: NetworkKernels, filter: Tensor4D): Convolver => {
  const input = filter.shape[2]
  const weights = tf.keep(tf.tidy(() => tf.transpose(tf.reshape(filter, [9, input / 4, 4, 3]), [0, 1, 3, 2])))
  const run = (x: Tensor4D): Tensor4D => {
    const [batch, height, width] = x.shape
    return runSimd(module, {
      inputs: { x, weights },
      shape: [batch, height, width, 3],
      scratchBytes: rowBytes(width, input),
      call: ({ toThreeChannels }, { inputs, output, scratch }) => {
        toThreeChannels(inputs.x, output, inputs.weights, scratch, batch, height, width, input)
      },
    })
  }
  return convolverOf(filter, [weights], (x, relu) => (relu ? tf.tidy(() => tf.relu(run(x))) : run(x)))
}

/** Three rows with a pixel of zeros on each side, and room for the last four pixels. */
const rowBytes = (width: number, channels: number): number => 4 * 3 * (width + 6) * channels

/** Up to this many numbers a filter is multiplied by F(4, 3), which keeps four times as many; larger ones (512 x 512 channels) by F(2, 3), which keeps 16 / 9. */
const LARGE_FILTER = 9 * 256 * 512

/** How many tiles are computed at a time. */
const TILES = 64

const winogradConvolver = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined): Convolver => {
  const [, , input, output] = filter.shape
  const [kernel, form] = filter.size > LARGE_FILTER ? (['winograd2', F2] as const) : (['winograd4', F4_ACCURATE] as const)
  const weights = tf.keep(transformed(module, filter, form))
  const addend = addendOf(bias, output)
  const [side, reach] = [form.toOutputs.length, form.ofInputs.length]
  return convolverOf(filter, [weights, addend], (x, relu) => {
    const [batch, height, width] = x.shape
    const all = batch * Math.ceil(height / side) * Math.ceil(width / side)
    const tiles = Math.min(TILES, 4 * Math.ceil(all / 4))
    return runSimd(module, {
      inputs: { x, weights, addend },
      shape: [batch, height, width, output],
      scratchBytes: scratchBytes(reach ** 2, tiles, input, output),
      call: ({ [kernel]: convolve }, { inputs, output: y, scratch }) => {
        convolve(inputs.x, y, inputs.weights, inputs.addend, scratch, batch, height, width, input, output, Number(relu), tiles)
      },
    })
  })
}

/** As c/winograd.h lays it out: at most 7 MB up to 256 x 512 channels. */
const scratchBytes = (positions: number, tiles: number, input: number, output: number): number => {
  const planes = tiles * (64 * Math.ceil(input / 64) + output) + 32
  return 4 * positions * (4 + Math.max(input, output) + planes)
}

/** A filter [3, 3, in, out] as the kernel multiplies it: [positions, panels, in, PANEL]. */
const transformed = (module: NetworkKernels, filter: Tensor4D, { ofFilter }: WinogradForm): Tensor => {
  const [, , input, output] = filter.shape
  const [table, reach] = [Float64Array.from(ofFilter.flat()), ofFilter.length]
  return runSimd(module, {
    inputs: { filter },
    shape: [reach ** 2, output / PANEL, input, PANEL],
    scratchBytes: table.byteLength,
    call: ({ winogradFilter }, { inputs, output: u, scratch }) => {
      new Float64Array(module.memory.buffer, scratch, table.length).set(table)
      winogradFilter(inputs.filter, u, scratch, reach, input, output)
    },
  })
}

const addendOf = (bias: Tensor1D | undefined, channels: number): Tensor1D => tf.keep(bias === undefined ? tf.zeros([channels]) : tf.clone(bias))

/** A convolver that checks its input's channels and frees its weights. */
const convolverOf = (filter: Tensor4D, weights: readonly Tensor[], run: Convolver['run']): Convolver => {
  const channels = filter.shape[2]
  return {
    run: (x, relu) => {
      if (x.shape[3] !== channels) throw new Error(`A convolution of ${String(channels)} channels received ${String(x.shape[3])}.`)
      return run(x, relu)
    },
    dispose: () => {
      tf.dispose([...weights])
    },
  }
}
