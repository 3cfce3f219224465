/** Whether the package works in a separate Node process: it loads, and computes a correct product. */
import { existsSync } from 'node:fs'
import { bindingPath } from './binding.js'
import { complaint, runProgram } from './runProgram.js'

/** The package needs what Node 23 took out of `util`. */
const PROGRAM = `
const util = require('node:util')
util.isNullOrUndefined ??= (value) => value === null || value === undefined
util.isArray ??= Array.isArray
const tf = require(process.argv[1])
const [product] = tf.matMul([[1, 2]], [[3], [4]]).dataSync()
if (tf.getBackend() !== 'tensorflow' || product !== 11) throw new Error('1 * 3 + 2 * 4 gave ' + product)
console.log(JSON.stringify({ tensorflow: require(process.argv[2]).TF_Version ?? '', gpu: tf.backend().isUsingGpuDevice }))`

/** All findings. */
export type Probed = { readonly works: true; readonly tensorflow: string; readonly gpu: boolean } | { readonly works: false; readonly reason: string }

/** Loads the package and multiplies. */
export const probe = async (pack: string): Promise<Probed> => {
  const binding = bindingPath(pack)
  if (!existsSync(binding)) return { works: false, reason: 'its binding is missing' }
  const ended = await runProgram(process.execPath, ['-e', PROGRAM, pack, binding], { env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }, limit: 120 })
  if (ended.status !== 0) return { works: false, reason: complaint(ended) }
  return { works: true, ...(JSON.parse(ended.out.trim().split('\n').at(-1) ?? '{}') as { readonly tensorflow: string; readonly gpu: boolean }) }
}
