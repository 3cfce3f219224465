/** Metrics that pictures are ranked by. */
import type { PythonForms } from '../pythonForm.js'

export const ranking: PythonForms = {
  msGmsd: {
    arguments: 'reference, prediction',
    says: 'MS-GMSD: how unevenly edges differ at several scales; with chroma MS-GMSDc.',
    body: `def variance(x, y):
    x, y = gradient_length(x[..., :1]), gradient_length(y[..., :1])
    distance = ops.square(x - y) / (ops.square(x) + ops.square(y) - masking * x * y + t)
    return ops.mean(ops.square(distance - ops.mean(distance, axis=(1, 2), keepdims=True)), axis=(1, 2, 3))

x, y = concatenate(yiq(reference), -1), concatenate(yiq(prediction), -1)
edges = 0
for scale, weight in enumerate(weights):
    if scale > 0:
        x, y = halved_over_zeros(x), halved_over_zeros(y)
    edges = edges + weight / sum(weights) * variance(x, y)
edges = safe_sqrt(edges)
if not chromatic:
    return edges
chroma = 2.55 * safe_sqrt(2 * mean(ops.square(x[..., 1:] - y[..., 1:])))
share = 2 / (1 + 0.32 * ops.exp(-15 * edges)) - 1
return share * edges + (1 - share) * chroma`,
    uses: ['yiq', 'concatenate', 'gradient_length', 'halved_over_zeros', 'safe_sqrt', 'mean'],
  },
  mdsi: {
    arguments: 'reference, prediction',
    says: 'MDSI: how uneven the damage to edges and colours is.',
    body: `def colours(x):
    return mixed(reduced(x, "zeros"), [[0.2989, 0.587, 0.114], [0.3, 0.04, -0.35], [0.34, -0.6, 0.17]])

def centred(z):
    return z - ops.mean(z, axis=(1, 2), keepdims=True)

x, y = colours(reference), colours(prediction)
edge_x, edge_y, between = [gradient_length(z) for z in (x[..., :1], y[..., :1], (x[..., :1] + y[..., :1]) / 2)]
edges = dissimilarity(edge_x, edge_y, c1) + dissimilarity(edge_y, between, c2) - dissimilarity(edge_x, between, c2)
x, y = x[..., 1:], y[..., 1:]
chroma = ops.sum(ops.square(x - y), axis=-1, keepdims=True) / (ops.sum(ops.square(x) + ops.square(y), axis=-1, keepdims=True) + c3)
lost = alpha * edges + (1 - alpha) * chroma
turned = lost > 1
root = safe_sqrt(safe_sqrt(ops.abs(1 - lost)))
real = ops.where(turned, 1 - root / 2 ** 0.5, lost / ((1 + root) * (1 + ops.square(root))))
imaginary = ops.where(turned, root / 2 ** 0.5, ops.zeros_like(root))
return safe_sqrt(safe_sqrt(mean(safe_sqrt(ops.square(centred(real)) + ops.square(centred(imaginary))))))`,
    uses: ['mixed', 'reduced', 'dissimilarity', 'gradient_length', 'safe_sqrt', 'mean'],
  },
  vif: {
    arguments: 'reference, prediction',
    says: "1 - VIF in the pixel domain: the share of the reference's information that the prediction loses.",
    body: `def centred(x):
    x = seen_channels(x, "luma")
    return x - ops.mean(x, axis=(1, 2), keepdims=True)

least = 1e-8 / 255 ** 2
x, y = centred(reference), centred(prediction)
said, lost = 0, 0
for scale, size in enumerate((17, 9, 5, 3)):
    window = gaussian(size, size / 5)
    if scale > 0:
        x, y = blur(x, window)[:, ::2, ::2], blur(y, window)[:, ::2, ::2]
    mean_x, mean_y = blur(x, window), blur(y, window)
    in_x, in_y = relu(blur(ops.square(x), window) - ops.square(mean_x)), relu(blur(ops.square(y), window) - ops.square(mean_y))
    both = blur(x * y, window) - mean_x * mean_y
    zeros = ops.zeros_like(both)
    gain = ops.where((in_x >= least) & (in_y >= least) & (both > 0), both / ops.clip(in_x, least, 3e38), zeros)
    distortion = relu(ops.where(in_y >= least, in_y - gain * both, zeros))
    here = ops.log(1 + in_x / noise)
    said, lost = said + total(here), lost + total(here - ops.log(1 + ops.square(gain) * in_x / (distortion + noise)))
return lost / (said + 1e-8 * math.log(10))`,
    uses: ['seen_channels', 'gaussian', 'blur', 'relu', 'total'],
  },
}
