/** What the comparison uses of packages that are installed for it only, or that have no types. */
declare module 'pixelmatch' {
  interface PixelmatchOptions {
    readonly threshold?: number
    readonly windowSize?: number
  }
  export default function pixelmatch(
    a: Uint8ClampedArray,
    b: Uint8ClampedArray,
    output: undefined,
    width: number,
    height: number,
    options?: PixelmatchOptions,
  ): number
}

declare module 'ssim.js' {
  interface Picture {
    readonly data: Uint8ClampedArray
    readonly width: number
    readonly height: number
  }
  export function ssim(a: Picture, b: Picture): { readonly mssim: number }
}

declare module 'playwright-core/lib/coreBundle' {
  interface PixelOptions {
    readonly threshold?: number
    readonly maxDiffPixels?: number
  }
  export const utils: {
    readonly getComparator: (mimeType: 'image/png') => (actual: Buffer, expected: Buffer, options: PixelOptions) => { readonly errorMessage: string } | null
  }
}
