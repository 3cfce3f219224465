"""Metrics and transforms that numbers.json does not have, in double precision.

    python make_catalogue.py IMAGES OUT.json

Focal frequency: the authors' package focal-frequency-loss 0.3.0. HaarPSI's gradients: piq 0.8.0, with
the slope of |x| 0 where x is 0 to 1e-6 (in exact arithmetic grey has no chroma and flat blocks no wavelets; piq gives them the sign of a rounding). Resizing: torch.nn.functional.interpolate (torch 2.13.0). Blurring:
scipy's gaussian_filter. Written here from their papers: the contextual loss (Mechrez et al., 2018, eq. 2 to 5; `pytorch`: 1 - cos and -log(CX + 1e-5), `original`:
(1 - cos) / 2 and -log(CX)), the sliced Wasserstein distance (Heitz et al., 2021, eq. 4 to 6; directions from the generator that the package's source describes) and the
Laplacian pyramid loss (Bojanowski et al., 2018). `small` is the part of a picture at rows 20 .. 36 and columns 30 .. 54; `noise`
features are those of the tests' own generator. Every gradient is with respect to the second picture.
"""
import glob, json, math, os, sys
import numpy as np, torch, piq
import torch.nn.functional as F
from focal_frequency_loss import FocalFrequencyLoss
from PIL import Image
from scipy.ndimage import gaussian_filter

images, out = sys.argv[1:]
torch.set_default_dtype(torch.float64)
read = lambda name: torch.from_numpy(np.asarray(Image.open(os.path.join(images, name)).convert('RGB')).astype('f8') / 255).permute(2, 0, 1)[None]
small = lambda x: x[:, :, 20:36, 30:54]


def contextual(y, x, bandwidth, variant):
    points = lambda t: t[0].flatten(1).T
    y, x = points(y), points(x)
    centre = y.mean(0)
    y, x = F.normalize(y - centre, dim=1), F.normalize(x - centre, dim=1)
    d = (1 - x @ y.T).clamp(min=0)
    if variant == 'original':
        d = d / 2
    w = torch.exp((1 - d / (d.min(1, keepdim=True).values + 1e-5)) / bandwidth)
    cx = (w / w.sum(1, keepdim=True)).max(0).values.mean()
    return -torch.log(cx + (1e-5 if variant == 'pytorch' else 0))


def noise(seed, height, width, channels):
    state, values = seed, []
    for _ in range(height * width * channels):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        values.append(state / 2 ** 32)
    return torch.tensor(np.array(values, 'f4').astype('f8')).reshape(1, height, width, channels).permute(0, 3, 1, 2)


def directions(channels, count, seed):
    state = seed
    def uniform():
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2 ** 32
        return (state + 1) / 2 ** 32
    def normal():
        radius = math.sqrt(-2 * math.log(uniform()))
        return radius * math.cos(2 * math.pi * uniform())
    v = torch.tensor([[normal() for _ in range(channels)] for _ in range(count)])
    return v / v.norm(dim=1, keepdim=True)


def sliced_wasserstein(y, x, count, seed):
    v = directions(x.shape[1], count, seed)
    project = lambda t: torch.sort(v @ t[0].flatten(1), dim=1).values
    return ((project(y) - project(x)) ** 2).mean()


def laplacian_pyramid(y, x, levels, sigma):
    radius = math.ceil(3 * sigma)
    at = torch.arange(-radius, radius + 1)
    g = torch.exp(-at ** 2 / (2 * sigma ** 2))
    g = g / g.sum()
    kernel = (g[:, None] * g[None, :]).repeat(3, 1, 1, 1)
    blur = lambda t: F.conv2d(F.pad(t, [radius] * 4, mode='replicate'), kernel, groups=3)
    total = 0
    for _ in range(levels):
        by, bx = blur(y), blur(x)
        total = total + ((y - by) - (x - bx)).abs().mean()
        half = [max(1, math.floor(s / 2 + .5)) for s in y.shape[2:]]
        y, x = (F.interpolate(t, half, mode='bilinear', align_corners=False) for t in (by, bx))
    return total + (y - x).abs().mean()


def row(f, a, b):
    b = b.clone().requires_grad_(True)
    value = f(a, b)
    g, = torch.autograd.grad(value, b)
    h, w = g.shape[2:]
    at = [(h // 3, w // 3, 0), (h // 2, w // 2, 1), (2 * h // 3, w // 4, 2), (5, 7, 0), (h - 3, w - 2, 1)]
    finite = bool(torch.isfinite(g).all())
    return {'value': float(value.detach()), 'norm': float(g.norm()) if finite else None, 'at': [[*p, float(g[0, p[2], p[0], p[1]])] for p in at] if finite else []}


class Magnitude(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        context.save_for_backward(x)
        return x.clone().abs_()

    @staticmethod
    def backward(context, gradient):
        x, = context.saved_tensors
        return gradient * torch.sign(x) * (x * x > 1e-12)


def haarpsi(b, a):
    absolute, torch.abs = torch.abs, Magnitude.apply
    try:
        return piq.haarpsi(b, a)
    finally:
        torch.abs = absolute


SMALL = {}
for bandwidth in (.5, .1):
    for variant in ('pytorch', 'original'):
        SMALL[f'contextual {bandwidth} {variant}'] = lambda a, b, h=bandwidth, v=variant: contextual(a, b, h, v)
SMALL['slicedWasserstein 8 3'] = lambda a, b: sliced_wasserstein(a, b, 8, 3)
SMALL['slicedWasserstein 64 1'] = lambda a, b: sliced_wasserstein(a, b, 64, 1)
WHOLE = {'haarPsi': lambda a, b: 1 - haarpsi(b, a)}
for alpha, patch, log in ((1., 1, False), (.5, 1, False), (0., 1, False), (1., 2, False), (1., 1, True), (2., 4, True)):
    WHOLE[f'focalFrequency {alpha} {patch} {log}'.lower().replace('focalf', 'focalF')] = lambda a, b, l=FocalFrequencyLoss(alpha=alpha, patch_factor=patch, log_matrix=log): l(b, a)
WHOLE['laplacianPyramid 4 1'] = lambda a, b: laplacian_pyramid(a, b, 4, 1.)
WHOLE['laplacianPyramid 3 2'] = lambda a, b: laplacian_pyramid(a, b, 3, 2.)

rows = []
for ref in ('astronaut', 'chelsea', 'coffee'):
    for name in sorted(os.path.basename(p) for p in glob.glob(f'{images}/{ref}_*.png')):
        a, b = read(ref + '.png'), read(name)
        for golden, f in SMALL.items():
            rows.append({'a': ref + '.png', 'b': name, 'of': 'small', 'golden': golden, **row(f, small(a), small(b))})
        for golden, f in WHOLE.items() if ref == 'coffee' else ():
            rows.append({'a': ref + '.png', 'b': name, 'of': 'whole', 'golden': golden, **row(f, a, b)})
noises = [{'seeds': seeds, 'shape': shape, 'golden': golden, **row(f, *(noise(seed, *shape) for seed in seeds))}
          for seeds, shape in (((31, 32), (12, 14, 16)), ((33, 34), (50, 51, 8))) for golden, f in SMALL.items()]
x = read('coffee.png')
picked = lambda t: {'shape': [t.shape[2], t.shape[3]], 'norm': float(t.norm()),
                    'at': [[r, c, k, float(t[0, k, r, c])] for k, r, c in ((0, 0, 0), (1, t.shape[2] // 2, t.shape[3] // 3), (2, t.shape[2] - 1, t.shape[3] - 1), (0, t.shape[2] // 4, t.shape[3] // 2))]}
sizes = [(32, 48), (20, 31), (128, 192), (70, 40), (1, 1), (64, 96)]
resized = [{'antialias': aa, **picked(F.interpolate(x, s, mode='bilinear', align_corners=False, antialias=aa))} for s in sizes for aa in (False, True)]
blurred = [{'sigma': s, **picked(torch.from_numpy(gaussian_filter(x[0].numpy(), s, mode='nearest', radius=math.ceil(3 * s), axes=(1, 2)))[None])} for s in (.4, 1., 2.5, 30.)]
json.dump({'metrics': rows, 'noise': noises, 'resized': resized, 'blurred': blurred}, open(out, 'w'), separators=(',', ':'))
