/** WebGPU in Node: Dawn, as the package webgpu has it. */
import { create, globals } from 'webgpu'

/** Sets `navigator.gpu`, which TensorFlow.js looks for. */
export const setGpu = (): void => {
  Object.assign(globalThis, globals)
  const gpu = create([])
  if ('navigator' in globalThis) Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu })
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
}
