/** The SSIM family. */
import type { PythonForms } from '../pythonForm.js'

export const structure: PythonForms = {
  ssim: {
    arguments: 'reference, prediction',
    says: '1 - SSIM, averaged over windows and channels.',
    body: `x, y = seen_channels(reference, channels), seen_channels(prediction, channels)
block = max(1, round(min(x.shape[1:3]) / 256)) if downsample == "auto" else 1
if block > 1:
    x, y = average_pool(x, block, block, False), average_pool(y, block, block, False)
if padding == "reflect":
    x, y = [reflected(side, (window - 1) // 2, window // 2) for side in (x, y)]
return mean(structural_distance(x, y, window, sigma, k1 ** 2, k2 ** 2, channels != "roundedLuma"))`,
    uses: ['seen_channels', 'average_pool', 'reflected', 'mean', 'structural_distance'],
  },
  msSsim: {
    arguments: 'reference, prediction',
    says: '1 - MS-SSIM: contrast and structure at several scales, luminance at the coarsest.',
    body: `x, y = seen_channels(reference, channels), seen_channels(prediction, channels)
alike = 1
for scale, exponent in enumerate(weights):
    if scale > 0:
        x, y = halved_like(x, like), halved_like(y, like)
    c1 = k1 ** 2 if scale == len(weights) - 1 else None
    distance = ops.mean(structural_distance(x, y, window, sigma, c1, k2 ** 2, channels != "roundedLuma"), axis=(1, 2))
    inside = distance < 1
    near = ops.where(inside, distance, ops.zeros_like(distance))
    alike = alike * ops.where(inside, ops.exp(exponent * ops.log1p(-near)), ops.zeros_like(distance))
return mean(1 - alike)`,
    uses: ['seen_channels', 'halved_like', 'mean', 'structural_distance'],
  },
}
