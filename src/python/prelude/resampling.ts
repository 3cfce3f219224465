/** Pictures at other sizes, by a matrix along each side. */
import type { Prelude } from '../dialect.js'

export const resampling: Prelude = {
  bilinear: {
    text: `def bilinear(old, new, antialias):
    """Which old positions a new one is made of: a matrix of new by old."""
    step = old / new
    reach = max(1, step) if antialias else 1
    centres = (numpy.arange(new) + 0.5) * step
    centres = centres if antialias and step > 1 else numpy.clip(centres, 0.5, old - 0.5)
    weights = numpy.maximum(0, 1 - numpy.abs(numpy.arange(old) + 0.5 - centres[:, None]) / reach)
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")`,
  },
  bilinear_of_corners: {
    text: `def bilinear_of_corners(old, new):
    """The same, where the outermost positions stay where they are."""
    at = numpy.arange(new)[:, None] * ((old - 1) / max(1, new - 1))
    return numpy.maximum(0, 1 - numpy.abs(numpy.arange(old) - at)).astype("float32")`,
  },
  bicubic: {
    text: `def bicubic(old, new, scale):
    """Cubic interpolation as MATLAB's imresize, widened where it shrinks, mirrored at the edges: a matrix of new by old."""
    narrowing = min(1, scale)
    margin = math.ceil(4 / narrowing)
    positions = numpy.arange(-margin, old + margin)
    x = numpy.abs(positions - ((numpy.arange(new)[:, None] + 0.5) / scale - 0.5)) * narrowing
    weights = numpy.where(x <= 1, (1.5 * x - 2.5) * x ** 2 + 1, numpy.where(x <= 2, ((2.5 - 0.5 * x) * x - 4) * x + 2, 0))
    turn = positions % (2 * old)
    matrix = weights @ (numpy.where(turn < old, turn, 2 * old - 1 - turn)[:, None] == numpy.arange(old))
    return (matrix / weights.sum(axis=1, keepdims=True)).astype("float32")`,
  },
  resampled: {
    text: `def resampled(x, rows, columns):
    """A matrix of new by old positions along height, and one along width."""
    x = ops.einsum("oh,bhwc->bowc", constant(rows, x), x)
    return ops.einsum("pw,bowc->bopc", constant(columns, x), x)`,
    uses: ['constant'],
  },
}
