import * as t from 'io-ts'
import { Plain } from '../core/arguments/codecs.js'
import { withOptions } from '../core/arguments/definitionOptions.js'
import { getOrThrow } from '../core/errors/lossException.js'
import type { Loss, Target } from '../core/language/loss.js'
import { scale } from '../core/language/build.js'
import { featureAt } from '../layers/features/featureAt.js'
import { aMaskName, masked } from '../layers/features/masked.js'
import { unitNormalized } from '../layers/features/unitNormalized.js'
import { mse } from '../metrics/mse.js'
import { sum } from '../combinators/sum.js'

/** The blocks of a ViT-S or ViT-B, by the names that the export command of docs/onnx.md gives them. */
const BLOCKS = [
  ...(['block1', 'block2', 'block3', 'block4', 'block5', 'block6'] as const),
  ...(['block7', 'block8', 'block9', 'block10', 'block11', 'block12'] as const),
] as const

type Block = (typeof BLOCKS)[number]

/** Options of `dinoPerceptual`. */
export interface DinoPerceptualOptions<L extends string = string, N extends string = string> {
  /** The names of the network's tensors; default 'block1' to 'block12', the blocks of a ViT-S or ViT-B. */
  readonly layers?: readonly L[]
  /** The name of a mask that is passed when the loss runs: each patch's difference is multiplied by its square. It needs layers with rows and columns; default null, no mask. */
  readonly mask?: N | null
}

const names = new Plain(
  "a list of names, such as ['block6', 'block12']",
  (u): u is readonly string[] => Array.isArray(u) && u.length > 0 && u.every((name) => typeof name === 'string' && name !== ''),
  { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
)

const spec = {
  id: 'dinoPerceptual',
  codec: t.strict({ layers: names, mask: t.union([aMaskName, t.null]) }),
  defaults: { layers: BLOCKS, mask: null } as Required<DinoPerceptualOptions>,
}

/**
 * The DINO perceptual loss: token features of DINOv2 or DINOv3, each of unit length; their mean squared error, averaged over the blocks.
 *
 * Compile it over a network that `fromOnnx` reads with `input: 'imagenet'`; docs/onnx.md has the command that exports it. All tokens count, the class token too. With `mask` export the
 * patches as maps, [batch, channels, rows, columns], which that page shows, too.
 *
 * Value: >= 0, zero on identity; at most 4 over the number of channels, so weights of 250 to 1000 are usual beside a pixel loss.
 *
 * @throws LossException `BadOptions` for wrong layers or a wrong mask; when compiled, `UnknownLayer` for a tensor that the network does not have.
 * Source: the package dino-perceptual 0.1.3, `perceptual.py`; Oquab et al., "DINOv2: Learning Robust Visual Features without Supervision", 2023.
 *
 * @example compile(dinoPerceptual(), await fromOnnx('dino.onnx', { input: 'imagenet', resize: true }))
 * @example dinoPerceptual({ layers: ['block6', 'block12'], mask: 'face' })
 */
export const dinoPerceptual = <const L extends string = Block, const N extends string = never>(
  options: DinoPerceptualOptions<L, N> = {},
): Loss<L, Target | N> => {
  const { layers, mask } = getOrThrow(withOptions(spec, options))
  const terms = layers.map((layer) => {
    const tokens = unitNormalized(featureAt(layer))
    return mse(mask === null ? tokens : masked(tokens, mask))
  })
  return scale(1 / terms.length, sum(...terms)) as Loss<L, Target | N>
}
