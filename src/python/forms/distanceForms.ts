/** Distances of edges, wavelets, clouds of points and spectra. */
import type { PythonForms } from '../pythonForm.js'

export const distances: PythonForms = {
  gmsd: {
    arguments: 'reference, prediction',
    says: 'How unevenly edges differ: the standard deviation of a distance of gradient magnitudes, at half size.',
    body: `seen = "luma" if channels == "luma" else "rgb"
x, y = [gradient_length(halved_over_zeros(seen_channels(z, seen))) for z in (reference, prediction)]
distance = dissimilarity(x, y, t)
centred = distance - ops.mean(distance, axis=(1, 2), keepdims=True)
return mean(safe_sqrt(ops.mean(ops.square(centred), axis=(1, 2))))`,
    uses: ['halved_over_zeros', 'seen_channels', 'gradient_length', 'dissimilarity', 'safe_sqrt', 'mean'],
  },
  haarPsi: {
    arguments: 'reference, prediction',
    says: "1 - HaarPSI: how Haar's wavelets at two fine scales differ, weighted by those at a coarser one.",
    body: `def of_luma(x, y):
    (fine_x, middle_x, coarse_x), (fine_y, middle_y, coarse_y) = [[ops.abs(w) for w in wavelets(z)] for z in (x, y)]
    return (dissimilarity(fine_x, fine_y, c) + dissimilarity(middle_x, middle_y, c)) / 2, larger(coarse_x, coarse_y)

def pooled(distance, weight):
    low, high = 1 / (1 + math.exp(alpha)), 1 / (1 + math.exp(-alpha))
    short = ops.sigmoid(alpha - alpha * distance) * (ops.exp(alpha * distance) - 1) * low
    missing = total(short * weight) / (total(weight) + 2 ** -23)
    lost = (ops.log(missing / low + 1) - ops.log(1 - missing / high)) / alpha
    return lost * (2 - lost)

def smoothed(x):
    x = padded(x, (0, 0), (1, 1))
    x = x[:, :, :-1] + x[:, :, 1:]
    return ops.abs((x[:, :-1] + x[:, 1:]) / 4)

x, y = halved_over_zeros(255 * reference), halved_over_zeros(255 * prediction)
if channels == "each":
    each = [pooled(*of_luma(x[..., i : i + 1], y[..., i : i + 1])) for i in range(x.shape[-1])]
    return ops.mean(ops.stack(each, -1), axis=-1)

def yiq(z):
    over_red, over_blue = z[..., :1] - z[..., 1:2], z[..., 2:] - z[..., 1:2]
    luma = ops.sum(z * constant([0.299, 0.587, 0.114], z), axis=-1, keepdims=True)
    return luma, 0.5959 * over_red - 0.3213 * over_blue, 0.2115 * over_red + 0.3112 * over_blue

(x, *chroma_x), (y, *chroma_y) = yiq(x), yiq(y)
distance, weight = of_luma(x, y)
chroma = [dissimilarity(smoothed(a), smoothed(b), c) for a, b in zip(chroma_x, chroma_y)]
distance = concatenate([distance, (chroma[0] + chroma[1]) / 2], -1)
return pooled(distance, concatenate([weight, ops.mean(weight, axis=-1, keepdims=True)], -1))`,
    uses: ['dissimilarity', 'larger', 'wavelets', 'total', 'padded', 'halved_over_zeros', 'constant', 'concatenate'],
  },
  contextual: {
    arguments: 'reference, prediction',
    says: '-log CX: whether each point of the reference has a point of the prediction that is nearer to it than to others.',
    body: `def unit(x):
    norm = safe_sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True))
    return x / ops.where(norm > 0, norm, ops.ones_like(norm))

y, x = points(reference), points(prediction)
centre = ops.mean(y, axis=1, keepdims=True)
similarity = ops.matmul(unit(x - centre), permute(unit(y - centre), (0, 2, 1)))
distance = relu(1 - similarity) * (0.5 if like == "original" else 1)
relative = distance / (ops.amin(distance, 2, True) + 1e-5)
context = ops.softmax((1 - relative) / bandwidth, -1)
return -ops.log(ops.mean(ops.amax(context, 1), axis=1) + (1e-5 if like == "pytorch" else 0))`,
    uses: ['safe_sqrt', 'points', 'permute', 'relu'],
  },
  slicedWasserstein: {
    arguments: 'reference, prediction',
    says: 'The squared distance of the channel vectors as clouds of points, projected on directions and put in order.',
    body: `vectors = constant(unit_vectors(prediction.shape[-1], directions, seed), prediction)
x, y = [ordered(permute(ops.matmul(points(z), vectors), (0, 2, 1))) for z in (reference, prediction)]
return mean(ops.square(x - y))`,
    uses: ['constant', 'unit_vectors', 'ordered', 'permute', 'points', 'mean'],
  },
  focalFrequency: {
    arguments: 'reference, prediction',
    says: 'The squared difference of the spectra, frequencies that differ more weighing more (the weight has no gradient).',
    body: `difference = prediction - reference
height, width = difference.shape[1] // patch_factor, difference.shape[2] // patch_factor
values = []
for row in range(patch_factor):
    for column in range(patch_factor):
        patch = difference[:, row * height : (row + 1) * height, column * width : (column + 1) * width]
        squared = fourier_power(patch)
        weight = untraced(squared) ** (alpha / 2)
        weight = ops.log(weight + 1) if log_matrix else weight
        largest = ops.amax(weight, (1, 2), True)
        weight = weight / ops.where(largest == 0, ops.ones_like(largest), largest)
        values.append(mean(weight * squared))
return ops.mean(ops.stack(values, -1), axis=-1)`,
    uses: ['fourier_power', 'untraced', 'mean'],
  },
  outOfRange: {
    arguments: 'feature',
    says: 'How far the values are outside of a range.',
    body: `low, high = sorted((min, max))
outside = relu(feature - high) + relu(low - feature)
return mean(outside if norm == "l1" else ops.square(outside))`,
    uses: ['relu', 'mean'],
  },
}
