"""Runs a document's Python in a process of its own: python run_document.py torch|keras WEIGHTS PROGRAM

Networks get the package's weights (torch) or none (keras, whose own are not in the package) instead of a download.
"""
import json
import os
import runpy
import sys

library, weights, program = sys.argv[1:4]


def tensors(name):
    """A safetensors file as numpy arrays in float32."""
    import numpy as np

    with open(os.path.join(weights, f'{name}.safetensors'), 'rb') as stored:
        size = int.from_bytes(stored.read(8), 'little')
        header = json.loads(stored.read(size))
        data = stored.read()
    types = {'F32': '<f4', 'F16': '<f2'}
    header.pop('__metadata__', None)
    return {
        key: np.frombuffer(data[slice(*value['data_offsets'])], types[value['dtype']]).reshape(value['shape']).astype('f4')
        for key, value in header.items()
    }


def filled(make, name):
    """torchvision's network with the file's convolutions, in order."""
    import torch

    def network(*_, **__):
        net, stored = make(), tensors(name)
        kernels = sorted(key for key in stored if key.endswith('kernel'))
        for layer, key in zip((m for m in net.features if isinstance(m, torch.nn.Conv2d)), kernels, strict=True):
            layer.weight.data = torch.from_numpy(stored[key].transpose(3, 2, 0, 1).copy())
            layer.bias.data = torch.from_numpy(stored[key.replace('kernel', 'bias')])
        return net.eval()

    return network


if library == 'torch':
    import torchvision.models as tv

    tv.vgg16, tv.alexnet = filled(tv.vgg16, 'vgg16'), filled(tv.alexnet, 'alexnet')
else:
    from tensorflow.keras.applications import vgg16

    whole = vgg16.VGG16
    vgg16.VGG16 = lambda include_top, **_: whole(include_top=include_top, weights=None)

runpy.run_path(program, run_name='__main__')
