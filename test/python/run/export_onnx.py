"""Exports networks with random weights to ONNX, and writes PyTorch's features of two pictures and the gradient of a loss on them.

    python export_onnx.py FOLDER NAME...

For each name: NAME.onnx, whose outputs are the features; NAME.json with their names and shapes; NAME.target, NAME.prediction, NAME.gradient and NAME.FEATURE as float32.
Pictures are [batch, height, width, 3] in [0, 1]; features have their channels last. The loss is the sum of the mean squared differences of the features.
"""
import json
import os
import sys
import warnings

import torch
import torchvision.models as models
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings('ignore')


class Block(nn.Module):
    """A transformer block as DINOv2 has it: LayerScale on both branches."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.fc1, self.fc2 = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.scale1, self.scale2 = (nn.Parameter(0.1 + 0.1 * torch.rand(dim)) for _ in range(2))

    def forward(self, x):
        batch, tokens, dim = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(batch, tokens, 3, self.heads, dim // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        attended = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, dim)
        x = x + self.scale1 * self.proj(attended)
        return x + self.scale2 * self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Dinov2(nn.Module):
    """The shape of DINOv2 ViT-S/14 with registers: position embeddings of 37 x 37 patches, interpolated to the picture's."""

    def __init__(self, dim=384, depth=12, heads=6, registers=4):
        super().__init__()
        self.patches = nn.Conv2d(3, dim, 14, 14)
        self.cls, self.registers = nn.Parameter(torch.randn(1, 1, dim)), nn.Parameter(torch.randn(1, registers, dim))
        self.positions = nn.Parameter(torch.randn(1, 1 + 37 * 37, dim))
        self.blocks = nn.ModuleList(Block(dim, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(dim, eps=1e-6)

    def forward(self, x):
        x = self.patches(x)
        batch, dim, height, width = x.shape
        grid = self.positions[:, 1:].reshape(1, 37, 37, dim).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(height, width), mode='bicubic', align_corners=False).permute(0, 2, 3, 1).reshape(1, height * width, dim)
        x = torch.cat([self.cls.expand(batch, -1, -1) + self.positions[:, :1], x.flatten(2).transpose(1, 2) + grid], 1)
        x = torch.cat([x[:, :1], self.registers.expand(batch, -1, -1), x[:, 1:]], 1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


# The network, the side of its pictures, the modules to tap (and whether their channels are last already), and the exporter.
NETWORKS = {
    'resnet50': (lambda: models.resnet50(), 64, {'relu': 0, 'layer2': 0, 'layer4': 0, 'fc': 1}, 'script'),
    'convnext_tiny': (lambda: models.convnext_tiny(), 64, {'features.1': 0, 'features.7': 0}, 'script'),
    'vit_b_16': (lambda: models.vit_b_16(image_size=64), 64, {'encoder.layers.encoder_layer_3': 1, 'encoder.ln': 1}, 'script'),
    'swin_t': (lambda: models.swin_t(), 64, {'features.1': 1, 'features.7': 1}, 'dynamo'),
    'mobilenet_v3_large': (lambda: models.mobilenet_v3_large(), 64, {'features.4': 0, 'features.16': 0}, 'script'),
    'efficientnet_b0': (lambda: models.efficientnet_b0(), 64, {'features.3': 0, 'features.8': 0}, 'script'),
    'inception_v3': (lambda: models.inception_v3(init_weights=False, aux_logits=False), 107, {'Mixed_5d': 0, 'Mixed_7c': 0, 'avgpool': 0}, 'script'),
    'densenet121': (lambda: models.densenet121(), 64, {'features.denseblock1': 0, 'features.norm5': 0}, 'script'),
    'dinov2': (Dinov2, 70, {'blocks.5': 1, 'norm': 1}, 'dynamo'),
}


class Tapped(nn.Module):
    """A network that gives the outputs of some of its modules."""

    def __init__(self, network, taps):
        super().__init__()
        self.network, self.taps = network, list(taps)
        self.found = {}
        for name in self.taps:
            network.get_submodule(name).register_forward_hook(lambda _module, _input, output, name=name: self.found.update({name: output}))

    def forward(self, x):
        self.found.clear()
        self.network(x)
        return tuple(self.found[name] for name in self.taps)


def calibrated(network, pictures):
    """Gives each batch normalization a variance that keeps the scale of its input for these pictures, a small random mean, and an offset that keeps most ReLUs open.

    With the initial ones a deep network is chaotic: rounding grows until ReLUs differ, and PyTorch's own gradient of ResNet-50 in float32 is 2 % off its float64.
    """

    def calibrate(module, inputs):
        scale = inputs[0].pow(2).mean((0, 2, 3))
        module.running_var.copy_(scale + module.eps)
        module.running_mean.copy_(0.1 * scale.sqrt() * torch.randn_like(scale))

    network.eval()
    norms = {name: module for name, module in network.named_modules() if isinstance(module, nn.BatchNorm2d)}
    with torch.no_grad():
        for name, module in norms.items():
            is_last = name.endswith('bn3')
            module.weight.mul_(0.2 if is_last else 1)
            module.bias.fill_(0.2 if is_last else 2)
    hooks = [module.register_forward_pre_hook(calibrate) for module in norms.values()]
    with torch.no_grad():
        network(pictures)
    for hook in hooks:
        hook.remove()
    return network


def write(path, tensor):
    tensor.detach().to(torch.float32).contiguous().numpy().tofile(path)


def export(name, folder):
    make, side, taps, exporter = NETWORKS[name]
    # Where two values of a pooling window nearly tie, rounding chooses, and 2e-3 of the gradient moves; with this seed none does.
    torch.manual_seed(1 if name == 'inception_v3' else 0)
    network = make()
    pictures = [F.interpolate(torch.rand(2, 3, 9, 9), size=(side, side), mode='bilinear').mul(0.8).add(0.2 * torch.rand(2, 3, side, side)) for _ in range(3)]
    tapped = Tapped(calibrated(network, pictures[2]), taps).eval()
    path = os.path.join(folder, name)
    names = [f'out_{tap}' for tap in taps]
    kind = {'dynamo': True, 'external_data': False} if exporter == 'dynamo' else {'dynamo': False, 'opset_version': 17, 'dynamic_axes': {'picture': {0: 'batch'}}}
    shapes = {'dynamic_shapes': ({0: torch.export.Dim('batch', min=1, max=64)},)} if exporter == 'dynamo' else {}
    torch.onnx.export(tapped, (pictures[0],), f'{path}.onnx', input_names=['picture'], output_names=names, verbose=False, **kind, **shapes)
    target, prediction = pictures[0], pictures[1].requires_grad_()
    theirs = [feature.detach() for feature in tapped(target)]
    ours = tapped(prediction)
    loss = sum(F.mse_loss(a, b) for a, b in zip(ours, theirs))
    loss.backward()
    layers = []
    for layer, feature, is_last in zip(names, ours, taps.values()):
        feature = feature if is_last or feature.dim() != 4 else feature.permute(0, 2, 3, 1)
        write(f'{path}.{layer}', feature)
        layers.append({'name': layer, 'shape': list(feature.shape)})
    for kind, tensor in [('target', target), ('prediction', prediction), ('gradient', prediction.grad)]:
        write(f'{path}.{kind}', tensor.permute(0, 2, 3, 1))
    with open(f'{path}.json', 'w') as file:
        json.dump({'side': side, 'layers': layers, 'loss': loss.item()}, file)


if __name__ == '__main__':
    folder, *chosen = sys.argv[1:]
    torch.set_num_threads(2)
    for chosen_name in chosen or NETWORKS:
        export(chosen_name, folder)
        print(chosen_name, flush=True)
