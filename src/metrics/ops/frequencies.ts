/** Frequencies of a transformed picture, and log-Gabor filters over them. */

/** The frequencies along an axis, in the order of the transform: cycles per position; with an odd size from -1/2 to 1/2, as in the authors' programs. */
export const frequencies = (size: number): readonly number[] => {
  const [half, step] = [Math.floor(size / 2), size % 2 === 0 ? size : size - 1]
  return Array.from({ length: size }, (_, i) => (((i + half) % size) - half) / step)
}

/** A value at each frequency, row by row; `at` receives the length of the frequency and its parts along height and width. */
export const overFrequencies = (height: number, width: number, at: (radius: number, down: number, across: number) => number): Float32Array => {
  const [rows, columns] = [frequencies(height), frequencies(width)]
  return Float32Array.from(rows.flatMap((down) => columns.map((across) => at(Math.hypot(down, across), down, across))))
}

/** A Gaussian of the logarithm of a frequency, 0 where that is 0. */
export const logGabor = (radius: number, centre: number, sigma: number): number =>
  radius === 0 ? 0 : Math.exp(-(Math.log(radius / centre) ** 2) / (2 * sigma ** 2))
