/**
 * The differences between PyTorch and Keras: imports, the few functions with different names, and the source of weights.
 */

/** A Python library to write for. */
export interface Dialect {
  readonly name: 'torch' | 'keras'
  /** The replacement of `ops.` in forms. */
  readonly ops: string
  readonly imports: string
  /** Functions that forms and the network call, by name; only used ones are written. */
  readonly prelude: Prelude
  /** The library's image layout, its conversion to [batch, height, width, channels], and where height and width are. */
  readonly images: { readonly shape: string; readonly toNhwc: string; readonly sides: string }
  /** The statement that computes reference features without gradients; `of` is the call. */
  readonly untaped: (name: string, of: string) => string
  /** The body of `own_weights(network)`, which returns the library's ImageNet weights and their preprocessing. */
  readonly ownWeights: { readonly body: string; readonly says: string }
}

/** One function of the prelude. */
export interface PreludeFunction {
  readonly text: string
  readonly uses?: readonly string[]
}

/** Functions by name. */
export type Prelude = Readonly<Record<string, PreludeFunction>>
