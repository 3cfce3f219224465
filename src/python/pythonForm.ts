/**
 * The Python form of a metric, regularizer or transform: the body of a function, the same for PyTorch and Keras.
 *
 * A body receives features [batch, height, width, channels] (as named in `arguments`) and the options in snake case. `ops.` stands for `torch.` or `keras.ops.`: both have
 * `ops.mean(x, axis=..., keepdims=...)`, `ops.square` and their kind under the same names. Where the two differ, a body calls a function of the prelude (torchDialect.ts, kerasDialect.ts).
 */
import type { Options } from '../core/arguments/checkOptions.js'

/** The inputs of a function: two features, perhaps with the prediction's (height, width); lists of features that are compared together; or one feature. */
export type PythonArguments = 'reference, prediction' | 'reference, prediction, picture' | 'references, predictions' | 'feature'

/** The Python form of one definition. */
export interface PythonForm {
  /** 'feature' for regularizers and transforms, one of the others for metrics. */
  readonly arguments: PythonArguments
  /** One sentence for the function's docstring. */
  readonly says: string
  /** The lines of the body; a metric and a regularizer return one number per sample: [batch]. */
  readonly body: string
  /** Functions that the body calls: of the prelude, or of other forms (by their ids). */
  readonly uses?: readonly string[]
  /** The options for Python, if they are not plain data (such as a learned head by its name); by default unchanged. */
  readonly options?: (options: Options) => Readonly<Record<string, PythonValue>>
}

/** Values with a Python literal; a float32 array becomes a named constant. */
export type PythonValue = null | boolean | number | string | Float32Array | readonly PythonValue[] | { readonly [name: string]: PythonValue }

/** Forms by the id of their definition. */
export type PythonForms = Readonly<Record<string, PythonForm>>
