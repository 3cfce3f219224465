/** npx perceptual-loss show, explain, doctor, completion. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Findings } from '../../src/cli/doctor/examine.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import type { Explanation } from '../../src/index.js'
import { readModel } from '../../src/onnx/file/onnxMessages.js'
import { said } from './said.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perceptual-loss-reading-'))
  await writeFile(join(folder, 'ours.json'), '{ "version": 1, "loss": { "weight": 2, "loss": { "metric": "mse", "feature": { "layer": "block1_conv2" } } } }')
})
afterAll(() => rm(folder, { recursive: true }))

describe('show', () => {
  it.each([
    ['typescript', "weighted(2, mse(featureAt('block1_conv2')))"],
    ['latex', /2.*\\phi_\{\\text\{block1\\_conv2\}\}/],
    ['mermaid', /^flowchart LR\n[^]*block1#95;conv2/],
    ['json', /^\{\n {2}"version": 1,[^]*"layer": "block1_conv2"/],
  ])('writes a loss as %s', async (format, expected) => {
    const { status, out, err } = await said('show', join(folder, 'ours.json'), '--as', format)
    expect([status, err]).toEqual([0, ''])
    expect(out).toEqual(typeof expected === 'string' ? expected : (expect.stringMatching(expected) as string))
  })

  it('writes JSON that it reads', async () => {
    const { out } = await said('show', 'dists', '--as', 'json')
    await writeFile(join(folder, 'dists.json'), out)
    expect((await said('show', join(folder, 'dists.json'))).out).toBe((await said('show', 'dists')).out)
  })

  it('says in one line what it does not know', async () => {
    expect(await said('show', 'dists', '--as', 'png')).toEqual({
      status: 2,
      out: '',
      err: "perceptual-loss: --as: received 'png', expected one of typescript, latex, mermaid, json, onnx.",
    })
  })
})

describe('show --as onnx', () => {
  it('writes a file that an ONNX runtime reads', async () => {
    const file = join(folder, 'ours.onnx')
    const { status, out, err } = await said('show', join(folder, 'ours.json'), '--as', 'onnx', '--size', '24x32', '--to', file)
    expect([status, err, out]).toEqual([0, '', expect.stringContaining(`${file}: `)])
    const { opset, inputs } = readModel(new Uint8Array(await readFile(file)))
    expect([opset, inputs.map(({ name, dims }) => [name, dims])]).toEqual([
      17,
      [
        ['prediction', [undefined, 24, 32, 3]],
        ['target', [undefined, 24, 32, 3]],
      ],
    ])
  })

  it('writes a file for pictures of any size', async () => {
    const file = join(folder, 'any.onnx')
    const { status, err } = await said('show', join(folder, 'ours.json'), '--as', 'onnx', '--size', 'any', '--to', file)
    expect([status, err]).toEqual([0, ''])
    expect(readModel(new Uint8Array(await readFile(file))).inputs.map(({ dims }) => dims)).toEqual([
      [undefined, undefined, undefined, 3],
      [undefined, undefined, undefined, 3],
    ])
  })

  it.each([
    [['--as', 'onnx'], '--to is missing: expected the file to write, such as --to loss.onnx.'],
    [['--to', 'loss.json'], "--to: received 'loss.json', expected it with --as onnx only; redirect the text (> loss.json)."],
  ])('says in one line what is missing: %j', async (options, message) => {
    expect(await said('show', 'mse', ...options)).toEqual({ status: 2, out: '', err: `perceptual-loss: ${message}` })
  })
})

describe('explain', () => {
  it('counts what a loss would do', async () => {
    const { status, out, err } = await said('explain', join(folder, 'ours.json'), '--size', '24x32', '--batch', '2', '--json')
    expect([status, err]).toEqual([0, ''])
    const { shape, layers } = JSON.parse(out) as Explanation
    expect(shape).toEqual([2, 24, 32, 3])
    expect(layers.map(({ layer }) => layer)).toEqual(['block1_conv1', 'block1_conv2'])
    // Two a multiply-add: 3 x 3 x channels in, 64 out, and a bias and a ReLU that no one counts the same way.
    expect(layers[1]!.flops / (2 * 2 * 24 * 32 * 9 * 64 * 64)).toBeCloseTo(1, 2)
    expect((await said('explain', 'psnr', '--size', '16')).out).toMatch(/^For pictures \[1, 16, 16, 3\], without a network:/)
  })

  it('says in one line what is too small, or no size', async () => {
    const small = await said('explain', 'lpips', '--size', '8')
    expect([small.status, small.out, small.err.split('\n').length]).toEqual([3, '', 1])
    expect(small.err).toMatch(/8 x 8, too small for /)
    expect((await said('show', 'ssim', '--as', 'onnx', '--size', 'anyy', '--to', 'x.onnx')).err).toMatch(
      /--size: received 'anyy', expected a size in pixels, .*, or any/,
    )
    expect((await said('explain', 'lpips', '--size', 'large')).err).toMatch(/--size: received 'large', expected a size in pixels, such as 256 or 720x1280/)
  })
})

describe('doctor', () => {
  it('tries what is here, and says how to get more', async () => {
    const { status, out, err } = await said('doctor', '--json')
    expect(err).toBe('')
    const { backends, chosen, pictures, weights, trial, usable, lacking } = JSON.parse(out) as Findings
    expect([status, usable, lacking]).toEqual([0, true, []])
    // Where tfjs-node-gpu works, doctor does not ask for tfjs-node too.
    expect(backends.map(({ name }) => name).filter((name) => name !== 'tfjs-node')).toEqual(['tfjs-node-gpu', 'wasm', 'cpu'])
    expect(backends.find(({ name }) => name === chosen)?.works).toBe(true)
    expect(backends.filter(({ name }) => name === 'wasm' || name === 'cpu').every(({ works }) => works)).toBe(true)
    expect(pictures[0]!.words).toMatch(/png.*avif/)
    expect(weights.map(({ name, works }) => [name, works])).toEqual([['vgg16', true], ['alexnet', true], ['vgg19', false], ['squeezenet', false]]) // prettier-ignore
    expect(weights[2]!.words).toContain('--weights vgg19=FILE')
    expect(trial.map(({ name, works }) => [name, works])).toEqual([['speed', true], ['numbers', true]]) // prettier-ignore
  })
})

describe('completion', () => {
  it.each(['zsh', 'fish'])('in %s: every command and option', async (shell) => {
    const { out } = await said('completion', shell)
    for (const [name, { load }] of Object.entries(COMMANDS)) {
      expect(out).toContain(name)
      const { args } = await load()
      for (const [option, { type }] of Object.entries(args)) if (type !== 'positional') expect(out).toMatch(new RegExp(`${name}\\b.* (-l |'--)${option}\\b`))
    }
  })
})

describe('--help', () => {
  it('of the whole has an example', async () => {
    expect((await said('--help')).out).toContain('perceptual-loss compare photo.png photo.jpg')
  })

  it.each(Object.keys(COMMANDS))('of %s has no colours where it is no terminal', async (name) => {
    expect((await said(name, '--help')).out).not.toContain('\u001B')
  })
})
