"""Keras 3 on TensorFlow: bench/workers/keras_worker.py function|eager"""

import sys

import keras
import tensorflow as tf

from peer import DEVIATION, MEAN, read_weights, serve

MODE = sys.argv[1]
state = {}


def start(path, threads):
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    state["weights"] = read_weights(path)
    return f"Keras {keras.__version__}, TensorFlow {tf.__version__}, {MODE}"


def network(layer):
    model = keras.applications.VGG16(include_top=False, weights=None, input_shape=(None, None, 3))
    for part in model.layers:
        if "conv" in part.name:
            part.set_weights([state["weights"][f"{part.name}/kernel"], state["weights"][f"{part.name}/bias"]])
    extractor = keras.Model(model.input, model.get_layer(layer).output)
    extractor.trainable = False
    return extractor


def setup(loss, work, target, prediction):
    extractor = network(loss)
    target, prediction = tf.constant(target), tf.constant(prediction)

    def features(x):
        return extractor((x - MEAN) / DEVIATION)

    known = features(target)

    def error(x, reference):
        return tf.reduce_mean(tf.square(features(x) - reference))

    def forward(x, y):
        return error(x, known if work == "forward" else features(y))

    def step(x, y):
        reference = known if work == "prepared" else features(y)
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = error(x, reference)
        return value, tape.gradient(value, x)

    f = forward if work in ("forward", "value") else step
    compiled = tf.function(f) if MODE == "function" else f

    def run():
        if f is forward:
            return compiled(prediction, target).numpy(), None
        value, gradient = compiled(prediction, target)
        return value.numpy(), gradient.numpy()

    return run


serve(start, setup)
