/** The options of super-resolution: read, checked, explained. */
import { among, backendOption, parsed, UsageError, weight, whole } from '../arguments.js'
import { PHOTOGRAPHS, TEXTURES, type Photograph, type Texture } from '../photographs.js'
import { FACTOR } from './models.js'
import type { Weights } from './objective.js'

/** What it is told to do. */
export interface SuperResolutionOptions extends Weights {
  /** The photograph: two thirds of it are learned from, the rest is shown in the end. */
  readonly picture: Photograph | Texture
  /** Steps on pixels alone, which both networks start from. */
  readonly warmUp: number
  /** Steps that each of them then makes. */
  readonly steps: number
  readonly batch: number
  /** The side of the large patches. */
  readonly size: number
  readonly width: number
  readonly rate: number
  readonly seed: number
  readonly out: string
  readonly backend: string
}

const PICTURES = [...TEXTURES, ...PHOTOGRAPHS]

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const

const SPEC = {
  picture: text('gravel'),
  'warm-up': text('300'),
  steps: text('200'),
  batch: text('8'),
  size: text('64'),
  width: text('48'),
  rate: text('0.0005'),
  'pixel-weight': text('1'),
  'perceptual-weight': text('0.2'),
  'texture-weight': text('0.05'),
  'adversarial-weight': text('0.01'),
  seed: text('1'),
  out: text('demo-output/super-resolution'),
  backend: text(backendOption.default),
  help: { type: 'boolean', short: 'h', default: false },
} as const

export const HELP = `Trains a network that enlarges pictures four times, twice: with pixels, VGG16 and a discriminator, and with pixels only.

Usage: npm run example -- super-resolution [options]

  --picture NAME          the picture; two thirds are for training, the rest for the result: ${PICTURES.join(', ')} (default: ${SPEC.picture.default})
  --warm-up N             initial steps with pixels only, shared by both (default: ${SPEC['warm-up'].default})
  --steps N               further steps of each (default: ${SPEC.steps.default})
  --batch N               patches per step (default: ${SPEC.batch.default})
  --size N                the side of a patch, 16 to 256 pixels, a multiple of 4 (default: ${SPEC.size.default})
  --width N               channels of the network's hidden layers, an even number (default: ${SPEC.width.default})
  --rate X                learning rate of the Adam optimizers (default: ${SPEC.rate.default})
  --pixel-weight X        weight of the pixel loss (default: ${SPEC['pixel-weight'].default})
  --perceptual-weight X   weight of the VGG16 features (default: ${SPEC['perceptual-weight'].default})
  --texture-weight X      weight of the Grams (default: ${SPEC['texture-weight'].default})
  --adversarial-weight X  weight of the adversarial loss (default: ${SPEC['adversarial-weight'].default})
  --seed N                seed of the initial weights and the patches (default: ${SPEC.seed.default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})
  -h, --help              this text

Ctrl-C stops early and shows the result so far. Five minutes on two cores with the native backend (npm run native); WASM takes longer.

Examples:
  npm run example -- super-resolution
  npm run example -- super-resolution --steps 1000
  npm run example -- super-resolution --picture grass
  npm run example -- super-resolution --warm-up 50 --steps 50 --out quick`

/** The options from the command line, or that help was asked for; throws a UsageError. */
export const parseOptions = (args: readonly string[]): SuperResolutionOptions | 'help' => {
  const values = parsed(args, SPEC)
  if (values.help) return 'help'
  return {
    picture: among('--picture', values.picture, PICTURES),
    warmUp: whole('--warm-up', values['warm-up'], 0, 1_000_000),
    steps: whole('--steps', values.steps, 1, 1_000_000),
    batch: whole('--batch', values.batch, 1, 256),
    size: multiple('--size', values.size, FACTOR, 16, 256),
    width: multiple('--width', values.width, 2, 2, 256),
    rate: weight('--rate', values.rate),
    pixelWeight: weight('--pixel-weight', values['pixel-weight']),
    perceptualWeight: weight('--perceptual-weight', values['perceptual-weight']),
    textureWeight: weight('--texture-weight', values['texture-weight']),
    adversarialWeight: weight('--adversarial-weight', values['adversarial-weight']),
    seed: whole('--seed', values.seed, 0, 1_000_000),
    out: values.out,
    backend: values.backend,
  }
}

const multiple = (name: string, received: string, of: number, min: number, max: number): number => {
  const value = whole(name, received, min, max)
  if (value % of === 0) return value
  throw new UsageError(`${name}: received '${received}', expected a multiple of ${String(of)}.`)
}
