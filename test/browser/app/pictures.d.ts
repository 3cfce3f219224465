export const SIDE: number
export const target: Uint8Array
export const prediction: Uint8Array
