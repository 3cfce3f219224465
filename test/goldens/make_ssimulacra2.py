"""SSIMULACRA2 as the authors' program computes it, in double precision.

    python make_ssimulacra2.py IMAGES OUT.json

The maps, norms and weights are those of the package ssimulacra2 0.3.0. Blur and scales are written here from libjxl: the impulse response of its recursive Gaussian (Charalampidis, 2016; three
truncated cosines) with zeros around the picture, and a scale for each picture whose last one has sides of at least 8. IMAGES: this folder's images/.
"""
import json
import os
import sys

import numpy as np
import ssimulacra2.ssimulacra2 as s
from PIL import Image
from scipy.ndimage import convolve1d

images, out = sys.argv[1:3]
SIGMA = 1.5


def window():
    radius = round(3.2795 * SIGMA + 0.2546)
    sign, omega = np.array([1, -1, 1]), np.array([1, 3, 5]) * np.pi / (2 * radius)
    p = sign / np.tan(omega / 2)
    r = sign * p * p / np.sin(omega)
    rho = np.exp(-0.5 * SIGMA**2 * omega**2) / radius
    d13, d35, d51 = (p[i] * r[j] - r[i] * p[j] for i, j in ((0, 1), (1, 2), (2, 0)))
    z1, z3 = d35 / d13, d51 / d13
    beta = np.linalg.solve([p, r, [z1, z3, 1]], [1, radius**2 - SIGMA**2, z1 * rho[0] + z3 * rho[1] + rho[2]])
    at = np.arange(1 - radius, radius)
    return (beta * np.cos(omega * at[:, None])).sum(1)


WINDOW = window()


def blur(image):
    return convolve1d(convolve1d(image, WINDOW, axis=0, mode='constant'), WINDOW, axis=1, mode='constant')


def points(a, b):
    x, y = (s.srgb_to_linear(np.asarray(Image.open(os.path.join(images, name)).convert('RGB'), dtype='f8')) for name in (a, b))
    result = s.Msssim()
    for scale in range(6):
        if min(x.shape[:2]) < 8:
            break
        if scale > 0:
            x, y = s.downsample(x, 2, 2), s.downsample(y, 2, 2)
        p, q = (s.make_positive_xyb(s.linear_rgb_to_xyb(t)) for t in (x, y))
        one = s.MsssimScale()
        one.avg_ssim = s.ssim_map(blur(p), blur(q), blur(p * p), blur(q * q), blur(p * q))
        one.avg_edgediff = s.edge_diff_map(p, blur(p), q, blur(q))
        result.scales.append(one)
    return result.score()


rows = [{'a': 'coffee.png', 'b': f'coffee_{kind}.png', 'points': points('coffee.png', f'coffee_{kind}.png')} for kind in ('blur', 'jpeg', 'noise', 'flat')]
json.dump({'window': [round(w, 10) for w in WINDOW], 'pairs': rows}, open(out, 'w'), indent=1)
