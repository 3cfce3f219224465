/** The option --weights, for every command that takes a loss. */
export const WEIGHTS_OPTION = {
  type: 'string',
  valueHint: 'network=file',
  description: 'your own weights for vgg16, alexnet, vgg19 or squeezenet; the package contains the first two',
} as const
