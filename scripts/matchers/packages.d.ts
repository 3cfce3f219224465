/** What table.ts uses of pixelmatch and ssim.js, which are installed for it only. */
declare module 'pixelmatch' {
  export default function pixelmatch(a: Uint8ClampedArray, b: Uint8ClampedArray, output: undefined, width: number, height: number): number
}

declare module 'ssim.js' {
  interface Picture {
    readonly data: Uint8ClampedArray
    readonly width: number
    readonly height: number
  }
  export function ssim(a: Picture, b: Picture): { readonly mssim: number }
}
