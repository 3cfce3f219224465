/** Metrics of colours: differences that people see, and compressed pictures. */
import { SSIMULACRA2_WEIGHTS } from '../../metrics/ops/ssimulacra2Weights.js'
import type { PythonForms } from '../pythonForm.js'

export const colours: PythonForms = {
  ciede2000: {
    arguments: 'reference, prediction',
    says: 'CIEDE2000: the mean colour difference, where 1 is about as much as people just see.',
    body: `def divided(x, length):
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

white, d65 = (0.95047, 1, 1.08883), [[0.412453, 0.35758, 0.180423], [0.212671, 0.71516, 0.072169], [0.019334, 0.119193, 0.950227]]
rows = [[value / w for value in row] for row, w in zip(d65, white)]
(l1, a1, b1), (l2, a2, b2) = lab(reference, rows), lab(prediction, rows)
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
    uses: ['lab', 'safe_sqrt', 'relu', 'mean'],
  },
  flip: {
    arguments: 'reference, prediction',
    says: 'LDR-FLIP: the difference that people see when two pictures are flipped in place.',
    body: `shares = [
    [10135552 / 23359437, 8788810 / 23359437, 4435075 / 23359437],
    [2613072 / 12288897, 8788810 / 12288897, 887015 / 12288897],
    [1425312 / 80288307, 8788810 / 80288307, 70074185 / 80288307],
]
opponent = [[shares[i][k] - shares[i + 1][k] for k in (0, 2)] for i in (0, 1)]

def opponents(x):
    """Luminance Y, X - Y and Y - Z, over white."""
    green, red, blue = x[..., 1:2], x[..., :1] - x[..., 1:2], x[..., 2:] - x[..., 1:2]
    return green + shares[1][0] * red + shares[1][2] * blue, *[a * red + b * blue for a, b in opponent]

def clipped(x):
    """Clipped to [0, 1]; a value outside by no more than a rounding keeps its gradient."""
    inside = ops.clip(x, 0, 1)
    return ops.where((x >= -1e-5) & (x <= 1 + 1e-5), x + untraced(inside - x), untraced(inside))

def window_of(width):
    return math.sqrt(width / (2 * math.pi ** 2)) * pixels_per_degree

widest = math.ceil(3 * window_of(0.04))

def blurred(x, width):
    margin = min(widest, math.ceil(6 * window_of(width)))
    return blur(replicated(x, margin, margin), gaussian(2 * margin + 1, window_of(width)))

def volume(width, height):
    return height * math.sqrt(math.pi / width) * sum(math.exp(-(i ** 2) / (2 * window_of(width) ** 2)) for i in range(-widest, widest + 1)) ** 2

def perceived(y, xy, yz):
    """Lightness and two opponent colours of what the eye can still see at this distance."""
    share = 1 / (1 + volume(0.025, 13.5) / volume(0.04, 34.1))
    y, xy, yz = blurred(y, 0.0047), blurred(xy, 0.0053), share * blurred(yz, 0.04) + (1 - share) * blurred(yz, 0.025)
    (a, b), (c, d) = opponent
    red, blue = (d * xy - b * yz) / (a * d - b * c), (a * yz - c * xy) / (a * d - b * c)
    green = y - shares[1][0] * red - shares[1][2] * blue
    y, xy, yz = opponents(clipped(concatenate([green + red, green, green + blue], -1)))
    x, y, z = response(y + xy), response(y), response(y - yz)
    lightness = 116 * y - 16
    return lightness, 5 * (x - y) * lightness, 2 * (y - z) * lightness

def edges_and_points(y):
    sigma = 0.041 * pixels_per_degree
    margin = math.ceil(3 * sigma)
    at = numpy.arange(-margin, margin + 1)
    windows = [-at * numpy.exp(-(at ** 2) / (2 * sigma ** 2)), ((at / sigma) ** 2 - 1) * numpy.exp(-(at ** 2) / (2 * sigma ** 2))]
    windows = [numpy.where(w < 0, w / -w[w < 0].sum(), w / w[w > 0].sum()) for w in windows]
    wide, across = replicated(y, margin, margin), gaussian(2 * margin + 1, sigma)

    def responses(x):
        # Of differences of neighbours: exactly 0 in a flat picture.
        steps = x[:, 1:] - x[:, :-1]
        along = concatenate([depthwise(steps, -numpy.cumsum(w)[:-1, None], 1, 0) for w in windows], -1)
        return depthwise(along, [across], 1, 0)

    down, right = responses(wide), permute(responses(permute(wide, (0, 2, 1, 3))), (0, 2, 1, 3))
    return safe_sqrt(ops.square(down) + ops.square(right))

x, y = opponents(light(reference)), opponents(light(prediction))
(l1, a1, b1), (l2, a2, b2) = perceived(*x), perceived(*y)
distance = power((ops.abs(l1 - l2) + safe_sqrt(ops.square(a1 - a2) + ops.square(b1 - b2))) / 203.30165461, 0.7)
steep, shallow = distance * (0.95 / 0.4), (distance - 0.4) * (0.05 / 0.6) + 0.95
colour = ops.clip(ops.where(steep <= shallow, steep, shallow), 0, 1)
features = ops.abs(edges_and_points(x[0]) - edges_and_points(y[0]))
feature = safe_sqrt(ops.clip(larger(features[..., :1], features[..., 1:]) * 0.5 ** 0.5, 0, 1))
return mean(power(colour, 1 - feature))`,
    uses: [
      ...['untraced', 'replicated', 'blur', 'gaussian', 'concatenate', 'response', 'depthwise', 'permute', 'safe_sqrt'],
      ...['light', 'power', 'larger', 'mean'],
    ],
  },
  ssimulacra2: {
    arguments: 'reference, prediction',
    says: '(100 - SSIMULACRA2) / 100: structure and edges in the colours of JPEG XL, at up to six scales.',
    body: `cones = [[0.3, 0.622, 0.078], [0.23, 0.692, 0.078], [0.24342268924547819, 0.20476744424496821, 0.5518098665095536]]
opponent = [[7, -7, 0], [0.5, 0.5, 0], [-0.5, -0.5, 1]]
bias = 0.0037930732552754493

def xyb(x):
    return mixed(power(relu(mixed(x, cones) + bias), 1 / 3), opponent) + constant([0.42, 0.01 - bias ** (1 / 3), 0.55], x)

def means(x):
    if like == "libjxl":
        return blur(padded(x, (4, 4), (4, 4)), [*libjxl, 0.2646211055, *reversed(libjxl)])
    return blur(mirrored_rows(padded(x, (0, 5), (0, 5)), 5), gaussian(11, 1.5))

libjxl = [0.0094143678, 0.0360111147, 0.1093353728, 0.212928592]

def halved(x):
    odd = max(x.shape[1] % 2, x.shape[2] % 2)
    height, width = x.shape[1] + x.shape[1] % 2, x.shape[2] + x.shape[2] % 2
    return average_pool(replicated(x, 0, odd)[:, :height, :width], 2, 2, False)

def maps(x, y):
    mean_x, mean_y, squares, apart = [means(z) for z in (x, y, ops.square(x) + ops.square(y), ops.square(x - y))]
    luminance = ops.square(mean_x - mean_y)
    contrast = relu(apart - luminance) / (relu(squares - ops.square(mean_x) - ops.square(mean_y)) + 0.0009)
    structure = relu(either(luminance, contrast))
    edges_x, edges_y = ops.abs(x - mean_x), ops.abs(y - mean_y)
    added = (edges_y - edges_x) / (edges_x + 1)
    return concatenate([structure, relu(added), relu(-added)], -1)

sides, side = [], min(reference.shape[1:3])
while len(sides) < 6 and side >= 8:
    sides.append(side)
    side = math.ceil(side / 2)
scales = len(sides) + (1 if like == "libjxl" and len(sides) < 6 else 0)
# Numbered by the scales that there are, so small pictures shift them: [channel, scale, norm, map].
weights = numpy.reshape(weights[: 3 * scales * 6], (3, scales, 2, 3))
x, y = light(reference), light(prediction)
found = 0
for scale in range(scales):
    if scale > 0:
        x, y = halved(x), halved(y)
    here = maps(xyb(x), xyb(y))
    of_means, of_norms = [numpy.ravel(weights[:, scale, norm].T) for norm in (0, 1)]
    norms = safe_sqrt(safe_sqrt(ops.mean(ops.square(ops.square(here)), axis=(1, 2))))
    found = found + ops.sum(ops.mean(here, axis=(1, 2)) * constant(of_means, x) + norms * constant(of_norms, x), axis=1)
found = found * 0.9562382616834844
cubic = ((6.248496625763138e-5 * found - 0.020884521182843837) * found + 2.326765642916932) * found
return 0.1 * power(relu(cubic), 0.6276336467831387)`,
    uses: [
      ...['mixed', 'power', 'relu', 'constant', 'blur', 'padded', 'mirrored_rows', 'gaussian', 'average_pool', 'replicated', 'either', 'concatenate'],
      ...['light', 'safe_sqrt'],
    ],
    options: ({ like }) => ({ like: like as string, weights: Float32Array.from(SSIMULACRA2_WEIGHTS) }),
  },
}
