/** Runs an example by its name: npm run example -- NAME [options] */

const EXAMPLES: Readonly<Record<string, string>> = {
  'super-resolution': 'enlarges pictures four times: trained with a perceptual loss, and with a pixel loss (-- super-resolution --help)',
  'fine-tune': 'fine-tunes a published upscaler with a perceptual loss, in minutes (-- fine-tune --help)',
  'style-transfer': 'renders a photograph in the style of another picture (-- style-transfer --help)',
  denoise: 'trains a network to remove noise, with a prepared target (-- denoise --help)',
  distribution: 'trains a generator of a texture by the distribution of its features, without pairs (-- distribution --help)',
  'custom-metric': 'defines a metric and shows what follows from its definition',
  'robust-mean': 'uses that metric to remove outliers from pictures',
  'save-and-load': 'writes a loss as JSON, reads it back and uses it',
  'model-compile': 'trains a model with a perceptual loss in eleven lines',
  curves: 'writes the curve of every term for TensorBoard or as CSV (-- curves --help)',
  extractor: 'computes several layers of VGG16 for one image',
  'perceptual-loss': 'computes the perceptual loss of two images, with squared and absolute errors',
  'gradient-penalty': 'trains a discriminator with WGAN-GP and R1, in seconds',
  gan: 'trains a generator and a discriminator with a perceptual loss (-- gan --help)',
}

const name = process.argv[2]
if (name !== undefined && Object.hasOwn(EXAMPLES, name)) {
  await import(`./${name}.js`)
} else {
  const list = Object.entries(EXAMPLES).map(([known, what]) => `  ${known.padEnd(18)}${what}`)
  const usage = ['Usage: npm run example -- NAME', ...list].join('\n')
  if (name === undefined) console.log(usage)
  else console.error(`There is no example '${name}'.\n${usage}`)
  process.exitCode = name === undefined ? 0 : 2
}
