/** Networks as tables of layers, and their weights. */
import type { Prelude } from '../dialect.js'

export const networks: Prelude = {
  rgb: {
    text: `def rgb(picture):
    """A grey picture in the three channels that networks take."""
    return concatenate([picture] * 3, -1) if picture.shape[-1] == 1 else picture`,
    uses: ['concatenate'],
  },
  run: {
    text: `def run(layers, network, images, wanted, pooling):
    """The activations \`wanted\` of a network by name, in one pass; a trailing ':pre' asks for the value before the ReLU."""
    weights, preprocessing = network
    x, found = preprocess(images, preprocessing), {}
    for kind, name, *window in layers:
        blurred = kind.startswith("blurred")
        if kind.endswith("pooling"):
            x = pool(x, *window, pooling)
            x = blur_pool(reflected(x, 2, 2), 0) if blurred else x
        elif kind.endswith("convolution"):
            x = convolve(x, *weights[name], *window)
            found[name + ":pre"] = blur_pool(reflected(x, 2, 2), 0) if blurred else x
            x = relu(found[name + ":pre"])
        else:
            squeezed = relu(convolve(x, *weights[name + "/squeeze"], 1, 0))
            sides = [convolve(squeezed, *weights[name + "/expand1x1"], 1, 0), convolve(squeezed, *weights[name + "/expand3x3"], 1, 1)]
            found[name + ":pre"] = concatenate(sides, -1)
            x = relu(found[name + ":pre"])
        found[name] = x
        if all(tap in found for tap in wanted):
            break
    return found`,
    uses: ['preprocess', 'pool', 'blur_pool', 'reflected', 'convolve', 'relu', 'concatenate'],
  },
  preprocess: {
    text: `def preprocess(images, preprocessing):
    """RGB in [0, 1] as the weights were trained: torchvision's mean and deviation, or BGR in [0, 255] minus a mean (caffe)."""
    if preprocessing == "caffe":
        return ops.stack([images[..., channel] for channel in (2, 1, 0)], -1) * 255 - constant([103.939, 116.779, 123.68], images)
    return (images - constant([0.485, 0.456, 0.406], images)) / constant([0.229, 0.224, 0.225], images)`,
    uses: ['constant'],
  },
  pool: {
    text: `def pool(x, size, stride, ceil, kind):
    """Max or average pooling without padding; or DISTS' L2 pooling, which has its own window."""
    if kind == "l2":
        return ops.sqrt(blur_pool(ops.square(x), 1) + 1e-12)
    return max_pool(x, size, stride, ceil) if kind == "max" else average_pool(x, size, stride, ceil)`,
    uses: ['blur_pool', 'max_pool', 'average_pool'],
  },
  safetensors: {
    text: `def safetensors(path):
    """The layers of a safetensors file, {name: (kernel, bias)}, kernels [height, width, in, out], and their preprocessing."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    preprocessing = header.pop("__metadata__", {}).get("preprocessing", "torchvision")
    kinds = {"F32": "<f4", "F16": "<f2"}

    def numbers(name):
        start, end = header[name]["data_offsets"]
        values = numpy.frombuffer(data[start:end], kinds[header[name]["dtype"]]).reshape(header[name]["shape"])
        return tensor(values.astype("float32"))

    layers = {name.removesuffix("/kernel") for name in header if name.endswith("/kernel")}
    return {layer: (numbers(layer + "/kernel"), numbers(layer + "/bias")) for layer in layers}, preprocessing`,
    uses: ['tensor'],
  },
}
