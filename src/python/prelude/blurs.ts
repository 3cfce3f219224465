/** Windows, blurs and blocks. */
import type { Prelude } from '../dialect.js'

export const blurs: Prelude = {
  gaussian: {
    text: `def gaussian(size, sigma):
    """A Gaussian's values at whole distances from its centre, over their sum."""
    values = [math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)) for i in range(size)]
    return [value / sum(values) for value in values]`,
  },
  blur: {
    text: `def blur(x, window):
    """The means under a window along height and width, without padding."""
    return depthwise(depthwise(x, [[value] for value in window], 1, 0), [window], 1, 0)`,
    uses: ['depthwise'],
  },
  structural_distance: {
    text: `def structural_distance(x, y, window, sigma, c1, c2, negative):
    """1 - SSIM window by window, computed from differences; without c1, of contrast and structure alone, kept at 0 or above if not negative."""
    window = gaussian(window, sigma)
    sums, apart, squares, differences = [blur(z, window) for z in (x + y, x - y, x * x + y * y, ops.square(x - y))]
    squared = ops.square(apart)
    brightness = (ops.square(sums) + squared) / 2
    contrast = relu(differences - squared) / (relu(squares - brightness) + c2)
    contrast = contrast if negative else 1 - relu(1 - contrast)
    if c1 is None:
        return contrast
    luminance = squared / (brightness + c1)
    return luminance + contrast - luminance * contrast`,
    uses: ['gaussian', 'blur', 'relu'],
  },
  halved_like: {
    text: `def halved_like(x, like):
    """The means of 2 x 2 positions; odd sides as TensorFlow, piq or pytorch-msssim treat them."""
    height, width = x.shape[1] % 2, x.shape[2] % 2
    if like == "pytorch-msssim":
        zeros = ops.zeros_like
        x = concatenate([zeros(x[:, :height]), x, zeros(x[:, :height])], 1)
        x = concatenate([zeros(x[:, :, :width]), x, zeros(x[:, :, :width])], 2)
    elif like == "piq" and (height or width):
        x = concatenate([x[:, :1], x], 1)
        x = concatenate([x[:, :, :1], x], 2)
    elif like == "tensorflow":
        x = concatenate([x, x[:, x.shape[1] - height :]], 1)
        x = concatenate([x, x[:, :, x.shape[2] - width :]], 2)
    return average_pool(x, 2, 2, False)`,
    uses: ['concatenate', 'average_pool'],
  },
  halved_over_zeros: {
    text: `def halved_over_zeros(x):
    """The means of 2 x 2 positions; where a side is odd, zeros are put below and to the right first."""
    odd = max(x.shape[1] % 2, x.shape[2] % 2)
    return average_pool(padded(x, (0, 0), (odd, odd)), 2, 2, False)`,
    uses: ['padded', 'average_pool'],
  },
  gradient_length: {
    text: `def gradient_length(x, weights=(1 / 3, 1 / 3, 1 / 3)):
    """The length of the central differences, smoothed across (by default Prewitt's gradient), zeros around the picture."""
    wide = padded(x, (1, 1), (1, 1))
    rows, columns = depthwise(wide, [list(weights)], 1, 0), depthwise(wide, [[weight] for weight in weights], 1, 0)
    return safe_sqrt(ops.square(rows[:, 2:] - rows[:, :-2]) + ops.square(columns[:, :, 2:] - columns[:, :, :-2]))`,
    uses: ['padded', 'depthwise', 'safe_sqrt'],
  },
  scharr_length: {
    text: `def scharr_length(x):
    """The length of Scharr's gradient."""
    return gradient_length(x, (3 / 16, 10 / 16, 3 / 16))`,
    uses: ['gradient_length'],
  },
  wavelets: {
    text: `def wavelets(x):
    """Haar's wavelets of sizes 2, 4 and 8 at both orientations, with zeros around: differences of sums of blocks, exactly 0 where x is flat."""
    height, width = x.shape[1:3]
    blocks, sizes = padded(x, (3, 3), (4, 4)), []
    for half in (1, 2, 4):
        wide, high = blocks[:, :, :-half] + blocks[:, :, half:], blocks[:, :-half] + blocks[:, half:]
        rows, columns = wide[:, :-half] - wide[:, half:], high[:, :, :-half] - high[:, :, half:]
        start = 4 - half
        inside = [z[:, start : start + height, start : start + width] for z in (rows, columns)]
        sizes.append(concatenate(inside, -1) / (2 * half))
        blocks = wide[:, :-half] + wide[:, half:]
    return sizes`,
    uses: ['padded', 'concatenate'],
  },
  gaussian_blur: {
    text: `def gaussian_blur(x, sigma):
    """A Gaussian blur; positions outside have the values of the edge."""
    margin = math.ceil(3 * sigma)
    return blur(replicated(x, margin, margin), gaussian(2 * margin + 1, sigma))`,
    uses: ['replicated', 'blur', 'gaussian'],
  },
  replicated: {
    text: `def replicated(x, before, after):
    """The outermost positions repeated along height and width."""
    x = concatenate([x[:, :1]] * before + [x] + [x[:, -1:]] * after, 1)
    return concatenate([x[:, :, :1]] * before + [x] + [x[:, :, -1:]] * after, 2)`,
    uses: ['concatenate'],
  },
  mirrored_rows: {
    text: `def mirrored_rows(x, by):
    """Mirrored above and below, the outermost rows repeated."""
    above = [x[:, i : i + 1] for i in reversed(range(by))]
    below = [x[:, i : i + 1] for i in reversed(range(x.shape[1] - by, x.shape[1]))]
    return concatenate([*above, x, *below], 1)`,
    uses: ['concatenate'],
  },
  reduced: {
    text: `def reduced(x, around=None):
    """The means of blocks, until the short side has about 256 positions; around the picture are "zeros", its "edges" again, or nothing."""
    block = max(1, round(min(x.shape[1:3]) / 256))
    if block == 1:
        return x
    if around == "zeros":
        x = padded(x, ((block - 1) // 2,) * 2, (block // 2,) * 2)
    elif around == "edges":
        x = replicated(x, block // 2, (block - 1) // 2)
    return average_pool(x, block, block, False)`,
    uses: ['padded', 'replicated', 'average_pool'],
  },
  interleaved: {
    text: `def interleaved(x):
    """A zero after each position along height and width."""
    _, height, width, channels = x.shape
    wide = ops.reshape(ops.stack([x, ops.zeros_like(x)], 3), (-1, height, 2 * width, channels))
    return ops.reshape(ops.stack([wide, ops.zeros_like(wide)], 2), (-1, 2 * height, 2 * width, channels))`,
  },
  binomial: {
    text: `def binomial(mean, variance):
    """The mean under the window [1 2 1] / 4 along width and height, zeros outside; and the variance, that of the means and the mean of those given."""
    for _ in range(2):
        wide, window = padded(mean, (1, 0), (1, 0)), [[0.25], [0.5], [0.25]]
        steps = wide[:, 1:] - wide[:, :-1]
        before, after = steps[:, :-1], steps[:, 1:]
        between = (3 * (ops.square(before) + ops.square(after)) + 2 * before * after) / 16
        within = 0 if variance is None else depthwise(padded(variance, (1, 0), (1, 0)), window, 1, 0)
        mean, variance = permute(depthwise(wide, window, 1, 0), (0, 2, 1, 3)), permute(within + between, (0, 2, 1, 3))
    return mean, variance`,
    uses: ['padded', 'depthwise', 'permute'],
  },
  blur_pool: {
    text: `def blur_pool(x, padding):
    """Every second position, blurred with [1 2 1; 2 4 2; 1 2 1] / 16."""
    return depthwise(x, [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]], 2, padding)`,
    uses: ['depthwise'],
  },
}
