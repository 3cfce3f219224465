/** The losses of ESRGAN and Real-ESRGAN: BasicSR’s layers and weights. */
import { expect, it } from 'vitest'
import { compile, esrgan, lossEq, realEsrgan, show, weighted, type Extractor, type Vgg16Layer, type Vgg19Layer } from '../../src/index.js'

it('are BasicSR’s layers and weights, before the ReLU', () => {
  expect(show(esrgan())).toBe("mae(featureAt('block5_conv4', { activation: 'pre' }))")
  const at = (layer: string) => `mae(featureAt('${layer}', { activation: 'pre' }))`
  const tenths = ['block1_conv2', 'block2_conv2'].map((layer) => `weighted(0.1, ${at(layer)})`)
  expect(show(realEsrgan())).toBe(`sum(${[...tenths, ...['block3_conv4', 'block4_conv4', 'block5_conv4'].map(at)].join(', ')})`)
})

it('add pixels where a weight is given, and reject what is not a weight', () => {
  expect(show(esrgan({ pixelWeight: 1e-2 }))).toContain('weighted(0.01, mae(pixels))')
  expect(lossEq.equals(realEsrgan({ perceptualWeight: 2 }), weighted(2, realEsrgan()))).toBe(true)
  expect(() => esrgan({ pixelWeight: Number.NaN })).toThrow(/esrgan.*pixelWeight.*a number from -3.4e38 to 3.4e38/)
  expect(() => realEsrgan({ ganWeight: 1 } as never)).toThrow(/ganWeight/)
})

it('are compiled over VGG19 by their types, and not over VGG16', () => {
  const typesOnly = (program: (vgg19: Extractor<Vgg19Layer>, vgg16: Extractor<Vgg16Layer>) => unknown): boolean => typeof program === 'function'
  typesOnly((vgg19) => compile(realEsrgan(), vgg19))
  // @ts-expect-error block5_conv4 is not a layer of VGG16
  typesOnly((_vgg19, vgg16) => compile(esrgan(), vgg16))
})
