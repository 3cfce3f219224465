"""PSNR, SSIM and MS-SSIM as papers report them, pyiqa's contrast, and contextual of a picture with itself, in numpy's double precision.

    python make_reported.py IMAGES OUT.json

Y is 65.481 R + 128.553 G + 24.966 B + 16 of 255, MATLAB's `rgb2ycbcr` of doubles and BasicSR's `bgr2ycbcr` of floats; PSNR and SSIM of it with cut edges are the formulas of
BasicSR's `calculate_psnr` and `calculate_ssim(test_y_channel=True)`. pyiqa: luma rounded to 255 steps, contrast-structure kept at 0 or above window by window, of the
tests' own noise, whose windows have negative contrast, and of every pair of structure.json. MS-SSIM with weights: pytorch-msssim's steps, exponents as given, sides even. `contextual`: Mechrez et al., 2018, eq. 2 to 5,
of the first 48 rows and 64 columns.
"""
import json, os, sys
import numpy as np
from PIL import Image

images, out = sys.argv[1:]
read = lambda name: np.asarray(Image.open(os.path.join(images, name)).convert('RGB')).astype('f8') / 255
cut = lambda x, crop: x[crop:x.shape[0] - crop, crop:x.shape[1] - crop]
y_of = lambda x: x @ np.array([65.481, 128.553, 24.966]) + 16
psnr = lambda a, b: float(10 * np.log10(255 ** 2 / ((a - b) ** 2).mean()))
at = np.arange(11.) - 5
window = np.exp(-at ** 2 / (2 * 1.5 ** 2))
window /= window.sum()


def noise(seed, height, width):
    state, values = seed, np.empty(height * width * 3)
    for i in range(values.size):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        values[i] = state / 2 ** 32
    return values.astype('f4').astype('f8').reshape(height, width, 3)


def blur(x):
    n, m = x.shape[0] - 10, x.shape[1] - 10
    down = sum(w * x[i:i + n] for i, w in enumerate(window))
    return sum(w * down[:, i:i + m] for i, w in enumerate(window))


def ssim(a, b, negative=True):
    """Of values in 0 .. 255: SSIM, and its contrast-structure."""
    c1, c2 = (.01 * 255) ** 2, (.03 * 255) ** 2
    ma, mb = blur(a), blur(b)
    contrast = (2 * (blur(a * b) - ma * mb) + c2) / (blur(a * a) - ma * ma + blur(b * b) - mb * mb + c2)
    contrast = contrast if negative else np.maximum(contrast, 0)
    return float(((2 * ma * mb + c1) / (ma ** 2 + mb ** 2 + c1) * contrast).mean()), float(contrast.mean())


def ms_ssim(a, b, weights):
    value = 1.
    for i, weight in enumerate(weights):
        whole, contrast = ssim(a, b)
        value *= max(0, whole if i == len(weights) - 1 else contrast) ** weight
        a, b = (z.reshape(z.shape[0] // 2, 2, z.shape[1] // 2, 2).mean((1, 3)) for z in (a, b))
    return value


def contextual(x, variant):
    x = x.reshape(-1, 3) - x.reshape(-1, 3).mean(0)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    d = np.maximum(1 - x @ x.T, 0) * (.5 if variant == 'original' else 1)
    w = np.exp((1 - d / (d.min(1, keepdims=True) + 1e-5)) / .5)
    cx = (w / w.sum(1, keepdims=True)).max(0).mean()
    return float(-np.log(cx + (1e-5 if variant == 'pytorch' else 0)))


pairs = []
for name in ('coffee_blur', 'coffee_noise', 'coffee_jpeg', 'chelsea_jpeg', 'astronaut_gray'):
    first = name.split('_')[0] + '.png'
    for crop in (0, 4):
        a, b = cut(read(first), crop), cut(read(name + '.png'), crop)
        pairs.append({'a': first, 'b': name + '.png', 'crop': crop, 'psnr': psnr(255 * a, 255 * b), 'psnrY': psnr(y_of(a), y_of(b)), 'ssimY': ssim(y_of(a), y_of(b))[0]})
rounded = lambda x: np.round(x @ np.array([.299, .587, .114]) * 255)
a, b = noise(1, 48, 64), noise(2, 48, 64)
pyiqa = {'value': ssim(rounded(a), rounded(b), False)[0], 'withNegative': ssim(rounded(a), rounded(b))[0]}
here = os.path.dirname(os.path.abspath(__file__))
rounded_pairs = [{'a': p['a'], 'b': p['b'], 'value': ssim(rounded(read(p['a'])), rounded(read(p['b'])), False)[0]}
                 for p in json.load(open(os.path.join(here, 'structure.json')))['pairs']]
a, b = 255 * read('coffee.png'), 255 * read('coffee_jpeg.png')
weights = [{'weights': w, 'value': float(np.mean([ms_ssim(a[..., c], b[..., c], w) for c in range(3)]))} for w in ([1.], [.3, .7], [.0448, .2856, .3001])]
# Of float32 values, as the tests' own pictures are.
itself = [{'name': name, 'variant': variant, 'value': contextual(read(name)[:48, :64].astype('f4').astype('f8'), variant)}
          for name in ('astronaut.png', 'chelsea.png', 'coffee.png') for variant in ('pytorch', 'original')]
json.dump({'pairs': pairs, 'pyiqa': pyiqa, 'roundedLuma': rounded_pairs, 'weights': weights, 'itself': itself}, open(out, 'w'), indent=1)
