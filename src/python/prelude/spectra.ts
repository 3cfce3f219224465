/** Spectra: filters over frequencies, and what metrics take from them. */
import type { Prelude } from '../dialect.js'

export const spectra: Prelude = {
  fourier_power: {
    text: `def fourier_power(x):
    """The squared magnitudes of the orthonormal Fourier transform over height and width."""
    real, imaginary = fourier(x, ops.zeros_like(x))
    return ops.square(real) + ops.square(imaginary)`,
    uses: ['fourier'],
  },
  filtered: {
    text: `def filtered(x, gains):
    """Filters over frequencies, [height, width, filters], of a picture: the real and imaginary parts."""
    gains = constant(gains, x)
    real, imaginary = fourier(x, ops.zeros_like(x))
    return inverse_fourier(real * gains, imaginary * gains)`,
    uses: ['constant', 'fourier', 'inverse_fourier'],
  },
  log_gabor: {
    text: `def log_gabor(radius, centre, sigma):
    """A Gaussian of the logarithm of frequencies, 0 at frequency 0."""
    return (radius > 0) * numpy.exp(-(numpy.log(numpy.where(radius > 0, radius, 1) / centre) ** 2) / (2 * sigma ** 2))`,
  },
  log_gabor_bank: {
    text: `@functools.lru_cache(maxsize=4)
def log_gabor_bank(height, width):
    """4 orientations by 4 scales, [height, width, 16]; and what noise gives in each orientation, over the median at its finest scale."""

    def frequencies(size):
        return ((numpy.arange(size) + size // 2) % size - size // 2) / (size - size % 2)

    def at_opposite(x):
        return numpy.roll(x[::-1, ::-1], (1, 1), (0, 1))

    down, across = numpy.meshgrid(frequencies(height), frequencies(width), indexing="ij")
    radius = numpy.hypot(down, across)
    scales = [log_gabor(radius, 1 / (6 * 2 ** i), math.log(0.55)) / (1 + (radius / 0.45) ** 30) for i in range(4)]
    turns = [numpy.abs(numpy.arctan2(-across, down) - i * math.pi / 4) % (2 * math.pi) for i in range(4)]
    orientations = [numpy.exp(-(numpy.minimum(turn, 2 * math.pi - turn) ** 2) / (2 * (math.pi / 4.8) ** 2)) for turn in turns]
    unit = (math.sqrt(math.pi / 2) + 2 * math.sqrt(2 - math.pi / 2)) / 1.7
    noise = []
    for orientation in orientations:
        whole = sum(scales) * orientation
        energy = numpy.square((whole + at_opposite(whole)) / 2).sum()
        noise.append(unit * math.sqrt(energy / (math.log(2) * numpy.square(scales[0] * orientation).sum())))
    return numpy.stack([scale * orientation for orientation in orientations for scale in scales], -1), noise`,
    uses: ['log_gabor'],
  },
  phase_congruency: {
    text: `def phase_congruency(x):
    """How far the frequencies at a position are in phase, of grey in 0 .. 255: [batch, height, width, 1] in [0, 1]."""
    _, height, width, _ = x.shape
    filters, noise = log_gabor_bank(height, width)
    even, odd = [ops.reshape(part, (-1, height, width, 4, 4)) for part in filtered(centred(x), filters)]
    amplitude = safe_sqrt(ops.square(even) + ops.square(odd))
    mean_even, mean_odd = ops.sum(even, axis=-1, keepdims=True), ops.sum(odd, axis=-1, keepdims=True)
    length = safe_sqrt(ops.square(mean_even) + ops.square(mean_odd)) + 1e-5
    mean_even, mean_odd = mean_even / length, mean_odd / length
    energy = ops.sum(even * mean_even + odd * mean_odd - ops.abs(even * mean_odd - odd * mean_even), axis=-1)
    finest = permute(ops.reshape(amplitude[..., 0], (-1, height * width, 4)), (0, 2, 1))
    median = ordered(finest)[..., (height * width - 1) // 2]
    over_noise = relu(energy - (median * constant(noise, x))[:, None, None])
    return (ops.sum(over_noise, axis=-1, keepdims=True) + 1e-5) / (ops.sum(amplitude, axis=(3, 4))[..., None] + 1e-5)`,
    uses: ['log_gabor_bank', 'filtered', 'centred', 'safe_sqrt', 'permute', 'ordered', 'relu', 'constant'],
  },
  saliency: {
    text: `def saliency(x, side):
    """Where a picture draws the eye, computed at side x side: [batch, height, width, 1] in [0, 1]."""
    _, height, width, _ = x.shape
    unit = side / 256
    white, d50 = (0.9642119944211994, 1, 0.8251882845188288), [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.072175],
        [0.0193339, 0.119192, 0.9503041],
    ]
    small = resampled(x, bilinear(height, side, False), bilinear(width, side, False))
    colours = concatenate(lab(small, [[value / w for value in row] for row, w in zip(d50, white)]), -1)
    warm = ops.sum(ops.square(stretched(colours[..., 1:], 1e-3)), axis=-1, keepdims=True)
    radius = numpy.hypot(numpy.fft.fftfreq(side)[:, None], numpy.fft.fftfreq(side))
    band, _ = filtered(centred(colours), ((radius <= 0.5) * log_gabor(radius, 0.021 / unit, 1.34))[:, :, None])
    near = numpy.exp(-numpy.square(numpy.arange(side) - side / 2 + unit) / (145 * unit) ** 2)
    in_the_middle = constant(numpy.outer(near, near)[:, :, None], x)
    strength = safe_sqrt(ops.sum(ops.square(band), axis=-1, keepdims=True)) * in_the_middle * (1 - ops.exp(-warm / 0.001 ** 2))
    return stretched(resampled(strength, bilinear_of_corners(side, height), bilinear_of_corners(side, width)), 1e-3)`,
    uses: ['resampled', 'bilinear', 'bilinear_of_corners', 'concatenate', 'lab', 'stretched', 'filtered', 'centred', 'log_gabor', 'constant', 'safe_sqrt'],
  },
  spectral_residual: {
    text: `def spectral_residual(x):
    """What is unusual in the log spectrum of grey in 0 .. 255 at a quarter of the size: [batch, height, width, 1], about [0, 1]."""
    _, height, width, _ = x.shape
    high, wide = math.ceil(height / 4), math.ceil(width / 4)
    small = resampled(x, bicubic(height, high, 1 / 4), bicubic(width, wide, 1 / 4))
    average = ops.mean(small, axis=(1, 2), keepdims=True)
    lowest = numpy.zeros((1, high, wide, 1))
    lowest[0, 0, 0, 0] = math.sqrt(high * wide)
    # The mean is put in afterwards: the other frequencies keep their digits.
    real, imaginary = fourier(small - average, ops.zeros_like(small))
    real = real + average * constant(lowest, x)
    amplitude = safe_sqrt(ops.square(real) + ops.square(imaginary))
    usual = blur(replicated(ops.log(amplitude + 1e-5), 1, 1), [1 / 3] * 3)
    real = ops.where(amplitude == 0, real + 1e-5, real)
    real, imaginary = inverse_fourier(real * ops.exp(-usual), imaginary * ops.exp(-usual))
    energy = padded(ops.square(real) + ops.square(imaginary), (4, 4), (5, 5))
    found = stretched(blur(energy, gaussian(10, 3.8)), 1e-20)
    return resampled(found, bicubic(high, height, height / high), bicubic(wide, width, width / wide))`,
    uses: ['resampled', 'bicubic', 'fourier', 'constant', 'safe_sqrt', 'blur', 'replicated', 'inverse_fourier', 'padded', 'stretched', 'gaussian'],
  },
  coarse_bands: {
    text: `def coarse_bands(x):
    """The fourth level of a complex steerable pyramid of grey, at about an eighth of the size: real and imaginary parts of 8 orientations."""

    def level(side):
        for _ in range(3):
            side = math.ceil((side - 0.5) / 2)
        return side

    def periods(side):
        return (numpy.arange(level(side)) + level(side) // 2) % level(side) - level(side) // 2

    def lowest(x):
        high, wide = level(height), level(width)
        x = concatenate([x[:, : high - high // 2], x[:, height - high // 2 :]], 1)
        return concatenate([x[:, :, : wide - wide // 2], x[:, :, width - wide // 2 :]], 2)

    def rise(octaves):
        return numpy.cos(math.pi / 2 * numpy.clip(octaves, -1, 0))

    _, height, width, _ = x.shape
    down, across = numpy.meshgrid(periods(height) / (height / 2), periods(width) / (width / 2), indexing="ij")
    radius = numpy.hypot(down, across)
    octaves = numpy.log2(numpy.where(radius > 0, radius, 1)) + 3
    radial = (radius > 0) * rise(octaves + 1) * rise(-1 - octaves)
    turns = [numpy.arctan2(down, across) - i * math.pi / 8 for i in range(8)]
    masks = constant(numpy.stack([radial * numpy.maximum(0, numpy.cos(turn)) ** 7 for turn in turns], -1), x)
    real, imaginary = fourier(x, ops.zeros_like(x))
    return inverse_fourier(lowest(real) * masks, lowest(imaginary) * masks)`,
    uses: ['concatenate', 'constant', 'fourier', 'inverse_fourier'],
  },
}
