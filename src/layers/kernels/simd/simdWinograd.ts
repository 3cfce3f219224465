/**
 * Convolutions 3 x 3 and 5 x 5 at stride 1 by Winograd's F(4, 3) and F(2, 5) in the WebAssembly module (c/winograd.h).
 *
 * Laws: equal the plain convolution except for rounding (2e-6 of the norm). Equal neighbourhoods need NOT give equal values.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import { runParts, runSimd } from '../../../core/tensors/simd/runSimd.js'
import type { Units } from '../../../core/tensors/simd/simdThreads.js'
import { disposing, keptBias, type Convolver, type SomeOutputs } from '../convolver.js'
import { outputsAlong } from '../windows.js'
import { PANEL, type NetworkKernels } from './networkKernels.js'
import { rowsOf, SEVERAL_PASSES, unitsOf } from './parts.js'

/** A form of Winograd's convolution, F(side, taps), with six products along an axis: the side of a tile of outputs, and its kernels. */
export interface SimdForm {
  readonly side: number
  readonly kernel: 'winograd4' | 'winograd5'
  readonly ofFilter: 'winograd4Filter' | 'winograd5Filter'
}

/** The forms by the side of the filter. */
export const WINOGRAD_FORMS: ReadonlyMap<number, SimdForm> = new Map([
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

/** A Winograd convolution at stride 1, with `before` zeros around the input. Input channels are a multiple of 4, output channels of PANEL. */
export const simdWinograd = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined, before: number, form: SimdForm): Convolver => {
  const [taps, , , output] = filter.shape
  const kept = filter.size < LARGE_FILTER
  const weights = tf.keep(tf.tidy(() => (kept ? transformed(module, byPanels(filter), form.ofFilter) : byPanels(filter))))
  const addend = keptBias(bias, output)
  const runSome: Convolver['runSome'] = (x, relu, outputs) => convolved(module, x, { ...form, filter: filter.shape, kept, weights, addend, relu }, outputs)
  return {
    run: (x, relu) =>
      runSome(x, relu, { size: [outputsAlong(x.shape[1], taps, 1, before), outputsAlong(x.shape[2], taps, 1, before)], before: [before, before] }),
    runSome,
    dispose: disposing([weights, addend]),
  }
}

/** A convolution on the backend. `kept`: its weights are transformed. */
interface Winograd extends SimdForm {
  readonly filter: Tensor4D['shape']
  readonly kept: boolean
  readonly weights: Tensor
  readonly addend: Tensor1D
  readonly relu: boolean
}

const convolved = (module: NetworkKernels, x: Tensor4D, winograd: Winograd, { size: [down, across], before: [above, left] }: SomeOutputs): Tensor4D => {
  const { side, kernel, filter, kept, weights, addend, relu } = winograd
  const [batch, height, width] = x.shape
  const [, , input, output] = filter
  const all = batch * Math.ceil(down / side) * Math.ceil(across / side)
  const { tiles, inSteps } = blocksOf(all, POSITIONS * input * output, module.threads()?.count ?? 1)
  const sizes = [height, width, input, down, across, output, above, left, Number(relu), tiles]
  return runParts(module, {
    inputs: { x, weights, addend },
    shape: [batch, down, across, output],
    scratchBytes: inSteps ? blockBytes(tiles, input, output) : 0,
    threadBytes: tileBytes(input, output) + (inSteps ? 0 : blockBytes(tiles, input, output)) + (kept ? 0 : panelBytes(input)),
    call: (run, { inputs, output: y, scratch }) => {
      const step: RunStep = (units, which, base) => {
        run(kernel, units, inputs.x, y, inputs.weights, Number(kept), inputs.addend, scratch, ...sizes, which, base)
      }
      if (inSteps) runSteps(step, all, tiles, winograd)
      else step({ count: all, fewest: Math.max(tiles, unitsOf(POSITIONS * input * output)), together: tiles }, WHOLE, 0)
    },
  })
}

/** Runs one step of the block that starts with the tile `base`, or whole tiles. */
type RunStep = (units: Units, which: number, base: number) => void

/** Runs the steps of each block of tiles, which all threads share. */
const runSteps = (step: RunStep, all: number, tiles: number, { filter: [, , input, output], kept }: Winograd): void => {
  for (let base = 0; base < all; base += tiles) {
    const count = Math.min(tiles, all - base)
    step({ count, fewest: rowsOf(POSITIONS * input, SEVERAL_PASSES) }, INPUTS, base)
    const products = kept
      ? { count: POSITIONS, fewest: unitsOf(count * input * output) }
      : { count: output / PANEL, fewest: unitsOf(count * input * PANEL * POSITIONS) }
    step(products, PRODUCTS, base)
    step({ count, fewest: rowsOf(POSITIONS * output, SEVERAL_PASSES) }, OUTPUTS, base)
  }
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
const transformed = (module: NetworkKernels, filter: Tensor, ofFilter: SimdForm['ofFilter']): Tensor => {
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
