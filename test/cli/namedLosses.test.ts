/** How a person may ask: spellings of names, pipes for files; and what comes back where a pair fails. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOSS_NAMES, lossName, namedLoss } from '../../src/cli/namedLosses.js'
import { said } from './said.js'

const golden = (name: string): string => fileURLToPath(new URL(`../goldens/images/${name}`, import.meta.url))
const [coffee, blurred] = [golden('coffee.png'), golden('coffee_blur.png')]

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-asking-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a loss', () => {
  it.each([
    ['LPIPS', 'lpips'],
    ['johnsonStyle', 'johnson-style'],
    ['msSsim', 'ms-ssim'],
    ['MS-SSIM', 'ms-ssim'],
    ['haarPsi', 'haar-psi'],
    ['GMSD', 'gmsd'],
    ['realEsrgan', 'real-esrgan'],
    ['LPIPS (VGG)', 'lpips-vgg'],
  ])('%s is %s', (spelling, name) => {
    expect(lossName(spelling)).toBe(name)
  })

  it("has the name of its table's column, too", async () => {
    for (const name of LOSS_NAMES) expect((await namedLoss((await namedLoss(name)).title)).name).toBe(name)
  })

  it('is accepted by every command, and in limits', async () => {
    expect((await said('show', 'johnsonStyle')).out).toBe((await said('show', 'johnson-style')).out)
    const { status, out } = await said('compare', coffee, blurred, '--loss', 'PSNR', '--min', 'Psnr=40', '--csv')
    expect([status, out.split('\n')[0]]).toEqual([1, 'reference,picture,psnr,error'])
  })

  it.each([
    [['compare', coffee, blurred, '--loss', 'lpisp'], 'Did you mean lpips?'],
    [['compare', coffee, blurred, '--backend', 'nativ'], 'Did you mean native?'],
    [['compare', coffee, blurred, '--weights', 'alexnt=a.pth'], 'Did you mean alexnet?'],
    [['compare', coffee, blurred, '--resise'], 'Did you mean --resize?'],
    [['show', 'lpips', '--as', 'latext'], 'Did you mean latex?'],
    [['heatmpa'], 'Did you mean heatmap?'],
  ])('%j: the nearest name is offered', async (args, hint) => {
    const { status, err } = await said(...args)
    expect([status, err.endsWith(hint)]).toEqual([2, true])
  })
})

describe('a pair that fails', () => {
  it('is in the JSON, with its error', async () => {
    const none = join(folder, 'none.png')
    const { status, out } = await said('compare', coffee, none, blurred, '--loss', 'psnr', '--json')
    const message = `The picture ${none} cannot be read: there is no such file or folder.`
    expect(status).toBe(3)
    expect(JSON.parse(out)).toEqual([
      { reference: coffee, picture: none, error: { tag: 'ImageUnreadable', message } },
      expect.objectContaining({ reference: coffee, picture: blurred, past: [] }),
    ])
  })

  it('outweighs one that is too far', async () => {
    expect((await said('compare', coffee, join(folder, 'none.png'), blurred, '--loss', 'psnr', '--min', 'psnr=40')).status).toBe(3)
  })
})

describe('exit statuses', () => {
  it.each([[['--help']], [['compare', '--help']], [['worker', '--help']]])('are in %j', async (args) => {
    expect((await said(...args)).out).toMatch(/exit status[^]*0 +done[^]*1 +.*--max or --min[^]*2 +wrong arguments[^]*3 +/i)
  })
})

it('standard input holds one picture', async () => {
  expect(await said('compare', '-', '-')).toEqual({
    status: 2,
    out: '',
    err: 'perceptual-loss: received - more than once; standard input holds one picture.',
  })
})
