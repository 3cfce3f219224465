import * as t from 'io-ts'
import { Plain } from '../core/arguments/codecs.js'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { getOrThrow } from '../core/errors/lossException.js'
import type { Loss, Target } from '../core/language/loss.js'
import { featureAt } from '../layers/features/featureAt.js'
import { aMaskName, masked } from '../layers/features/masked.js'
import { pixels } from '../layers/features/pixels.js'
import { cosine } from '../metrics/cosine.js'

/** Options of `dreamsim`. */
export interface DreamsimOptions<L extends string = string, N extends string = string> {
  /** The name of the network's tensor; default 'embedding'. */
  readonly layer?: L
  /** The name of a mask that is passed when the loss runs. An embedding has no positions: both pictures are multiplied by the mask; default null, no mask. */
  readonly mask?: N | null
}

const aLayer = new Plain("a name, such as 'embedding'", (u): u is string => typeof u === 'string' && u !== '', { type: 'string', minLength: 1 })

const spec = {
  id: 'dreamsim',
  codec: t.strict({ layer: aLayer, mask: t.union([aMaskName, t.null]) }),
  defaults: { layer: 'embedding', mask: null } as Required<DreamsimOptions>,
}

/**
 * DreamSim: the cosine distance of embeddings by vision transformers that were tuned to how people judge the similarity of pictures.
 *
 * It judges layout, pose and content more than pixels. Compile it over a network that `fromOnnx` reads with `input: 'unit'` and `resize: true`; docs/onnx.md has the command that exports
 * it from the package dreamsim.
 *
 * Value: [0, 2], zero on identity.
 *
 * @throws LossException `BadOptions` for a wrong layer or mask; when compiled, `UnknownLayer` for a tensor that the network does not have.
 * Source: Fu et al., "DreamSim: Learning New Dimensions of Human Visual Similarity using Synthetic Data", 2023; the package dreamsim 0.2.1, `model.py`.
 *
 * @example compile(dreamsim(), await fromOnnx('dreamsim.onnx', { input: 'unit', resize: true }))
 */
export const dreamsim = <const L extends string = 'embedding', const N extends string = never>(options: DreamsimOptions<L, N> = {}): Loss<L, Target | N> => {
  const { layer, mask } = getOrThrow(withOptions(spec, options))
  return cosine(featureAt<L, N>(layer as L, mask === null ? {} : { of: masked(pixels, mask as N) }))
}
