/** The pictures that the page has, and the ways in which it changes one. */

/** Photographs of examples/images. */
export const SAMPLES = ['chelsea', 'coffee', 'astronaut', 'rocket', 'hubble', 'swirls'] as const
export type Sample = (typeof SAMPLES)[number]

export const SAMPLE_TITLES: Readonly<Record<Sample, string>> = {
  chelsea: 'Chelsea the cat',
  coffee: 'Coffee',
  astronaut: 'Astronaut',
  rocket: 'Rocket',
  hubble: 'Hubble deep field',
  swirls: 'Painted swirls',
}

/** What can be done to the target. */
export const CHANGES = ['same', 'blurred', 'noisy', 'shifted', 'darker', 'pixelated', 'posterised'] as const
export type Change = (typeof CHANGES)[number]

/** The target with one of the distortions of equal mean squared error. */
export const EQUAL_MSE = 'equalMse'

export const CHANGE_TITLES: Readonly<Record<Change, string>> = {
  same: 'unchanged',
  blurred: 'blurred',
  noisy: 'with noise',
  shifted: 'shifted by a few pixels',
  darker: 'darker',
  pixelated: 'pixelated',
  posterised: 'in few colours',
}
