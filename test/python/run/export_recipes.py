"""Runs a command of docs/onnx.md that exports a network, with random weights where they would be downloaded, and writes PyTorch's own loss and gradient.

    python export_recipes.py NAME FOLDER < PROGRAM

The program runs in FOLDER. NAME.target, NAME.prediction and NAME.gradient are float32 [2, side, side, 3] in [0, 1]; NAME.json has the value of each sample.
"""
import json
import os
import sys
import warnings

import torch
import torchvision
from torch.nn import functional as F

from export_onnx import calibrated, write

warnings.filterwarnings('ignore')


def dinov2(_name):
    import transformers

    return transformers.Dinov2Model(transformers.Dinov2Config(hidden_size=384, num_attention_heads=6))


def prepare_dino():
    import transformers

    transformers.AutoModel.from_pretrained = dinov2


def prepare_dreamsim():
    """The checkpoint's folder, and DINO's network, as the package's own code has them; narrower than ViT-B, so that it takes seconds."""
    import peft
    from dreamsim.feature_extraction.vision_transformer import DINOHead, VisionTransformer

    def network(*_args):
        return VisionTransformer(patch_size=16, embed_dim=192, depth=12, num_heads=3, mlp_ratio=4, qkv_bias=True, num_classes=0)

    torch.hub.load = network
    os.makedirs('models/dino_vitb16_single_lora', exist_ok=True)
    head = DINOHead(768, 2048)
    torch.save({'student': {f'module.head.{key}': value for key, value in head.state_dict().items()} | {'module.head.last_layer.weight': torch.zeros(1)}}, 'models/dino_vitb16_pretrain.pth')
    config = {'r': 4, 'lora_alpha': 0.5, 'lora_dropout': 0.3, 'bias': 'none', 'target_modules': ['qkv']}
    with open('models/dino_vitb16_single_lora/adapter_config.json', 'w') as file:
        json.dump(config, file)
    from dreamsim.model import PerceptualModel

    tuned = peft.get_peft_model(PerceptualModel('dino_vitb16', 'cls', '16', lora=True, load_dir='models', device='cpu'), peft.LoraConfig(**config))
    with torch.no_grad():
        for name, value in tuned.named_parameters():
            if 'lora_B' in name:
                value.normal_(0, 0.02)
    tuned.save_pretrained('models/dino_vitb16_single_lora')


def prepare_inception():
    import pytorch_fid.inception as fid

    network = torchvision.models.inception_v3(num_classes=1008, aux_logits=False, weights=None, init_weights=False)
    state = calibrated(network, 2 * picture(75) - 1).state_dict()
    fid.load_state_dict_from_url = lambda *_args, **_options: state


def picture(side):
    smooth = F.interpolate(torch.rand(2, 3, 9, 9), size=(side, side), mode='bilinear')
    return smooth.mul(0.8).add(0.2 * torch.rand(2, 3, side, side))


def dino_loss(exported, target, prediction):
    """By the package itself, over the network that was exported."""
    from dino_perceptual import DINOPerceptual
    import dino_perceptual.perceptual as package

    network = exported.__class__(exported.config)
    network.load_state_dict(exported.state_dict())
    package.AutoModel.from_pretrained = lambda _name: network
    return DINOPerceptual(version='v2', model_size='S')(2 * prediction - 1, 2 * target - 1)


def maps_loss(exported, target, prediction):
    """The left half of the patches of the first two blocks, by hand: their unit vectors' squared differences, over all patches."""
    mean, std = (torch.tensor(x).view(1, 3, 1, 1) for x in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    mask = (torch.arange(16) < 8).float().view(1, 1, 1, 16)
    pairs = zip(exported((prediction - mean) / std)[:2], exported((target - mean) / std)[:2])
    return torch.stack([((F.normalize(a, dim=1) - F.normalize(b, dim=1)) * mask).pow(2).mean((1, 2, 3)) for a, b in pairs]).mean(0)


def dreamsim_loss(exported, target, prediction):
    measured = exported.base_model.model
    return torch.cat([measured.__class__.forward(measured, target[i : i + 1], prediction[i : i + 1]) for i in range(len(target))])


def inception_loss(exported, target, prediction):
    return (exported(2 * target - 1) - exported(2 * prediction - 1)).pow(2).mean((1, 2, 3))


# What comes before the program, the loss, and the side of the pictures.
RECIPES = {
    'dino': (prepare_dino, dino_loss, 224),
    'dino-maps': (prepare_dino, maps_loss, 224),
    'dreamsim': (prepare_dreamsim, dreamsim_loss, 224),
    'inception': (prepare_inception, inception_loss, 75),
}

if __name__ == '__main__':
    name, folder = sys.argv[1:]
    os.chdir(folder)
    torch.set_num_threads(2)
    torch.manual_seed(1)
    prepare, loss_of, side = RECIPES[name]
    prepare()
    scope = {'__name__': '__main__'}
    exec(sys.stdin.read(), scope)
    # Where two values of a pooling window nearly tie, rounding chooses: PyTorch's own gradient of the inception in float32 is 3e-3 off its float64 for some pictures, and 7e-6 for these.
    torch.manual_seed(1)
    target, prediction = picture(side), picture(side)
    # Near each other: a reconstruction.
    prediction = (0.7 * target + 0.3 * prediction).requires_grad_()
    values = loss_of(scope['m'], target, prediction)
    values.mean().backward()
    for kind, tensor in [('target', target), ('prediction', prediction), ('gradient', prediction.grad)]:
        write(f'{name}.{kind}', tensor.permute(0, 2, 3, 1))
    with open(f'{name}.json', 'w') as file:
        json.dump({'side': side, 'values': values.tolist()}, file)
