/**
 * The preprocessing of a VGG's weights if neither the file nor the user specifies it: by the tensors' names, and by the first filters.
 *
 * torchvision's names do not mean torchvision's preprocessing. Two kinds of files show it in their first filters:
 * - Oxford's weights, trained in Caffe for BGR in [0, 255] minus a mean, which torchvision (IMAGENET1K_FEATURES) and others publish under these names, some for RGB. Their
 *   scale does not give them away (root mean square 0.207, torchvision's own 0.251), so they are compared with a fingerprint. VGG16's and VGG19's are alike.
 * - Weights rescaled for [0, 255]: their first filters are 1/58 of torchvision's (255 * 0.226 = 57.6).
 */
import { convolutionsOf, type NetworkTable } from '../architecture/networkTable.js'
import type { Preprocessing } from '../architecture/preprocessing.js'

/** The detected preprocessing, and its evidence. */
export interface FoundPreprocessing {
  readonly preprocessing: Preprocessing
  readonly preprocessingFrom: 'names' | 'filters'
  /** Whether the first filters expect RGB although the preprocessing gives BGR. */
  readonly reversed: boolean
}

/** A convolution's filter [out, in, height, width]. */
export type FirstFilters = Float32Array

/**
 * The largest root mean square of filters rescaled for [0, 255]. torchvision's VGG16 has 0.25, and rescaled 0.0044; the limit is midway, as a ratio.
 */
const SMALL = 0.033

/** Oxford's VGG16: the sum of each of the first 16 filters over its positions, in blue, green and red. */
export const OXFORD: readonly number[] = [
  ...[0.02, -0.03, 0.03, 1.37, 0.38, -1.53, 0.04, 0.46, -0.04, 0.07, -0.1, 0.02, -0.07, -0.07, 0.23, 2.16, -1.86, -0.58, -0.02, 0.13, -0.11],
  ...[-0.46, -0.12, 0.36, 0.95, -2.65, 1.66, 1.1, -0.38, -0.7, 0.01, 0, 0.01, -0.47, 0.81, -0.49, -1.31, 3.09, -1.75, 0.72, 0.33, -1.04],
  ...[-0.3, -0.24, -0.12, 1, -1.99, 0.96],
]

/** The smallest correlation with the fingerprint: Oxford's VGG19 has 0.98, its filters for the reversed channels 0.6, torchvision's VGG16 0.4. */
const ALIKE = 0.9

/** Corrects what torchvision's names say by a VGG's first filters. */
export const byFirstFilters = (table: NetworkTable, named: Preprocessing, first: () => FirstFilters): FoundPreprocessing => {
  const byNames: FoundPreprocessing = { preprocessing: named, preprocessingFrom: 'names', reversed: false }
  if (named !== 'torchvision' || !isVgg(table)) return byNames
  const filters = first()
  const forCaffe = { preprocessing: 'caffe', preprocessingFrom: 'filters' } as const
  if (takesRedFirst(table, filters)) return { ...forCaffe, reversed: true }
  return correlation(sums(filters), OXFORD) > ALIKE || rootMeanSquare(filters) < SMALL ? { ...forCaffe, reversed: false } : byNames
}

/** Whether a VGG's first filters are Oxford's for RGB. */
export const takesRedFirst = (table: NetworkTable, filters: FirstFilters): boolean => isVgg(table) && correlation(sums(filters, [2, 1, 0]), OXFORD) > ALIKE

/** Whether a network's convolutions have the names of a VGG's. */
const isVgg = (table: NetworkTable): boolean => convolutionsOf(table)[0]?.name === 'block1_conv1'

/** The sums of the first 16 filters of 3 x 3 x 3, over their positions, channel by channel. */
const sums = (filters: FirstFilters, channels = [0, 1, 2]): readonly number[] =>
  Array.from({ length: 16 }, (_, out) => channels.map((channel) => filters.slice((out * 3 + channel) * 9, (out * 3 + channel + 1) * 9))).flatMap((positions) =>
    positions.map((values) => values.reduce((sum, value) => sum + value, 0)),
  )

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const product = (left: readonly number[], right: readonly number[]): number => left.reduce((sum, value, i) => sum + value * (right[i] ?? 0), 0)
  const centred = (values: readonly number[]): readonly number[] => values.map((value) => value - values.reduce((sum, one) => sum + one, 0) / values.length)
  const [left, right] = [centred(a), centred(b)]
  return product(left, right) / Math.sqrt(product(left, left) * product(right, right))
}

const rootMeanSquare = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
