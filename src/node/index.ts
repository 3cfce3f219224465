/**
 * perceptual-loss/node: picture files and the choice of the backend in Node.
 */
export { convertWeightsFile, tryConvertWeightsFile, type ConvertedFile, type ConvertFileOptions } from './convertWeightsFile.js'
export { heatmapToImage, type HeatmapToImageOptions } from './heatmapToImage.js'
export { readImage, tryReadImage, type ReadImageOptions } from './readImage.js'
export { tryWriteImage, writeImage } from './writeImage.js'
export { useFastestBackend, type BackendName, type ChosenBackend, type FastestBackendOptions, type TriedBackend } from './useFastestBackend.js'
