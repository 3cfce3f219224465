/** Sums, roots and comparisons of numbers. */
import type { Prelude } from '../dialect.js'

export const arithmetic: Prelude = {
  mean: {
    text: `def mean(x):
    """The mean over each sample: [batch, ...] to [batch]."""
    axes = tuple(range(1, len(x.shape)))
    return ops.mean(x, axis=axes) if axes else x`,
  },
  total: {
    text: `def total(x):
    """The sum over each sample: [batch, ...] to [batch]."""
    axes = tuple(range(1, len(x.shape)))
    return ops.sum(x, axis=axes) if axes else x`,
  },
  safe_sqrt: {
    text: `def safe_sqrt(x):
    """The square root, with the gradient 0 at 0."""
    positive = x > 0
    return ops.where(positive, ops.sqrt(ops.where(positive, x, ops.ones_like(x))), ops.zeros_like(x))`,
  },
  power: {
    text: `def power(x, exponent):
    """x to a power, for x of at least 0: 0 with the gradient 0 where x is 0."""
    return ops.where(x > 0, ops.exp(exponent * ops.log(ops.clip(x, 1e-20, 3e38))), ops.zeros_like(x))`,
  },
  larger: {
    text: `def larger(x, y):
    """The larger of two; where they are equal the first, with the gradient."""
    return ops.where(x >= y, x, y)`,
  },
  dissimilarity: {
    text: `def dissimilarity(x, y, c):
    """1 less the similarity (2 x y + c) / (x^2 + y^2 + c), from the difference: 0 where both are equal."""
    return ops.square(x - y) / (ops.square(x) + ops.square(y) + c)`,
  },
  either: {
    text: `def either(a, b):
    """1 - (1 - a) (1 - b): what two similarities lack together."""
    return a + b - a * b`,
  },
  above: {
    text: `def above(x, limit, curve, line):
    """A curve above a limit, the numbers of a line below it; the curve is never evaluated below the limit."""
    return ops.where(x > limit, curve(ops.clip(x, limit, 3e38)), line)`,
  },
  centred: {
    text: `def centred(x):
    """Each channel less its mean, which counts as a constant."""
    return x - untraced(ops.mean(x, axis=(1, 2), keepdims=True))`,
    uses: ['untraced'],
  },
  stretched: {
    text: `def stretched(x, least):
    """Each channel moved and scaled to [0, 1]; 0 where its range is at most \`least\`, that of rounding."""
    smallest = ops.amin(x, (1, 2), True)
    reach = ops.amax(x, (1, 2), True) - smallest
    flat = reach <= least
    return ops.where(flat, ops.zeros_like(x), (x - smallest) / ops.where(flat, ops.ones_like(reach), reach))`,
  },
}
