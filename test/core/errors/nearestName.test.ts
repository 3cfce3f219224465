/** The known name that a mistyped one means. */
import { describe, expect, it } from 'vitest'
import { nearestName } from '../../../src/core/errors/nearestName.js'

describe('the nearest name', () => {
  it.each([
    ['hubert', ['huber', 'hinge'], 'huber'],
    // Swapped neighbours are one edit: mae would be as near by Levenshtein's distance.
    ['mes', ['mae', 'mse'], 'mse'],
    ['ssmi', ['msSsim', 'ssim'], 'ssim'],
    ['block3_cnov3', ['block3_conv2', 'block3_conv3'], 'block3_conv3'],
    ['nothing like it', ['mse', 'mae'], undefined],
    ['x', [], undefined],
  ])('of %s among %j is %s', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest)
  })
})
