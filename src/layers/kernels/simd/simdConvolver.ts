/** The WebAssembly module's convolutions. */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs'
import type { Convolver } from '../convolver.js'
import { symmetricPadding, type Window } from '../windows.js'
import { PANEL, type NetworkKernels } from './networkKernels.js'
import { simdFirstLayer, simdToThreeChannels } from './simdPictures.js'
import { simdWinograd, WINOGRAD_FORMS } from './simdWinograd.js'

/** The module's fastest convolution with a filter; undefined if it has none. `keepsTies`: equal neighbourhoods must give equal values. */
export const simdConvolver = (
  module: NetworkKernels,
  filter: Tensor4D,
  bias: Tensor1D | undefined,
  window: Window,
  keepsTies: boolean,
): Convolver | undefined => {
  const convolver = fastest(module, filter, bias, window, keepsTies)
  return convolver === undefined ? undefined : checkingChannels(convolver, filter.shape[2])
}

const fastest = (module: NetworkKernels, filter: Tensor4D, bias: Tensor1D | undefined, window: Window, keepsTies: boolean): Convolver | undefined => {
  const { stride } = window
  const [taps, width, input, output] = filter.shape
  const before = symmetricPadding(window, taps)
  if (width !== taps || before === undefined) return undefined
  const fillsPanels = output % PANEL === 0
  if (input === 3 && fillsPanels) return simdFirstLayer(module, filter, bias, stride, before)
  const form = WINOGRAD_FORMS.get(taps)
  if (form === undefined || stride !== 1 || input % 4 !== 0 || keepsTies) return undefined
  if (output === 3 && bias === undefined && taps === 3 && before === 1) return simdToThreeChannels(module, filter)
  return fillsPanels ? simdWinograd(module, filter, bias, before, form) : undefined
}

/** The kernels would read beyond an input with fewer channels. */
const checkingChannels = ({ run, runSome, dispose }: Convolver, channels: number): Convolver => {
  const checked = (x: Tensor4D): Tensor4D => {
    if (x.shape[3] !== channels) throw new Error(`A convolution of ${String(channels)} channels received ${String(x.shape[3])}.`)
    return x
  }
  return {
    run: (x, relu) => run(checked(x), relu),
    ...(runSome === undefined ? {} : { runSome: (x, relu, outputs) => runSome(checked(x), relu, outputs) }),
    dispose,
  }
}
