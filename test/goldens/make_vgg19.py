"""Golden activations of VGG19 by Keras itself, with Keras' own weights as DATA has them (each tensor as bytes: w = q * scale + min).

    python make_vgg19.py IMAGES DATA OUT.json      (tensorflow-cpu 2.21.0, keras 3.15.1)

DATA has vgg19_keras_conv_uint8.bin and manifest.json. The image is RGB in [0, 255] through keras.applications.vgg19.preprocess_input. Per layer, after its ReLU and,
for the convolutions, before it: shape, mean, L2 norm, and values at [row, column, channel]. And BasicSR's ESRGAN and Real-ESRGAN losses of the picture and its distortions.
"""
import json, os, sys
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import numpy as np
import keras, tensorflow as tf
from PIL import Image
from keras.applications import vgg19

images, data, out = sys.argv[1:4]
model = vgg19.VGG19(include_top=False, weights=None)
raw, at, tensors = np.fromfile(f'{data}/vgg19_keras_conv_uint8.bin', dtype='u1'), 0, {}
for t in json.load(open(f'{data}/manifest.json'))['vgg19_keras_conv_uint8.bin']['manifest']:
    count = int(np.prod(t['shape']))
    q = t['quantization']
    tensors[t['name']] = (raw[at:at + count].astype('f8') * q['scale'] + q['min']).astype('f4').reshape(t['shape'])
    at += count
assert at == len(raw)
names = [layer.name for layer in model.layers if layer.name.startswith('block')]
for name in names:
    if 'conv' in name:
        model.get_layer(name).set_weights([tensors[f'{name}/kernel'], tensors[f'{name}/bias']])


def activations(file):
    x, got = vgg19.preprocess_input(np.asarray(Image.open(f'{images}/{file}').convert('RGB')).astype('f4')[None].copy()), {}
    for name in names:
        layer = model.get_layer(name)
        if 'conv' in name:
            got[f'{name}:pre'] = tf.nn.conv2d(x, layer.kernel, 1, 'SAME') + layer.bias
        x = got[name] = layer(x)
    return got


got = activations('coffee.png')


def described(t):
    t = t.numpy()[0]
    h, w, c = t.shape
    at = [(0, 0, 0), (h - 1, w - 1, c - 1), (h // 2, w // 2, c // 3), (h // 3, 2 * w // 3, c // 2), (h - 1, 0, 1)]
    return {'shape': [1, h, w, c], 'mean': float(t.mean(dtype='f8')), 'norm': float(np.linalg.norm(t.astype('f8'))), 'at': [[*p, float(t[p])] for p in at]}


# BasicSR's PerceptualLoss (basicsr/losses/basic_loss.py): the weighted sum over layers, before their ReLU, of torch.nn.L1Loss.
ESRGAN = {'block5_conv4': 1}
REAL_ESRGAN = {'block1_conv2': 0.1, 'block2_conv2': 0.1, 'block3_conv4': 1, 'block4_conv4': 1, 'block5_conv4': 1}


def perceptual(weights, other):
    return float(sum(w * np.abs(got[f'{n}:pre'].numpy().astype('f8') - other[f'{n}:pre'].numpy()).mean() for n, w in weights.items()))


pairs = {}
for kind in ['blur', 'noise', 'jpeg', 'shift', 'dark', 'gray', 'black', 'flat']:
    other = activations(f'coffee_{kind}.png')
    pairs[f'coffee_{kind}.png'] = {'esrgan': perceptual(ESRGAN, other), 'realEsrgan': perceptual(REAL_ESRGAN, other)}

json.dump({'made with': {'tensorflow': tf.__version__, 'keras': keras.__version__}, 'image': 'coffee.png', 'pairs': pairs, 'layers': {n: described(v) for n, v in got.items()}}, open(out, 'w'), indent=1)
