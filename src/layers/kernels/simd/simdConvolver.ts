/**
 * Convolutions by the WebAssembly module: of a picture at any stride, to a picture, and at stride 1 by Winograd's F(4, 3) and F(2, 5) between.
 *
 * Laws: equal the plain convolution but for rounding (2e-6 of the norm; that of a picture not even that without relaxed SIMD). Winograd's: equal neighbourhoods need NOT give
 * equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Convolver, SomeOutputs } from '../convolver.js'
import type { Window } from '../windows.js'
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
  const [taps, width, input, output] = filter.shape
  const before = padding === 'same' ? (taps - 1) / 2 : padding
  if (width !== taps || (padding === 'same' && (stride !== 1 || taps % 2 === 0))) return undefined
  const panels = output % PANEL === 0
  if (input === 3 && panels) return firstLayer(module, filter, bias, stride, before)
  const form = FORMS.get(taps)
  if (form === undefined || stride !== 1 || input % 4 !== 0 || keepsTies) return undefined
  if (output === 3 && bias === undefined && taps === 3 && before === 1) return toThreeChannels(module, filter)
  return panels ? winogradConvolver(module, filter, bias, before, form) : undefined
}

/** How many outputs stand along a side. */
const outputsAlong = (side: number, taps: number, stride: number, before: number): number => Math.floor((side + 2 * before - taps) / stride) + 1

/** A picture's convolution. */
const firstLayer = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined, stride: number, before: number): Convolver => {
  const [taps, , , output] = filter.shape
  const weights = tf.keep(tf.tidy(() => tf.clone(tf.transpose(tf.reshape(filter, [3 * taps ** 2, output / PANEL, PANEL]), [1, 0, 2]))))
  const addend = addendOf(bias, output)
  return convolverOf(filter, [weights, addend], (x, relu) => {
    const [batch, height, width] = x.shape
    const [down, across] = [outputsAlong(height, taps, stride, before), outputsAlong(width, taps, stride, before)]
    return runSimd(module, {
      inputs: { x, weights, addend },
      shape: [batch, down, across, output],
      scratchBytes: 4 * taps * ((4 * Math.ceil(across / 4) - 1) * stride + taps) * 3,
      call: ({ firstLayer }, { inputs, output: y, scratch }) => {
        firstLayer(inputs.x, y, inputs.weights, inputs.addend, scratch, batch, height, width, taps, stride, before, down, across, output, Number(relu))
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

/** A form of Winograd's with six products along an axis: the side of a tile of outputs, and the kernels. */
interface Form {
  readonly side: number
  readonly kernel: 'winograd4' | 'winograd5'
  readonly ofFilter: 'winograd4Filter' | 'winograd5Filter'
}

/** By the side of the filter. */
const FORMS: ReadonlyMap<number, Form> = new Map([
  [3, { side: 4, kernel: 'winograd4', ofFilter: 'winograd4Filter' }],
  [5, { side: 2, kernel: 'winograd5', ofFilter: 'winograd5Filter' }],
])

const POSITIONS = 36

/**
 * The transform of a filter of up to this many numbers is kept, which is four times as large. Larger ones (512 x 512 channels) would take 38 MB each, and as long to read as to
 * transform: each call transforms them.
 */
const LARGE_FILTER = 9 * 256 * 512

/** How many tiles are computed at a time. */
const TILES = 64

const winogradConvolver = (
  module: NetworkKernels,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  before: number,
  { side, kernel, ofFilter }: Form,
): Convolver => {
  const [taps, , input, output] = filter.shape
  const kept = filter.size <= LARGE_FILTER
  const weights = tf.keep(tf.tidy(() => (kept ? transformed(module, byPanels(filter), ofFilter) : byPanels(filter))))
  const addend = addendOf(bias, output)
  const runSome = (x: Tensor4D, relu: boolean, { size: [down, across], before: [above, left] }: SomeOutputs): Tensor4D => {
    const [batch, height, width] = x.shape
    const all = batch * Math.ceil(down / side) * Math.ceil(across / side)
    const tiles = Math.min(TILES, 4 * Math.ceil(all / 4))
    return runSimd(module, {
      inputs: { x, weights, addend },
      shape: [batch, down, across, output],
      scratchBytes: scratchBytes(tiles, input, output, kept),
      call: ({ [kernel]: convolve }, { inputs, output: y, scratch }) => {
        convolve(
          inputs.x,
          y,
          inputs.weights,
          Number(kept),
          inputs.addend,
          scratch,
          batch,
          height,
          width,
          input,
          down,
          across,
          output,
          above,
          left,
          Number(relu),
          tiles,
        )
      },
    })
  }
  const run = (x: Tensor4D, relu: boolean): Tensor4D =>
    runSome(x, relu, { size: [outputsAlong(x.shape[1], taps, 1, before), outputsAlong(x.shape[2], taps, 1, before)], before: [before, before] })
  return convolverOf(filter, [weights, addend], run, runSome)
}

/** As c/winograd.h lays it out: at most 11 MB for 512 x 512 channels. */
const scratchBytes = (tiles: number, input: number, output: number, kept: boolean): number => {
  const planes = tiles * (64 * Math.ceil(input / 64) + output) + 32
  return 4 * POSITIONS * (4 + Math.max(input, output) + planes + (kept ? 0 : PANEL * input + 16))
}

/** A filter [taps, taps, in, out] as the kernel transforms it: [panels, in, taps x taps, PANEL]. */
const byPanels = (filter: Tensor4D): Tensor => {
  const [taps, , input, output] = filter.shape
  return tf.clone(tf.transpose(tf.reshape(filter, [taps ** 2, input, output / PANEL, PANEL]), [2, 1, 0, 3]))
}

/** And as it multiplies it: [positions, panels, in, PANEL]. */
const transformed = (module: NetworkKernels, filter: Tensor, ofFilter: Form['ofFilter']): Tensor => {
  const [panels = 0, input = 0] = filter.shape
  return runSimd(module, {
    inputs: { filter },
    shape: [POSITIONS, panels, input, PANEL],
    scratchBytes: 0,
    call: ({ [ofFilter]: transform }, { inputs, output: u }) => {
      transform(inputs.filter, u, input, PANEL * panels)
    },
  })
}

const addendOf = (bias: Tensor1D | undefined, channels: number): Tensor1D => tf.keep(bias === undefined ? tf.zeros([channels]) : tf.clone(bias))

/** A convolver that checks its input's channels and frees its weights. */
const convolverOf = (filter: Tensor4D, weights: readonly Tensor[], run: Convolver['run'], runSome?: Convolver['runSome']): Convolver => {
  const channels = filter.shape[2]
  const checked = (x: Tensor4D): Tensor4D => {
    if (x.shape[3] !== channels) throw new Error(`A convolution of ${String(channels)} channels received ${String(x.shape[3])}.`)
    return x
  }
  return {
    run: (x, relu) => run(checked(x), relu),
    ...(runSome === undefined ? {} : { runSome: (x, relu, outputs) => runSome(checked(x), relu, outputs) }),
    dispose: () => {
      tf.dispose([...weights])
    },
  }
}
