/** The options that choose a feature, for every command that measures pictures. */
export const FEATURE_OPTIONS = {
  layer: { type: 'string', valueHint: 'name', description: 'the layer (default: block5_conv3 of VGG16; of an ONNX file the last one)' },
  onnx: { type: 'string', valueHint: 'file', description: 'an ONNX file of another network: with InceptionV3 the distances are FID and KID' },
  input: { type: 'string', valueHint: 'name', description: 'what the ONNX network takes: imagenet, clip, unit, or inception (RGB in [-1, 1])' },
  positions: {
    type: 'string',
    default: 'average',
    valueHint: 'name',
    description: "average: one feature per picture, the mean over the layer's positions; each: one per position",
  },
  size: { type: 'string', valueHint: 'n|height x width', description: 'resize every picture to this size, such as 299' },
} as const
