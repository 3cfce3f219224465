/** Features as clouds of vectors. */
import type { Prelude } from '../dialect.js'

export const vectors: Prelude = {
  points: {
    text: `def points(x):
    """A feature as a cloud of channel vectors: [batch, points, channels]."""
    return ops.reshape(x, (-1, math.prod(x.shape[1:-1]), x.shape[-1]))`,
  },
  unit_vectors: {
    text: `def unit_vectors(channels, directions, seed):
    """A matrix of channels by directions; the same for a seed everywhere (a linear congruential generator, Box and Muller)."""
    state = seed

    def uniform():
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2 ** 32
        return (state + 1) / 2 ** 32

    def vector():
        row = [math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform()) for _ in range(channels)]
        return [value / math.hypot(*row) for value in row]

    return numpy.array([vector() for _ in range(directions)], "float32").T`,
  },
}
