/** PSNR in dB from the mean squared error, as every part of the package reports it. */

/**
 * Peak signal-to-noise ratio in dB of a mean squared error, for a peak of 1: Infinity for identical pictures, no more than `cap` where one is given.
 *
 * Source: ITU-T J.340; scikit-image and torchmetrics have Infinity, too (piq adds 1e-8 to the error and so gives 80).
 */
export const psnrOf = (meanSquare: number, cap = Infinity): number => Math.min(cap, -10 * Math.log10(meanSquare))
