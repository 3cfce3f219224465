"""The metrics of piq, pyiqa, stlpips-pytorch and of authors' programs: each by the name that workloads have for it, as a function of the target to a function of the prediction."""

import importlib.util
import os
import sys
import types

import torch

# piq's similarities are 1 for equal pictures, its deviations 0.
SIMILARITIES = {"fsim": "fsim", "vsi": "vsi", "vif": "vif_p", "sr-sim": "srsim", "dss": "dss", "haar-psi": "haarpsi", "iw-ssim": "information_weighted_ssim"}
DEVIATIONS = {"mdsi": "mdsi", "gmsd": "gmsd", "ms-gmsd": "multi_scale_gmsd"}


def stub(name, **parts):
    """A package that a peer imports and does not use, or whose own __init__ imports more than the benchmark needs."""
    module = sys.modules[name] = types.ModuleType(name)
    module.__dict__.update(parts)


def piq_metric(name):
    import piq

    if name in DEVIATIONS:
        metric = getattr(piq, DEVIATIONS[name])
        return lambda target: lambda x: metric(x, target, data_range=1.0)
    metric = getattr(piq, SIMILARITIES[name])
    if name == "iw-ssim":
        # On the benchmark's pictures it is NaN in float32.
        return lambda target: lambda x: 1 - metric(x.double(), target.double(), data_range=1.0)
    return lambda target: lambda x: 1 - metric(x, target, data_range=1.0)


def pyiqa_metric(name):
    folders = importlib.util.find_spec("pyiqa").submodule_search_locations if "pyiqa" not in sys.modules else sys.modules["pyiqa"].__path__
    for package in ("pyiqa", "pyiqa.utils", "pyiqa.archs"):
        stub(package, __path__=[os.path.join(folder, *package.split(".")[1:]) for folder in folders])
    if name == "nlpd":
        from pyiqa.archs.nlpd_arch import NLPD

        nlpd = NLPD().eval()
        return lambda target: lambda x: nlpd(x, target).mean()
    from pyiqa.archs.ssim_arch import CW_SSIM

    cw_ssim = CW_SSIM(channels=1, test_y_channel=True).eval()
    return lambda target: lambda x: 1 - cw_ssim(x, target).mean()


def st_lpips():
    stub("IPython", embed=None)
    stub("torchsummary", summary=None)
    from stlpips_pytorch.stlpips import LPIPS

    model = LPIPS(net="alex", variant="shift_tolerant", verbose=False).requires_grad_(False).eval()
    return lambda target: lambda x: model(2 * target - 1, 2 * x - 1).mean()


def program(file):
    """An authors' program, which is in no registry."""
    import typing

    # Of Python 3.12.
    typing.override = getattr(typing, "override", lambda f: f)
    path = next((path for path in (os.path.join(folder, file) for folder in sys.path) if os.path.exists(path)), None)
    if path is None:
        raise FileNotFoundError(f"{file} is not there; bench/README.md says where to get it")
    spec = importlib.util.spec_from_file_location(file.removesuffix(".py").replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def with_vgg16(make, vgg16):
    """A model that takes torchvision's VGG16, with another one."""
    import torchvision.models as models

    theirs, models.vgg16 = models.vgg16, vgg16
    model = make().requires_grad_(False).eval()
    models.vgg16 = theirs
    return model


def wasserstein(vgg16):
    model = with_vgg16(program("wasserstein_distortion.py").VGG16WassersteinDistortion, vgg16)
    return lambda target: lambda x: model(x, target, torch.full_like(target[:, :1], 4.0))


def a_dists(vgg16):
    model = with_vgg16(program("A-DISTS.py").ADISTS, vgg16)
    return lambda target: lambda x: model(target, x)


def catalogue(name, target, vgg16):
    """The metric against a target, or None if it is not one of these; `vgg16` makes torchvision's network with the package's weights."""
    if name in SIMILARITIES or name in DEVIATIONS:
        make = piq_metric(name)
    elif name in ("nlpd", "cw-ssim"):
        make = pyiqa_metric(name)
    elif name == "st-lpips":
        make = st_lpips()
    elif name == "wasserstein-distortion":
        make = wasserstein(vgg16)
    elif name == "a-dists":
        make = a_dists(vgg16)
    else:
        return None
    return make(target)
