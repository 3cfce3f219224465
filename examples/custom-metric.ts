/**
 * A metric of your own: Geman and McClure's, a squared error that forgives outliers. All else comes of its definition.
 */
import * as tf from '@tensorflow/tfjs'
import * as t from 'io-ts'
import { compile, tryDecode, defineMetric, encode, laws, lossEq, mae, pixels, show, sum, toLatex, weighted } from '../src/index.js'
import { checkLaws } from '../src/laws/index.js'
import { useFastestBackend } from '../src/node/index.js'

export const gemanMcClure = defineMetric({
  id: 'gemanMcClure',
  options: t.strict({ scale: t.number }),
  defaults: { scale: 0.1 },
  laws: () => ({ symmetric: true, zeroOnIdentity: true, range: [0, 1], smooth: true }),
  apply: (options) => (reference, prediction) => {
    const squares = tf.square(tf.sub(prediction, reference))
    const each = tf.div(squares, tf.add(squares, options.scale * options.scale))
    return tf.mean<tf.Tensor1D>(tf.reshape(each, [prediction.shape[0], -1]), 1)
  },
})

await useFastestBackend()
const loss = sum(gemanMcClure(pixels, { scale: 0.25 }), weighted(0.5, mae(pixels)))
const [target, image] = [tf.randomUniform([1, 16, 16, 3], 0, 1, 'float32', 1), tf.randomUniform([1, 16, 16, 3], 0, 1, 'float32', 2)]

console.log(show(loss))
console.log(toLatex(loss))
console.log(JSON.stringify(encode(loss)))
const read = tryDecode(JSON.parse(JSON.stringify(encode(loss))), { definitions: [gemanMcClure] })
console.log(`equal after a round trip through JSON: ${String(read._tag === 'Right' && lossEq.equals(read.right, loss))}`)
console.log(`range [${laws(gemanMcClure(pixels)).range.join(', ')}], smooth: ${String(laws(gemanMcClure(pixels)).smooth)}`)
for (const { law, statement, _tag } of checkLaws(gemanMcClure, { features: [pixels], seed: 1 })) console.log(`${_tag}: ${law}, ${statement}`)
const f = compile(loss)
for (const { name, value } of await f.breakdown(target, image)) console.log(`${name}: ${value.toFixed(4)}`)
console.log(`heat map: [${f.heatmap(target, image).shape.join(', ')}]`)
