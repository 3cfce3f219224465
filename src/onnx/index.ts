/**
 * `perceptual-loss/onnx`: networks in ONNX files as extractors, and losses as ONNX files.
 */
export { fromOnnx, tryFromOnnx, type OnnxOptions } from './fromOnnx.js'
export type { OnnxInputFormat, PerChannel, Standardization } from './onnxPreprocessing.js'
export {
  toOnnx,
  tryToOnnx,
  type WeightsBeside,
  type ToOnnxBesideOptions,
  type ToOnnxInsideOptions,
  type OnnxFiles,
  type OnnxSide,
  type ToOnnxOptions,
} from './toOnnx.js'
