/** A test that compares pictures, without a runner around it. */
import { join, resolve } from 'node:path'
import type { Run } from '../../src/matcher/testRun.js'

/** A test in this folder that writes no reference. */
export const matcherRun = (folder: string): Run => ({
  test: folder,
  id: folder,
  label: folder,
  folder,
  referencePath: (name = 'unnamed.png') => resolve(folder, name),
  automaticName: (number) => `${String(number)}.png`,
  diff: (name) => join(folder, name),
  update: 'none',
  updateBy: '-u',
  hasFailed: () => false,
})
