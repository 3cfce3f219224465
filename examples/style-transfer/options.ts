/** The options of the style transfer: read, checked, explained. */
import { fileURLToPath } from 'node:url'
import { backendOption, parsed, weight, whole } from '../arguments.js'

/** What it is told to do. */
export interface StyleOptions {
  readonly content: string
  readonly style: string
  /** The longest side of the result, in pixels. */
  readonly size: number
  readonly steps: number
  readonly contentWeight: number
  readonly styleWeight: number
  readonly tvWeight: number
  readonly out: string
  readonly backend: string
}

const picture = (name: string): string => fileURLToPath(new URL(`../images/${name}`, import.meta.url))

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const

const SPEC = {
  content: text(picture('chelsea.jpg')),
  style: text(picture('swirls.jpg')),
  size: text('256'),
  steps: text('50'),
  'content-weight': text('1'),
  'style-weight': text('15'),
  'tv-weight': text('3'),
  out: text('demo-output'),
  backend: text(backendOption.default),
  help: { type: 'boolean', short: 'h', default: false },
} as const

export const HELP = `Renders a photograph in the style of another picture.

Usage: npm run demo -- [options]

  --content FILE          the photograph (default: examples/images/chelsea.jpg)
  --style FILE            the style picture (default: examples/images/swirls.jpg)
  --size N                the longest side of the result, 16 to 2048 pixels (default: ${SPEC.size.default})
  --steps N               number of Adam steps (default: ${SPEC.steps.default})
  --content-weight X      weight of the content loss (default: ${SPEC['content-weight'].default})
  --style-weight X        weight of the style loss (default: ${SPEC['style-weight'].default})
  --tv-weight X           weight of total variation, for smoothness (default: ${SPEC['tv-weight'].default})
  --out DIR               output folder (default: ${SPEC.out.default})
  --backend NAME          ${backendOption.description} (default: ${SPEC.backend.default})
  -h, --help              this text

Ctrl-C stops early and keeps the current picture.

Examples:
  npm run demo
  npm run demo -- --content examples/images/astronaut.jpg --size 224
  npm run demo -- --content photo.jpg --style painting.jpg --size 384 --steps 100 --style-weight 30
  npm run demo -- --size 128 --steps 20 --out quick`

/** The options from the command line, or that help was asked for; throws a UsageError. */
export const parseOptions = (args: readonly string[]): StyleOptions | 'help' => {
  const values = parsed(args, SPEC)
  if (values.help) return 'help'
  return {
    content: values.content,
    style: values.style,
    size: whole('--size', values.size, 16, 2048),
    steps: whole('--steps', values.steps, 1, 100_000),
    contentWeight: weight('--content-weight', values['content-weight']),
    styleWeight: weight('--style-weight', values['style-weight']),
    tvWeight: weight('--tv-weight', values['tv-weight']),
    out: values.out,
    backend: values.backend,
  }
}
