/** PSNR in dB from the mean squared error, as reported everywhere in the package. */
import { checkArgument } from '../core/arguments/guards.js'
import type { Accepted } from '../core/arguments/checkOptions.js'

/**
 * Peak signal-to-noise ratio in dB of a mean squared error, for a peak of 1: Infinity for identical pictures, at most `cap` if given.
 *
 * @throws LossException for values that are not numbers, and for a cap of 0 or less.
 * Source: ITU-T J.340; scikit-image and torchmetrics have Infinity, too (piq adds 1e-8 to the error and so gives 80).
 */
export const psnrOf = (meanSquare: number, cap = Infinity): number => {
  checkArgument('The mean squared error of psnrOf', meanSquare, aNumber)
  checkArgument('The cap of psnrOf', cap, aCap)
  return Math.min(cap, -10 * Math.log10(meanSquare))
}

const aNumber: Accepted = { name: 'a number', is: (value) => typeof value === 'number' }

/** The largest PSNR to report. */
export const aCap: Accepted = { name: 'a number of dB above 0', is: (value) => typeof value === 'number' && value > 0 }
