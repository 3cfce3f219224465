/**
 * Arithmetic by a module of our own. The backend's kernels call a function per number for a square, an absolute value or a negation, and compute the place of each number if tensors broadcast:
 * ten to a hundred times the time.
 *
 * Law: the results are those of IEEE 754, as on plain JavaScript: NaN stays NaN, and a negative zero is less than zero.
 */
import * as tf from '@tensorflow/tfjs'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs'
import { arithmeticKernels, type ArithmeticKernel } from '../simd/arithmeticKernels.js'
import { withScratch } from '../simd/scratch.js'
import { addressIn, type SimdModule } from '../simd/simdModule.js'
import { broadcastOf } from './broadcast.js'
import type { KernelCall } from './replaceKernel.js'

/** A kernel; undefined where the backend's own must run. */
type Kernel = (call: KernelCall) => TensorInfo | undefined

type Module = SimdModule<ArithmeticKernel>

const areNumbers = (...tensors: readonly Tensor[]): boolean => tensors.every(({ dtype, size }) => dtype === 'float32' && size > 0)

/** The module, and a new tensor of this shape. */
const output = (module: Module, shape: readonly number[], dtype: 'float32' | 'int32' | 'bool' = 'float32'): { readonly y: TensorInfo; readonly to: number } => {
  const y = module.backend.makeOutput(shape, dtype)
  return { y, to: addressIn(module, y) }
}

/** In the order of simd/c/arithmetic/unary.c. */
const UNARY = ['Neg', 'Abs', 'Square', 'Relu', 'Sign'] as const

const unary =
  (code: number): Kernel =>
  ({ inputs }) => {
    const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
    if (module === undefined || !areNumbers(x)) return undefined
    const { y, to } = output(module, x.shape)
    module.functions.unary(addressIn(module, x), to, x.size, code)
    return y
  }

const clip: Kernel = ({ inputs, attrs }) => {
  const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
  const { clipValueMin, clipValueMax } = attrs as unknown as { readonly clipValueMin: number; readonly clipValueMax: number }
  if (module === undefined || !areNumbers(x)) return undefined
  const { y, to } = output(module, x.shape)
  module.functions.clip(addressIn(module, x), to, x.size, clipValueMin, clipValueMax)
  return y
}

/** The bytes of 2 x TOGETHER x SHORT numbers (simd/c/arithmetic/broadcast.h). */
const SCRATCH = 4 * 2 * 64 * 16

/** A function of the module for two tensors; `swapped` exchanges them. */
interface Pairwise {
  readonly kernel: 'binary' | 'compare'
  readonly code: number
  readonly of?: 'float32' | 'int32'
  readonly swapped?: boolean
}

/** The kernel of such a function; its tensors broadcast. */
const pairwise =
  ({ kernel, code, of = 'float32', swapped = false }: Pairwise): Kernel =>
  ({ inputs }) => {
    const module = arithmeticKernels.inUse()
    const [first, second] = [inputs['a'] as Tensor, inputs['b'] as Tensor]
    const [a, b] = swapped ? [second, first] : [first, second]
    const axes = broadcastOf(a.shape, b.shape)
    if (module === undefined || axes === undefined || a.dtype !== of || b.dtype !== of || a.size * b.size === 0) return undefined
    const { y, to } = output(module, tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape), kernel === 'compare' ? 'bool' : of)
    withScratch(module.backend, SCRATCH, (scratch) => {
      module.functions[kernel](code, addressIn(module, a), addressIn(module, b), to, scratch, ...axes.sizes, ...axes.a, ...axes.b)
    })
    return y
  }

/** In the order of simd/c/arithmetic/binary.c. */
const BINARY = ['Add', 'Sub', 'Multiply', 'RealDiv', 'SquaredDifference', 'Maximum', 'Minimum'] as const
const WHOLE_SUM = BINARY.length

/** Sums of float32, and of int32. */
const add: Kernel = (call) => pairwise({ kernel: 'binary', code: 0 })(call) ?? pairwise({ kernel: 'binary', code: WHOLE_SUM, of: 'int32' })(call)

/** In the order of simd/c/arithmetic/compare.c. */
const COMPARE = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual'] as const
const SWAPPED = { Less: 'Greater', LessEqual: 'GreaterEqual' } as const

const select: Kernel = ({ inputs }) => {
  const [module, chosen, a, b] = [arithmeticKernels.inUse(), inputs['condition'] as Tensor, inputs['t'] as Tensor, inputs['e'] as Tensor]
  if (module === undefined || chosen.dtype !== 'bool' || chosen.size !== a.size || !areNumbers(a, b)) return undefined
  const { y, to } = output(module, a.shape)
  module.functions.choose(addressIn(module, chosen), addressIn(module, a), addressIn(module, b), to, a.size)
  return y
}

/** Booleans as float32. */
const cast: Kernel = ({ inputs, attrs }) => {
  const [module, x] = [arithmeticKernels.inUse(), inputs['x'] as Tensor]
  if (module === undefined || x.dtype !== 'bool' || (attrs?.['dtype'] as unknown) !== 'float32') return undefined
  const { y, to } = output(module, x.shape)
  module.functions.numbers(addressIn(module, x), to, x.size)
  return y
}

const named = (names: readonly string[], make: (code: number) => Kernel): Readonly<Record<string, Kernel>> =>
  Object.fromEntries(names.map((name, code) => [name, make(code)]))

/** The kernels by name. */
export const NUMBER_BY_NUMBER: Readonly<Record<string, Kernel>> = {
  ...named(UNARY, unary),
  ...named(BINARY, (code) => pairwise({ kernel: 'binary', code })),
  ...named(COMPARE, (code) => pairwise({ kernel: 'compare', code })),
  ...Object.fromEntries(Object.entries(SWAPPED).map(([name, other]) => [name, pairwise({ kernel: 'compare', code: COMPARE.indexOf(other), swapped: true })])),
  Add: add,
  ClipByValue: clip,
  Select: select,
  Cast: cast,
}
