/** npx perceptual-loss compare A B...: how far apart pictures are, by the measures people report or by any loss. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { UsageError } from '../usageError.js'
import { above0, among, memory, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const compare = command({
  args: {
    reference: {
      type: 'positional',
      description: 'a picture, a folder of pictures, a glob in quotes; or a CSV file of pairs (columns reference, picture), alone',
    },
    pictures: {
      type: 'positional',
      required: false,
      description: 'what is compared with it: pictures, folders or globs; those of a folder find their partner by name',
    },
    loss: {
      type: 'string',
      alias: 'l',
      valueHint: 'name,...',
      description: 'other measures: names, or JSON files of losses (lpips, dists, ssim, ms-ssim and psnr if not said)',
    },
    max: { type: 'string', valueHint: 'loss=number', description: 'exit status 1 where a distance is more, such as lpips=0.1' },
    min: { type: 'string', valueHint: 'loss=number', description: 'exit status 1 where a similarity is less, such as psnr=30' },
    resize: { type: 'boolean', description: "bring each picture to its reference's size" },
    crop: { type: 'string', default: '0', valueHint: 'pixels', description: 'cut this many pixels off each edge first, as super-resolution papers do' },
    channels: {
      type: 'string',
      default: 'rgb',
      valueHint: 'rgb|y',
      description: "y: PSNR, SSIM and MS-SSIM of BT.601's Y (16..235), as super-resolution papers report",
    },
    'psnr-cap': { type: 'string', valueHint: 'dB', description: 'the largest PSNR; without it identical pictures have Infinity' },
    memory: { type: 'string', valueHint: 'bytes', description: 'look at the pictures tile by tile, within so much besides the pictures, such as 1GiB' },
    json: { type: 'boolean', description: 'print JSON' },
    csv: { type: 'boolean', description: 'print CSV, a line as soon as it is there' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  many: true,
  examples: [
    ['photo.png photo.jpg', 'LPIPS, DISTS, SSIM, MS-SSIM and PSNR of two pictures'],
    ['photo.png small.jpg medium.jpg large.jpg', 'each of three against one'],
    ['originals/ compressed/ --csv > scores.csv', 'the pictures of two folders that have the same name'],
    ["'originals/**/*.png' 'compressed/**/*.webp' --resize", 'the pictures of two patterns, whatever their size'],
    ['pairs.csv --json', 'the pairs of a file'],
    ['expected.png actual.png --max lpips=0.1 --min psnr=30', 'for CI jobs: exit status 1 where they are further apart'],
    ['a.png b.png --loss perceptual,my-loss.json', 'by other losses'],
    ['original.png enlarged.png --loss psnr,ssim --channels y --crop 4', 'PSNR-Y and SSIM-Y as super-resolution papers report them, for a scale of 4'],
    ['scan.tif print.tif --loss lpips,ssim --memory 1GiB', 'pictures of any size; what does not add up over tiles (DISTS, MS-SSIM) is refused'],
  ],
  run: async ({ args, positionals, all, output }) => {
    if (args.json && args.csv) throw new UsageError('both --json and --csv were given; expected one of them.')
    const { limitsOf } = await import('../compare/scoreLimits.js')
    const limits = [...limitsOf('max', all('max')), ...limitsOf('min', all('min'))]
    const { compare } = await import('../compare/runCompare.js')
    const format = args.json ? 'json' : args.csv ? 'csv' : 'table'
    const asked = {
      pictures: positionals,
      losses: all('loss'),
      limits,
      weights: all('weights'),
      resize: args.resize,
      format,
      backend: args.backend,
      crop: whole('--crop', args.crop, 0, 65535),
      channels: among('--channels', args.channels, ['rgb', 'y']),
      cap: args['psnr-cap'] === undefined ? undefined : above0('--psnr-cap', args['psnr-cap']),
    } as const
    return compare({ ...asked, memory: args.memory === undefined ? undefined : memory('--memory', args.memory) }, output)
  },
})
