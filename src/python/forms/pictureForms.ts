/** Transforms that make another picture of a feature. */
import type { PythonForms } from '../pythonForm.js'

export const pictures: PythonForms = {
  luma: {
    arguments: 'feature',
    says: 'The picture in grey: [batch, height, width, 1].',
    body: 'return seen_channels(feature, "luma" if levels == "full" else "y")',
    uses: ['seen_channels'],
  },
  blurred: {
    arguments: 'feature',
    says: 'The feature under a Gaussian blur; positions outside have the values of the edge.',
    body: 'return gaussian_blur(feature, sigma)',
    uses: ['gaussian_blur'],
  },
  highPassed: {
    arguments: 'feature',
    says: 'What a Gaussian blur takes away.',
    body: 'return feature - gaussian_blur(feature, sigma)',
    uses: ['gaussian_blur'],
  },
  resized: {
    arguments: 'feature',
    says: 'The feature at another size, bilinear with half-pixel centres.',
    body: `def new_side(side, fixed):
    return fixed or max(1, math.floor(side * scale + 0.5))

_, high, wide, _ = feature.shape
rows, columns = bilinear(high, new_side(high, height), antialias), bilinear(wide, new_side(wide, width), antialias)
return resampled(feature, rows, columns)`,
    uses: ['resampled', 'bilinear'],
  },
  halved: {
    arguments: 'feature',
    says: 'The feature at half the size, blurred by a binomial window first; positions outside are 0.',
    body: 'return blur_pool(feature, 1)',
    uses: ['blur_pool'],
  },
  standardized: {
    arguments: 'feature',
    says: 'Each channel less a mean, over a deviation.',
    body: 'return (feature - constant(mean, feature)) / constant(deviation, feature)',
    uses: ['constant'],
  },
}
