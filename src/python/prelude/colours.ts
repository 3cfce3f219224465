/** Colours: channels, light, and the spaces that metrics compare them in. */
import type { Prelude } from '../dialect.js'

export const colours: Prelude = {
  seen_channels: {
    text: `def seen_channels(x, channels):
    """The channels to compare: all of them, the luma, perhaps in steps of 1/255, or BT.601's Y in 16 .. 235 of 255."""
    if channels == "rgb":
        return x
    if channels == "y":
        return ops.sum(x * constant([65.481 / 255, 128.553 / 255, 24.966 / 255], x), axis=-1, keepdims=True) + 16 / 255
    grey = ops.sum(x * constant([0.299, 0.587, 0.114], x), axis=-1, keepdims=True)
    return grey if channels == "luma" else in_8_bits(grey)`,
    uses: ['constant', 'in_8_bits'],
  },
  mixed: {
    text: `def mixed(x, rows):
    """New channels, each a weighted sum of the old ones."""
    return concatenate([ops.sum(x * constant(row, x), axis=-1, keepdims=True) for row in rows], -1)`,
    uses: ['concatenate', 'constant'],
  },
  yiq: {
    text: `def yiq(x):
    """Luma, and the chroma I and Q, which is made of differences of colours: grey has none."""
    red, blue = x[..., :1] - x[..., 1:2], x[..., 2:] - x[..., 1:2]
    return seen_channels(x, "luma"), concatenate([0.5959 * red - 0.3213 * blue, 0.2115 * red + 0.3112 * blue], -1)`,
    uses: ['seen_channels', 'concatenate'],
  },
  chroma_loss: {
    text: `def chroma_loss(x, y, c, exponent, complex_power=False):
    """1 less a power of the product of two channels' similarities; below 0 that of its size, or the real part of the complex one."""
    similarity = (2 * x * y + c) / (ops.square(x) + ops.square(y) + c)
    product = similarity[..., :1] * similarity[..., 1:]
    kept = ops.exp(exponent * ops.log(ops.clip(ops.abs(product), 1e-12, 3e38)))
    return 1 - (ops.where(product < 0, kept * math.cos(math.pi * exponent), kept) if complex_power else kept)`,
  },
  light: {
    text: `def light(x):
    """Linear light of sRGB values."""
    return above(x, 0.04045, lambda v: ((v + 0.055) / 1.055) ** 2.4, x / 12.92)`,
    uses: ['above'],
  },
  response: {
    text: `def response(x):
    """The response of the eye to light: a cube root, and a line near black."""
    return above(x, 0.008856, lambda v: v ** (1 / 3), 7.787 * x + 16 / 116)`,
    uses: ['above'],
  },
  lab: {
    text: `def lab(x, rows):
    """CIELAB of sRGB; the rows are X, Y and Z of red, green and blue light over those of white."""
    x, y, z = [response(ops.sum(light(x) * constant(row, x), axis=-1, keepdims=True)) for row in rows]
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)`,
    uses: ['response', 'light', 'constant'],
  },
}
