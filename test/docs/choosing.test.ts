/** docs/choosing-a-metric.md has a row and curves for every loss that the package can compare two pictures with; its ranges are those of the laws, its numbers those that were measured. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { photograph, PHOTOGRAPHS } from '../../examples/photographs.js'
import { catalogue } from '../../scripts/docs/catalogue.js'
import { asJpeg, CHANGES, changes, raw, SIDE, type Pixels } from '../../scripts/docs/changes.js'
import { compared, isComparable } from '../../scripts/docs/compared.js'
import { readSensitivities } from '../../scripts/docs/sensitivity.js'
import { sensitivityParts, sensitivityPictures } from '../../scripts/docs/sensitivityTable.js'
import { laws } from '../../src/index.js'
import { root } from './documents.js'

const page = readFileSync(join(root, 'docs', 'choosing-a-metric.md'), 'utf8')
const numbers = await readSensitivities()

const partOf = (name: string): string => new RegExp(`<!-- ${name} -->\n([^]*)\n<!-- /${name} -->`).exec(page)?.[1] ?? ''

/** The cells of each row of a table, by its name. */
const rowsOf = (part: string): ReadonlyMap<string, readonly string[]> =>
  new Map([...partOf(part).matchAll(/^\| \[`([^`]+)`\]\(losses\/\w+\.md\) \| (.*) \|$/gm)].map(([, name = '', cells = '']) => [name, cells.split(' | ')]))

const costs = rowsOf('costs')
const sensitivity = rowsOf('sensitivity')

describe('the tables', () => {
  it('have a row for every metric and recipe that compares two pictures with what the package ships, and the page names the others', () => {
    const pages = new Set(compared.map((one) => one.page))
    expect([...pages].sort()).toEqual(
      catalogue
        .filter(isComparable)
        .map(({ id }) => id)
        .sort(),
    )
    for (const rows of [costs, sensitivity]) expect([...rows.keys()]).toEqual(compared.map(({ name }) => name))
    const [, missing = ''] = /^Not here are (.*)$/m.exec(page) ?? []
    for (const { id, kind } of catalogue) if (kind !== 'transform' && !pages.has(id)) expect(missing).toContain(`(losses/${id}.md)`)
  })

  it.each(compared.map((one) => [one.name, one.loss] as const))("have the range of %s's laws, and a number for each change", (name, loss) => {
    const [mflop = '', range = '', jpeg = ''] = costs.get(name) ?? []
    expect(mflop).toMatch(/^\d+$/)
    const ends = range.replaceAll(/[[\]]/g, '').split(', ')
    for (const [i, end] of laws(loss).range.entries()) {
      const written = Number(ends[i]?.replace('∞', 'Infinity'))
      // Four digits are written.
      if (Number.isFinite(end)) expect(Math.abs(written - end)).toBeLessThanOrEqual(1e-3 * Math.abs(end))
      else expect(written).toBe(end)
    }
    expect(Number(jpeg)).toBeGreaterThan(0)
    expect(sensitivity.get(name)).toHaveLength(changes.length)
    for (const ratio of sensitivity.get(name) ?? []) expect(Number(ratio)).toBeGreaterThanOrEqual(0)
  })

  it('and the curves are what scripts/choosing-a-metric.ts makes of the numbers that it measured', () => {
    for (const [name, part] of Object.entries(sensitivityParts(numbers))) expect(partOf(name)).toBe(part)
    for (const [file, picture] of Object.entries(sensitivityPictures(numbers))) {
      expect(page).toContain(`<img src="${file}" alt="`)
      expect(readFileSync(join(root, 'docs', file), 'utf8'), file).toBe(picture)
    }
  })
})

describe('what the page says of the curves', () => {
  const named = (name: string) => numbers[name]?.changes ?? expect.fail(`no numbers of ${name}`)
  const at = (change: 'shift' | 'darker' | 'colour', strength: number) => {
    const index = (CHANGES[change].strengths as readonly number[]).indexOf(strength)
    return (name: string): number => named(name)[change][index] ?? Number.NaN
  }
  const namesOf = (keep: (one: (typeof compared)[number]) => boolean): readonly string[] => compared.filter(keep).map(({ name }) => name)
  const ends = (values: readonly number[]): readonly string[] => [Math.min(...values), Math.max(...values)].map((value) => value.toPrecision(2))

  it('of shifts: a pixel counts more than the JPEG without a network, less over one; where a texture lies does not matter to its statistics', () => {
    const fine = ['weightedChannels', 'adaptiveStructureTexture']
    expect(ends(namesOf(({ network }) => network === undefined).map(at('shift', 1)))).toEqual(['1.1', '9.5'])
    expect(ends(namesOf(({ network, name }) => network !== undefined && !fine.includes(name)).map(at('shift', 1)))).toEqual(['0.012', '0.74'])
    for (const name of fine) expect(at('shift', 1)(name)).toBeGreaterThan(1)
    for (const name of ['slicedWasserstein', 'squaredFrobenius', 'gatysStyle', 'johnsonStyle']) expect(at('shift', 16)(name)).toBeLessThan(0.105)
    expect(['mdsi', 'vif', 'mse'].map((name) => (at('shift', 16)(name) / at('shift', 1)(name)).toPrecision(2))).toEqual(['1.5', '1.5', '9.8'])
  })

  it('of brightness: it counts pixel by pixel, and little in the ten that it names', () => {
    expect(ends(namesOf(({ group }) => group === 'pixels').map(at('darker', 10)))).toEqual(['1.2', '8.1'])
    expect(at('darker', 10)('cwSsim').toPrecision(2)).toBe('12')
    const robust = ['ssim', 'msSsim', 'gmsd', 'haarPsi', 'fsim', 'srSim', 'vsi', 'lpips (AlexNet)', 'lpips (VGG16)', 'perceptual', 'dists']
    for (const name of robust) expect(at('darker', 10)(name), name).toBeLessThanOrEqual(0.2)
  })

  it('of colour: the seven that hardly count it are those that the page names', () => {
    const blind = namesOf(({ network, name }) => network === undefined && at('colour', 100)(name) < 1 / 3)
    expect([...blind].sort()).toEqual(['dss', 'gmsd', 'iwSsim', 'msGmsd', 'nlpd', 'srSim', 'vif'])
    const [, paragraph = ''] = /\*\*Colour\.\*\* ([^]*?)\n- /.exec(page) ?? []
    for (const name of blind) expect(paragraph).toContain(`\`${name}\``)
  })

  it('of identical pictures: all but charbonnier and contextual are 0', () => {
    expect(namesOf(({ loss }) => !laws(loss).zeroOnIdentity)).toEqual(['charbonnier', 'contextual'])
    expect(page).toMatch(/all are 0 for\s+identical pictures except `charbonnier` \(its epsilon\) and `contextual`/)
  })
})

/** The mean of |difference|^power of two pictures of bytes, in units of 255. */
const distance = (a: Pixels, b: Pixels, power: number): number =>
  a.reduce((sum, value, i) => sum + Math.abs((value - (b[i] ?? 0)) / 255) ** power, 0) / a.length

const middleOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

it('measured every strength of every change: mse and mae are what a sum over bytes gives', async () => {
  const pictures = await Promise.all(PHOTOGRAPHS.map((name) => raw(sharp(photograph(name)).resize(SIDE, SIDE, { fit: 'cover' }))))
  const jpegs = await Promise.all(pictures.map(asJpeg))
  const unitsOf = (power: 1 | 2): readonly number[] => pictures.map((picture, i) => distance(picture, jpegs[i] ?? picture, power))
  const units = { mse: unitsOf(2), mae: unitsOf(1) }
  for (const [change, { strengths, of }] of changes)
    for (const [at, strength] of strengths.entries()) {
      const changed = await Promise.all(pictures.map((picture) => Promise.resolve(of(picture, strength))))
      for (const [name, power] of [
        ['mse', 2],
        ['mae', 1],
      ] as const) {
        const ratios = pictures.map((picture, i) => distance(picture, changed[i] ?? picture, power) / (units[name][i] ?? Number.NaN))
        const measured = numbers[name]?.changes[change][at] ?? Number.NaN
        // Four digits are kept; the loss sums in float32.
        expect(Math.abs(measured / middleOf(ratios) - 1), `${name}, ${change} ${String(strength)}`).toBeLessThan(1e-3)
      }
    }
}, 300_000)
