/**
 * The pages of docs/losses: one for every definition of the package and every recipe, and the loss that each is shown by.
 */
import * as face from '../../src/index.js'
import {
  aDists,
  adaptiveStructureTexture,
  cosine,
  contextual,
  builtInDefinitions,
  dinoPerceptual,
  discriminator,
  dists,
  dreamsim,
  esrgan,
  featureAt,
  gatysStyle,
  gram,
  johnsonContent,
  johnsonStyle,
  laplacianPyramid,
  localStatistics,
  lpips,
  masked,
  mse,
  perceptual,
  pixels,
  realEsrgan,
  relativistic,
  slicedWasserstein,
  squaredFrobenius,
  stLpips,
  structureTexture,
  unitNormalized,
  wassersteinDistortion,
  weightedChannels,
  type Feature,
  type Loss,
} from '../../src/index.js'

export type AnyLoss = Loss<string, string>

/** The networks of the catalogue, as they are called in code; of 'logits' and 'onnx' the package has none. */
export type NetworkName = 'vgg16' | 'alexnet' | 'alexnetShiftTolerant' | 'vgg19' | 'logits' | 'onnx'

/** What a page shows: distortions with heat maps and curves; a curve over logits; what a transform makes of a picture; or no picture. */
export type Shown = 'distortions' | 'logits' | 'feature' | 'nothing'

/** One page. */
export interface Entry {
  /** The name of the page and of the export. */
  readonly id: string
  readonly kind: 'metric' | 'regularizer' | 'transform' | 'recipe'
  /** The loss whose formula, laws, cost and picture stand on the page. */
  readonly loss: AnyLoss
  readonly network?: NetworkName
  readonly shown: Shown
}

/** How recipes are written in code: `show` prints what they are made of. */
export const RECIPES: Readonly<Record<string, { readonly loss: AnyLoss; readonly code: string; readonly network?: NetworkName }>> = {
  perceptual: { loss: perceptual(), code: 'perceptual()', network: 'vgg16' },
  johnsonContent: { loss: johnsonContent(), code: 'johnsonContent()', network: 'vgg16' },
  johnsonStyle: { loss: johnsonStyle(), code: 'johnsonStyle()', network: 'vgg16' },
  gatysStyle: { loss: gatysStyle(), code: 'gatysStyle()', network: 'vgg16' },
  lpips: { loss: lpips(), code: 'lpips()', network: 'alexnet' },
  stLpips: { loss: stLpips(), code: 'stLpips()', network: 'alexnetShiftTolerant' },
  dists: { loss: dists(), code: 'dists()', network: 'vgg16' },
  aDists: { loss: aDists(), code: 'aDists()', network: 'vgg16' },
  dinoPerceptual: { loss: dinoPerceptual(), code: 'dinoPerceptual()', network: 'onnx' },
  dreamsim: { loss: dreamsim(), code: 'dreamsim()', network: 'onnx' },
  esrgan: { loss: esrgan({ pixelWeight: 1e-2 }), code: 'esrgan({ pixelWeight: 1e-2 })', network: 'vgg19' },
  realEsrgan: { loss: realEsrgan({ pixelWeight: 1 }), code: 'realEsrgan({ pixelWeight: 1 })', network: 'vgg19' },
  wassersteinDistortion: { loss: wassersteinDistortion(), code: 'wassersteinDistortion()', network: 'vgg16' },
  laplacianPyramid: { loss: laplacianPyramid(), code: 'laplacianPyramid()' },
}

const logits = featureAt('logits')

/** Losses that are shown by another feature than pixels, or with options. */
const SHOWN_BY: Readonly<Record<string, { readonly loss: AnyLoss; readonly network?: NetworkName; readonly shown?: Shown }>> = {
  cosine: { loss: cosine(featureAt('block4_conv3')), network: 'vgg16' },
  squaredFrobenius: { loss: squaredFrobenius(gram(featureAt('block3_conv3'))), network: 'vgg16' },
  contextual: { loss: contextual(featureAt('block3_conv3')), network: 'vgg16' },
  slicedWasserstein: { loss: slicedWasserstein(featureAt('block2_conv2')), network: 'vgg16' },
  weightedChannels: { loss: weightedChannels(unitNormalized(featureAt('block1_conv2')), { weights: 'lpips.vgg.lin0' }), network: 'vgg16' },
  structureTexture: { loss: structureTexture(featureAt('block1_conv2', { pooling: 'l2' }), { weights: 'dists.stage1' }), network: 'vgg16' },
  adaptiveStructureTexture: { loss: adaptiveStructureTexture([pixels, featureAt('block1_conv2', { pooling: 'l2' })]), network: 'vgg16' },
  outOfRange: { loss: face.outOfRange(pixels, { min: 0.2, max: 0.8 }) },
  discriminator: { loss: discriminator(logits), network: 'logits', shown: 'logits' },
  relativistic: { loss: relativistic(logits), network: 'logits', shown: 'logits' },
  nonSaturating: { loss: face.nonSaturating(logits), network: 'logits', shown: 'logits' },
  leastSquares: { loss: face.leastSquares(logits), network: 'logits', shown: 'logits' },
  hinge: { loss: face.hinge(logits), network: 'logits', shown: 'logits' },
  wasserstein: { loss: face.wasserstein(logits), network: 'logits', shown: 'logits' },
  gram: { loss: mse(gram(featureAt('block2_conv2'))), network: 'vgg16', shown: 'feature' },
  unitNormalized: { loss: mse(unitNormalized(featureAt('block3_conv3'))), network: 'vgg16', shown: 'feature' },
  localStatistics: { loss: localStatistics(featureAt('block2_conv2')), network: 'vgg16' },
  masked: { loss: mse(masked(pixels, { region: { top: 0, left: 0.25, height: 0.5, width: 0.5 } })), shown: 'feature' },
  blurred: { loss: mse(face.blurred(pixels, { sigma: 4 })), shown: 'feature' },
  highPassed: { loss: mse(face.highPassed(pixels, { sigma: 2 })), shown: 'feature' },
  resized: { loss: mse(face.resized(pixels, { scale: 0.125 })), shown: 'feature' },
}

/** A definition applied to a feature: by `mse` where it is a transform. */
const applied = (kind: string, of: (feature: Feature) => unknown): AnyLoss => (kind === 'transform' ? mse(of(pixels) as Feature) : (of(pixels) as AnyLoss))

const ofDefinitions: Entry[] = builtInDefinitions.map(({ definition: { id, kind }, with: given }): Entry => {
  const usual = kind === 'transform' ? ({ shown: 'feature' } as const) : ({ shown: 'distortions' } as const)
  const by = SHOWN_BY[id] ?? { loss: applied(kind, given({} as never) as (feature: Feature) => unknown) }
  return { id, kind, ...usual, ...by }
})

const ofRecipes: readonly Entry[] = Object.entries(RECIPES).map(([id, { loss, network }]): Entry => ({
  id,
  kind: 'recipe',
  loss,
  shown: network === 'onnx' ? 'nothing' : 'distortions',
  ...(network === undefined ? {} : { network }),
}))

const byId = (a: Entry, b: Entry): number => (a.id < b.id ? -1 : 1)

/** Every page: recipes first, then definitions by id (the order of a module's exports depends on the runtime). */
export const catalogue: readonly Entry[] = [...ofRecipes, ...ofDefinitions.sort(byId)]

/** A page's loss as it is written in code. */
export const codeOf = ({ id, loss }: Entry): string => RECIPES[id]?.code ?? face.show(loss)
