/**
 * A picture of many megapixels tile by tile: npm run big-picture -- [--width 8400] [--height 6000] [--memory 1GiB] [--backend tensorflow|wasm] [--whole]
 *
 * One value with its gradient of content, style, pixels and total variation; prints the predicted cost beside the measured one. `--whole` also computes it in one piece,
 * if that fits, and prints the differences.
 */
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { compile, featureAt, gram, mae, mse, pixels, sum, totalVariation, vgg16, weighted, type TileProgress } from '../src/index.js'
import { startBackend } from './workers/backend.js'
import { residentPeak, tensorPeak } from './workers/memory.js'

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '8400' },
    height: { type: 'string', default: '6000' },
    memory: { type: 'string', default: '1GiB' },
    backend: { type: 'string', default: 'tensorflow' },
    whole: { type: 'boolean', default: false },
  },
})

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

const loss = sum(
  mse(featureAt('block2_conv2')),
  weighted(20, mse(gram(featureAt('block1_conv2')))),
  weighted(0.1, mae(pixels)),
  weighted(1e-3, totalVariation(pixels)),
)

/** The value and the gradient. */
const stepOf = (f: (target: tf.Tensor4D, image: tf.Tensor4D) => tf.Scalar, target: tf.Tensor4D, image: tf.Tensor4D): readonly Float32Array[] => {
  const { value, grad } = tf.valueAndGrad((x) => f(target, x as tf.Tensor4D))(image)
  const numbers = [value.dataSync<'float32'>(), grad.dataSync<'float32'>()]
  tf.dispose([value, grad])
  return numbers
}

/** The largest difference over the largest number. */
const apart = (received: Float32Array, expected: Float32Array): number => {
  const largest = (numbers: Float32Array, of: (number: number, i: number) => number): number => numbers.reduce((most, x, i) => Math.max(most, of(x, i)), 0)
  return largest(received, (x, i) => Math.abs(x - (expected[i] ?? Number.NaN))) / largest(expected, Math.abs)
}

console.log(await startBackend(values.backend, 1))
const shape = [1, Number(values.height), Number(values.width), 3] as const
const from = performance.now()
const seconds = (): string => ((performance.now() - from) / 1000).toFixed(0)
const progress = ({ pass, done, total }: TileProgress): void => {
  if (done === total || done % 10 === 0) console.error(`${pass}: ${String(done)} of ${String(total)} tiles, ${seconds()} s`)
}
const extractor = await vgg16()
const f = compile(loss, extractor, { memory: values.memory, progress })
const [target, image] = [1, 2].map((seed) => tf.randomUniform<tf.Rank.R4>([...shape], 0, 1, 'float32', seed)) as [tf.Tensor4D, tf.Tensor4D]
const picture = 4 * target.size
const [before, cpu] = [process.memoryUsage().rss, process.cpuUsage()]
let tensors = 0
let tiled: readonly Float32Array[] = []
const resident = await residentPeak(() => {
  tensors = tensorPeak(() => {
    tiled = stepOf(f, target, image)
  })
})
const said = f.tiling(shape)
const { user, system } = process.cpuUsage(cpu)
console.table({
  picture: `${String(shape[2])} x ${String(shape[1])}, ${(target.size / 3e6).toFixed(1)} megapixels, ${mebibytes(picture)}`,
  tiles: said?.tiles,
  'recomputed at the overlaps': `${((said?.overlap ?? 0) * 100).toFixed(0)} %`,
  budget: values.memory,
  'said beforehand': mebibytes(said?.peak ?? 0),
  // The gradient is collected outside of tensors, and becomes one after the last tile.
  'tensors, at most, above the two pictures': mebibytes(tensors),
  'resident, at most, above the pictures and the gradient': mebibytes(resident - before - picture),
  seconds: seconds(),
  'seconds of a processor': ((user + system) / 1e6).toFixed(0),
  value: tiled[0]?.[0],
})
if (values.whole) {
  const whole = stepOf(compile(loss, extractor), target, image)
  const [value, gradient] = whole.map((numbers, i) => apart(tiled[i] ?? new Float32Array(), numbers).toExponential(1))
  console.log(`in one piece ${String(whole[0]?.[0])}; apart, of the largest: value ${String(value)}, gradient ${String(gradient)}`)
}
