/**
 * A warning for pictures whose values are clearly outside the range that `compile` was given, such as 0..255 under the default [0, 1].
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { onBackend } from '../tensors/backend.js'
import { withoutTape } from '../tensors/engine.js'
import type { Range } from '../tensors/valueRange.js'

/** Checks pictures, by name, at its first call only. */
export type RangeWarning = (pictures: Readonly<Record<string, Tensor>>) => void

/** Warns once with `console.warn` of values above white by more than four times the range, which untrained generators rarely produce. It runs later, so that nothing waits for it. */
export const rangeWarning = ([black, white]: Range): RangeWarning => {
  let checked = false
  return (pictures) => {
    if (checked) return
    checked = true
    const names = Object.keys(pictures)
    const most = onBackend(() => withoutTape(() => tf.keep(tf.stack(Object.values(pictures).map((images) => tf.max(images))))))
    const report = (values: ArrayLike<number>): void => {
      const at = names.findIndex((_, i) => isOutside(values[i] ?? 0, black, white))
      if (at >= 0) console.warn(message(names[at] ?? '', values[at] ?? 0, [black, white]))
    }
    void read(most).then(report, () => undefined)
  }
}

/** Infinity is not a matter of range. */
const isOutside = (value: number, black: number, white: number): boolean => Number.isFinite(value) && value > white + 4 * (white - black)

const message = (name: string, most: number, [black, white]: Range): string =>
  `perceptual-loss: '${name}' has values up to ${String(Number(most.toPrecision(4)))}, but range is [${String(black)}, ${String(white)}]. Pass the range of your pictures, such as compile(loss, { range: [0, 255] }), or scale them.`

/** Backends that read synchronously; the others need the tensor until they have read it. */
const AT_ONCE = ['wasm', 'cpu', 'tensorflow']

const read = async (tensor: Tensor): Promise<ArrayLike<number>> => {
  const reading = tensor.data()
  if (AT_ONCE.includes(tf.getBackend())) tensor.dispose()
  try {
    return await reading
  } finally {
    tensor.dispose()
  }
}
