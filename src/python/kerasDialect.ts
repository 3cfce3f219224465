import type { Dialect } from './dialect.js'
import { common } from './prelude/index.js'

/** Keras 3 (any backend): images [batch, height, width, 3]. */
export const kerasDialect: Dialect = {
  name: 'keras',
  ops: 'ops',
  imports: `import keras
from keras import ops`,
  images: { shape: '[batch, height, width, 3]', toNhwc: 'images', sides: 'shape[1:3]' },
  untaped: (name, of) => `${name} = {key: ops.stop_gradient(value) for key, value in ${of}.items()}`,
  ownWeights: {
    says: "Keras' ImageNet weights of VGG16 and VGG19 (another training than torchvision's: other values)",
    body: `if network not in ("vgg16", "vgg19"):
    raise ValueError(f"Keras has no weights of {network}. Pass a safetensors file: make_loss(weights={{'{network}': 'PATH'}}).")
model = {"vgg16": keras.applications.VGG16, "vgg19": keras.applications.VGG19}[network](include_top=False)
weights = {name: tuple(map(tensor, model.get_layer(name).get_weights())) for name in CONVOLUTIONS[network]}
return weights, "caffe"`,
  },
  prelude: {
    ...common,
    tensor: {
      text: `def tensor(values):
    return ops.convert_to_tensor(values, dtype="float32")`,
    },
    constant: {
      text: `def constant(values, like):
    """Numbers as a tensor of the kind of \`like\`."""
    return ops.convert_to_tensor(values, dtype=like.dtype)`,
    },
    permute: {
      text: `def permute(x, axes):
    return ops.transpose(x, axes)`,
    },
    concatenate: {
      text: `def concatenate(parts, axis):
    return ops.concatenate(parts, axis)`,
    },
    relu: {
      text: `def relu(x):
    return ops.relu(x)`,
    },
    in_8_bits: {
      text: `def in_8_bits(x):
    """Rounded to steps of 1/255; the gradient passes as if it were not."""
    return x + ops.stop_gradient(ops.round(x * 255) / 255 - x)`,
    },
    reflected: {
      text: `def reflected(x, before, after):
    """Mirrored at the edges along height and width."""
    return ops.pad(x, [(0, 0), (before, after), (before, after), (0, 0)], mode="reflect")`,
    },
    ordered: {
      text: `def ordered(x):
    return ops.sort(x, -1)`,
    },
    untraced: {
      text: `def untraced(x):
    return ops.stop_gradient(x)`,
    },
    fourier: {
      text: `def fourier(real, imaginary):
    """The orthonormal Fourier transform over height and width: real and imaginary parts."""
    parts = ops.fft2(tuple(ops.transpose(part, (0, 3, 1, 2)) for part in (real, imaginary)))
    return [ops.transpose(part, (0, 2, 3, 1)) / math.sqrt(real.shape[1] * real.shape[2]) for part in parts]`,
    },
    inverse_fourier: {
      text: `def inverse_fourier(real, imaginary):
    parts = ops.ifft2(tuple(ops.transpose(part, (0, 3, 1, 2)) for part in (real, imaginary)))
    return [ops.transpose(part, (0, 2, 3, 1)) * math.sqrt(real.shape[1] * real.shape[2]) for part in parts]`,
    },
    softplus: {
      text: `def softplus(x):
    return ops.softplus(x)`,
    },
    padded: {
      text: `def padded(x, before, after, value=0.0):
    """Rows and columns around height and width."""
    if before == after == (0, 0):
        return x
    return ops.pad(x, [(0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0)], constant_values=value)`,
    },
    convolve: {
      text: `def convolve(x, kernel, bias, stride, padding):
    """Convolution of [batch, height, width, channels] with a kernel [height, width, in, out]."""
    x = padded(x, (padding, padding), (padding, padding))
    return ops.conv(x, kernel, stride, "valid", data_format="channels_last") + bias`,
      uses: ['padded'],
    },
    depthwise: {
      text: `def depthwise(x, window, stride, padding):
    """Every channel separately with one window [height, width]."""
    window = ops.convert_to_tensor(window, dtype=x.dtype)
    kernel = ops.tile(window[:, :, None, None], (1, 1, x.shape[-1], 1))
    x = padded(x, (padding, padding), (padding, padding))
    return ops.depthwise_conv(x, kernel, stride, "valid", data_format="channels_last")`,
      uses: ['padded'],
    },
    left_over: {
      text: `def left_over(side, size, stride, ceil):
    """How many positions a last window reaches over the edge."""
    whole = (side - size) // stride + 1
    return whole * stride + size - side if ceil and (side - size) % stride and whole * stride < side else 0`,
    },
    max_pool: {
      text: `def max_pool(x, size, stride, ceil):
    over = tuple(left_over(side, size, stride, ceil) for side in x.shape[1:3])
    return ops.max_pool(padded(x, (0, 0), over, -3e38), size, stride, "valid", data_format="channels_last")`,
      uses: ['padded', 'left_over'],
    },
    average_pool: {
      text: `def average_pool(x, size, stride, ceil):
    over = tuple(left_over(side, size, stride, ceil) for side in x.shape[1:3])
    average = lambda x: ops.average_pool(padded(x, (0, 0), over), size, stride, "valid", data_format="channels_last")
    return average(x) / average(ops.ones_like(x)) if any(over) else average(x)`,
      uses: ['padded', 'left_over'],
    },
  },
}
