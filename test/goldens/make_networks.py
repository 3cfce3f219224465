"""Golden activations and gradients of AlexNet and SqueezeNet 1.1 by torchvision's own definitions, with torchvision's weights.

    python make_networks.py IMAGES DATA OUT.json      (torch 2.13.0, torchvision 0.28.0)

DATA has alexnet_torchvision.f32, squeezenet1_1_torchvision.f32 and manifest.json. Images (their upper left corners) are RGB in [0, 1], normalised by ImageNet's mean and deviation. Sizes are
chosen so that strides leave rows over and SqueezeNet's windows reach over the edge. Per layer: shape, mean, L2 norm, and values at [row, column, channel]. The
gradient is of the sum over all layers of the mean squared difference of the two images, in the second image, in [0, 1]; max pooling gives it to the first of equal
values. 'average' has torch's average pooling in place of max pooling.
"""
import json, sys
import numpy as np, torch
import torch.nn as nn
import torchvision.models as tv
from PIL import Image

images, data, out = sys.argv[1:4]
manifest = json.load(open(f'{data}/manifest.json'))
mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in ([.485, .456, .406], [.229, .224, .225]))
# The layers after whose modules of `features` the activations are taken, and those before a ReLU.
POST = {
    'alexnet': {'conv1': 1, 'pool1': 2, 'conv2': 4, 'pool2': 5, 'conv3': 7, 'conv4': 9, 'conv5': 11, 'pool5': 12},
    'squeezenet': {'conv1': 1, 'pool1': 2, 'fire2': 3, 'fire3': 4, 'pool3': 5, 'fire4': 6, 'fire5': 7, 'pool5': 8, 'fire6': 9, 'fire7': 10, 'fire8': 11, 'fire9': 12},
}


def network(make, name, average):
    raw = np.fromfile(f'{data}/{name}.f32', dtype='<f4')
    state = {t['name']: torch.from_numpy(raw[t['offset'] // 4:][:int(np.prod(t['shape']))].reshape(t['shape']).copy()) for t in manifest[name]['tensors']}
    net = make(weights=None).eval()
    missing, extra = net.load_state_dict(state, strict=False)
    assert not extra and all(k.startswith('classifier') for k in missing)
    features = net.features
    for i, m in enumerate(features):
        if average and isinstance(m, nn.MaxPool2d):
            features[i] = nn.AvgPool2d(m.kernel_size, m.stride, ceil_mode=m.ceil_mode)
    for m in features.modules():
        if isinstance(m, nn.ReLU):
            m.inplace = False
    return features


def activations(features, names, x):
    x, got = (x - mean) / std, {}
    for i, m in enumerate(features):
        if hasattr(m, 'squeeze'):
            s = m.squeeze_activation(m.squeeze(x))
            pre = torch.cat([m.expand1x1(s), m.expand3x3(s)], 1)
            x = m(x)
            assert torch.equal(torch.relu(pre), x)
        else:
            pre, x = x, m(x)
        for name, at in names.items():
            if at == i:
                got[name] = x
                if not name.startswith('pool'):
                    got[f'{name}:pre'] = pre
    return got


def described(t):
    t = t.detach()[0].permute(1, 2, 0)
    h, w, c = t.shape
    at = [(0, 0, 0), (h - 1, w - 1, c - 1), (h // 2, w // 2, c // 3), (h // 3, 2 * w // 3, c // 2), (h - 1, 0, 1)]
    return {'shape': [1, h, w, c], 'mean': float(t.double().mean()), 'norm': float(t.double().norm()), 'at': [[*p, float(t[p])] for p in at]}


def read(name, height, width):
    return (torch.from_numpy(np.asarray(Image.open(f'{images}/{name}').convert('RGB')).astype('f4') / 255).permute(2, 0, 1)[None])[:, :, :height, :width]


result = {'made with': {'torch': torch.__version__, 'torchvision': '0.28.0'}, 'cases': []}
for net, make, weights in (('alexnet', tv.alexnet, 'alexnet_torchvision'), ('squeezenet', tv.squeezenet1_1, 'squeezenet1_1_torchvision')):
    for pooling in ('max', 'average'):
        features = network(make, weights, pooling == 'average')
        for image, height, width in (('coffee', 64, 96), ('chelsea', 66, 82)):
            a, b = read(f'{image}.png', height, width), read(f'{image}_noise.png', height, width).requires_grad_(True)
            fa, fb = activations(features, POST[net], a), activations(features, POST[net], b)
            loss = sum(((fa[n] - fb[n]) ** 2).mean() for n in POST[net])
            g, = torch.autograd.grad(loss, b)
            at = [(height // 3, width // 3, 0), (height // 2, width // 2, 1), (2 * height // 3, width // 4, 2), (0, 0, 0), (height - 1, width - 1, 1)]
            result['cases'].append({
                'network': net, 'pooling': pooling, 'image': image, 'size': [height, width], 'layers': {n: described(v) for n, v in fb.items()}, 'loss': float(loss.detach()),
                'gradient': {'norm': float(g.double().norm()), 'at': [[*p, float(g[0, p[2], p[0], p[1]])] for p in at]},
            })
            print(net, pooling, height, width, float(loss.detach()), flush=True)
json.dump(result, open(out, 'w'), indent=1)
