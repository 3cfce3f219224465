/** The blur by the eye's contrast sensitivity: what is left of luminance and opponent colours at a distance, given in pixels per degree of visual angle. */
import * as tf from '@tensorflow/tfjs'
import type { Tensor4D } from '@tensorflow/tfjs'
import { blur, gaussianWindow } from '../../core/tensors/gaussianWindow.js'
import type { Opponent } from './opponent.js'
import { replicated } from './replicated.js'

/** The Gaussian height √(π / width) exp(-π² x² / width) of x in degrees. */
interface Gaussian {
  readonly width: number
  readonly height: number
}

const LUMINANCE: Gaussian = { width: 0.0047, height: 1 }
const RED_GREEN: Gaussian = { width: 0.0053, height: 1 }
/** Yellow and blue have two, the wider one first. */
const YELLOW_BLUE = [
  { width: 0.04, height: 34.1 },
  { width: 0.025, height: 13.5 },
] as const

const sigmaOf = ({ width }: Gaussian, pixelsPerDegree: number): number => Math.sqrt(width / (2 * Math.PI ** 2)) * pixelsPerDegree

/** How far all windows reach, in positions: three standard deviations of the widest. */
const reachOf = (pixelsPerDegree: number): number => Math.ceil(3 * sigmaOf(YELLOW_BLUE[0], pixelsPerDegree))

/** How far a window reaches: beyond six standard deviations its weights are below 2e-8. */
const ownReach = (gaussian: Gaussian, pixelsPerDegree: number): number => Math.min(reachOf(pixelsPerDegree), Math.ceil(6 * sigmaOf(gaussian, pixelsPerDegree)))

const blurred = (x: Tensor4D, gaussian: Gaussian, pixelsPerDegree: number): Tensor4D => {
  const reach = ownReach(gaussian, pixelsPerDegree)
  return blur(replicated(x, reach, reach), gaussianWindow(2 * reach + 1, sigmaOf(gaussian, pixelsPerDegree)))
}

/** The sum of a Gaussian's window over both axes. */
const volume = (gaussian: Gaussian, pixelsPerDegree: number): number => {
  const [reach, sigma] = [reachOf(pixelsPerDegree), sigmaOf(gaussian, pixelsPerDegree)]
  let sum = 0
  for (let x = -reach; x <= reach; x++) sum += Math.exp(-(x ** 2) / (2 * sigma ** 2))
  return gaussian.height * Math.sqrt(Math.PI / gaussian.width) * sum ** 2
}

/** What the eye can still see of the colours, the picture's edges repeated. */
export const seen = ({ y, xy, yz }: Opponent, pixelsPerDegree: number): Opponent => {
  const [wide, narrow] = YELLOW_BLUE
  const share = 1 / (1 + volume(narrow, pixelsPerDegree) / volume(wide, pixelsPerDegree))
  return {
    y: blurred(y, LUMINANCE, pixelsPerDegree),
    xy: blurred(xy, RED_GREEN, pixelsPerDegree),
    yz: tf.add(tf.mul(blurred(yz, wide, pixelsPerDegree), share), tf.mul(blurred(yz, narrow, pixelsPerDegree), 1 - share)),
  }
}

/** The operations of `seen` per position. */
export const seenFlops = (pixelsPerDegree: number): number =>
  [LUMINANCE, RED_GREEN, ...YELLOW_BLUE].reduce((sum, gaussian) => sum + 4 * (2 * ownReach(gaussian, pixelsPerDegree) + 1), 3)
