/** npx perceptual-loss worker: compares pairs read as JSON lines; one process of a large comparison. Its results show its progress: it prints nothing else. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { FEATURE_OPTIONS } from '../distance/featureOptions.js'
import { above0, size, whole } from '../optionValues.js'
import { UsageError } from '../usageError.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

/** Options that go with --features, and those that go without it. */
const [OF_FEATURES, OF_PAIRS] = [['layer', 'onnx', 'input', 'size'], ['loss', 'psnr-cap']] as const // prettier-ignore

export const worker = command({
  args: {
    features: { type: 'boolean', description: 'print the features of single pictures, for the distance between sets: `merge` makes statistics of them' },
    ...FEATURE_OPTIONS,
    loss: {
      type: 'string',
      alias: 'l',
      valueHint: 'name,...',
      description: 'measures by name, or JSON files of losses (default: lpips, dists, ssim, ms-ssim and psnr)',
    },
    root: { type: 'string', default: '.', valueHint: 'folder', description: 'the folder that picture paths are relative to' },
    resize: { type: 'boolean', description: "resize each picture to its reference's size" },
    resume: { type: 'string', valueHint: 'file', description: 'the output of an earlier run; pairs in it are skipped' },
    batch: {
      type: 'string',
      default: '16',
      valueHint: 'n',
      description: 'the most pairs of one size to compare in one batch; fewer if they are large',
    },
    'psnr-cap': {
      type: 'string',
      valueHint: 'dB',
      description: 'the largest PSNR to report; by default identical pictures have Infinity, and so does the mean',
    },
    threads: { type: 'string', valueHint: 'n', description: 'the number of threads; use 1 if one worker runs on each processor' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  examples: [
    [
      '< pairs.ndjson > results.ndjson',
      'reads lines { "id": "7", "reference": "a.png", "picture": "b.png" }; prints lines { "id": "7", ..., "scores": { "lpips": 0.1, ... } } as soon as each is ready, and nothing else',
    ],
    ['--resume results.ndjson < pairs.ndjson >> results.ndjson', 'continue a run that was stopped or killed'],
    [
      '--features < pictures.ndjson > features.ndjson',
      'reads lines { "picture": "a.png" }; `merge --json` makes statistics of their features, which `distance` compares',
    ],
    ['--loss lpips --threads 1 --root /data < part-7.ndjson', 'one worker of many; `merge` combines their results'],
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
    const wrong = (args.features ? OF_PAIRS : OF_FEATURES).find((name) => args[name] !== undefined)
    if (wrong !== undefined || (args.features && args.resize))
      throw new UsageError(
        args.features
          ? `received --features and --${wrong ?? 'resize'}, expected at most one of them.`
          : `received --${wrong ?? ''}, expected it with --features only.`,
      )
    if (process.stdin.isTTY)
      output.err(`perceptual-loss: reading ${args.features ? 'pictures' : 'pairs'} from the terminal, one JSON object per line; Ctrl-D ends the input.`)
    try {
      const pieces = process.stdin.setEncoding('utf8')
      if (!args.features) return await (await import('../worker/runWorker.js')).work(asked, pieces, output)
      const { layer, onnx, input, positions } = args
      const { workOnFeatures } = await import('../worker/featureWorker.js')
      return await workOnFeatures(
        { ...asked, layer, onnx, input, positions, size: args.size === undefined ? undefined : size('--size', args.size) },
        pieces,
        output,
      )
    } finally {
      process.stdin.destroy()
    }
  },
})
