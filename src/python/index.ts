/**
 * `perceptual-loss/python`: losses as PyTorch and Keras modules.
 */
export { toKeras, tryToKeras } from './toKeras.js'
export { toTorch, tryToTorch } from './toTorch.js'
export type { PythonOptions } from './module.js'
export type { PythonForm, PythonForms, PythonValue } from './pythonForm.js'
export type { PythonNetwork } from './pythonNetworks.js'
