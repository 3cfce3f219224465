"""Runs generated modules: reads a request as JSON from standard input, writes values, and gradients in the prediction as float32 files.

Images are raw float32 files [batch, height, width, channels] with their shapes; a PyTorch module gets them as [batch, channels, height, width]. It computes in the
request's `precision`, float32 where it names none.
"""

import importlib.util
import json
import sys

import numpy


def image(description, precision):
    return numpy.fromfile(description["file"], dtype="<f4").reshape(description["shape"]).astype(precision)


def load(path):
    specification = importlib.util.spec_from_file_location("generated", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def by_torch(loss, target, prediction, others):
    import torch

    def to_torch(x):
        return torch.from_numpy(x.copy()).permute(0, 3, 1, 2)

    variable = to_torch(prediction).requires_grad_(True)
    value = loss(to_torch(target), variable, **{name: to_torch(x) for name, x in others.items()})
    value.backward()
    return value.item(), variable.grad.permute(0, 2, 3, 1).numpy()


def by_keras(loss, target, prediction, others):
    import tensorflow as tf

    variable = tf.Variable(prediction)
    with tf.GradientTape() as tape:
        value = loss(tf.constant(target), variable, **{name: tf.constant(x) for name, x in others.items()})
    return float(value), tape.gradient(value, variable).numpy()


def main():
    request = json.load(sys.stdin)
    run = {"torch": by_torch, "keras": by_keras}[request["library"]]
    values = []
    precision = request.get("precision", "float32")
    for job in request["jobs"]:
        module = load(job["module"])
        loss = module.make_loss(request["weights"])
        others = {name: image(x, precision) for name, x in job["others"].items()}
        value, gradient = run(loss, image(job["target"], precision), image(job["prediction"], precision), others)
        gradient.astype("<f4").tofile(job["gradient"])
        values.append(value)
    print("RESULT" + json.dumps(values))


main()
