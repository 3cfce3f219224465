/** A score as JSON can hold it: null for what could not be measured, the text "Infinity" for the PSNR of identical pictures (JavaScript's and Python's numbers read it). */
export const jsonScore = (value: unknown): unknown => (value === undefined ? null : value === Infinity ? 'Infinity' : value)
