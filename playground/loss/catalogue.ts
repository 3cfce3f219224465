/** What sliders offer: metrics, regularizers and transforms, and the options that each has. */
import { lossSchema } from 'perceptual-loss'

/** What can compare the same feature of two pictures, in the words of people. */
export const METRICS: Readonly<Record<string, string>> = {
  mse: 'mean squared error',
  mae: 'mean absolute error',
  charbonnier: 'Charbonnier (soft absolute error)',
  huber: 'Huber',
  cosine: 'cosine distance',
  squaredFrobenius: 'squared Frobenius norm',
  ssim: '1 − SSIM',
  msSsim: '1 − MS-SSIM',
  gmsd: 'gradient similarity (GMSD)',
  msGmsd: 'gradient similarity at several scales (MS-GMSD)',
  mdsi: 'edges and colours (MDSI)',
  fsim: '1 − FSIM',
  srSim: '1 − SR-SIM',
  vsi: '1 − VSI',
  iwSsim: '1 − IW-SSIM',
  dss: '1 − DSS',
  nlpd: 'normalized Laplacian pyramid (NLPD)',
  flip: 'flicker difference (FLIP)',
  ssimulacra2: 'compression artifacts (SSIMULACRA2)',
  cwSsim: '1 − CW-SSIM',
  vif: '1 − VIF',
  ciede2000: 'colour difference (CIEDE2000)',
  haarPsi: '1 − HaarPSI',
  adaptiveStructureTexture: 'structure and texture, adaptive',
  localStatistics: 'local statistics (textures)',
  contextual: 'contextual',
  slicedWasserstein: 'sliced Wasserstein',
  focalFrequency: 'focal frequency',
}

/** What can judge a feature of the prediction alone. */
export const REGULARIZERS: Readonly<Record<string, string>> = { totalVariation: 'total variation', outOfRange: 'out of range' }

/** What can be made of a feature before it is looked at. */
export const TRANSFORMS: Readonly<Record<string, string>> = {
  gram: 'Gram matrix',
  unitNormalized: 'unit length, every position',
  luma: 'luma (brightness)',
  blurred: 'blurred',
  highPassed: 'high-passed (details)',
  halved: 'halved',
}

/** One option of a definition, as JSON Schema says it. */
export interface OptionSchema {
  readonly type?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly OptionSchema[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

type Role = 'metric' | 'regularizer' | 'transform'

interface Alternative {
  readonly properties?: Readonly<Record<string, { readonly const?: unknown; readonly properties?: Readonly<Record<string, OptionSchema>> }>>
}

const { definitions } = lossSchema() as unknown as { readonly definitions: Readonly<Record<'loss' | 'feature', { readonly anyOf: readonly Alternative[] }>> }

/** The options of a definition by their names, as the library's own schema has them. */
export const optionsOf = (role: Role, id: string): Readonly<Record<string, OptionSchema>> =>
  definitions[role === 'transform' ? 'feature' : 'loss'].anyOf.find(({ properties }) => properties?.[role]?.const === id)?.properties?.['options']
    ?.properties ?? {}

/** The words that an option can be; none where it is a number or something else. */
export const wordsOf = (schema: OptionSchema): readonly string[] => {
  const words = schema.enum ?? schema.anyOf?.map((one) => one.const) ?? []
  return words.every((word) => typeof word === 'string') ? words : []
}
