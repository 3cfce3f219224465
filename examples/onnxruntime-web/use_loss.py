"""The value of a loss and the length of its gradient, by onnxruntime: python use_loss.py loss.onnx"""
import sys

import numpy
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1])
shape = [side if isinstance(side, int) else 1 for side in session.get_inputs()[0].shape]


def picture(frequency):
    i = numpy.arange(numpy.prod(shape))
    return (0.5 + 0.4 * numpy.sin(frequency * i)).astype('float32').reshape(shape)


value, gradient = session.run(['value', 'gradient'], {'target': picture(0.37), 'prediction': picture(0.41)})
print(f'{value:.6f} {numpy.linalg.norm(gradient):.6f}')
