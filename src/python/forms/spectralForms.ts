/** Metrics of frequencies: where phases agree, what is salient, waves and cosines. */
import type { PythonForms } from '../pythonForm.js'

export const spectral: PythonForms = {
  fsim: {
    arguments: 'reference, prediction',
    says: '1 - FSIM: differences of phase congruency and of edges, and of chroma if chromatic, weighted by phase congruency.',
    body: `(luma_x, chroma_x), (luma_y, chroma_y) = [yiq(255 * reduced(z)) for z in (reference, prediction)]
x, y = phase_congruency(luma_x), phase_congruency(luma_y)
lost = either(dissimilarity(x, y, 0.85), dissimilarity(scharr_length(luma_x), scharr_length(luma_y), 160))
if chromatic:
    lost = either(lost, chroma_loss(chroma_x, chroma_y, 200, 0.03))
weight = larger(x, y)
return total(lost * weight) / total(weight)`,
    uses: ['yiq', 'reduced', 'phase_congruency', 'either', 'dissimilarity', 'scharr_length', 'chroma_loss', 'larger', 'total'],
  },
  vsi: {
    arguments: 'reference, prediction',
    says: '1 - VSI: differences of saliency, edges and colours, weighted by saliency.',
    body: `def lmn(x):
    """Luminance, and chroma of differences of colours, in 0 .. 255."""
    x = 255 * reduced(x, "edges")
    red, green, blue = x[..., :1], x[..., 1:2], x[..., 2:]
    m = 0.3 * (red - blue) + 0.04 * (green - blue) - 0.01 * blue
    n = 0.34 * (red - green) + 0.17 * (blue - green) - 0.09 * green
    return 0.06 * red + 0.63 * green + 0.27 * blue, concatenate([m, n], -1)

x, y = [reduced(saliency(z, saliency_side), "edges") for z in (reference, prediction)]
(luma_x, chroma_x), (luma_y, chroma_y) = lmn(reference), lmn(prediction)
edges = dissimilarity(scharr_length(luma_x), scharr_length(luma_y), 386)
edges = 1 - ops.exp(0.4 * ops.log(ops.clip(1 - edges, 1e-7, 3e38)))
lost = either(either(dissimilarity(x, y, 1.27), edges), chroma_loss(chroma_x, chroma_y, 130, 0.02, True))
weight = larger(x, y)
weight = ops.where(ops.amax(weight, (1, 2), True) == 0, ops.ones_like(weight), weight)
return total(lost * weight) / total(weight)`,
    uses: ['reduced', 'concatenate', 'saliency', 'scharr_length', 'dissimilarity', 'either', 'chroma_loss', 'larger', 'total'],
  },
  srSim: {
    arguments: 'reference, prediction',
    says: '1 - SR-SIM: differences of saliency (a spectral residual) and of edges, and of chroma if chromatic, weighted by saliency.',
    body: `(luma_x, chroma_x), (luma_y, chroma_y) = [yiq(255 * reduced(z, "zeros")) for z in (reference, prediction)]
x, y = spectral_residual(luma_x), spectral_residual(luma_y)
edges = dissimilarity(scharr_length(luma_x), scharr_length(luma_y), 225)
lost = either(dissimilarity(x, y, 0.4), edges / (safe_sqrt(1 - edges) + 1))
if chromatic:
    lost = either(lost, chroma_loss(chroma_x, chroma_y, 200, 0.03))
weight = relu(larger(x, y))
return total(lost * weight) / (total(weight) + 1e-12)`,
    uses: [...['yiq', 'reduced', 'spectral_residual', 'scharr_length', 'dissimilarity', 'either', 'safe_sqrt', 'chroma_loss', 'relu', 'larger', 'total']],
  },
  cwSsim: {
    arguments: 'reference, prediction',
    says: '1 - CW-SSIM: differences of the local phases of waves of 16 to 64 pixels, which hardly change with a small shift.',
    body: `def lag(real, imaginary):
    """The length less the real part, which keeps its digits where the number is nearly real and positive."""
    length = safe_sqrt(ops.square(real) + ops.square(imaginary))
    ahead = real > 1e-12
    below = ops.where(ahead, length + real, ops.ones_like(real))
    return ops.where(ahead, ops.square(imaginary) / below, length - real)

def bands(x):
    x = seen_channels(x, channels)
    return coarse_bands(x - untraced(x[:, :1, :1]))

(a, b), (c, d) = bands(reference), bands(prediction)
apart = ops.square(a - c) + ops.square(b - d)
energy = ops.square(a) + ops.square(b) + ops.square(c) + ops.square(d)
real, imaginary, apart, energy = [blur(z, [1 / 7] * 7) for z in (a * c + b * d, b * c - a * d, apart, energy)]
distance = relu(apart - 2 * lag(real, imaginary)) / (energy + 1e-9)
bells = [gaussian(side, a.shape[1] / 4) for side in distance.shape[1:3]]
weights = constant(numpy.outer(*bells)[:, :, None], distance)
return ops.mean(ops.sum(distance * weights, axis=(1, 2)), axis=1)`,
    uses: ['safe_sqrt', 'seen_channels', 'coarse_bands', 'untraced', 'blur', 'relu', 'gaussian', 'constant'],
  },
  dss: {
    arguments: 'reference, prediction',
    says: '1 - DSS: differences of contrast in the subbands of the cosine transform of 8 x 8 blocks, the worst positions.',
    body: `def weight(down, across):
    return math.exp(-((down + 0.5) ** 2 + (across + 0.5) ** 2) / (2 * 1.55 ** 2))

subbands = [(down, across) for down in range(8) for across in range(8) if weight(down, across) >= 0.01]
at = numpy.arange(8)
cosines = [math.sqrt((1 if i == 0 else 2) / 8) * numpy.cos(math.pi * i * (2 * at + 1) / 16) for i in range(8)]
basis = numpy.stack([numpy.outer(cosines[down], cosines[across]).ravel() for down, across in subbands], -1)

def coefficients(x):
    """[batch, height / 8, width / 8, subbands]; less its first position, a block of one colour has nothing but its mean, exactly."""
    x = 255 * seen_channels(x, "luma")
    rows, columns = x.shape[1] // 8, x.shape[2] // 8
    blocks = ops.reshape(x[:, : 8 * rows, : 8 * columns], (-1, rows, 8, columns, 8))
    blocks = ops.reshape(permute(blocks, (0, 1, 3, 2, 4)), (-1, rows, columns, 64))
    offset = untraced(blocks[..., :1])
    return ops.matmul(blocks - offset, constant(basis, x)) + offset * constant([8] + [0] * (len(subbands) - 1), x)

def variance(x):
    """In windows of 3 x 3 with zeros around, from differences to each window's mean."""
    window, wide = gaussian(3, 1.5), padded(x, (1, 1), (1, 1))
    average, (_, height, width, _) = blur(wide, window), x.shape
    return sum(
        window[i] * window[j] * ops.square(wide[:, i : i + height, j : j + width] - average) for i in range(3) for j in range(3)
    )

def worst(x):
    """The mean of the largest numbers of each subband, [batch, subbands]; those that tie for the last place share it."""
    count = max(1, round(percentile * x.shape[1] * x.shape[2]))
    rows = permute(ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3])), (0, 2, 1))
    least, zeros, ones = untraced(ordered(rows))[..., -count:][..., :1], ops.zeros_like(rows), ops.ones_like(rows)
    above, tied = ops.where(rows > least, ones, zeros), ops.where(rows == least, ones, zeros)
    share = (count - ops.sum(above, axis=-1, keepdims=True)) / ops.sum(tied, axis=-1, keepdims=True)
    return ops.sum(rows * (above + tied * share), axis=-1) / count

x, y = coefficients(reference), coefficients(prediction)
contrast_x, contrast_y = safe_sqrt(variance(x)), safe_sqrt(variance(y))
both = (contrast_x * contrast_y)[..., :1]
missing = (variance(x - y) - ops.square(contrast_x - contrast_y))[..., :1] / 2
missing = relu(ops.where(both > 0, missing, ops.zeros_like(missing)))
means = either(worst(dissimilarity(contrast_x[..., :1], contrast_y[..., :1], 1000)), worst(missing / (both + 1000)))
each = concatenate([means, worst(dissimilarity(contrast_x[..., 1:], contrast_y[..., 1:], 300))], -1)
weights = numpy.array([weight(*subband) for subband in subbands])
return ops.sum(each * constant(weights / weights.sum(), each), axis=1)`,
    uses: [
      ...['seen_channels', 'permute', 'untraced', 'constant', 'gaussian', 'padded', 'blur', 'ordered', 'safe_sqrt', 'relu', 'either', 'dissimilarity'],
      'concatenate',
    ],
  },
}
