/**
 * A page of an application as a screenshot would have it, and the ways in which the next screenshot differs.
 *
 * The letters are paths, for a fresh machine may have no fonts.
 */
import sharp from 'sharp'
import { lettering } from '../../src/cli/painting/lettering.js'

/** How the page is drawn. */
export interface Look {
  /** Where the letters are, in pixels from their usual place. */
  readonly letters?: number
  /** How far down everything is, in pixels. */
  readonly down?: number
  readonly antiAliased?: boolean
  readonly button?: boolean
  readonly total?: string
}

export const [HEIGHT, WIDTH] = [150, 200] as const
const TEXT = 14

/** The page as PNG. */
export const page = async ({ letters = 0, down = 0, antiAliased = true, button = true, total = '11.25' }: Look): Promise<Buffer> => {
  const text = (word: string, x: number, y: number): string => lettering(word, x + letters, y, TEXT)
  const order = ['Tea, 2 at 1.50', 'Cocoa, 3 at 2.75', `Total ${total}`].map((line, i) => text(line, 20, 42 + 20 * i)).join('')
  const smoothing = antiAliased ? 'geometricPrecision' : 'crispEdges'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(WIDTH)}" height="${String(HEIGHT)}">
    <rect width="100%" height="100%" fill="#fafafa"/>
    <g transform="translate(0 ${String(down)})">
      <rect y="-2" width="100%" height="28" fill="#1f3a5f"/>
      <path d="${text('Your order', 20, 8)}" fill="#fff" shape-rendering="${smoothing}"/>
      <path d="${order}" fill="#222" shape-rendering="${smoothing}"/>
      ${
        button
          ? `<rect x="40" y="108" width="120" height="28" rx="5" fill="#2463eb"/>
             <path d="${text('Place order', 60, 116)}" fill="#fff" shape-rendering="${smoothing}"/>`
          : ''
      }
    </g></svg>`
  return sharp(Buffer.from(svg)).flatten().png().toBuffer()
}

/** What happened between two screenshots, and whether a test should fail. */
export interface Change {
  readonly what: string
  readonly look: Look
  readonly matters: boolean
}

export const CHANGES: readonly Change[] = [
  { what: 'nothing', look: {}, matters: false },
  { what: 'the letters a third of a pixel to the right', look: { letters: 1 / 3 }, matters: false },
  { what: 'the letters without anti-aliasing', look: { antiAliased: false }, matters: false },
  { what: 'the whole page one pixel down', look: { down: 1 }, matters: false },
  { what: 'the button is missing', look: { button: false }, matters: true },
  { what: 'the total is 17.25, not 11.25', look: { total: '17.25' }, matters: true },
]
