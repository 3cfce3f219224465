/** The film of an optimisation is short, however long the optimisation is, and evenly spread. */
import { expect, it } from 'vitest'
import { filmed, MOST_FRAMES, NO_FILM } from '../../playground/pictures/film.js'

const picture = (step: number): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> } => ({
  width: 1,
  height: 1,
  data: new Uint8ClampedArray([step % 256, step >> 8, 0, 255]),
})

const stepsOf = (steps: number): readonly number[] => {
  const film = Array.from({ length: steps }, (_, step) => picture(step)).reduce(filmed, NO_FILM)
  return film.frames.map(({ data }) => (data[0] ?? 0) + 256 * (data[1] ?? 0))
}

it.each([1, 7, MOST_FRAMES])('has all of %i steps', (steps) => {
  expect(stepsOf(steps)).toEqual(Array.from({ length: steps }, (_, step) => step))
})

it.each([61, 500, 2000])('has every second, fourth, ... of %i steps, from the first on', (steps) => {
  const frames = stepsOf(steps)
  const every = frames[1] ?? 0
  expect(frames.length).toBeLessThanOrEqual(MOST_FRAMES)
  expect(frames.length).toBeGreaterThan(MOST_FRAMES / 2 - 1)
  expect(Math.log2(every) % 1).toBe(0)
  expect(frames).toEqual(frames.map((_, i) => i * every))
  expect(frames.at(-1)).toBeGreaterThanOrEqual(steps - every)
})
