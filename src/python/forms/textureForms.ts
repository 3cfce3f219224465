/** The statistics of textures, of whole features and of neighbourhoods. */
import { distsStage, type DistsStage, type StageWeights } from '../../metrics/learned/distsStages.js'
import type { PythonForms, PythonValue } from '../pythonForm.js'
import type { Options } from '../../core/arguments/checkOptions.js'

const stageWeights = ({ weights, ...rest }: Options): Readonly<Record<string, PythonValue>> => ({
  ...(rest as Readonly<Record<string, number>>),
  weights: weights === 'equal' ? null : pair(typeof weights === 'string' ? distsStage(weights as DistsStage) : (weights as StageWeights)),
})

const pair = ({ alpha, beta }: StageWeights): readonly Float32Array[] => [Float32Array.from(alpha), Float32Array.from(beta)]

export const textures: PythonForms = {
  structureTexture: {
    arguments: 'reference, prediction',
    says: 'How means (texture) and covariances (structure) of the channels differ.',
    body: `def moments(x):
    average = ops.mean(x, axis=(1, 2), keepdims=True)
    return average[:, 0, 0], ops.mean(ops.square(x - average), axis=(1, 2))

channels = prediction.shape[-1]
alpha, beta = [1 / (2 * channels)] * 2 if weights is None else [constant(part, prediction) for part in weights]
(x, x_variance), (y, y_variance) = moments(reference), moments(prediction)
texture = ops.square(x - y) / (ops.square(x) + ops.square(y) + c1)
structure = moments(prediction - reference)[1] / (x_variance + y_variance + c2)
return ops.sum(alpha * texture + beta * structure, axis=1)`,
    uses: ['constant'],
    options: stageWeights,
  },
  adaptiveStructureTexture: {
    arguments: 'references, predictions',
    says: 'A-DISTS: means where the references show a texture, structure elsewhere; of features from the finest to the coarsest.',
    body: `bell = gaussian(window, window / 3)

def whole(x):
    return min(x.shape[1:3]) < window

def means(x):
    return ops.mean(x, axis=(1, 2), keepdims=True) if whole(x) else blur(x, bell)

def normalized(x):
    return x / ops.sqrt(ops.sum(ops.square(x), axis=(1, 2), keepdims=True) + 1e-12)

def structure(x):
    """How likely each window shows structure, from this feature alone: by its variance over its mean."""
    average = means(x)
    variance = relu(means(ops.square(x)) - ops.square(average))
    dispersion = ops.mean(variance / (ops.abs(average) + 1e-12), axis=-1, keepdims=True)
    if whole(x):
        return ops.sigmoid(dispersion)
    apart = dispersion - ops.mean(dispersion, axis=(1, 2), keepdims=True)
    positions = apart.shape[1] * apart.shape[2]
    deviation = safe_sqrt(ops.sum(ops.square(apart), axis=(1, 2), keepdims=True) / max(1, positions - 1))
    flat = deviation <= 2e-7 * ops.mean(ops.abs(average), axis=(1, 2, 3), keepdims=True)
    steps = ops.where(flat, ops.zeros_like(apart), apart / (ops.where(flat, ops.ones_like(deviation), deviation) + 1e-12))
    return stretched(ops.sigmoid(steps), 1e-6)

def entropy(x):
    """Of each channel over positions, over the mean of the channels."""
    x = relu(x)
    share = x / (ops.sum(x, axis=(1, 2), keepdims=True) + 1e-12)
    bits = -ops.sum(share * ops.log(share + 1e-12), axis=(1, 2)) / math.log(2)
    return bits * x.shape[-1] / (ops.sum(bits, axis=1, keepdims=True) + 1e-12)

def compared(x, y, structured):
    sums, apart, squares, differences = [means(z) for z in (x + y, x - y, ops.square(x) + ops.square(y), ops.square(x - y))]
    squared = ops.square(apart)
    brightness = (ops.square(sums) + squared) / 2
    of_means = squared / (brightness + c1)
    of_structure = ops.clip(relu(differences - squared) / (relu(squares - brightness) + c2), 0, 2)
    return ops.mean(of_means + structured * (of_structure - of_means), axis=(1, 2))

maps = []
for x in reversed(references):
    here = structure(x)
    if maps:
        rows, columns = [bilinear_of_corners(*sides) for sides in zip(maps[0].shape[1:3], here.shape[1:3])]
        here = here * resampled(maps[0], rows, columns)
    maps.insert(0, here if whole(x) else stretched(here, 1e-6))

shares = concatenate([entropy(x) for x in references], 1)
together = ops.sum(shares, axis=1, keepdims=True)
shares = ops.where(together > 0, shares / ops.where(together > 0, together, ops.ones_like(together)), ops.ones_like(shares) / shares.shape[1])
middle = ops.mean(shares, axis=1, keepdims=True)
reach = safe_sqrt(ops.mean(ops.square(shares - middle), axis=1, keepdims=True)) / 2
weights = ops.where(shares < middle - reach, middle - reach, ops.where(shares > middle + reach, middle + reach, shares))
weights = weights / ops.sum(weights, axis=1, keepdims=True)
distances = [compared(normalized(x), normalized(y), here) for x, y, here in zip(references, predictions, maps)]
return ops.sum(concatenate(distances, 1) * weights, axis=1)`,
    uses: ['gaussian', 'blur', 'relu', 'safe_sqrt', 'stretched', 'bilinear_of_corners', 'resampled', 'concatenate'],
  },
  localStatistics: {
    arguments: 'reference, prediction, picture',
    says: 'How means and standard deviations within neighbourhoods of sigma pixels differ.',
    body: `def deviation(variance):
    return ops.sqrt(ops.clip(variance, 1e-8, 3e38))

def weighted(apart, level):
    """Two levels next to each other share each position."""
    return mean(ops.mean(apart, axis=-1, keepdims=True) * relu(1 - ops.abs(sigmas - level)))

_, height, width, _ = prediction.shape
sigma = max(0.0, log2_sigma - math.log2(picture[0] / height * (picture[1] / width)) / 2)
sigmas = constant(numpy.full((1, height, width, 1), sigma), prediction)
value = weighted(ops.square(reference - prediction), 0)
x, y = binomial(reference, None), binomial(prediction, None)
for level in range(1, min(5, math.ceil(sigma)) + 1):
    if level > 1:
        x, y = [binomial(average[:, ::2, ::2], variance[:, ::2, ::2]) for average, variance in (x, y)]
        sigmas = blur_pool(sigmas, 1)
    value = value + weighted(ops.square(x[0] - y[0]) + ops.square(deviation(x[1]) - deviation(y[1])), level)
return value`,
    uses: ['mean', 'relu', 'constant', 'binomial', 'blur_pool'],
  },
}
