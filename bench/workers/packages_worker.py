"""Packages without gradients, on NumPy or in C++: bench/workers/packages_worker.py"""

import io

import numpy as np
from PIL import Image

from peer import serve


def start(_path, _threads):
    return f"scikit-image, flip-evaluator, ssimulacra2; NumPy {np.__version__}"


def metric(name, target, prediction):
    """The value, as a function of nothing. Pictures are [1, side, side, 3]."""
    target, prediction = target[0], prediction[0]
    if name == "ciede2000":
        from skimage.color import deltaE_ciede2000, rgb2lab

        return lambda: deltaE_ciede2000(rgb2lab(target), rgb2lab(prediction)).mean()
    if name == "flip":
        from flip_evaluator import evaluate

        return lambda: evaluate(target, prediction, "LDR", applyMagma=False)[1]
    if name == "ssimulacra2":
        import ssimulacra2

        files = [bitmap(picture) for picture in (target, prediction)]
        return lambda: (100 - ssimulacra2.compute_ssimulacra2(*files)) / 100
    raise ValueError(f"no loss is called {name}")


def bitmap(picture):
    """A file in memory, without compression: it is all that ssimulacra2 takes."""
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * picture).astype(np.uint8)).save(file, "BMP")
    return file


def setup(loss, work, target, prediction):
    if work not in ("forward", "value"):
        raise ValueError("these packages have no gradients")
    value = metric(loss, target, prediction)
    return lambda: (value(), None)


serve(start, setup)
