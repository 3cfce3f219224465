/** The nearest whole number; halves go to the even one, as Python's `round` does. */
export const roundHalfToEven = (value: number): number => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value))
