/** Transforms of features, and regularizers. */
import type { PythonForms } from '../pythonForm.js'

export const features: PythonForms = {
  gram: {
    arguments: 'feature',
    says: 'How the channels go together over all positions: [batch, channels, channels].',
    body: `_, height, width, channels = feature.shape
rows = ops.reshape(feature, (-1, height * width, channels))
divisor = {"elements": height * width * channels, "positions": height * width, "none": 1}[normalize]
return ops.matmul(permute(rows, (0, 2, 1)), rows) / divisor`,
    uses: ['permute'],
  },
  unitNormalized: {
    arguments: 'feature',
    says: "Each position's channel vector over its length.",
    body: `squared = ops.sum(ops.square(feature), axis=-1, keepdims=True)
return feature / (ops.sqrt(squared + epsilon) if added_to == "square" else safe_sqrt(squared) + epsilon)`,
    uses: ['safe_sqrt'],
  },
  masked: {
    arguments: 'feature',
    says: 'A feature within a rectangle, whose sides are fractions of the picture.',
    body: `def share(start, length, count):
    return [count * max(0.0, min(start + length, (i + 1) / count) - max(start, i / count)) for i in range(count)]

height, width = feature.shape[1], feature.shape[2]
rows = constant(share(region["top"], region["height"], height), feature)
columns = constant(share(region["left"], region["width"], width), feature)
return feature * ops.reshape(rows, (1, height, 1, 1)) * ops.reshape(columns, (1, 1, width, 1))`,
    uses: ['constant'],
    options: ({ region }) => ({ region: region as Readonly<Record<string, number>> }),
  },
  totalVariation: {
    arguments: 'feature',
    says: 'How much neighbouring positions differ.',
    body: `differences = [feature[:, 1:] - feature[:, :-1], feature[:, :, 1:] - feature[:, :, :-1]]
curve = ops.abs if norm == "l1" else ops.square
reduce = mean if reduction == "mean" else total
parts = [reduce(curve(d)) for d in differences if 0 not in tuple(d.shape[1:])]
value = sum(parts[1:], parts[0]) if parts else 0 * total(feature)
return safe_sqrt(value) if norm == "l2" else value`,
    uses: ['mean', 'total', 'safe_sqrt'],
  },
}
