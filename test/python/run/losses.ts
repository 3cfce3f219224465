/** One loss a form, in its variants: what is written as Python and run there. */
import * as face from '../../../src/index.js'
import type { Loss } from '../../../src/index.js'

const {
  aDists,
  adaptiveStructureTexture,
  against,
  blurred,
  charbonnier,
  contextual,
  cosine,
  discriminator,
  dists,
  featureAt,
  focalFrequency,
  gatysStyle,
  ciede2000,
  cwSsim,
  dss,
  flip,
  fsim,
  gmsd,
  iwSsim,
  nlpd,
  srSim,
  ssimulacra2,
  vsi,
  mdsi,
  msGmsd,
  vif,
  gram,
  haarPsi,
  halved,
  highPassed,
  hinge,
  huber,
  johnsonStyle,
  laplacianPyramid,
  leastSquares,
  localStatistics,
  lpips,
  luma,
  mae,
  masked,
  mse,
  msSsim,
  named,
  nonSaturating,
  outOfRange,
  perceptual,
  pixels,
  relativistic,
  resized,
  slicedWasserstein,
  squaredFrobenius,
  ssim,
  standardized,
  stLpips,
  structureTexture,
  sum,
  totalVariation,
  unitNormalized,
  wasserstein,
  wassersteinDistortion,
  weighted,
  weightedChannels,
} = face

/** A loss, and its pictures: how large they must be, or which they are, those of a batch joined by '+'. */
export interface Written {
  readonly loss: Loss<string, string>
  readonly large?: boolean
  readonly pictures?: readonly [target: string, prediction: string]
}

/** Metrics that pictures are ranked by, each of about the same size. */
const RANKING: Readonly<Record<string, Loss<string, string>>> = {
  adaptiveStructureTexture: adaptiveStructureTexture(pixels),
  ciede2000: weighted(0.05, ciede2000(pixels)),
  cwSsim: cwSsim(pixels),
  dss: dss(pixels),
  flip: flip(pixels),
  fsim: fsim(pixels),
  gmsd: gmsd(pixels),
  haarPsi: haarPsi(pixels),
  iwSsim: iwSsim(pixels, { weights: [1, 2] }),
  localStatistics: localStatistics(pixels),
  mdsi: mdsi(pixels),
  msGmsd: msGmsd(pixels),
  nlpd: nlpd(pixels),
  srSim: srSim(pixels),
  ssim: ssim(pixels),
  ssimulacra2: ssimulacra2(pixels),
  vif: vif(pixels),
  vsi: vsi(pixels),
}

export const WRITTEN: Readonly<Record<string, Written>> = {
  mse: { loss: mse(pixels) },
  mae: { loss: mae(featureAt('block1_conv2')) },
  charbonnier: { loss: sum(charbonnier(pixels, { epsilon: 0.01 }), charbonnier(pixels, { epsilon: 1, fromZero: true })) },
  huber: { loss: huber(pixels, { delta: 0.05 }) },
  cosine: { loss: cosine(featureAt('block2_conv2')) },
  'featureAt of transformed pictures': {
    loss: sum(
      mse(featureAt('block2_conv1')),
      mse(featureAt('block1_conv2', { of: luma(pixels) })),
      mae(gram(featureAt('block2_conv1', { of: resized(pixels, { scale: 0.5 }) }))),
      mse(featureAt('block1_conv1', { pooling: 'average', of: resized(pixels, { scale: 0.5 }) })),
    ),
  },
  'squaredFrobenius, gram': {
    loss: sum(squaredFrobenius(gram(featureAt('conv1_2'))), mse(gram(pixels, { normalize: 'positions' })), mae(gram(pixels, { normalize: 'none' }))),
  },
  unitNormalized: { loss: sum(mse(unitNormalized(featureAt('relu2_1'))), mse(unitNormalized(pixels, { addedTo: 'square', epsilon: 1e-3 }))) },
  masked: {
    loss: sum(
      mse(masked(pixels, { region: { top: 0.1, left: 0, height: 0.5, width: 0.9 } })),
      mae(masked(featureAt('block2_conv1'), { region: { top: 0, left: 0.3, height: 1, width: 0.4 } })),
    ),
  },
  totalVariation: {
    loss: sum(totalVariation(pixels), totalVariation(pixels, { norm: 'l2' }), weighted(1e-3, totalVariation(pixels, { norm: 'l2Squared', reduction: 'sum' }))),
  },
  weightedChannels: { loss: sum(weightedChannels(pixels), weightedChannels(pixels, { weights: [1, 0, 2.5] })) },
  structureTexture: { loss: sum(structureTexture(pixels), structureTexture(pixels, { weights: { alpha: [1, 2, 3], beta: [0.5, 0, 1] }, c1: 0.01 })) },
  ssim: { loss: sum(ssim(pixels), ssim(pixels, { channels: 'luma', window: 7, sigma: 1 }), ssim(featureAt('block1_conv1'), { padding: 'reflect' })) },
  'ssim, larger': { loss: sum(ssim(pixels, { downsample: 'auto' }), weighted(0.5, ssim(pixels, { channels: 'roundedLuma' }))), large: true },
  msSsim: { loss: msSsim(pixels), large: true },
  'msSsim of odd sides': { loss: sum(msSsim(pixels, { like: 'piq' }), msSsim(pixels, { like: 'pytorch-msssim', channels: 'luma' })), large: true },
  'ssim and msSsim of Y, msSsim by its own weights': {
    loss: sum(
      ssim(pixels, { channels: 'y' }),
      msSsim(pixels, { channels: 'y', weights: [0.3, 0.5, 0.2] }),
      msSsim(pixels, { channels: 'luma', weights: [1] }),
      msSsim(pixels, { channels: 'roundedLuma', weights: [0.5, 0.5], like: 'piq' }),
    ),
    large: true,
  },
  'luma of limited levels, as scores.psnr takes it': { loss: sum(mse(luma(pixels, { levels: 'limited' })), mae(blurred(luma(pixels, { levels: 'limited' })))) },
  gmsd: { loss: sum(gmsd(pixels), gmsd(featureAt('block1_conv1'), { channels: 'each' })) },
  msGmsd: { loss: sum(msGmsd(pixels), msGmsd(pixels, { chromatic: true, weights: [1, 2], masking: 0.2 })) },
  mdsi: { loss: sum(mdsi(pixels), mdsi(pixels, { alpha: 0.3, c1: 0.01 })) },
  vif: { loss: sum(vif(pixels), vif(pixels, { noise: 1e-3 })) },
  ciede2000: { loss: ciede2000(pixels) },
  fsim: { loss: sum(fsim(pixels), fsim(pixels, { chromatic: false })) },
  vsi: { loss: sum(vsi(pixels), vsi(pixels, { saliencySide: 51 })) },
  srSim: { loss: sum(srSim(pixels), srSim(pixels, { chromatic: true })) },
  cwSsim: { loss: sum(cwSsim(pixels), cwSsim(pixels, { channels: 'luma' })) },
  dss: { loss: sum(dss(pixels), dss(pixels, { percentile: 0.3 })) },
  flip: { loss: sum(flip(pixels), flip(pixels, { pixelsPerDegree: 20 })) },
  nlpd: { loss: nlpd(pixels) },
  ssimulacra2: { loss: sum(ssimulacra2(pixels), ssimulacra2(pixels, { like: 'libjxl' })) },
  'iwSsim, ssimulacra2, flip, saliency and phases of odd sides': {
    loss: sum(
      iwSsim(pixels),
      iwSsim(pixels, { weights: [1, 2] }),
      iwSsim(pixels, { weights: [1] }),
      ssimulacra2(pixels),
      flip(pixels),
      vsi(pixels),
      fsim(pixels),
      cwSsim(pixels),
    ),
    large: true,
  },
  haarPsi: { loss: sum(haarPsi(pixels), haarPsi(pixels, { channels: 'each', C: 50 })) },
  contextual: { loss: sum(contextual(featureAt('block3_conv1')), contextual(featureAt('block3_conv1'), { like: 'original', bandwidth: 0.2 })) },
  slicedWasserstein: { loss: sum(slicedWasserstein(featureAt('block2_conv1')), slicedWasserstein(pixels, { directions: 8, seed: 7 })) },
  focalFrequency: {
    loss: sum(focalFrequency(pixels), focalFrequency(pixels, { alpha: 2, patchFactor: 2, logMatrix: true }), focalFrequency(pixels, { alpha: 0 })),
  },
  outOfRange: { loss: sum(outOfRange(pixels, { min: 0.2, max: 0.7 }), outOfRange(pixels, { min: 0.4, max: 0.5, norm: 'l2Squared' })) },
  'luma, blurred, highPassed': { loss: sum(mse(luma(pixels)), mae(blurred(pixels, { sigma: 2 })), mse(highPassed(featureAt('block1_conv2')))) },
  resized: {
    loss: sum(
      mse(resized(pixels, { scale: 0.3 })),
      mse(resized(pixels, { scale: 0.5, antialias: false })),
      mse(resized(featureAt('block1_conv2'), { height: 100, width: 31 })),
    ),
  },
  laplacianPyramid: { loss: laplacianPyramid() },
  'games of the generator': { loss: sum(nonSaturating(pixels), leastSquares(pixels), weighted(2, hinge(pixels)), weighted(3, wasserstein(pixels))) },
  'games of the discriminator': {
    loss: sum(
      nonSaturating(pixels, { side: 'real' }),
      leastSquares(pixels, { side: 'fake' }),
      hinge(pixels, { side: 'fake' }),
      discriminator(pixels, { objective: 'hinge' }),
      relativistic(pixels, { objective: 'leastSquares', side: 'discriminator' }),
      relativistic(pixels),
    ),
  },
  'perceptual and styles': {
    loss: sum(
      perceptual(),
      named('style', weighted(20, against('style', johnsonStyle()))),
      against('style', gatysStyle()),
      mae(featureAt('block3_conv3', { activation: 'pre' })),
      mse(featureAt('block3_conv1', { pooling: 'average' })),
    ),
  },
  'LPIPS of VGG16 and AlexNet': { loss: sum(lpips({ net: 'vgg' }), lpips({ net: 'alex' })) },
  DISTS: { loss: dists() },
  adaptiveStructureTexture: {
    loss: sum(adaptiveStructureTexture(pixels), adaptiveStructureTexture([pixels, featureAt('block1_conv2')], { window: 7, c1: 1e-3, c2: 1e-4 })),
  },
  'A-DISTS': { loss: aDists() },
  localStatistics: {
    loss: sum(
      localStatistics(pixels),
      localStatistics(featureAt('block2_conv2'), { log2Sigma: 4.3 }),
      localStatistics(featureAt('block3_conv1', { of: resized(pixels, { scale: 0.6 }) }), { log2Sigma: 1 }),
    ),
  },
  'halved, standardized': {
    loss: sum(mse(halved(pixels)), mse(halved(standardized(pixels))), mse(standardized(luma(pixels), { mean: [0.5], deviation: [0.1] }))),
  },
  'Wasserstein distortion': { loss: wassersteinDistortion() },
  'shift-tolerant LPIPS': { loss: sum(stLpips(), mse(featureAt('st_conv2', { activation: 'pre' })), mae(featureAt('st_pool2', { pooling: 'average' }))) },
  // But for two whose slope turns where wavelets and chroma vanish, as they do in many blocks of a JPEG.
  'two pictures at once': {
    loss: sum(...Object.entries(RANKING).flatMap(([name, loss]) => (name === 'haarPsi' || name === 'ciede2000' ? [] : [loss]))),
    pictures: ['coffee.png+coffee_blur.png', 'coffee_noise.png+coffee_jpeg.png'],
  },
  'references with names that Python or the module needs': {
    loss: sum(
      ...['class', '1st', 'prediction', 'torch', 'keras', 'a-b', 'a_b', 'a_b_seen', 'mse', 'loss', 'None', 'per_sample'].map((name, i) =>
        weighted(i + 1, against(name, mse(pixels))),
      ),
    ),
    large: true,
  },
  'the empty sum': { loss: sum() },
}

/** Pictures where square roots, quotients and extremes have no slope of their own. */
const WITHOUT_SLOPES = {
  'equal pictures': ['coffee.png', 'coffee.png'],
  'a black prediction': ['coffee.png', 'coffee_black.png'],
  'pictures of one colour': ['coffee_black.png', 'coffee_flat.png'],
} as const

/** Metrics that pictures are ranked by, on such pictures. */
export const AT_KINKS: Readonly<Record<string, Written>> = Object.fromEntries(
  Object.entries(RANKING).flatMap(([name, loss]) => Object.entries(WITHOUT_SLOPES).map(([of, pictures]) => [`${name} of ${of}`, { loss, pictures }])),
)
