"""The peers on Keras and TensorFlow, for scripts/parity.ts: reads pairs as JSON, prints one JSON line a pair.

    python peers_keras.py WEIGHTS < pairs.json

As peers_torch.py. The article's loss is that of Keras' own layers, of its VGG16 with the weights of WEIGHTS (its own are not in a package) and ImageNet's preprocessing.
"""
import json
import os
import pickle
import sys

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['KERAS_BACKEND'] = 'tensorflow'
import keras
import numpy as np
import tensorflow as tf


class Arrays(pickle.Unpickler):
    """Reads numpy arrays and refuses everything else."""

    def find_class(self, module, name):
        if (module, name) in {('numpy.core.multiarray', '_reconstruct'), ('numpy', 'ndarray'), ('numpy', 'dtype')}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f'{module}.{name}')


with open(os.path.join(sys.argv[1], 'vgg16.ckpt'), 'rb') as stored:
    tensors = Arrays(stored).load()['VGG16_0']
vgg = keras.applications.VGG16(include_top=False, weights=None, input_shape=(None, None, 3))
for i, layer in enumerate(layer for layer in vgg.layers if isinstance(layer, keras.layers.Conv2D)):
    layer.set_weights([tensors[f'Conv_{i}']['kernel'], tensors[f'Conv_{i}']['bias']])
layers = keras.Model(vgg.input, [vgg.get_layer(name).output for name in ('block2_conv2', 'block3_conv3')])
MEAN, DEVIATION = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def perceptual(a, b):
    return sum(tf.reduce_mean(tf.square(x - y)) for x, y in zip(*(layers((image - MEAN) / DEVIATION) for image in (a, b))))


METRICS = {
    'perceptual (keras)': perceptual,
    'ssim (tf.image)': lambda a, b: tf.image.ssim(a, b, 1.0)[0],
    'total variation (tf.image)': lambda a, b: tf.image.total_variation(b)[0],
}


def read(path):
    return tf.convert_to_tensor(keras.utils.img_to_array(keras.utils.load_img(path))[None] / np.float32(255))


def value(metric, a, b):
    try:
        return float(metric(a, b))
    except Exception:
        return None


print(json.dumps({'keras': keras.__version__, 'tensorflow': tf.__version__}), flush=True)
for reference, prediction in json.load(sys.stdin):
    a, b = read(reference), read(prediction)
    print(json.dumps({name: value(metric, a, b) for name, metric in METRICS.items()}), flush=True)
