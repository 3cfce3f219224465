/** Losses to begin with. */
import {
  aDists,
  dists,
  featureAt,
  gatysStyle,
  gram,
  laplacianPyramid,
  lossEq,
  lpips,
  mae,
  mse,
  msSsim,
  named,
  perceptual,
  pixels,
  ssim,
  sum,
  totalVariation,
  weighted,
  type Loss,
} from 'perceptual-loss'

/** A loss that has a name on the page. */
export interface Preset {
  readonly title: string
  readonly loss: Loss<string, string>
  /** The call that makes it, where the library has one. */
  readonly code?: string
}

/** What the page opens with: its network is the smallest. */
export const FIRST_LOSS: Loss<string, string> = lpips()

const MIXED: Loss<string, string> = sum(
  named('content', mse(featureAt('block3_conv3'))),
  named('style', mse(gram(featureAt('block2_conv2'), { normalize: 'positions' }))),
  named('pixels', mae(pixels)),
  weighted(0.01, named('smoothness', totalVariation(pixels))),
)

/** By the names that links have. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  mixed: { title: 'Content, style, pixels', loss: MIXED },
  perceptual: { title: 'Perceptual (Keras)', loss: perceptual(), code: 'perceptual()' },
  lpips: { title: 'LPIPS', loss: lpips(), code: 'lpips()' },
  lpipsVgg: { title: 'LPIPS (VGG)', loss: lpips({ net: 'vgg' }), code: "lpips({ net: 'vgg' })" },
  dists: { title: 'DISTS', loss: dists(), code: 'dists()' },
  aDists: { title: 'A-DISTS', loss: aDists(), code: 'aDists()' },
  gatys: { title: 'Gatys style', loss: gatysStyle(), code: 'gatysStyle()' },
  ssim: { title: '1 − SSIM', loss: ssim(pixels) },
  msSsim: { title: '1 − MS-SSIM', loss: msSsim(pixels) },
  laplacian: { title: 'Laplacian pyramid', loss: laplacianPyramid(), code: 'laplacianPyramid()' },
  mse: { title: 'Pixels only (MSE)', loss: mse(pixels) },
}

/** The name of the preset that this loss is. */
export const presetOf = (loss: Loss<string, string>): string | undefined =>
  Object.keys(PRESETS).find((name) => lossEq.equals(PRESETS[name]?.loss ?? sum(), loss))
