/** npx perceptual-loss compare A B...: distances between pictures, by the usual measures or by any loss. */
import { backendOption } from '../startBackend.js'
import { command } from '../command.js'
import { UsageError } from '../usageError.js'
import { above0, among, memory, whole } from '../optionValues.js'
import { WEIGHTS_OPTION } from '../weightsOption.js'

export const compare = command({
  args: {
    reference: {
      type: 'positional',
      description: 'a picture, a folder, a quoted glob, or a CSV file of pairs (columns reference, picture) without further arguments',
    },
    pictures: {
      type: 'positional',
      required: false,
      description: 'pictures, folders or globs to compare with the reference; pictures in folders are matched by name',
    },
    loss: {
      type: 'string',
      alias: 'l',
      valueHint: 'name,...',
      description: 'measures by name, or JSON files of losses (default: lpips, dists, ssim, ms-ssim and psnr)',
    },
    max: { type: 'string', valueHint: 'loss=number', description: 'exit with status 1 if a distance is larger, such as lpips=0.1' },
    min: { type: 'string', valueHint: 'loss=number', description: 'exit with status 1 if a similarity is smaller, such as psnr=30' },
    resize: { type: 'boolean', description: "resize each picture to its reference's size" },
    crop: { type: 'string', default: '0', valueHint: 'pixels', description: 'crop this many pixels from each edge first, as super-resolution papers do' },
    channels: {
      type: 'string',
      default: 'rgb',
      valueHint: 'rgb|y',
      description: "y computes PSNR, SSIM and MS-SSIM on BT.601's Y (16..235), as super-resolution papers do",
    },
    'psnr-cap': { type: 'string', valueHint: 'dB', description: 'the largest PSNR to report; by default identical pictures have Infinity' },
    target: {
      type: 'string',
      valueHint: 'loss=number',
      description:
        'of one picture: find the smallest quality of JPEG, WebP and AVIF that reaches this score, such as ssim=0.98 or lpips=0.1, in at most 12 encodings',
    },
    encode: { type: 'string', valueHint: 'jpeg,webp,avif', description: 'the formats to try with --target (default: all three; the fewer, the nearer)' },
    output: { type: 'string', alias: 'o', valueHint: 'file', description: 'with --target: the file to write, .jpg, .webp or .avif; only its format is tried' },
    memory: { type: 'string', valueHint: 'bytes', description: 'process large pictures in tiles within this much extra memory, such as 1GiB' },
    json: { type: 'boolean', description: 'print JSON' },
    csv: { type: 'boolean', description: 'print CSV, each line as soon as it is ready' },
    weights: WEIGHTS_OPTION,
    backend: backendOption,
  },
  many: true,
  examples: [
    ['photo.png photo.jpg', 'compare two pictures by LPIPS, DISTS, SSIM, MS-SSIM and PSNR'],
    ['photo.png small.jpg medium.jpg large.jpg', 'compare three pictures with one reference'],
    ['originals/ compressed/ --csv > scores.csv', 'compare pictures of the same name in two folders'],
    ["'originals/**/*.png' 'compressed/**/*.webp' --resize", 'compare pictures of two globs, resized to the same size'],
    ['pairs.csv --json', 'compare the pairs in a file'],
    ['expected.png actual.png --max lpips=0.1 --min psnr=30', 'for CI: exit with status 1 if they differ more'],
    ['a.png b.png --loss perceptual,my-loss.json', 'use other losses'],
    ['original.png enlarged.png --loss psnr,ssim --channels y --crop 4', 'PSNR-Y and SSIM-Y as super-resolution papers report them, at scale 4'],
    ['--target ssim=0.98 photo.png', 'the smallest quality of JPEG, WebP and AVIF whose SSIM is at least 0.98'],
    ['--target lpips=0.05 photo.png --output photo.avif', 'write the smallest AVIF whose LPIPS is at most 0.05'],
    ['scan.tif print.tif --loss lpips,ssim --memory 1GiB', 'pictures of any size; losses that cannot be computed in tiles (DISTS, MS-SSIM) are rejected'],
  ],
  run: async ({ args, positionals, all, output }) => {
    if (args.json && args.csv) throw new UsageError('received both --json and --csv, expected at most one of them.')
    const shared = {
      pictures: positionals,
      weights: all('weights'),
      format: args.json ? 'json' : args.csv ? 'csv' : 'table',
      backend: args.backend,
      channels: among('--channels', args.channels, ['rgb', 'y']),
      memory: args.memory === undefined ? undefined : memory('--memory', args.memory),
    } as const
    if (args.target !== undefined) {
      const others = (['loss', 'max', 'min', 'resize', 'psnr-cap'] as const).filter((name) => args[name] !== undefined && args[name] !== false)
      const { askedEncoding } = await import('../encode/askedEncoding.js')
      const { encodeToTarget } = await import('../encode/encodeToTarget.js')
      const asked = {
        ...shared,
        targets: all('target'),
        formats: all('encode'),
        output: args.output,
        others: [...others, ...(args.crop === '0' ? [] : ['crop'])],
      }
      return encodeToTarget(askedEncoding(asked), output)
    }
    const alone = args.encode !== undefined ? '--encode' : args.output !== undefined ? '--output' : undefined
    if (alone !== undefined) throw new UsageError(`${alone} applies only with --target, such as --target ssim=0.98.`)
    const { limitsOf } = await import('../compare/scoreLimits.js')
    const limits = [...limitsOf('max', all('max')), ...limitsOf('min', all('min'))]
    const { compare } = await import('../compare/runCompare.js')
    const asked = {
      ...shared,
      losses: all('loss'),
      limits,
      resize: args.resize,
      crop: whole('--crop', args.crop, 0, 65535),
      cap: args['psnr-cap'] === undefined ? undefined : above0('--psnr-cap', args['psnr-cap']),
    }
    return compare(asked, output)
  },
})
