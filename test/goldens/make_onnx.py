"""Makes test/goldens/onnx: ONNX's own examples of single operators (operators.json: the models, their inputs and outputs), and tiny networks of the blocks that real ones have, exported to ONNX, with PyTorch's features and gradients.

    pip install torch==2.13.0 torchvision==0.28.0 onnx==1.23.2 onnxscript==0.7.2 && python make_onnx.py

Pictures are made by a formula that the tests repeat. networks.json has, for each network, its features (channels last) and the gradient of the sum of their mean squares, as
little-endian float32 in base64. The networks were exported by both of PyTorch's exporters: 'script' (TorchScript) and 'dynamo'.
"""
import base64
import json
import os
import re
import warnings

import numpy
import onnx
import torch
from onnx.backend.test.case.node import collect_testcases
from torch import nn
from torch.nn import functional as F
from torchvision.models import SwinTransformer

warnings.filterwarnings('ignore')
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'onnx')


def picture(shape):
    """The formula."""
    i = numpy.arange(numpy.prod(shape), dtype=numpy.float64)
    x = 0.5 + 0.35 * numpy.sin(0.37 * i) + 0.15 * numpy.sin(1.7 * i + 1)
    return torch.from_numpy(x.astype(numpy.float32).reshape(shape)).permute(0, 3, 1, 2).contiguous()


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8)
        self.first, self.second, self.third = nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 3, 2, 1, groups=2), nn.Conv2d(8, 12, 1)
        self.skip = nn.Conv2d(8, 12, 1, 2)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.stem(x))), 3, 2, 1)
        y = self.third(F.relu(self.second(F.relu(self.first(x)))))
        return x, F.relu(y + self.skip(x))


class ConvNext(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.depthwise, self.norm = nn.Conv2d(3, 8, 4, 4), nn.Conv2d(8, 8, 7, padding=3, groups=8), nn.LayerNorm(8, eps=1e-6)
        self.up, self.down, self.scale = nn.Linear(8, 32), nn.Linear(32, 8), nn.Parameter(0.5 * torch.ones(8, 1, 1))
        self.merge = nn.Conv2d(8, 12, 2, 2)

    def forward(self, x):
        x = self.stem(x)
        y = self.down(F.gelu(self.up(self.norm(self.depthwise(x).permute(0, 2, 3, 1))))).permute(0, 3, 1, 2)
        x = x + self.scale * y
        return x, self.merge(x)


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches, self.cls, self.positions = nn.Conv2d(3, 16, 8, 8), nn.Parameter(torch.randn(1, 1, 16)), nn.Parameter(torch.randn(1, 10, 16))
        self.norm, self.attention, self.mlp = nn.LayerNorm(16), nn.MultiheadAttention(16, 2, batch_first=True), nn.Sequential(nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))

    def forward(self, x):
        x = self.patches(x)
        side = x.shape[-1]
        grid = self.positions[:, 1:].reshape(1, 3, 3, 16).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(side, side), mode='bicubic', align_corners=False).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x.flatten(2).transpose(1, 2) + grid], 1)
        y = self.norm(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.mlp(x), F.normalize(x[:, 0], dim=-1)


class SqueezeExcite(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.depthwise, self.norm = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 8, 5, 2, 2, groups=8, bias=False), nn.BatchNorm2d(8)
        self.down, self.up, self.project = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 8, 1), nn.Conv2d(8, 6, 1)

    def forward(self, x):
        x = F.hardswish(self.norm(self.depthwise(F.silu(self.stem(x)))))
        y = F.hardsigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))
        return x, self.project(x * y).clamp(-0.3, 0.6)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.wide, self.tall = nn.Conv2d(3, 8, 3, 2), nn.Conv2d(8, 6, (1, 7), padding=(0, 3)), nn.Conv2d(6, 6, (7, 1), padding=(3, 0))
        self.pooled, self.dilated = nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 3, padding=2, dilation=2)

    def forward(self, x):
        channels = torch.unsqueeze(x[:, 0], 1) * 0.9 + 0.1
        x = F.relu(self.stem(torch.cat([channels, x[:, 1:]], 1)))
        branches = [self.tall(self.wide(x)), self.pooled(F.avg_pool2d(x, 3, 1, 1)), F.avg_pool2d(self.dilated(x), 3, 1, 1, count_include_pad=False)]
        y = torch.cat(branches, 1)
        return y, torch.cat([F.max_pool2d(y, 3, 2, ceil_mode=True), F.avg_pool2d(y, 3, 2, ceil_mode=True)], 1)


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.norms = nn.Conv2d(3, 8, 3, 2, 1), nn.ModuleList(nn.BatchNorm2d(8 + 4 * i) for i in range(3))
        self.growth, self.transition = nn.ModuleList(nn.Conv2d(8 + 4 * i, 4, 3, padding=1) for i in range(2)), nn.Conv2d(16, 8, 1)

    def forward(self, x):
        x = self.stem(x)
        for norm, grow in zip(self.norms, self.growth):
            x = torch.cat([x, grow(F.relu(norm(x)))], 1)
        return x, F.avg_pool2d(self.transition(F.relu(self.norms[2](x))), 2, 2)


class Assorted(nn.Module):
    """Operators that no network above has."""

    def __init__(self):
        super().__init__()
        self.stem, self.group, self.instance = nn.Conv2d(3, 8, 3, padding=1, padding_mode='reflect'), nn.GroupNorm(2, 8), nn.InstanceNorm2d(8, affine=True)
        self.query, self.key = nn.Parameter(torch.randn(8, 4)), nn.Parameter(torch.randn(8, 4))
        for norm in (self.group, self.instance):
            nn.init.normal_(norm.weight)
            nn.init.normal_(norm.bias)

    def forward(self, x):
        x = F.avg_pool2d(F.leaky_relu(self.group(self.stem(x)), 0.2), 2)
        first, second = torch.tanh(self.instance(x)).chunk(2, 1)
        up = F.interpolate(torch.cat([second, first], 1), scale_factor=2, mode='nearest')
        up = F.interpolate(F.pad(up, (1, 2, 0, 1)), scale_factor=1.5, mode='bilinear', align_corners=False)
        tokens = x.flatten(2)
        scores = torch.einsum('bnd,bmd->bnm', tokens.transpose(1, 2) @ self.query, tokens.transpose(1, 2) @ self.key)
        mask = torch.ones(x.shape[2] * x.shape[3], x.shape[2] * x.shape[3]).tril() == 0
        mixed = torch.softmax(scores.masked_fill(mask, float('-inf')) / 2, -1) @ tokens.transpose(1, 2)
        spread = (mixed - mixed.mean(-1, keepdim=True)).pow(2).sum(-1, keepdim=True).add(1e-3).sqrt().log().exp()
        return torch.roll(up, (1, -2), (2, 3))[:, :, ::2, 1::3], mixed / spread


def swin():
    return SwinTransformer([4, 4], 8, [2, 2], [1, 2], [2, 2], num_classes=5)


class Tapped(nn.Module):
    def __init__(self, network, names):
        super().__init__()
        self.network, self.names, self.found = network, names, {}
        for name in names:
            network.get_submodule(name).register_forward_hook(lambda _module, _input, output, name=name: self.found.update({name: output}))

    def forward(self, x):
        self.network(x)
        return tuple(self.found[name] for name in self.names)


# The network, the shape of its pictures, the exporter, and whether its features have their channels last in PyTorch already.
NETWORKS = {
    'residual': (Residual, [2, 20, 18, 3], 'script', [False, False]),
    'convnext': (ConvNext, [2, 24, 16, 3], 'dynamo', [False, False]),
    'convnext_script': (ConvNext, [2, 24, 16, 3], 'script', [False, False]),
    'transformer': (Transformer, [2, 32, 32, 3], 'script', [True, True]),
    'transformer_dynamo': (Transformer, [2, 32, 32, 3], 'dynamo', [True, True]),
    'swin': (lambda: Tapped(swin(), ['features.1', 'features.3']), [2, 24, 24, 3], 'dynamo', [True, True]),
    'squeeze_excite': (SqueezeExcite, [2, 17, 15, 3], 'dynamo', [False, False]),
    'inception': (Inception, [2, 20, 21, 3], 'script', [False, False]),
    'dense': (Dense, [2, 16, 18, 3], 'dynamo', [False, False]),
    'assorted': (Assorted, [2, 8, 10, 3], 'script', [False, True]),
}


def exported(name):
    make, shape, exporter, is_last = NETWORKS[name]
    torch.manual_seed(1)
    network = make()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_var, 0.1, 0.5), nn.init.normal_(module.running_mean, 0, 0.2), nn.init.normal_(module.bias, 0, 0.2)
    network.eval()
    x = picture(shape).requires_grad_()
    names = ['layer2', 'layer4'] if name == 'residual' else ['first', 'second']
    kind = {'dynamo': True, 'external_data': False} if exporter == 'dynamo' else {'dynamo': False, 'opset_version': 17}
    if exporter == 'script':
        kind['dynamic_axes'] = {'picture': {0: 'batch', 2: 'height', 3: 'width'}}
    torch.onnx.export(network, (x.detach(),), os.path.join(FOLDER, f'{name}.onnx'), input_names=['picture'], output_names=names, verbose=False, **kind)
    strip(os.path.join(FOLDER, f'{name}.onnx'))
    features = network(x)
    sum(feature.pow(2).mean() for feature in features).backward()
    arranged = [feature if last or feature.dim() != 4 else feature.permute(0, 2, 3, 1) for feature, last in zip(features, is_last)]
    return {
        'picture': shape,
        'features': [{'layer': layer, 'shape': list(feature.shape), 'values': encoded(feature)} for layer, feature in zip(names, arranged)],
        'gradient': encoded(x.grad.permute(0, 2, 3, 1)),
    }


def strip(path):
    """Removes what is for debuggers: nine tenths of a small file."""
    model = onnx.load(path)
    for part in [model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        part.doc_string = ''
        if hasattr(part, 'metadata_props'):
            del part.metadata_props[:]
    del model.graph.value_info[:]
    onnx.save(model, path)


def encoded(tensor):
    return base64.b64encode(tensor.detach().contiguous().numpy().astype('<f4').tobytes()).decode()


OPERATORS = """
averagepool_2d_(pads|pads_count_include_pad|same_lower|strides|ceil|precomputed_same_upper) batchnorm_example basic_conv_with_padding
conv_with_strides_and_asymmetric_padding conv_with_autopad_same clip_default_min clip_example einsum_batch_matmul expand_dim_changed gather_[01] gather_negative_indices gelu_(tanh|default)_1
gemm_all_attributes gemm_transposeA globalaveragepool group_normalization_example hardsigmoid hardswish instancenorm_example layer_normalization_4d_axis[0-3] leakyrelu matmul_[24]d
maxpool_2d_(precomputed_pads|precomputed_same_upper|same_lower|ceil|ceil_output_size_reduce_by_one) mish pow_example reduce_(mean|sum|max)_keepdims_example reduce_mean_do_not_keepdims_example
reduce_l2_keep_dims_example reflect_pad edge_pad constant_pad_axes resize_(up|down)sample_(scales|sizes)_(nearest|linear|cubic) resize_(up|down)sample_scales_(linear|cubic)_align_corners
resize_upsample_scales_cubic_A_n0p5_exclude_outside resize_upsample_scales_cubic_asymmetric resize_downsample_sizes_linear_pytorch_half_pixel
resize_upsample_sizes_nearest_(floor_align_corners|round_prefer_ceil_asymmetric|ceil_half_pixel) scatternd slice slice_(neg|negative_axes|neg_steps|end_out_of_bounds|default_steps) softmax_(axis_[012]|example)
split_variable_parts_2d_opset18 split_equal_parts_1d_opset13 squeeze_negative_axes tile tril_neg triu_pos transpose_all_permutations_[1-5] unsqueeze_three_axes where_example erf softplus
""".split()


def operators():
    """ONNX's examples of these operators, up to 1,500 numbers each."""
    chosen = re.compile('|'.join(f'test_({name})$' for name in OPERATORS))
    found = {}
    for case in sorted(collect_testcases(None), key=lambda case: case.name):
        if not chosen.match(case.name):
            continue
        inputs, outputs = case.data_sets[0]
        arrays = [numpy.asarray(x) for x in [*inputs, *outputs]]
        if len(case.model.graph.node) == 1 and sum(x.size for x in arrays) <= 1500 and case.name not in found:
            written = [{'shape': list(x.shape), 'kind': {'f': 'float', 'i': 'int', 'b': 'bool'}[x.dtype.kind], 'values': [float(v) for v in x.ravel()]} for x in arrays]
            found[case.name[5:]] = {'model': base64.b64encode(case.model.SerializeToString()).decode(), 'inputs': written[: len(inputs)], 'outputs': written[len(inputs) :]}
    return found


if __name__ == '__main__':
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, 'operators.json'), 'w') as file:
        file.write(json.dumps(operators()).replace('}, "', '},\n"') + '\n')
    with open(os.path.join(FOLDER, 'networks.json'), 'w') as file:
        json.dump({name: exported(name) for name in NETWORKS}, file, indent=1)
        file.write('\n')
