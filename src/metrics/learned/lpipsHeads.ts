/**
 * The linear heads of LPIPS v0.1 by name: for each layer of a network one non-negative weight per channel.
 *
 * Source: the files `weights/v0.1/*.pth` of the package lpips 0.1.4 (weights/README.md).
 */
import { floats, pieces } from './floats.js'
import { LPIPS_ALEX } from './lpipsAlex.js'
import { LPIPS_SQUEEZE } from './lpipsSqueeze.js'
import { LPIPS_VGG } from './lpipsVgg.js'

/** The networks that LPIPS v0.1 has heads for. */
export type LpipsNet = 'alex' | 'vgg' | 'squeeze'

/** A head, named as its tensor in the original's file; SqueezeNet has seven layers, the others five. */
export type LpipsHead = `lpips.${LpipsNet}.lin${0 | 1 | 2 | 3 | 4}` | `lpips.squeeze.lin${5 | 6}`

const NETS: Readonly<Record<LpipsNet, { readonly text: string; readonly channels: readonly number[] }>> = {
  alex: { text: LPIPS_ALEX, channels: [64, 192, 384, 256, 256] },
  vgg: { text: LPIPS_VGG, channels: [64, 128, 256, 512, 512] },
  squeeze: { text: LPIPS_SQUEEZE, channels: [64, 128, 256, 384, 384, 512, 512] },
}

/** Every head's name. */
export const LPIPS_HEADS = Object.entries(NETS).flatMap(([net, { channels }]) => channels.map((_, i) => `lpips.${net}.lin${String(i)}` as LpipsHead))

/** The weights of a head, one per channel. */
export const lpipsHead = (head: LpipsHead): Float32Array => {
  const [, net, layer] = head.split('.')
  const { text, channels } = NETS[net as LpipsNet]
  return pieces(floats(text), channels)[Number(layer?.slice('lin'.length))] ?? new Float32Array()
}
