"""Makes the learned channel weights of LPIPS v0.1, shift-tolerant LPIPS and DISTS in src/metrics/learned/, as TypeScript modules.

    python scripts/make_heads.py [--check]

The sources are the wheels lpips 0.1.4, stlpips_pytorch 0.0.2 and DISTS_pytorch 0.1, fetched by pip and checked by their SHA-256. Their weight files are of PyTorch's form before 1.6:
pickles, then the storages' bytes. The unpickler admits float storages and tensors and nothing else, and needs no torch. A module holds base64 of little-endian
float32, layer after layer; the modules are the same, byte for byte, each time; --check compares instead of writing.
"""
import base64
import collections
import hashlib
import io
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import zipfile

WHEELS = {
    'lpips==0.1.4': ('lpips-0.1.4-py3-none-any.whl', 'fd537af5828b69d2e6ffc0a397bd506dbc28ca183543617690844c08e102ec5e'),
    'stlpips_pytorch==0.0.2': ('stlpips_pytorch-0.0.2-py3-none-any.whl', 'a412bf901a97c942b37af57c7c63b6e5d1aebfe8d1dfc17853d4b2f878630645'),
    'DISTS_pytorch==0.1': ('DISTS_pytorch-0.1-py3-none-any.whl', '73e54ce13e7cf3ca962ee8e433d129884ec3dc75e00a27af90525e1da760ac61'),
}
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'src', 'metrics', 'learned')
CHANNELS = {'alex': (64, 192, 384, 256, 256), 'vgg': (64, 128, 256, 512, 512), 'squeeze': (64, 128, 256, 384, 384, 512, 512)}
DISTS_CHANNELS = 3 + 64 + 128 + 256 + 512 + 512
SHIFT_TOLERANT = 'stlpips_pytorch/weights/vST0.0/alex_shift_tolerant.pth'
MAGIC = 0x1950A86A20F9469CFC6C


class Tensor:
    """A tensor of the file: which storage, from where, how many numbers (all of them lie one after the other)."""

    def __init__(self, storage, offset, size):
        self.storage, self.offset, self.count = storage, offset, 1
        for side in size:
            self.count *= side


class Tensors(pickle.Unpickler):
    """Reads tensors of float32 storages and refuses everything else."""

    def find_class(self, module, name):
        known = {
            ('collections', 'OrderedDict'): collections.OrderedDict,
            ('torch', 'FloatStorage'): 'float32',
            ('torch._utils', '_rebuild_tensor_v2'): lambda storage, offset, size, *_: Tensor(storage, offset, size),
            ('torch._utils', '_rebuild_parameter'): lambda tensor, *_: tensor,
        }
        if (module, name) in known:
            return known[module, name]
        raise pickle.UnpicklingError(f'{module}.{name} is not a tensor')

    def persistent_load(self, pid):
        kind, storage_type, key = pid[:3]
        if kind != 'storage' or storage_type != 'float32':
            raise pickle.UnpicklingError(f'{pid} is not a float32 storage')
        return key


def tensors(raw):
    """The tensors of a weight file, by name: the bytes of their float32."""
    file = io.BytesIO(raw)
    assert Tensors(file).load() == MAGIC, 'not a weight file of the older form'
    Tensors(file).load()  # the protocol's version
    Tensors(file).load()  # the machine's word sizes
    named = Tensors(file).load()
    storages = {}
    for key in Tensors(file).load():
        count, = struct.unpack('<q', file.read(8))
        storages[key] = file.read(4 * count)
    return {name: storages[t.storage][4 * t.offset:4 * (t.offset + t.count)] for name, t in named.items()}


def fetch(requirement, folder):
    name, expected = WHEELS[requirement]
    subprocess.run([sys.executable, '-m', 'pip', 'download', requirement, '--no-deps', '-q', '-d', folder], check=True)
    path = os.path.join(folder, name)
    with open(path, 'rb') as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if digest != expected:
        sys.exit(f'{path} has SHA-256 {digest}, expected {expected}')
    return zipfile.ZipFile(path)


def module(constant, sentence, raw):
    """A module of one constant, its text in lines of 120 characters."""
    text = base64.b64encode(raw).decode()
    lines = [text[i:i + 120] for i in range(0, len(text), 120)]
    body = ' +\n'.join(f"  '{line}'" for line in lines)
    return f'/** {sentence} Made by scripts/make_heads.py: base64 of little-endian float32. */\nexport const {constant}: string =\n{body}\n'


def heads_of(named, channels):
    """The heads of a file, layer after layer."""
    raw = [named[f'lin{i}.model.1.weight'] for i in range(len(channels))]
    assert [len(head) // 4 for head in raw] == list(channels)
    return b''.join(raw)


def modules():
    with tempfile.TemporaryDirectory() as folder:
        lpips, tolerant, dists = (fetch(requirement, folder) for requirement in WHEELS)
        for net, channels in CHANNELS.items():
            heads = tensors(lpips.read(f'lpips/weights/v0.1/{net}.pth'))
            assert len(heads) == len(channels)
            yield f'lpips{net.capitalize()}.ts', module(f'LPIPS_{net.upper()}', f'The linear weights of LPIPS v0.1 over {net}: {", ".join(map(str, channels))}.', heads_of(heads, channels))
        raw = heads_of(tensors(tolerant.read(SHIFT_TOLERANT)), CHANNELS['alex'])
        yield 'stLpipsAlex.ts', module('ST_LPIPS_ALEX', f'The linear weights of shift-tolerant LPIPS over alex: {", ".join(map(str, CHANNELS["alex"]))}.', raw)
        weights = next(name for name in dists.namelist() if name.endswith('weights.pt'))
        stages = tensors(dists.read(weights))
        assert len(stages['alpha']) == len(stages['beta']) == 4 * DISTS_CHANNELS
        yield 'distsWeights.ts', module('DISTS', f"DISTS' alpha, then its beta: {DISTS_CHANNELS} each.", stages['alpha'] + stages['beta'])


def main():
    for name, text in modules():
        path = os.path.join(FOLDER, name)
        if '--check' in sys.argv[1:]:
            with open(path) as file:
                if file.read() != text:
                    sys.exit(f'{path} differs from what this script makes')
        else:
            os.makedirs(FOLDER, exist_ok=True)
            with open(path, 'w') as file:
                file.write(text)
            print(f'{path}: {len(text)} characters')


if __name__ == '__main__':
    main()
