/**
 * The preprocessing that a VGG's weights ask for, where neither the file nor the user says it: by their names, and by their first filters.
 *
 * torchvision's names do not mean torchvision's preprocessing: weights for Caffe's are also stored under them. Filters for images in [0, 255] are about 1/58 of those for
 * images in [0, 1] over a standard deviation of 0.226 (255 * 0.226 = 57.6).
 */
import { convolutionsOf, type NetworkTable } from '../network/table.js'
import type { Preprocessing } from '../network/preprocessing.js'

/** What was found, and what it was found by. */
export interface FoundPreprocessing {
  readonly preprocessing: Preprocessing
  readonly preprocessingFrom: 'names' | 'filters'
}

/**
 * The largest root mean square of first filters that are for images in [0, 255]. ImageNet's torchvision weights have 0.25 (VGG16), and the same network made
 * for Caffe's preprocessing 0.0044; the limit is midway, as a ratio.
 */
const SMALL = 0.033

/** Corrects what the names of torchvision say by a VGG's first filters. */
export const byFirstFilters = (table: NetworkTable, named: Preprocessing, first: () => Float32Array): FoundPreprocessing =>
  named === 'torchvision' && isVgg(table) && rootMeanSquare(first()) < SMALL
    ? { preprocessing: 'caffe', preprocessingFrom: 'filters' }
    : { preprocessing: named, preprocessingFrom: 'names' }

/** Whether a network's convolutions have the names of a VGG's. */
const isVgg = (table: NetworkTable): boolean => convolutionsOf(table)[0]?.name === 'block1_conv1'

const rootMeanSquare = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
