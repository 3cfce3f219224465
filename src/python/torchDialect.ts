import type { Dialect } from './dialect.js'
import { common } from './prelude/index.js'

/** PyTorch: images [batch, 3, height, width]; inside, [batch, height, width, channels] is the same memory that PyTorch calls channels_last. */
export const torchDialect: Dialect = {
  name: 'torch',
  ops: 'torch',
  imports: `import torch
import torch.nn.functional as F`,
  images: { shape: '[batch, 3, height, width]', toNhwc: 'images.permute(0, 2, 3, 1)', sides: 'shape[2:]' },
  untaped: (name, of) => `with torch.no_grad():
    ${name} = ${of}`,
  ownWeights: {
    says: "torchvision's ImageNet weights",
    body: `import torchvision

models = {"vgg16": "vgg16", "vgg19": "vgg19", "alexnet": "alexnet", "squeezenet": "squeezenet1_1"}
if network not in models:
    raise ValueError(f"torchvision has no weights of {network}. Pass a safetensors file: make_loss(weights={{'{network}': 'PATH'}}).")
features = getattr(torchvision.models, models[network])(weights="IMAGENET1K_V1").features
convolutions = [module for module in features.modules() if isinstance(module, torch.nn.Conv2d)]
weights = {
    name: (module.weight.detach().permute(2, 3, 1, 0), module.bias.detach())
    for name, module in zip(CONVOLUTIONS[network], convolutions)
}
return weights, "torchvision"`,
  },
  prelude: {
    ...common,
    tensor: {
      text: `def tensor(values):
    return torch.from_numpy(values)`,
    },
    constant: {
      text: `def constant(values, like):
    """Numbers as a tensor of the kind of \`like\`."""
    return torch.as_tensor(values, dtype=like.dtype, device=like.device)`,
    },
    permute: {
      text: `def permute(x, axes):
    return x.permute(axes)`,
    },
    concatenate: {
      text: `def concatenate(parts, axis):
    return torch.cat(parts, axis)`,
    },
    relu: {
      text: `def relu(x):
    return F.relu(x)`,
    },
    in_8_bits: {
      text: `def in_8_bits(x):
    """Rounded to steps of 1/255; the gradient passes as if it were not."""
    return x + (torch.round(x * 255) / 255 - x).detach()`,
    },
    reflected: {
      text: `def reflected(x, before, after):
    """Mirrored at the edges along height and width."""
    return F.pad(x.permute(0, 3, 1, 2), (before, after, before, after), mode="reflect").permute(0, 2, 3, 1)`,
    },
    padded: {
      text: `def padded(x, before, after):
    """Rows and columns of zeros around height and width."""
    return F.pad(x, (0, 0, before[1], after[1], before[0], after[0]))`,
    },
    ordered: {
      text: `def ordered(x):
    return torch.sort(x, -1).values`,
    },
    untraced: {
      text: `def untraced(x):
    return x.detach()`,
    },
    fourier: {
      text: `def fourier(real, imaginary):
    """The orthonormal Fourier transform over height and width: real and imaginary parts."""
    spectrum = torch.fft.fft2(torch.complex(real, imaginary), dim=(1, 2), norm="ortho")
    return spectrum.real, spectrum.imag`,
    },
    inverse_fourier: {
      text: `def inverse_fourier(real, imaginary):
    picture = torch.fft.ifft2(torch.complex(real, imaginary), dim=(1, 2), norm="ortho")
    return picture.real, picture.imag`,
    },
    softplus: {
      text: `def softplus(x):
    return F.softplus(x)`,
    },
    convolve: {
      text: `def convolve(x, kernel, bias, stride, padding):
    """Convolution of [batch, height, width, channels] with a kernel [height, width, in, out]."""
    kernel, bias = kernel.to(x), bias.to(x)
    return F.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), bias, stride, padding).permute(0, 2, 3, 1)`,
    },
    depthwise: {
      text: `def depthwise(x, window, stride, padding):
    """Every channel separately with one window [height, width]."""
    channels = x.shape[-1]
    window = constant(window, x).expand(channels, 1, -1, -1)
    return F.conv2d(x.permute(0, 3, 1, 2), window, None, stride, padding, groups=channels).permute(0, 2, 3, 1)`,
      uses: ['constant'],
    },
    max_pool: {
      text: `def max_pool(x, size, stride, ceil):
    return F.max_pool2d(x.permute(0, 3, 1, 2), size, stride, ceil_mode=ceil).permute(0, 2, 3, 1)`,
    },
    average_pool: {
      text: `def average_pool(x, size, stride, ceil):
    return F.avg_pool2d(x.permute(0, 3, 1, 2), size, stride, ceil_mode=ceil).permute(0, 2, 3, 1)`,
    },
  },
}
