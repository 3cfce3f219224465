/** Bytes of pictures as tensors, by the WebAssembly module. */
import type { Tensor4D } from '@tensorflow/tfjs'
import { colourKernels } from './colourKernels.js'
import { runSimd } from './runSimd.js'

/** Lines of RGBA bytes, from the byte `from` on, `apart` bytes from line to line. */
export interface Lines {
  readonly data: Uint8Array
  readonly from: number
  readonly apart: number
}

/** Red, green and blue over 255 of pictures of this size, [pictures, height, width, 3]; 'transparent' if one of the pixels is; undefined without the module. */
export const simdLevels = (pictures: readonly Lines[], height: number, width: number): Tensor4D | 'transparent' | undefined => {
  const module = colourKernels.inUse()
  if (module === undefined) return undefined
  const pixels = height * width
  const found = { opaque: true }
  const tensor = runSimd<Tensor4D, 'levels' | 'mixChannels', never>(module, {
    inputs: {},
    shape: [pictures.length, height, width, 3],
    scratchBytes: 4 * pixels,
    call: ({ levels }, { output, scratch }) => {
      const samples = new Uint8Array(module.memory.buffer, scratch, 4 * pixels)
      for (const [i, lines] of pictures.entries()) {
        copy(lines, samples, 4 * width)
        if (levels(scratch, output + 12 * pixels * i, pixels) !== 1) found.opaque = false
      }
    },
  })
  if (found.opaque) return tensor
  tensor.dispose()
  return 'transparent'
}

const copy = ({ data, from, apart }: Lines, to: Uint8Array, line: number): void => {
  if (apart === line) to.set(data.subarray(from, from + to.length))
  else for (let at = 0, row = from; at < to.length; at += line, row += apart) to.set(data.subarray(row, row + line), at)
}
