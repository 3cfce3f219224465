"""Files of weights as PyTorch writes them, of a network with three convolutions, and hostile ones.

    python make_torch.py FOLDER      (torch 2.13.0)

The network is a VGG with blocks of 2 and 1 convolutions, 4 and 6 channels. The numbers are ((7919 i + 131 n) mod 1000) / 1000 - 0.5 at position i of the
[height, width, in, out] filter (or of the bias, with 31 more) of the n-th convolution.
"""
import collections, os, pickle, sys, zipfile
import torch

folder = sys.argv[1]
CHANNELS = [(3, 4), (4, 4), (4, 6)]
POSITIONS = [0, 2, 5]


def numbers(count, n):
    return torch.tensor([((7919 * i + 131 * n) % 1000) / 1000 - 0.5 for i in range(count)], dtype=torch.float64).float()


def state(name='features.{}', dense=('classifier.0', 'classifier.3')):
    tensors = collections.OrderedDict()
    for n, (i, o) in enumerate(CHANNELS):
        tensors[name.format(POSITIONS[n]) + '.weight'] = numbers(9 * i * o, n).reshape(3, 3, i, o).permute(3, 2, 0, 1).contiguous()
        tensors[name.format(POSITIONS[n]) + '.bias'] = numbers(o, n + 31)
    for n, layer in enumerate(dense):
        tensors[layer + '.weight'], tensors[layer + '.bias'] = torch.ones(5, 4 + n), torch.zeros(5)
    return tensors


class Asks:
    def __init__(self, function, *args):
        self.asked = (function, args)

    def __reduce__(self):
        return self.asked


def save(value, name, **options):
    torch.save(value, os.path.join(folder, name), **options)


network = torch.nn.Sequential(collections.OrderedDict(features=torch.nn.Sequential(*[
    torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Conv2d(4, 4, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Conv2d(4, 6, 3)])))
network.load_state_dict(state(dense=()))
save(network.state_dict(), 'zip.pth')
save(state(), 'full.pth')
save(state(), 'legacy.pth', _use_new_zipfile_serialization=False)
save({k: v.half() for k, v in state().items()}, 'half.pth')
save({k: v.bfloat16() for k, v in state().items()}, 'bfloat16.pth', _use_new_zipfile_serialization=False)
save({k: v.contiguous(memory_format=torch.channels_last) if v.ndim == 4 else v for k, v in state().items()}, 'channels_last.pth')
save({'epoch': 3, 'arch': 'tiny', 'best': 0.5, 'state_dict': state('module.features.{}', ('module.classifier.0',))}, 'checkpoint.pth')
save({k: torch.nn.Parameter(v) for k, v in state().items()}, 'parameters.pth')
save({k: v.double() for k, v in state().items()}, 'double.pth')
papers = ['conv1_1', 'conv1_2', 'conv2_1']
save({f"{papers[n // 2]}.{('weight', 'bias')[n % 2]}": v for n, v in enumerate(state(dense=()).values())}, 'papers.pth')
everything = torch.cat([v.flatten() for v in state(dense=()).values()])
views, at = {}, 0
for key, value in state(dense=()).items():
    views[key] = everything[at:at + value.numel()].view(value.shape)
    at += value.numel()
save(views, 'shared.pth')
save(network, 'module.pth')
save({'features.0.weight': Asks(os.system, 'echo this must never run')}, 'system.pth')
save({'features.0.weight': Asks(os.system, 'echo this must never run')}, 'system_legacy.pth', _use_new_zipfile_serialization=False)
save({'features.0.weight': Asks(eval, '1 + 1')}, 'eval.pth')
with open(os.path.join(folder, 'plain.pickle'), 'wb') as file:
    pickle.dump({'features.0.weight': [1, 2, 3]}, file, protocol=4)
with zipfile.ZipFile(os.path.join(folder, 'other.zip'), 'w') as archive:
    archive.writestr('readme.txt', 'nothing')
