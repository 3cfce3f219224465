/** Metrics that pictures are ranked by. */
import type { PythonForms } from '../pythonForm.js'

export const ranking: PythonForms = {
  msGmsd: {
    arguments: 'reference, prediction',
    says: 'MS-GMSD: how unevenly edges differ at several scales; with chroma MS-GMSDc.',
    body: `def yiq(x):
    rows = [[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]]
    return concatenate([ops.sum(x * constant(row, x), axis=-1, keepdims=True) for row in rows], -1)

def variance(x, y):
    x, y = gradient_length(x[..., :1]), gradient_length(y[..., :1])
    distance = ops.square(x - y) / (ops.square(x) + ops.square(y) - masking * x * y + t)
    return ops.mean(ops.square(distance - ops.mean(distance, axis=(1, 2), keepdims=True)), axis=(1, 2, 3))

x, y = yiq(reference), yiq(prediction)
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
    uses: ['concatenate', 'constant', 'gradient_length', 'halved_over_zeros', 'safe_sqrt', 'mean'],
  },
  mdsi: {
    arguments: 'reference, prediction',
    says: 'MDSI: how uneven the damage to edges and colours is.',
    body: `def colours(x):
    block = max(1, round(min(x.shape[1:3]) / 256))
    if block > 1:
        x = average_pool(padded(x, ((block - 1) // 2,) * 2, (block // 2,) * 2), block, block, False)
    rows = [[0.2989, 0.587, 0.114], [0.3, 0.04, -0.35], [0.34, -0.6, 0.17]]
    return concatenate([ops.sum(x * constant(row, x), axis=-1, keepdims=True) for row in rows], -1)

def apart(a, b, c):
    return ops.square(a - b) / (ops.square(a) + ops.square(b) + c)

def centred(z):
    return z - ops.mean(z, axis=(1, 2), keepdims=True)

x, y = colours(reference), colours(prediction)
edge_x, edge_y, between = [gradient_length(z) for z in (x[..., :1], y[..., :1], (x[..., :1] + y[..., :1]) / 2)]
edges = apart(edge_x, edge_y, c1) + apart(edge_y, between, c2) - apart(edge_x, between, c2)
x, y = x[..., 1:], y[..., 1:]
chroma = ops.sum(ops.square(x - y), axis=-1, keepdims=True) / (ops.sum(ops.square(x) + ops.square(y), axis=-1, keepdims=True) + c3)
lost = alpha * edges + (1 - alpha) * chroma
turned = lost > 1
root = safe_sqrt(safe_sqrt(ops.abs(1 - lost)))
real = ops.where(turned, 1 - root / 2 ** 0.5, lost / ((1 + root) * (1 + ops.square(root))))
imaginary = ops.where(turned, root / 2 ** 0.5, ops.zeros_like(root))
return safe_sqrt(safe_sqrt(mean(safe_sqrt(ops.square(centred(real)) + ops.square(centred(imaginary))))))`,
    uses: ['average_pool', 'padded', 'concatenate', 'constant', 'gradient_length', 'safe_sqrt', 'mean'],
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
  ciede2000: {
    arguments: 'reference, prediction',
    says: 'CIEDE2000: the mean colour difference, where 1 is about as much as people just see.',
    body: `def above(x, limit, curve, line):
    return ops.where(x > limit, curve(ops.clip(x, limit, 3e38)), line)

def lab(x):
    x = above(x, 0.04045, lambda v: ((v + 0.055) / 1.055) ** 2.4, x / 12.92)
    white = (0.95047, 1, 1.08883)
    rows = [[0.412453, 0.35758, 0.180423], [0.212671, 0.71516, 0.072169], [0.019334, 0.119193, 0.950227]]
    x, y, z = [ops.sum(x * constant([value / w for value in row], x), axis=-1) for row, w in zip(rows, white)]
    x, y, z = [above(v, 0.008856, lambda v: v ** (1 / 3), 7.787 * v + 16 / 116) for v in (x, y, z)]
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)

def divided(x, length):
    return x / ops.where(length == 0, ops.ones_like(length), length)

def length(a, b):
    return safe_sqrt(ops.square(a) + ops.square(b))

def direction(a, b):
    size = length(a, b)
    return divided(a, size), divided(b, size)

def turned(u, degrees):
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return u[0] * cos + u[1] * sin, u[1] * cos - u[0] * sin

def plus(u, v):
    return u[0] * v[0] - u[1] * v[1], u[1] * v[0] + u[0] * v[1]

def seventh(chroma):
    power = ops.clip(chroma / 25, 0, 100) ** 7
    return safe_sqrt(power / (power + 1))

(l1, a1, b1), (l2, a2, b2) = lab(reference), lab(prediction)
grey = 1 + (1 - seventh((length(a1, b1) + length(a2, b2)) / 2)) / 2
a1, a2 = a1 * grey, a2 * grey
c1, c2 = length(a1, b1), length(a2, b2)
lightness, chroma = (l1 + l2) / 2 - 50, (c1 + c2) / 2
u, v = direction(a1, b1), direction(a2, b2)
hue = direction(u[0] + v[0], u[1] + v[1])
twice = plus(hue, hue)
weight = 1 - 0.17 * turned(hue, 30)[0] + 0.24 * twice[0] + 0.32 * turned(plus(twice, hue), -6)[0] - 0.2 * turned(plus(twice, twice), 63)[0]
in_lightness = (l2 - l1) / (1 + 0.015 * ops.square(lightness) / ops.sqrt(20 + ops.square(lightness)))
in_chroma = (c2 - c1) / (1 + 0.045 * chroma)
product, dot = c1 * c2, a1 * a2 + b1 * b2
opposite = product + dot <= 1e-6 * product
half = safe_sqrt(ops.where(opposite, ops.zeros_like(dot), product + dot) / 2)
in_hue = ops.where(opposite, 2 * safe_sqrt(product), divided(a1 * b2 - a2 * b1, half)) / (1 + 0.015 * chroma * weight)
from_blue = turned(hue, 275)
behind = from_blue[0] < -0.9
degrees = math.degrees(2) * ops.arctan(ops.where(behind, ops.zeros_like(chroma), from_blue[1] / ops.where(behind, ops.ones_like(chroma), 1 + from_blue[0])))
angle = ops.where(behind, ops.zeros_like(chroma), ops.exp(-ops.square(degrees / 25)))
rotation = -2 * ops.sin(math.radians(60) * angle) * seventh(chroma)
squares = ops.square(in_lightness) + ops.square(in_chroma) + ops.square(in_hue) + rotation * in_chroma * in_hue
return mean(safe_sqrt(relu(squares)))`,
    uses: ['constant', 'safe_sqrt', 'relu', 'mean'],
  },
}
