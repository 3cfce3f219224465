/** The option --weights, for every command that takes a loss. */
export const WEIGHTS_OPTION = {
  type: 'string',
  valueHint: 'network=file',
  description: 'weights of yours for vgg16, alexnet, vgg19, squeezenet; the package has those of the first two',
} as const
