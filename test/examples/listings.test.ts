/** The listings of the Keras article, run by name. */
import { describe, expect, it } from 'vitest'
import { run } from './run.js'

describe('npm run example', () => {
  it('extractor prints the shape of each feature', async () => {
    const { code, stdout, stderr } = await run('run.ts', ['extractor'])
    expect(stderr).toBe('')
    expect(stdout.trimEnd().split('\n')).toEqual(['block2_conv2: [1,128,128,128]', 'block3_conv3: [1,64,64,256]'])
    expect(code).toBe(0)
  })

  it('perceptual-loss prints the losses of two images', async () => {
    const { code, stdout, stderr } = await run('run.ts', ['perceptual-loss'])
    expect(stderr).toBe('')
    const printed = stdout.trimEnd().split('\n')
    expect(printed.map((line) => line.split(': ')[0])).toEqual([
      "sum(mse(featureAt('block2_conv2')), mse(featureAt('block3_conv3')))",
      "sum(mae(featureAt('block2_conv2')), mae(featureAt('block3_conv3')))",
    ])
    for (const line of printed) {
      const value = Number(line.split(': ')[1])
      expect(Number.isFinite(value) && value > 0).toBe(true)
    }
    expect(code).toBe(0)
  })

  it('lists the names, and rejects others', async () => {
    const listed = await run('run.ts', [])
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toMatch(/ {2}extractor .*\n {2}perceptual-loss /)
    const refused = await run('run.ts', ['toString'])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/^There is no example 'toString'\.\nUsage: /)
  })
})
