"""Files of weights as Keras writes them, of the network of make_torch.py (with two dense layers behind it), and as Keras wrote them in 2016.

    python make_keras.py FOLDER      (tensorflow-cpu 2.21.0, keras 3.15.1)
"""
import os, shutil, sys
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import h5py, keras, numpy as np
from keras import layers

folder = sys.argv[1]
at = lambda name: os.path.join(folder, name)
CHANNELS = [(3, 4), (4, 4), (4, 6)]
NAMES = ['block1_conv1', 'block1_conv2', 'block2_conv1']
numbers = lambda count, n: np.array([((7919 * i + 131 * n) % 1000) / 1000 - 0.5 for i in range(count)], dtype='f4')
weights = [(numbers(9 * i * o, n).reshape(3, 3, i, o), numbers(o, n + 31)) for n, (i, o) in enumerate(CHANNELS)]

x = start = keras.Input((8, 8, 3))
for n, (_, o) in enumerate(CHANNELS):
    x = layers.Conv2D(o, 3, padding='same', activation='relu', name=NAMES[n])(x)
    if n > 0:
        x = layers.MaxPooling2D(2, name=f'block{n}_pool')(x)
convolutions = keras.Model(start, x)
x = layers.Flatten(name='flatten')(x)
x = layers.Dense(5, name='fc1')(x)
model = keras.Model(start, layers.Dense(3, name='predictions')(x), name='tiny')
for n, name in enumerate(NAMES):
    model.get_layer(name).set_weights(weights[n])
model.compile('adam', 'mse')
convolutions.save_weights(at('keras3.weights.h5'))
model.save_weights(at('full.weights.h5'))
model.save(at('full.keras'))
model.save(at('full.h5'))
# Keras 3.0 wrote no names beside the variables.
shutil.copy(at('full.weights.h5'), at('unnamed.weights.h5'))
with h5py.File(at('unnamed.weights.h5'), 'a') as file:
    file.visititems(lambda _, entry: entry.attrs.pop('name', None) and None)
with h5py.File(at('keras2.h5'), 'w') as file:
    file.attrs['layer_names'] = [name.encode() for name in NAMES]
    for name, (kernel, bias) in zip(NAMES, weights):
        group = file.create_group(name)
        group.attrs['weight_names'] = [f'{name}/kernel:0'.encode(), f'{name}/bias:0'.encode()]
        group.create_dataset(f'{name}/kernel:0', data=kernel, chunks=kernel.shape, compression='gzip', shuffle=True)
        group.create_dataset(f'{name}/bias:0', data=bias)
with h5py.File(at('keras1.h5'), 'w') as file:
    file.attrs['layer_names'] = [name.encode() for name in NAMES]
    for name, (kernel, bias) in zip(NAMES, weights):
        group = file.create_group(name)
        group.attrs['weight_names'] = [f'{name}_W_1:0'.encode(), f'{name}_b_1:0'.encode()]
        group.create_dataset(f'{name}_W_1:0', data=kernel)
        group.create_dataset(f'{name}_b_1:0', data=bias)
with h5py.File(at('half.h5'), 'w') as file:
    for name, (kernel, bias) in zip(NAMES, weights):
        file.create_dataset(f'{name}/{name}/kernel:0', data=kernel.astype('f2'))
        file.create_dataset(f'{name}/{name}/bias:0', data=bias.astype('f2'))
with h5py.File(at('circle.h5'), 'w') as file:
    group = file.create_group('block1_conv1')
    group['again'] = group
    file['outside'] = h5py.ExternalLink('/etc/passwd', '/')
