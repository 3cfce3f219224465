/** The pooling steps of networks' tables. */
import type { Pooling } from '../../core/language/feature.js'
import { averagePool } from './averagePool.js'
import { l2Pool } from './l2Pool.js'
import { maxPool } from './maxPool.js'
import { averageOver, maxOver } from './overlappingPooling.js'
import type { FieldNumbers, Step } from './step.js'
import { windowsAlong, type PoolingWindow } from './windows.js'

/** Whether a window is 2 x 2 at stride 2. */
export const isHalving = ({ size, stride, rounding }: PoolingWindow): boolean => size === 2 && stride === 2 && rounding === 'floor'

/** The pooling step of a variant of a network; L2 pooling replaces the window 2 x 2 by its own. */
export const poolingOver = (pooling: Pooling, window: PoolingWindow, fields?: FieldNumbers): Step => {
  if (pooling === 'l2') return l2Pool
  if (pooling === 'average') return isHalving(window) ? averagePool : averageOver(window)
  return isHalving(window) ? maxPool(fields) : maxOver(window, fields)
}

/** The length of a side after pooling. */
export const pooledSide = (side: number, pooling: Pooling, window: PoolingWindow): number =>
  pooling === 'l2' ? Math.ceil(side / 2) : windowsAlong(side, window)
