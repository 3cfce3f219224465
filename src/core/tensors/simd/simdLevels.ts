/** Bytes of pictures as tensors, by the WebAssembly module. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { colourKernels } from './colourKernels.js'
import { runSimd } from './runSimd.js'

/** Lines of RGBA bytes: `height` lines of `width` pixels, from the byte `from` on, `apart` bytes from line to line. */
export interface Lines {
  readonly data: Uint8Array
  readonly from: number
  readonly apart: number
  readonly height: number
  readonly width: number
}

/** Red, green and blue over 255, [1, height, width, 3]; 'transparent' if one of the pixels is; undefined without the module. */
export const simdLevels = (lines: Lines): Tensor4D | 'transparent' | undefined => {
  const module = colourKernels.inUse()
  if (module === undefined) return undefined
  const { height, width } = lines
  const found = { opaque: false }
  const tensor = runSimd<Tensor4D, 'levels' | 'mixChannels', never>(module, {
    inputs: {},
    shape: [1, height, width, 3],
    scratchBytes: 4 * height * width,
    call: ({ levels }, { output, scratch }) => {
      copy(lines, new Uint8Array(module.memory.buffer, scratch, 4 * height * width))
      found.opaque = levels(scratch, output, height * width) === 1
    },
  })
  if (found.opaque) return tensor
  tensor.dispose()
  return 'transparent'
}

const copy = ({ data, from, apart, height, width }: Lines, to: Uint8Array): void => {
  const line = 4 * width
  if (apart === line) to.set(data.subarray(from, from + height * line))
  else for (let row = 0; row < height; row++) to.set(data.subarray(from + row * apart, from + row * apart + line), row * line)
}
