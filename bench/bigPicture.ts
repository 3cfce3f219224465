/**
 * A picture of many megapixels tile by tile: npm run big-picture -- [--width 8400] [--height 6000] [--memory 1GiB] [--backend tensorflow|wasm]
 *
 * One value with its gradient of content, style, pixels and total variation; prints what was said beforehand beside what it took.
 */
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import { compile, featureAt, gram, mae, mse, pixels, sum, totalVariation, vgg16, weighted } from '../src/index.js'
import { startBackend } from './workers/backend.js'
import { residentPeak, tensorPeak } from './workers/memory.js'

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '8400' },
    height: { type: 'string', default: '6000' },
    memory: { type: 'string', default: '1GiB' },
    backend: { type: 'string', default: 'tensorflow' },
  },
})

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

const loss = sum(
  mse(featureAt('block2_conv2')),
  weighted(20, mse(gram(featureAt('block1_conv2')))),
  weighted(0.1, mae(pixels)),
  weighted(1e-3, totalVariation(pixels)),
)

console.log(await startBackend(values.backend, 1))
const shape = [1, Number(values.height), Number(values.width), 3] as const
const progress = ({ pass, done, total }: { readonly pass: string; readonly done: number; readonly total: number }): void => {
  if (done === total || done % 10 === 0) console.error(`${pass}: ${String(done)} of ${String(total)} tiles`)
}
const f = compile(loss, await vgg16(), { memory: values.memory, progress })
const [target, image] = [1, 2].map((seed) => tf.randomUniform<tf.Rank.R4>([...shape], 0, 1, 'float32', seed)) as [tf.Tensor4D, tf.Tensor4D]
const picture = 4 * target.size
const before = process.memoryUsage().rss
const from = performance.now()
let tensors = 0
const resident = residentPeak(() => {
  tensors = tensorPeak(() => {
    const { value, grad } = tf.valueAndGrad((x) => f(target, x as tf.Tensor4D))(image)
    console.log(`value ${String(value.dataSync()[0])}`)
    tf.dispose([value, grad])
  })
})
const said = f.tiling(shape)
console.table({
  picture: `${String(shape[2])} x ${String(shape[1])}, ${(target.size / 3e6).toFixed(1)} megapixels, ${mebibytes(picture)}`,
  tiles: said?.tiles,
  'recomputed at the overlaps': `${((said?.overlap ?? 0) * 100).toFixed(0)} %`,
  budget: values.memory,
  'said beforehand': mebibytes(said?.peak ?? 0),
  'tensors, at most, less the gradient itself': mebibytes(tensors - picture),
  'resident, at most, above the two pictures': mebibytes(resident - before),
  seconds: ((performance.now() - from) / 1000).toFixed(0),
})
