/** Metrics of several scales. */
import type { PythonForms } from '../pythonForm.js'

export const pyramid: PythonForms = {
  nlpd: {
    arguments: 'reference, prediction',
    says: 'NLPD: differences of a normalized Laplacian pyramid of luma.',
    body: `# Of each level a constant, and the weights of the neighbours above, to the left, to the right and below.
levels = [
    (0.0248, 0.1015, 0.146, 0.1493, 0.1011),
    (0.0185, 0.0837, 0.1846, 0.1986, 0.0757),
    (0.0179, 0.0467, 0.2243, 0.2138, 0.0477),
    (0.0191, 0, 0.2616, 0.2503, 0),
    (0.022, 0, 0.2552, 0.2598, 0),
    (0.2782, 0, 0.0717, 0.2215, 0),
]
window = [0.05, 0.25, 0.4, 0.25, 0.05]

def mirrored(x):
    for _ in range(2):
        x = permute(mirrored_rows(x, 2), (0, 2, 1, 3))
    return x

def normalized(x, least, above, left, right, below):
    return x / (depthwise(ops.abs(x), [[0, above, 0], [left, 0, right], [0, below, 0]], 1, 1) + least)

def pyramid(x):
    x = seen_channels(x, "luma")
    found = []
    for level in levels[:-1]:
        low = blur(mirrored(x), window)[:, ::2, ::2]
        back = blur(4 * interleaved(replicated(low, 1, 1)), window)
        found.append(normalized(x - back[:, : x.shape[1], : x.shape[2]], *level))
        x = low
    return [*found, normalized(x, *levels[-1])]

return sum(safe_sqrt(mean(ops.square(x - y))) for x, y in zip(pyramid(reference), pyramid(prediction))) / len(levels)`,
    uses: ['permute', 'mirrored_rows', 'depthwise', 'seen_channels', 'blur', 'interleaved', 'replicated', 'safe_sqrt', 'mean'],
  },
  iwSsim: {
    arguments: 'reference, prediction',
    says: '1 - IW-SSIM: SSIM at several scales, where positions count by the information that they carry.',
    body: `window, binomial = gaussian(11, 1.5), [value * 2 ** 0.5 / 16 for value in (1, 4, 6, 4, 1)]

def pyramid(x):
    """The picture and its details at each scale."""
    levels, x = [], 255 * seen_channels(x, "luma")
    for _ in range(max(1, len(weights) - 1)):
        half = blur(reflected(x, 2, 2), binomial)[:, ::2, ::2]
        back = blur(reflected(interleaved(half), 2, 2), binomial)
        levels.append((x, x - back[:, : x.shape[1], : x.shape[2]]))
        x = half
    return levels if len(weights) == 1 else [*levels, (x, x)]

def contrast(x, y):
    """The similarity of each window, and 1 less it."""
    mean_x, mean_y = blur(x, window), blur(y, window)

    def variance(z, average):
        return relu(blur(ops.square(z), window) - ops.square(average))

    divisor = variance(x, mean_x) + variance(y, mean_y) + 58.5225
    return (2 * (blur(x * y, window) - mean_x * mean_y) + 58.5225) / divisor, variance(x - y, mean_x - mean_y) / divisor

def with_luminance(x, y):
    similarity, distance = contrast(centred(x), centred(y))
    mean_x, mean_y = blur(x, window), blur(y, window)
    squares = ops.square(mean_x) + ops.square(mean_y) + 6.5025
    return similarity * (2 * mean_x * mean_y + 6.5025) / squares, either(ops.square(mean_x - mean_y) / squares, distance)

def weighted(x, weight):
    return total(x * weight) / (total(weight) + 1e-12)

xs, ys = pyramid(reference), pyramid(prediction)
logs = 0
for i, (x, y) in enumerate(zip(xs, ys)):
    if i < len(xs) - 1:
        parent = xs[i + 1][1] if i < len(xs) - 2 else None
        weight = information(x, y, *neighbourhoods(x[1], parent))[:, 4:-4, 4:-4]
        similarity, distance = contrast(x[1], y[1])
    else:
        similarity, distance = with_luminance(x[1], y[1])
        weight = ops.ones_like(distance)
    away = weighted(distance, weight)
    alike = ops.where(away < 0.5, 1 - away, ops.abs(weighted(similarity, weight)))
    logs = logs + weights[i] / sum(weights) * ops.log(ops.clip(alike, 1e-12, 3e38))
return 1 - ops.exp(logs)`,
    uses: [...['gaussian', 'seen_channels', 'blur', 'reflected', 'interleaved', 'relu', 'centred', 'either', 'total', 'neighbourhoods', 'information']],
  },
}
