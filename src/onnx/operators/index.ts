/** The operators of ONNX that networks are made of, by their names. */
import { BROADCASTING } from './broadcasting.js'
import { CONSTANTS } from './constantOps.js'
import { convolve } from './convolving.js'
import { einsum } from './einsum.js'
import { ELEMENTWISE } from './elementwise.js'
import { MULTIPLYING } from './multiplying.js'
import type { Operator } from './nodeContext.js'
import { NORMALIZING } from './normalizing.js'
import { POOLING } from './poolingOps.js'
import { REDUCING } from './reducing.js'
import { RESHAPING } from './reshaping.js'
import { RESIZING } from './resizingOps.js'
import { SELECTING } from './selecting.js'

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries<Operator>({
    ...BROADCASTING,
    ...CONSTANTS,
    Conv: convolve,
    Einsum: einsum,
    ...ELEMENTWISE,
    ...MULTIPLYING,
    ...NORMALIZING,
    ...POOLING,
    ...REDUCING,
    ...RESHAPING,
    ...RESIZING,
    ...SELECTING,
  }),
)
