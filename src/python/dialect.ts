/**
 * The differences between PyTorch and Keras: imports, the few functions with different names, and the source of weights.
 */

/** A Python library to write for. */
export interface Dialect {
  readonly name: 'torch' | 'keras'
  /** The replacement of `ops.` in forms. */
  readonly ops: string
  readonly imports: string
  /** Functions that forms and the network call, by name; only used ones are written. */
  readonly prelude: Readonly<Record<string, PreludeFunction>>
  /** The library's image layout, and its conversion to [batch, height, width, channels]. */
  readonly images: { readonly shape: string; readonly toNhwc: string }
  /** The statement that computes reference features without gradients; `of` is the call. */
  readonly untaped: (name: string, of: string) => string
  /** The body of `own_weights(network)`, which returns the library's ImageNet weights and their preprocessing. */
  readonly ownWeights: { readonly body: string; readonly says: string }
}

/** One function of the prelude. */
export interface PreludeFunction {
  readonly text: string
  readonly uses?: readonly string[]
}

/** Functions that are the same in both, but for `ops.`. */
export const common: Readonly<Record<string, PreludeFunction>> = {
  mean: {
    text: `def mean(x):
    """The mean over each sample: [batch, ...] to [batch]."""
    axes = tuple(range(1, len(x.shape)))
    return ops.mean(x, axis=axes) if axes else x`,
  },
  total: {
    text: `def total(x):
    """The sum over each sample: [batch, ...] to [batch]."""
    axes = tuple(range(1, len(x.shape)))
    return ops.sum(x, axis=axes) if axes else x`,
  },
  safe_sqrt: {
    text: `def safe_sqrt(x):
    """The square root, with the gradient 0 at 0."""
    positive = x > 0
    return ops.where(positive, ops.sqrt(ops.where(positive, x, ops.ones_like(x))), ops.zeros_like(x))`,
  },
  seen_channels: {
    text: `def seen_channels(x, channels):
    """The channels to compare: all of them, the luma, perhaps in steps of 1/255, or BT.601's Y in 16 .. 235 of 255."""
    if channels == "rgb":
        return x
    if channels == "y":
        return ops.sum(x * constant([65.481 / 255, 128.553 / 255, 24.966 / 255], x), axis=-1, keepdims=True) + 16 / 255
    grey = ops.sum(x * constant([0.299, 0.587, 0.114], x), axis=-1, keepdims=True)
    return grey if channels == "luma" else in_8_bits(grey)`,
    uses: ['constant', 'in_8_bits'],
  },
  gaussian: {
    text: `def gaussian(size, sigma):
    """A Gaussian's values at whole distances from its centre, over their sum."""
    values = [math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)) for i in range(size)]
    return [value / sum(values) for value in values]`,
  },
  blur: {
    text: `def blur(x, window):
    """The means under a window along height and width, without padding."""
    return depthwise(depthwise(x, [[value] for value in window], 1, 0), [window], 1, 0)`,
    uses: ['depthwise'],
  },
  structural_distance: {
    text: `def structural_distance(x, y, window, sigma, c1, c2, negative):
    """1 - SSIM window by window, computed from differences; without c1, of contrast and structure alone, kept at 0 or above if not negative."""
    window = gaussian(window, sigma)
    sums, apart, squares, differences = [blur(z, window) for z in (x + y, x - y, x * x + y * y, ops.square(x - y))]
    squared = ops.square(apart)
    brightness = (ops.square(sums) + squared) / 2
    contrast = relu(differences - squared) / (relu(squares - brightness) + c2)
    contrast = contrast if negative else 1 - relu(1 - contrast)
    if c1 is None:
        return contrast
    luminance = squared / (brightness + c1)
    return luminance + contrast - luminance * contrast`,
    uses: ['gaussian', 'blur', 'relu'],
  },
  halved: {
    text: `def halved(x, like):
    """The means of 2 x 2 positions; odd sides as TensorFlow, piq or pytorch-msssim treat them."""
    height, width = x.shape[1] % 2, x.shape[2] % 2
    if like == "pytorch-msssim":
        zeros = ops.zeros_like
        x = concatenate([zeros(x[:, :height]), x, zeros(x[:, :height])], 1)
        x = concatenate([zeros(x[:, :, :width]), x, zeros(x[:, :, :width])], 2)
    elif like == "piq" and (height or width):
        x = concatenate([x[:, :1], x], 1)
        x = concatenate([x[:, :, :1], x], 2)
    elif like == "tensorflow":
        x = concatenate([x, x[:, x.shape[1] - height :]], 1)
        x = concatenate([x, x[:, :, x.shape[2] - width :]], 2)
    return average_pool(x, 2, 2, False)`,
    uses: ['concatenate', 'average_pool'],
  },
  halved_over_zeros: {
    text: `def halved_over_zeros(x):
    """The means of 2 x 2 positions; where a side is odd, zeros are put below and to the right first."""
    odd = max(x.shape[1] % 2, x.shape[2] % 2)
    return average_pool(padded(x, (0, 0), (odd, odd)), 2, 2, False)`,
    uses: ['padded', 'average_pool'],
  },
  gradient_length: {
    text: `def gradient_length(x):
    """The length of Prewitt's gradient, zeros around the picture."""
    down = depthwise(x, [[-1 / 3] * 3, [0] * 3, [1 / 3] * 3], 1, 1)
    across = depthwise(x, [[-1 / 3, 0, 1 / 3]] * 3, 1, 1)
    return safe_sqrt(ops.square(down) + ops.square(across))`,
    uses: ['depthwise', 'safe_sqrt'],
  },
  wavelets: {
    text: `def wavelets(x, size):
    """Haar's wavelet at both orientations, with zeros around: [batch, height, width, 1] to [batch, height, width, 2]."""
    signs = [(1 if i < size / 2 else -1) / size for i in range(size)]
    x = padded(x, ((size - 1) // 2,) * 2, (size // 2,) * 2)
    return concatenate([depthwise(x, [[sign] * size for sign in signs], 1, 0), depthwise(x, [signs] * size, 1, 0)], -1)`,
    uses: ['padded', 'concatenate', 'depthwise'],
  },
  points: {
    text: `def points(x):
    """A feature as a cloud of channel vectors: [batch, points, channels]."""
    return ops.reshape(x, (-1, math.prod(x.shape[1:-1]), x.shape[-1]))`,
  },
  unit_vectors: {
    text: `def unit_vectors(channels, directions, seed):
    """A matrix of channels by directions; the same for a seed everywhere (a linear congruential generator, Box and Muller)."""
    state = seed

    def uniform():
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2 ** 32
        return (state + 1) / 2 ** 32

    def vector():
        row = [math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform()) for _ in range(channels)]
        return [value / math.hypot(*row) for value in row]

    return numpy.array([vector() for _ in range(directions)], "float32").T`,
  },
  gaussian_blur: {
    text: `def gaussian_blur(x, sigma):
    margin = math.ceil(3 * sigma)
    x = concatenate([x[:, :1]] * margin + [x] + [x[:, -1:]] * margin, 1)
    x = concatenate([x[:, :, :1]] * margin + [x] + [x[:, :, -1:]] * margin, 2)
    return blur(x, gaussian(2 * margin + 1, sigma))`,
    uses: ['concatenate', 'blur', 'gaussian'],
  },
  bilinear: {
    text: `def bilinear(old, new, antialias):
    """Which old positions a new one is made of: a matrix of new by old."""
    step = old / new
    reach = max(1, step) if antialias else 1
    centres = (numpy.arange(new) + 0.5) * step
    centres = centres if antialias and step > 1 else numpy.clip(centres, 0.5, old - 0.5)
    weights = numpy.maximum(0, 1 - numpy.abs(numpy.arange(old) + 0.5 - centres[:, None]) / reach)
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")`,
  },
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
        if kind == "pooling":
            x = pool(x, *window, pooling)
        elif kind == "convolution":
            found[name + ":pre"] = convolve(x, *weights[name], *window)
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
    uses: ['preprocess', 'pool', 'convolve', 'relu', 'concatenate'],
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
        window = [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]]
        return ops.sqrt(depthwise(ops.square(x), window, 2, 1) + 1e-12)
    return max_pool(x, size, stride, ceil) if kind == "max" else average_pool(x, size, stride, ceil)`,
    uses: ['depthwise', 'max_pool', 'average_pool'],
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
