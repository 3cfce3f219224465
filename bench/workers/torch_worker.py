"""PyTorch: bench/workers/torch_worker.py nchw|channels_last|bfloat16 (autocast, in the layout channels_last)"""

import os
import sys

import torch
import torch.nn.functional as F

from catalogue import catalogue
from peer import DEVIATION, MEAN, read_weights, serve, upto

MODE = sys.argv[1]
BFLOAT16 = MODE == "bfloat16"
FORMAT = torch.contiguous_format if MODE == "nchw" else torch.channels_last
weights = {}
state = {}


def start(path, threads):
    if BFLOAT16 and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        raise RuntimeError("the processor has no bfloat16 arithmetic, without which it takes a hundred times as long")
    torch.set_num_threads(threads)
    state["folder"] = os.path.dirname(path)
    for name, array in read_weights(path).items():
        tensor = torch.from_numpy(array)
        weights[name] = tensor.permute(3, 2, 0, 1).contiguous(memory_format=FORMAT) if tensor.dim() == 4 else tensor
    return f"PyTorch {torch.__version__}, {MODE}, {torch.get_num_threads()} threads"


def precision():
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16)


def pictures(array):
    return torch.from_numpy(array).permute(0, 3, 1, 2).contiguous(memory_format=FORMAT)


def features(x, layer):
    mean, deviation = (torch.from_numpy(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
    x = (x - mean) / deviation
    for name in upto(layer):
        x = F.max_pool2d(x, 2) if name == "pool" else F.relu(F.conv2d(x, weights[f"{name}/kernel"], weights[f"{name}/bias"], padding=1), inplace=True)
    return x


def content(layer, target):
    """Mean squared error at a layer: the loss against the target looked at beforehand, and against it looked at anew."""
    with torch.no_grad():
        known = features(target, layer)

    def fresh(x):
        with torch.no_grad():
            again = features(target, layer)
        return F.mse_loss(features(x, layer), again)

    return lambda x: F.mse_loss(features(x, layer), known), fresh


def trunk_with(make, name):
    """torchvision's network with the package's weights: the peers would download theirs."""
    arrays = read_weights(os.path.join(state["folder"], f"{name}.safetensors"))
    net = make(weights=None)
    convolutions = [module for module in net.features if isinstance(module, torch.nn.Conv2d)]
    kernels = [key.removesuffix("/kernel") for key in sorted(arrays) if key.endswith("/kernel")]
    for module, key in zip(convolutions, kernels, strict=True):
        module.weight.data = torch.from_numpy(arrays[f"{key}/kernel"]).permute(3, 2, 0, 1).contiguous()
        module.bias.data = torch.from_numpy(arrays[f"{key}/bias"])
    return net.requires_grad_(False).eval()


def published(name, target):
    """Losses of other packages; they look at the target anew each time."""
    if name in ("lpips-alex", "lpips-vgg"):
        import lpips
        import torchvision.models as tv

        alex, vgg = tv.alexnet, tv.vgg16
        nets = {"alex": lambda **_: trunk_with(alex, "alexnet"), "vgg": lambda **_: trunk_with(vgg, "vgg16")}
        tv.alexnet, tv.vgg16 = nets["alex"], nets["vgg"]
        model = lpips.LPIPS(net=name.removeprefix("lpips-"), pnet_rand=True, verbose=False).requires_grad_(False).eval()
        tv.alexnet, tv.vgg16 = alex, vgg
        f = lambda x: model(target, x, normalize=True).mean()  # noqa: E731
    elif name == "dists":
        import DISTS_pytorch.DISTS_pt as module

        vgg = module.models.vgg16
        module.models.vgg16 = lambda **_: trunk_with(vgg, "vgg16")
        model = module.DISTS(load_weights=False)
        module.models.vgg16 = vgg
        learned = torch.load(os.path.join(os.path.dirname(module.__file__), "weights.pt"))
        model.alpha.data, model.beta.data = learned["alpha"], learned["beta"]
        model.requires_grad_(False).eval()
        f = lambda x: model(target, x, require_grad=True).mean()  # noqa: E731
    elif name == "ssim":
        import piq

        f = lambda x: 1 - piq.ssim(x, target, downsample=False)  # noqa: E731
    elif name == "ms-ssim":
        from pytorch_msssim import ms_ssim

        f = lambda x: 1 - ms_ssim(x, target, data_range=1.0)  # noqa: E731
    else:
        from torchvision.models import vgg16

        f = catalogue(name, target, lambda **_: trunk_with(vgg16, "vgg16"))
        if f is None:
            raise ValueError(f"no loss is called {name}")
    return f, f


def setup(loss, work, target, prediction):
    target, prediction = pictures(target), pictures(prediction)
    with precision():
        prepared, fresh = content(loss, target) if loss.startswith("block") else published(loss, target)
    f = prepared if work in ("forward", "prepared") else fresh
    if work in ("forward", "value"):

        def forward():
            with torch.no_grad(), precision():
                return f(prediction).float().numpy(), None

        return forward

    def step():
        x = prediction.detach().requires_grad_(True)
        value = f(x)
        value.backward()
        return value.detach().numpy(), x.grad.permute(0, 2, 3, 1).numpy()

    return step


serve(start, setup)
