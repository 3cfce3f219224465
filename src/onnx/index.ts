/**
 * `perceptual-loss/onnx`: networks in ONNX files as extractors.
 */
export { fromOnnx, tryFromOnnx, type OnnxOptions } from './fromOnnx.js'
export type { OnnxInputFormat, PerChannel, Standardization } from './onnxPreprocessing.js'
