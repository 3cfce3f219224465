/**
 * perceptual-loss/node: pictures in files, for Node.
 */
export { readImage, tryReadImage, type ReadImageOptions } from './readImage.js'
export { tryWriteImage, writeImage } from './writeImage.js'
