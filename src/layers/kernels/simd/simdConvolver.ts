/**
 * Convolutions by the WebAssembly module: of a picture at any stride, to a picture (its gradient), and by Winograd's F(4, 3) and F(2, 5) at stride 1.
 *
 * Laws: equal the plain convolution except for rounding (2e-6 of the norm at most). With Winograd, equal neighbourhoods need NOT give equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { keptBias, withOptionalRelu, type Convolver, type SomeOutputs } from '../convolver.js'
import { symmetricPadding, type Window } from '../windows.js'
import { runParts, runSimd } from '../../../core/tensors/simd/runSimd.js'
import type { Units } from '../../../core/tensors/simd/simdThreads.js'
import type { NetworkKernels } from './networkKernels.js'
import { rowsOf, SEVERAL_PASSES, unitsOf } from './parts.js'

/** The output channels of a panel of weights (PANEL in core/tensors/simd/c/vectors.h). */
const PANEL = 8

/** The module's fastest convolution with a filter; undefined if it has none. `keepsTies`: equal neighbourhoods must give equal values. */
export const simdConvolver = (
  module: NetworkKernels,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  window: Window,
  keepsTies: boolean,
): Convolver | undefined => {
  const { stride } = window
  const [taps, width, input, output] = filter.shape
  const before = symmetricPadding(window, taps)
  if (width !== taps || before === undefined) return undefined
  const panels = output % PANEL === 0
  if (input === 3 && panels) return firstLayer(module, filter, bias, stride, before)
  const form = FORMS.get(taps)
  if (form === undefined || stride !== 1 || input % 4 !== 0 || keepsTies) return undefined
  if (output === 3 && bias === undefined && taps === 3 && before === 1) return toThreeChannels(module, filter)
  return panels ? winogradConvolver(module, filter, bias, before, form) : undefined
}

/** The outputs along a side. */
const outputsAlong = (side: number, taps: number, stride: number, before: number): number => Math.floor((side + 2 * before - taps) / stride) + 1

/** The convolution of a picture. */
const firstLayer = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined, stride: number, before: number): Convolver => {
  const [taps, , , output] = filter.shape
  const weights = tf.keep(tf.tidy(() => tf.clone(tf.transpose(tf.reshape(filter, [3 * taps ** 2, output / PANEL, PANEL]), [1, 0, 2]))))
  const addend = keptBias(bias, output)
  return convolverOf(filter, [weights, addend], (x, relu) => {
    const [batch, height, width] = x.shape
    const [down, across] = [outputsAlong(height, taps, stride, before), outputsAlong(width, taps, stride, before)]
    const rows = { count: batch * down, fewest: unitsOf(across * output * 3 * taps ** 2) }
    const sizes = [height, width, taps, stride, before, down, across, output]
    return runParts(module, {
      inputs: { x, weights, addend },
      shape: [batch, down, across, output],
      scratchBytes: 0,
      threadBytes: 4 * taps * ((4 * Math.ceil(across / 4) - 1) * stride + taps) * 3,
      call: (run, { inputs, output: y }) => {
        run('firstLayer', rows, inputs.x, y, inputs.weights, inputs.addend, ...sizes, Number(relu))
      },
    })
  })
}

/** The gradient to a picture. */
const toThreeChannels = (module: NetworkKernels, filter: Tensor4D): Convolver => {
  const input = filter.shape[2]
  const weights = tf.keep(tf.tidy(() => tf.transpose(tf.reshape(filter, [9, input / 4, 4, 3]), [0, 1, 3, 2])))
  const run = (x: Tensor4D): Tensor4D => {
    const [batch, height, width] = x.shape
    return runParts(module, {
      inputs: { x, weights },
      shape: [batch, height, width, 3],
      scratchBytes: 0,
      threadBytes: rowBytes(width, input),
      call: (run, { inputs, output }) => {
        run('toThreeChannels', { count: batch * height, fewest: unitsOf(27 * width * input) }, inputs.x, output, inputs.weights, height, width, input)
      },
    })
  }
  return convolverOf(filter, [weights], withOptionalRelu(run))
}

/** The bytes of three rows with a pixel of zeros on each side, and room for the last pixels (PIXELS in vectors.h, at most 4). */
const rowBytes = (width: number, channels: number): number => 4 * 3 * (width + 6) * channels

/** A form of Winograd's convolution with six products along an axis: the side of a tile of outputs, and its kernels. */
interface Form {
  readonly side: number
  readonly kernel: 'winograd4' | 'winograd5'
  readonly ofFilter: 'winograd4Filter' | 'winograd5Filter'
}

/** The forms by the side of the filter. */
const FORMS: ReadonlyMap<number, Form> = new Map([
  [3, { side: 4, kernel: 'winograd4', ofFilter: 'winograd4Filter' }],
  [5, { side: 2, kernel: 'winograd5', ofFilter: 'winograd5Filter' }],
])

const POSITIONS = 36

/**
 * Smaller filters are kept transformed, which takes four times the memory. Each call transforms filters of this size and larger ones: the transform of 256 x 512 channels would take 19 MB,
 * and longer to read than to compute.
 */
const LARGE_FILTER = 9 * 256 * 512

/** The most tiles that are computed at a time. */
const TILES = 64

/** What a call computes (c/winograd.h): whole tiles, or one step of a block of tiles. */
const [WHOLE, INPUTS, PRODUCTS, OUTPUTS] = [0, 1, 2, 3]

const winogradConvolver = (
  module: NetworkKernels,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  before: number,
  { side, kernel, ofFilter }: Form,
): Convolver => {
  const [taps, , input, output] = filter.shape
  const kept = filter.size < LARGE_FILTER
  const weights = tf.keep(tf.tidy(() => (kept ? transformed(module, byPanels(filter), ofFilter) : byPanels(filter))))
  const addend = keptBias(bias, output)
  const runSome = (x: Tensor4D, relu: boolean, { size: [down, across], before: [above, left] }: SomeOutputs): Tensor4D => {
    const [batch, height, width] = x.shape
    const all = batch * Math.ceil(down / side) * Math.ceil(across / side)
    const { tiles, inSteps } = blocksOf(all, POSITIONS * input * output, module.threads()?.count ?? 1)
    const sizes = [height, width, input, down, across, output, above, left, Number(relu), tiles]
    return runParts(module, {
      inputs: { x, weights, addend },
      shape: [batch, down, across, output],
      scratchBytes: inSteps ? blockBytes(tiles, input, output) : 0,
      threadBytes: tileBytes(input, output) + (inSteps ? 0 : blockBytes(tiles, input, output)) + (kept ? 0 : panelBytes(input)),
      call: (run, { inputs, output: y, scratch }) => {
        const step = (units: Units, which: number, base: number): void => {
          run(kernel, units, inputs.x, y, inputs.weights, Number(kept), inputs.addend, scratch, ...sizes, which, base)
        }
        if (!inSteps) {
          step({ count: all, fewest: Math.max(tiles, unitsOf(POSITIONS * input * output)), together: tiles }, WHOLE, 0)
          return
        }
        for (let base = 0; base < all; base += tiles) {
          const count = Math.min(tiles, all - base)
          step({ count, fewest: rowsOf(POSITIONS * input, SEVERAL_PASSES) }, INPUTS, base)
          step(
            kept
              ? { count: POSITIONS, fewest: unitsOf(count * input * output) }
              : { count: output / PANEL, fewest: unitsOf(count * input * PANEL * POSITIONS) },
            PRODUCTS,
            base,
          )
          step({ count, fewest: rowsOf(POSITIONS * output, SEVERAL_PASSES) }, OUTPUTS, base)
        }
      },
    })
  }
  const run = (x: Tensor4D, relu: boolean): Tensor4D =>
    runSome(x, relu, { size: [outputsAlong(x.shape[1], taps, 1, before), outputsAlong(x.shape[2], taps, 1, before)], before: [before, before] })
  return convolverOf(filter, [weights, addend], run, runSome)
}

/** Steps are worth their waits from this many of the smallest parts on. */
const STEPS = 4

/** How `all` tiles are divided, given the multiply-adds of one: threads take blocks if there are enough, and otherwise share the steps of each block. */
const blocksOf = (all: number, products: number, threads: number): { readonly tiles: number; readonly inSteps: boolean } => {
  const inSteps = threads > 1 && all < 2 * threads * TILES && all >= STEPS * unitsOf(products)
  const blocks = Math.ceil(all / (inSteps ? 2 * TILES : TILES))
  return { tiles: inSteps ? 4 * Math.ceil(all / blocks / 4) : Math.min(TILES, 4 * Math.ceil(all / 4)), inSteps }
}

/** The scratch memory of c/winograd.h: for a tile, for a block of tiles, and for a panel of weights that are transformed in the call. At most 11 MB, for 512 x 512 channels. */
const tileBytes = (input: number, output: number): number => 4 * POSITIONS * (4 + Math.max(input, output))
const blockBytes = (tiles: number, input: number, output: number): number => 4 * POSITIONS * (tiles * (64 * Math.ceil(input / 64) + output) + 32)
const panelBytes = (input: number): number => 4 * POSITIONS * (PANEL * input + 16)

/** A filter [taps, taps, in, out] in the order that the kernel transforms: [panels, in, taps x taps, PANEL]. */
const byPanels = (filter: Tensor4D): Tensor => {
  const [taps, , input, output] = filter.shape
  return tf.clone(tf.transpose(tf.reshape(filter, [taps ** 2, input, output / PANEL, PANEL]), [2, 1, 0, 3]))
}

/** The transformed filter: [positions, panels, in, PANEL]. */
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
