/** The harmless re-renderings: 100 screenshots of unchanged pages by another machine, another browser setting or a fraction of a pixel away. */

/** How a page is rendered, where that is not the usual way. */
export interface Rendering {
  readonly kind: string
  readonly what: string
  /** Edits of fontconfig's properties: name and value as XML. */
  readonly fonts?: readonly (readonly [name: string, value: string])[]
  /** Arguments of Chromium, instead of the usual ones. */
  readonly flags?: readonly string[]
  readonly css?: string
  /** Another release of each font, of the same design and metrics: Inter 3 for Inter 4, Roboto 2 for Roboto 3, the variable font for static ones of Source Serif 4. */
  readonly otherFonts?: boolean
  /** Photographs as WebP of quality 80. */
  readonly recompressed?: boolean
  /** Pixels per CSS pixel; the screenshot is reduced to CSS pixels. */
  readonly deviceScale?: number
}

const constant = (name: string): string => `<const>${name}</const>`
const yes = '<bool>true</bool>'
const no = '<bool>false</bool>'

/** Chromium's rasterizer on a graphics card, which SwiftShader imitates. */
const GPU = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--enable-gpu-rasterization']

const moved = (what: string, x: number, y: number): Rendering => ({
  kind: Number.isInteger(x) && Number.isInteger(y) ? 'one pixel' : 'sub-pixel shift',
  what,
  css: `html { transform: translate(${String(x)}px, ${String(y)}px); min-height: 100vh }`,
})

const EVERYWHERE: readonly Rendering[] = [
  { kind: 'anti-aliasing', what: 'letters without anti-aliasing', fonts: [['antialias', no]] },
  { kind: 'anti-aliasing', what: 'LCD anti-aliasing', fonts: [['rgba', constant('rgb')]] },
  { kind: 'hinting', what: 'no hinting', fonts: [['hinting', no], ['hintstyle', constant('hintnone')]] }, // prettier-ignore
  { kind: 'hinting', what: 'full hinting', fonts: [['hinting', yes], ['hintstyle', constant('hintfull')]] }, // prettier-ignore
  { kind: 'hinting', what: 'automatic hinting', fonts: [['autohint', yes]] },
  { kind: 'hinting', what: 'letters at whole pixels', flags: ['--disable-gpu', '--disable-font-subpixel-positioning'] },
  { kind: 'GPU raster', what: 'rasterized by the GPU', flags: GPU },
  { kind: 'font of the same metrics', what: 'another release of the fonts', otherFonts: true },
  moved('a quarter of a pixel to the right', 0.25, 0),
  moved('a third of a pixel down', 0, 1 / 3),
  moved('half a pixel to the right and down', 0.5, 0.5),
  moved('one pixel down', 0, 1),
  moved('one pixel to the right', 1, 0),
  { kind: 'device scale', what: 'from 1.5 pixels per CSS pixel', deviceScale: 1.5 },
  { kind: 'device scale', what: 'from 2 pixels per CSS pixel', deviceScale: 2 },
  { kind: 'device scale', what: 'from 3 pixels per CSS pixel', deviceScale: 3 },
]

const vertical: Rendering = { kind: 'anti-aliasing', what: 'LCD anti-aliasing, upright', fonts: [['rgba', constant('vrgb')]] }
const recompressed: Rendering = { kind: 'compression', what: 'photographs compressed again', recompressed: true }

export const RENDERINGS: Readonly<Record<string, readonly Rendering[]>> = {
  form: [...EVERYWHERE, vertical],
  article: [...EVERYWHERE, recompressed],
  dashboard: EVERYWHERE,
  shop: [...EVERYWHERE, recompressed],
  settings: EVERYWHERE,
  dark: [...EVERYWHERE, recompressed],
}
