/** The options of the GAN: read, checked, explained. */
import { among, backendOption, parsed, UsageError, weight, whole } from '../arguments.js'

/** What it is told to do. */
export interface GanOptions {
  /** The side of a picture in pixels. */
  readonly size: number
  readonly patches: number
  readonly batch: number
  readonly epochs: number
  readonly width: number
  readonly rate: number
  readonly objective: (typeof OBJECTIVES)[number]
  readonly adversarialWeight: number
  readonly perceptualWeight: number
  readonly featureWeight: number
  readonly seed: number
  readonly out: string
  readonly backend: string
}

/** Wasserstein's is left out: its critic would have to be kept Lipschitz. */
const OBJECTIVES = ['nonSaturating', 'leastSquares', 'hinge'] as const

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const

const SPEC = {
  size: text('32'),
  patches: text('64'),
  batch: text('8'),
  epochs: text('40'),
  width: text('32'),
  rate: text('0.0002'),
  objective: text('nonSaturating'),
  'adversarial-weight': text('1'),
  'perceptual-weight': text('0.1'),
  'feature-weight': text('1'),
  seed: text('1'),
  out: text('demo-output/gan'),
  backend: text(backendOption.default),
  help: { type: 'boolean', short: 'h', default: false },
} as const

export const HELP = `Trains a generator and a discriminator on patches of photographs, with a perceptual loss.

Usage: npm run example -- gan [options]

  --size N                the side of a picture: 16, 24, 32, ... 128 pixels, a multiple of 8 (default: ${SPEC.size.default})
  --patches N             number of training patches (default: ${SPEC.patches.default})
  --batch N               patches per step (default: ${SPEC.batch.default})
  --epochs N              number of epochs (default: ${SPEC.epochs.default})
  --width N               channels of the generator's last hidden layer; the others have 2 and 4 times as many (default: ${SPEC.width.default})
  --rate X                learning rate of both Adam optimizers (default: ${SPEC.rate.default})
  --objective NAME        ${OBJECTIVES.join(', ')} (default: ${SPEC.objective.default})
  --adversarial-weight X  weight of the adversarial loss (default: ${SPEC['adversarial-weight'].default})
  --perceptual-weight X   weight of the perceptual loss over VGG16 (default: ${SPEC['perceptual-weight'].default})
  --feature-weight X      weight of feature matching in the discriminator (default: ${SPEC['feature-weight'].default})
  --seed N                seed of the initial weights and the patches (default: ${SPEC.seed.default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})
  -h, --help              this text

Ctrl-C stops early and keeps the samples so far.

Examples:
  npm run example -- gan
  npm run example -- gan --size 16 --patches 16 --epochs 10
  npm run example -- gan --objective hinge --perceptual-weight 0.5`

/** The options from the command line, or that help was asked for; throws a UsageError. */
export const parseOptions = (args: readonly string[]): GanOptions | 'help' => {
  const values = parsed(args, SPEC)
  if (values.help) return 'help'
  return {
    size: side('--size', values.size),
    patches: whole('--patches', values.patches, 1, 10_000),
    batch: whole('--batch', values.batch, 1, 256),
    epochs: whole('--epochs', values.epochs, 1, 10_000),
    width: whole('--width', values.width, 1, 256),
    rate: weight('--rate', values.rate),
    objective: among('--objective', values.objective, OBJECTIVES),
    adversarialWeight: weight('--adversarial-weight', values['adversarial-weight']),
    perceptualWeight: weight('--perceptual-weight', values['perceptual-weight']),
    featureWeight: weight('--feature-weight', values['feature-weight']),
    seed: whole('--seed', values.seed, 0, 1_000_000),
    out: values.out,
    backend: values.backend,
  }
}

/** Three doublings from a whole grid. */
const side = (name: string, received: string): number => {
  const value = whole(name, received, 16, 128)
  if (value % 8 === 0) return value
  throw new UsageError(`${name}: received '${received}', expected a multiple of 8: the generator doubles its first grid three times.`)
}
