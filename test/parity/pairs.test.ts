/** Which pictures `npm run parity` compares, and how it says what it found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pairsIn } from '../../scripts/parity/pairs.js'
import { comparedPair, markdown } from '../../scripts/parity/report.js'

const folder = mkdtempSync(join(tmpdir(), 'parity-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('npm run parity', () => {
  it('compares each reference with itself and with its distortions, by the shortest name that fits', async () => {
    for (const file of ['cat.png', 'cat_blur.jpg', 'cat_blur_2.png', 'my_dog.png', 'my_dog_noise.webp', 'notes_cat.txt', 'lone_picture.PNG'])
      writeFileSync(join(folder, file), '')
    const pairs = (await pairsIn(folder)).map((pair) => pair.map((path) => basename(path)))
    expect(pairs).toEqual([
      ['cat.png', 'cat.png'],
      ['cat.png', 'cat_blur.jpg'],
      ['cat.png', 'cat_blur_2.png'],
      ['lone_picture.PNG', 'lone_picture.PNG'],
      ['my_dog.png', 'my_dog.png'],
      ['my_dog.png', 'my_dog_noise.webp'],
    ])
  })

  it('says the largest difference of each row, and where', () => {
    const pair = (name: string) => ['a/ref.png', `a/${name}`] as const
    const compared = [comparedPair(pair('x.png'), 'dists (peer)', 0.5, 0.4), comparedPair(pair('y.png'), 'dists (peer)', 2.01, 2)]
    const text = markdown({ versions: { torch: '1' }, folder: 'a', compared })
    expect(text).toContain('| dists (peer) | 2 | 1.0e-1 | 2.5e-1 | x.png |')
    expect(text).toContain('| dists (peer) | ref.png, y.png | 2.010000 | 2.000000 | 1.0e-2 |')
    expect(text).toContain('Versions: torch 1.')
  })
})
