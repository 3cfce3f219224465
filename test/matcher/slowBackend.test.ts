/** The line that says why comparisons are slow. */
import { expect, it } from 'vitest'
import { slowBackend } from '../../src/matcher/sharedNetworks.js'

it('names what to install where only plain JavaScript starts', () => {
  const tried = [
    { name: 'tfjs-node', chosen: false, reason: 'not installed' },
    { name: 'wasm', chosen: false, reason: 'not installed (npm install @tensorflow/tfjs-backend-wasm)' },
    { name: 'cpu', chosen: true, reason: 'plain JavaScript, always available' },
  ] as const
  expect(slowBackend(tried)).toMatch(/plain JavaScript.*did not start: not installed \(npm install @tensorflow\/tfjs-backend-wasm\)$/)
})
