/** Runs an example by its name: npm run example -- NAME [options] */

const EXAMPLES: Readonly<Record<string, string>> = {
  'super-resolution': 'a network that enlarges pictures four times, with a perceptual loss and with pixels alone (-- super-resolution --help)',
  'style-transfer': 'a photograph takes on the style of another picture (-- style-transfer --help)',
  denoise: 'a network that takes noise away; its target is prepared once (-- denoise --help)',
  'custom-metric': 'a metric of your own, and what comes of its definition',
  'robust-mean': 'what that metric is good for: pictures without their outliers',
  'save-and-load': 'a loss in a JSON file, read back and put to work',
  'model-compile': 'a model that learns with a perceptual loss, in eleven lines',
  curves: 'the curve of every term, in TensorBoard or as a table (-- curves --help)',
  extractor: 'several layers of VGG16 at once, for one image',
  'perceptual-loss': 'the perceptual loss of two images, with squared and with absolute errors',
  'gradient-penalty': 'a discriminator trained with WGAN-GP and R1, in seconds',
  gan: 'a generator and a discriminator trained with a perceptual loss (-- gan --help)',
}

const name = process.argv[2]
if (name !== undefined && Object.hasOwn(EXAMPLES, name)) {
  await import(new URL(`${name}.ts`, import.meta.url).href)
} else {
  const list = Object.entries(EXAMPLES).map(([known, what]) => `  ${known.padEnd(18)}${what}`)
  const usage = ['Usage: npm run example -- NAME', ...list].join('\n')
  if (name === undefined) console.log(usage)
  else console.error(`There is no example '${name}'.\n${usage}`)
  process.exitCode = name === undefined ? 0 : 2
}
