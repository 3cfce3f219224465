/**
 * The linear heads of LPIPS v0.1 and of shift-tolerant LPIPS by name: for each layer of a network one non-negative weight per channel.
 *
 * Source: the files `weights/v0.1/*.pth` of the package lpips 0.1.4, and `weights/vST0.0/alex_shift_tolerant.pth` of stlpips_pytorch 0.0.2 (weights/README.md).
 */
import { floats, pieces } from './floats.js'
import { LPIPS_ALEX } from './lpipsAlex.js'
import { LPIPS_SQUEEZE } from './lpipsSqueeze.js'
import { LPIPS_VGG } from './lpipsVgg.js'
import { ST_LPIPS_ALEX } from './stLpipsAlex.js'

/** The networks that LPIPS v0.1 has heads for. */
export type LpipsNet = 'alex' | 'vgg' | 'squeeze'

/** A head, named as its tensor in the original's file; SqueezeNet has seven layers, the others five. */
export type LpipsHead = `lpips.${LpipsNet}.lin${0 | 1 | 2 | 3 | 4}` | `lpips.squeeze.lin${5 | 6}` | ShiftTolerantHead

/** A head of shift-tolerant LPIPS. */
export type ShiftTolerantHead = `stLpips.alex.lin${0 | 1 | 2 | 3 | 4}`

const NETS: Readonly<Record<`lpips.${LpipsNet}` | 'stLpips.alex', { readonly text: string; readonly channels: readonly number[] }>> = {
  'lpips.alex': { text: LPIPS_ALEX, channels: [64, 192, 384, 256, 256] },
  'lpips.vgg': { text: LPIPS_VGG, channels: [64, 128, 256, 512, 512] },
  'lpips.squeeze': { text: LPIPS_SQUEEZE, channels: [64, 128, 256, 384, 384, 512, 512] },
  'stLpips.alex': { text: ST_LPIPS_ALEX, channels: [64, 192, 384, 256, 256] },
}

/** Every head's name. */
export const LPIPS_HEADS = Object.entries(NETS).flatMap(([net, { channels }]) => channels.map((_, i) => `${net}.lin${String(i)}` as LpipsHead))

/** The weights of a head, one per channel. */
export const lpipsHead = (head: LpipsHead): Float32Array => {
  const [recipe, net, layer] = head.split('.')
  const { text, channels } = NETS[`${recipe ?? ''}.${net ?? ''}` as keyof typeof NETS]
  return pieces(floats(text), channels)[Number(layer?.slice('lin'.length))] ?? new Float32Array()
}
