/** A score as JSON: null if it could not be measured, the text "Infinity" for the PSNR of identical pictures (Number() and Python's float() parse it). */
export const jsonScore = (value: unknown): unknown => (value === undefined ? null : value === Infinity ? 'Infinity' : value)
