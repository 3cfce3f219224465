/** Scales of pictures, and what their neighbourhoods say. */
import type { Prelude } from '../dialect.js'

export const pyramids: Prelude = {
  neighbourhoods: {
    text: `def neighbourhoods(details, parent):
    """Of the reference's 3 x 3 positions and their parent: how large each is, and the eigenvalues of their covariance; without gradients."""

    def enlarging(old, new):
        matrix = bilinear(old, 4 * old - 3, False)
        return numpy.concatenate([2 * matrix[:1] - matrix[1:2], matrix[1::2], 2 * matrix[-1:] - matrix[-2:-1]])[:new]

    _, height, width, _ = details.shape
    parts = [details[:, i : i + height - 2, j : j + width - 2] for i in range(3) for j in range(3)]
    if parent is not None:
        parts.append(resampled(parent, enlarging(parent.shape[1], height), enlarging(parent.shape[2], width))[:, 1:-1, 1:-1])
    rows = ops.reshape(untraced(concatenate(parts, -1)), (-1, (height - 2) * (width - 2), len(parts)))
    values, vectors = ops.linalg.eigh(ops.matmul(permute(rows, (0, 2, 1)), rows) / rows.shape[1])
    values = relu(values)
    singular = values <= 1e-7 * ops.amax(values, -1, True)
    inverse = ops.where(singular, ops.zeros_like(values), 1 / ops.where(singular, ops.ones_like(values), values))
    squares = ops.sum(ops.square(ops.matmul(rows, vectors)) * inverse[:, None], axis=-1) / len(parts)
    return ops.reshape(squares, (-1, height - 2, width - 2, 1)), values[:, None, None]`,
    uses: ['bilinear', 'resampled', 'untraced', 'concatenate', 'permute', 'relu'],
  },
  information: {
    text: `def information(x, y, sizes, eigenvalues):
    """How many bits two (picture, details) share with the eye, whose noise has the variance 0.4, at each inner position."""
    three = [1 / 3] * 3

    def spread(picture, details):
        average, square = blur(details, three), blur(ops.square(details), three)
        variance = relu(square - ops.square(average))
        rounding = 1e-6 * square + ops.square(4e-6 * blur(picture, three)) + 2.2e-16
        return average, variance, variance >= rounding

    (mean_x, in_x, there_x), (mean_y, in_y, there_y) = spread(*x), spread(*y)
    both = blur(x[1] * y[1], three) - mean_x * mean_y
    zeros = ops.zeros_like(both)
    gain = ops.where(there_x & there_y, both / ops.where(there_x, in_x, ops.ones_like(in_x)), zeros)
    distortion = ops.where(there_y, relu(in_y - gain * both), zeros)
    signal = (distortion + 0.4 * (ops.square(gain) + 1)) * sizes
    each = ops.log((signal * eigenvalues + 0.4 * distortion) / 0.16 + 1)
    return ops.sum(each, axis=-1, keepdims=True) / math.log(2)`,
    uses: ['blur', 'relu'],
  },
}
