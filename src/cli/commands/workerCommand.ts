/** npx perceptual-loss worker: compares the pairs that come as JSON lines; one process of a large comparison. Its results are its progress: it prints no other. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { above0, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const worker = command({
  args: {
    loss: {
      type: 'string',
      alias: 'l',
      valueHint: 'name,...',
      description: 'by what is compared: names, or JSON files of losses (lpips, dists, ssim, ms-ssim and psnr if not said)',
    },
    root: { type: 'string', default: '.', valueHint: 'folder', description: "the folder that the pictures' names are relative to" },
    resize: { type: 'boolean', description: "bring each picture to its reference's size" },
    resume: { type: 'string', valueHint: 'file', description: 'the output of an earlier run: pairs that are done there are left out' },
    batch: {
      type: 'string',
      default: '16',
      valueHint: 'n',
      description: 'how many pairs of one size are compared together at most; fewer where they are large',
    },
    'psnr-cap': { type: 'string', valueHint: 'dB', description: 'the largest PSNR; without it identical pictures have Infinity, and so has the mean' },
    threads: { type: 'string', valueHint: 'n', description: 'how many threads it computes with; 1 where a worker runs on each processor' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    [
      '< pairs.ndjson > results.ndjson',
      'a line { "id": "7", "reference": "a.png", "picture": "b.png" } in, a line { "id": "7", ..., "scores": { "lpips": 0.1, ... } } out as soon as it is measured; nothing else is printed',
    ],
    ['--resume results.ndjson < pairs.ndjson >> results.ndjson', 'goes on where a run was stopped or killed'],
    ['--loss lpips --threads 1 --root /data < part-7.ndjson', 'one worker of many; `merge` adds up what they found'],
  ],
  run: async ({ args, all, output }) => {
    const asked = {
      losses: all('loss'),
      root: args.root,
      resize: args.resize,
      resume: args.resume,
      batch: whole('--batch', args.batch, 1, 1024),
      threads: args.threads === undefined ? undefined : whole('--threads', args.threads, 1, 8),
      cap: args['psnr-cap'] === undefined ? undefined : above0('--psnr-cap', args['psnr-cap']),
      weights: all('weights'),
      backend: args.backend,
    }
    const { work } = await import('../worker/runWorker.js')
    if (process.stdin.isTTY) output.err('perceptual-loss: pairs are read from the terminal, a line of JSON each; Ctrl-D ends them.')
    try {
      return await work(asked, process.stdin.setEncoding('utf8'), output)
    } finally {
      process.stdin.destroy()
    }
  },
})
