/**
 * npm run bench -- [--rounds 9] [--side 128] [--batch 1]
 */
import { parseArgs } from 'node:util'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { contentRows } from './content.js'
import { measure } from './measure.js'
import { asTable, writeReport, type Report } from './report.js'
import { scene } from './scene.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, side: { type: 'string', default: '128' }, batch: { type: 'string', default: '1' } },
})
const [rounds, side, batch] = [Number(values.rounds), Number(values.side), Number(values.batch)]

if (!(await tf.setBackend('wasm'))) throw new Error('The backend wasm did not start.')

console.log(`mse at block3_conv3 and its gradient, ${String(batch)} x ${String(side)} x ${String(side)}, WASM with one thread, ${String(rounds)} rounds`)
const pictures = scene(batch, side)
const rows = await measure(contentRows, pictures, rounds, (done) => process.stderr.write(`\r${String(done)} / ${String(rounds)} `))
process.stderr.write('\r         \r')
const report: Report = { loss: 'mse(featureAt(block3_conv3))', backend: tf.getBackend(), batch, side, rows }
console.log(asTable(report))
console.log(`Written to ${await writeReport(report)}`)
