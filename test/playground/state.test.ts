/** What the playground shows: sliders and JSON are two views of one loss; weights change numbers at once. */
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../playground/engine/protocol.js'
import { NO_FILM } from '../../playground/pictures/film.js'
import { usualSettings } from '../../playground/settings.js'
import { awaitedNetworks, currentRows, draftOf, reduce, shapesDiffer, shapingOf, valueOf, type State } from '../../playground/state.js'
import { readLink, writeLink } from '../../playground/link.js'
import { NETWORKS } from '../../playground/loss/layers.js'
import { publishedAs } from '../../playground/loss/meaning.js'
import { namedSums } from '../../playground/loss/namedSums.js'
import { changed } from '../../playground/loss/terms.js'
import { networksFor } from '../../playground/loss/networksFor.js'
import { nextMix, OPENING, STORIES, toldBy } from '../../playground/stories.js'
import { downloaded } from '../../playground/view/numbers.js'
import { sizeWords } from '../../playground/view/sizeWords.js'
import { compile, dists, encode, lossEq, lpips, mae, mse, named, pixels, sum, totalVariation, weighted, type Loss } from '../../src/index.js'

const page = (loss: Loss<string, string>): State => ({
  draft: draftOf(loss),
  settings: usualSettings(false),
  own: {},
  others: {},
  pictures: undefined,
  started: undefined,
  download: undefined,
  allowed: NETWORKS,
  here: [],
  story: undefined,
  recorded: undefined,
  playing: false,
  doing: undefined,
  asked: undefined,
  result: undefined,
  heat: undefined,
  descending: undefined,
  problem: undefined,
  restored: true,
  linkProblem: undefined,
})

const loss = sum(mse(pixels), weighted(3, mae(pixels)), weighted(0.5, totalVariation(pixels)))
const fitted = { width: 8, height: 8, bytes: 1 }

/** The page when the loss's rows have come. */
const measured = async (): Promise<State> => {
  const f = compile(loss)
  const [target, prediction] = [tf.fill<tf.Rank.R4>([1, 8, 8, 3], 0.5), tf.randomUniform<tf.Rank.R4>([1, 8, 8, 3], 0, 1, 'float32', 3)]
  const rows = await f.breakdown(target, prediction)
  tf.dispose([target, prediction])
  const asked = reduce(page(loss), { kind: 'asked', what: 'value' })
  return reduce(asked, { kind: 'answer', answer: { kind: 'value', id: 1, rows, fitted, milliseconds: 1 } })
}

it('text that is a loss moves the sliders', () => {
  const { draft } = reduce(page(loss), { kind: 'text', text: JSON.stringify(encode(weighted(7, mae(pixels)))) })
  expect(draft.terms).toEqual([{ weight: 7, names: [], leaf: { metric: 'mae', feature: 'pixels' } }])
  expect(draft.problem).toBeUndefined()
})

it('text that is none says where it is wrong, stays as it is typed and leaves the loss', () => {
  const text = '{ "version": 1, "loss": { "metric": "mze", "feature": "pixels" } }'
  const { draft } = reduce(page(loss), { kind: 'text', text })
  expect(draft.problem).toMatch(/mze.*mse/s)
  expect(draft.text).toBe(text)
  expect(lossEq.equals(draft.loss, loss)).toBe(true)
})

it('a slider writes the text', () => {
  const before = page(loss)
  const { draft } = reduce(before, { kind: 'terms', terms: changed(before.draft.terms, 1, { weight: 4 }) })
  expect(JSON.parse(draft.text)).toEqual(encode(sum(mse(pixels), weighted(4, mae(pixels)), weighted(0.5, totalVariation(pixels)))))
})

it('new weights give the numbers that the library would compute', async () => {
  const before = await measured()
  const after = reduce(before, { kind: 'terms', terms: changed(before.draft.terms, 1, { weight: -2 }) })
  const [target, prediction] = [tf.fill<tf.Rank.R4>([1, 8, 8, 3], 0.5), tf.randomUniform<tf.Rank.R4>([1, 8, 8, 3], 0, 1, 'float32', 3)]
  const expected = await compile(after.draft.loss as typeof loss).breakdown(target, prediction)
  tf.dispose([target, prediction])
  const rows = currentRows(after)!
  rows.forEach((row, i) => {
    expect(row.value).toBeCloseTo(expected[i]!.value, 6)
    expect(row.share).toBeCloseTo(expected[i]!.share, 6)
  })
  expect(valueOf(rows)).toBeCloseTo(
    expected.reduce((all, { value }) => all + value, 0),
    6,
  )
})

it('shows no numbers of another loss', async () => {
  const after = reduce(await measured(), { kind: 'loss', loss: sum(mae(pixels), mse(pixels), totalVariation(pixels)) })
  expect(currentRows(after)).toBeUndefined()
})

it('keeps what was optimised, as the prediction', () => {
  const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) }
  const asked = reduce(page(loss), { kind: 'asked', what: 'picture' })
  const stepped = reduce(asked, { kind: 'answer', answer: { kind: 'step', id: 1, step: 1, value: 2, picture } })
  const { descending, settings, own } = reduce(reduce(stepped, { kind: 'answer', answer: { kind: 'done', id: 1, cancelled: true } }), { kind: 'adopt' })
  expect(descending).toEqual({ values: [2], picture, film: { frames: [picture], every: 1, steps: 1 }, active: false })
  expect(settings.prediction).toBe('optimised')
  expect(own['optimised']).toBe(picture)
})

describe('a story', () => {
  const everything: State = { ...page(loss), here: NETWORKS }
  const open = reduce(everything, { kind: 'story', name: 'mse' })

  it('sets up the page and plays until someone touches it', () => {
    expect(open).toMatchObject({ story: 'mse', playing: true, settings: { prediction: 'equalMse', mix: 0 } })
    const moved = reduce(open, { kind: 'played', mix: 0.25 })
    expect(moved).toMatchObject({ playing: true, settings: { mix: 0.25 } })
    expect(reduce(moved, { kind: 'settings', change: { mix: 0.9 } })).toMatchObject({ story: 'mse', playing: false })
    expect(reduce(moved, { kind: 'loss', loss: mse(pixels) })).toMatchObject({ story: undefined, playing: false })
  })

  it('opens a first visit over the small network alone, but not in place of own pictures', () => {
    const opening = reduce(page(lpips()), { kind: 'opening' })
    expect(opening).toMatchObject({ story: 'mse', playing: true, settings: { prediction: 'equalMse', mix: 0 } })
    expect(networksFor(opening.draft.loss)).toEqual(['alexnet'])
    expect(toldBy('mse', opening.draft.loss).look).toBe(
      'Brighter or blurred: the mean squared error stays the same, what people see does not. LPIPS tells them apart.',
    )
    const full = reduce(opening, { kind: 'story', name: 'mse', run: STORIES.mse })
    expect(networksFor(full.draft.loss)).toEqual(['vgg16', 'alexnet'])
    expect(toldBy('mse', full.draft.loss)).toBe(STORIES.mse)
    const own = { ...page(lpips()), own: { target: { width: 1, height: 1, data: new Uint8ClampedArray(4) } } }
    expect(reduce(own, { kind: 'opening' })).toBe(own)
  })

  it.each(['block4', 'paint'] as const)('%s shows its recorded run until VGG16 is here, and leaves the loss as it is', (name) => {
    const before = page(loss)
    const recorded = reduce(before, { kind: 'story', name })
    expect(recorded).toMatchObject({ story: undefined, recorded: name, playing: false })
    expect(recorded.draft).toBe(before.draft)
    expect(networksFor(recorded.draft.loss)).toEqual([])
    const asked = reduce(recorded, { kind: 'story', name, run: STORIES[name] })
    expect(asked).toMatchObject({ story: name, recorded: undefined, playing: true })
    expect(lossEq.equals(asked.draft.loss, STORIES[name].loss)).toBe(true)
    const kept = reduce(before, { kind: 'here', networks: ['vgg16'] })
    expect(reduce(kept, { kind: 'story', name })).toMatchObject({ story: name, recorded: undefined, playing: true })
  })

  it('runs at once after a value of a loss over VGG16: its download has ended', () => {
    const asked = reduce(reduce(page(dists()), { kind: 'asked', what: 'value' }), {
      kind: 'answer',
      answer: { kind: 'value', id: 1, rows: [], fitted, milliseconds: 1 },
    })
    expect(asked.here).toEqual(['vgg16'])
    expect(reduce(asked, { kind: 'story', name: 'paint' })).toMatchObject({ story: 'paint', playing: true })
  })

  it('loads nothing that was not asked for: "Why not MSE?" has DISTS only where VGG16 is here, and is a recording where the browser saves data', () => {
    expect(networksFor(reduce(page(loss), { kind: 'story', name: 'mse' }).draft.loss)).toEqual(['alexnet'])
    expect(networksFor(open.draft.loss)).toEqual(['vgg16', 'alexnet'])
    const saving: State = { ...page(loss), allowed: [] }
    expect(reduce(saving, { kind: 'story', name: 'mse' })).toMatchObject({ story: undefined, recorded: 'mse' })
    const asked = reduce(saving, { kind: 'story', name: 'mse', run: OPENING })
    expect(asked).toMatchObject({ story: 'mse', allowed: ['alexnet'] })
    expect(awaitedNetworks(asked)).toEqual([])
  })

  it('moves its slider from end to end', () => {
    const places = [0]
    for (let next = nextMix(0); next !== undefined; next = nextMix(next)) places.push(next)
    expect(places).toEqual([0, 0.25, 0.5, 0.75, 1])
  })

  it('shows a number for each measure: the sum of its terms', () => {
    const { terms } = draftOf(sum(named('a', sum(mse(pixels), mae(pixels))), named('b', mae(pixels)), mse(pixels)))
    const rows = [1, 2, 4, 8].map((value) => ({ name: '', weight: 1, value, unweighted: value, share: 0 }))
    expect(namedSums(terms, rows)).toEqual([
      ['a', 3],
      ['b', 4],
    ])
  })

  it.each(Object.entries(STORIES))('%s can be saved in a link', (_, { loss: told }) => {
    expect(lossEq.equals(readLink(writeLink(told, usualSettings(false), usualSettings(false)), usualSettings(false)).loss ?? sum(), told)).toBe(true)
  })
})

it('published losses say what their number means, others do not', () => {
  expect(publishedAs(lpips())?.meaning).toMatch(/0\.1 is a slight distortion/)
  expect(publishedAs(dists())?.title).toBe('DISTS')
  expect(publishedAs(weighted(2, lpips()))).toBeUndefined()
})

describe('the download of a network', () => {
  it('is shown in bytes until it is complete', () => {
    const loading = { kind: 'loading', network: 'alexnet', received: 2e6, total: 9.9e6 } as const
    const during = reduce(page(loss), { kind: 'answer', answer: loading })
    expect(during.download).toMatchObject({ received: 2e6, total: 9.9e6 })
    expect(downloaded(2e6, 9.9e6)).toBe('2.0 of 9.9 MB')
    expect(reduce(during, { kind: 'answer', answer: { ...loading, received: 9.9e6 } }).download).toBeUndefined()
  })

  it('waits for a click where the browser saves data, but for losses of pixels nothing waits', () => {
    const saving = { ...page(lpips()), allowed: [] }
    expect(awaitedNetworks(saving)).toEqual(['alexnet'])
    expect(awaitedNetworks(reduce(saving, { kind: 'allowDownloads' }))).toEqual([])
    expect(awaitedNetworks(reduce(saving, { kind: 'loss', loss: mse(pixels) }))).toEqual([])
    expect(awaitedNetworks(reduce(saving, { kind: 'here', networks: ['alexnet'] }))).toEqual([])
  })
})

describe('pictures of two shapes', () => {
  const blank = (width: number, height: number) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) })
  const shown = (width: number, height: number): State =>
    reduce(page(loss), { kind: 'pictures', pictures: { prediction: blank(width, height), references: { target: blank(30, 20) } } })

  it('are not compared until someone says how', () => {
    const asking = shown(20, 20)
    expect(shapesDiffer(asking)).toBe(true)
    expect(shapingOf(asking)).toBeUndefined()
    expect(shapingOf(reduce(asking, { kind: 'settings', change: { shaping: 'pad' } }))).toBe('pad')
  })

  it('show no number of other pictures meanwhile', async () => {
    const asking = reduce(await measured(), { kind: 'waiting' })
    expect(asking).toMatchObject({ result: undefined, heat: undefined, doing: undefined })
  })

  it('of one shape are only scaled', () => {
    expect(shapesDiffer(shown(60, 40))).toBe(false)
    expect(shapingOf(shown(60, 40))).toBe('fit')
  })
})

describe('the size beside the number', () => {
  const target = { width: 450, height: 300 }

  it.each([
    [{ width: 256, height: 171 }, target, 'fit', '256 × 171 px, scaled down from 450 × 300'],
    [target, target, 'fit', '450 × 300 px, full size'],
    [{ ...target, tiles: 6 }, target, 'fit', '450 × 300 px, full size; in 6 tiles'],
    [target, { width: 900, height: 600 }, 'fit', '450 × 300 px, full size; prediction scaled from 900 × 600'],
    [target, { width: 300, height: 300 }, 'crop', '450 × 300 px, full size; prediction cropped from 300 × 300'],
  ] as const)('%j of a prediction %j, %s: %s', (computed, prediction, shaping, words) => {
    expect(sizeWords({ bytes: 1, ...computed }, target, prediction, shaping)).toBe(words)
  })
})

describe('a failure', () => {
  const heat = { values: new Float32Array(64), fitted }

  it('takes away the value and the heat map, which are of other pictures', async () => {
    const failed = reduce({ ...(await measured()), heat }, { kind: 'answer', answer: { kind: 'failed', id: 1, message: 'No memory.' } })
    expect(failed).toMatchObject({ problem: 'No memory.', result: undefined, heat: undefined })
  })

  it('of an optimisation leaves them', async () => {
    const optimising = reduce({ ...(await measured()), heat }, { kind: 'asked', what: 'picture' })
    const failed = reduce(optimising, { kind: 'answer', answer: { kind: 'failed', id: 2, message: 'No memory.' } })
    expect(failed).toMatchObject({ heat, descending: { active: false, stopped: 'failed' } })
    expect(failed.result).toBeDefined()
  })
})

it('an optimisation that a slider stops says why', () => {
  const optimising = reduce(page(loss), { kind: 'asked', what: 'picture' })
  expect(reduce(optimising, { kind: 'asked', what: 'value' }).descending?.stopped).toBe('stopped: the loss, a picture or a limit was changed')
})

it('a step that was on its way when the optimisation was stopped changes nothing', () => {
  const optimising = reduce(page(loss), { kind: 'asked', what: 'picture' })
  const stopped = reduce(optimising, { kind: 'cancelled' })
  const step: Answer = { kind: 'step', id: 1, step: 1, value: 1, picture: { width: 1, height: 1, data: new Uint8ClampedArray(4) } }
  expect(reduce(optimising, { kind: 'answer', answer: step }).descending?.values).toEqual([1])
  const done = [step, { kind: 'done', id: 1, cancelled: true } as const].reduce((state, answer) => reduce(state, { kind: 'answer', answer }), stopped)
  expect(done.descending).toEqual({ values: [], picture: undefined, film: NO_FILM, active: false, stopped: 'stopped' })
})

describe('a link that cannot be read', () => {
  const linked = { loss: undefined, settings: usualSettings(false), problem: 'The loss of the link is damaged.' }
  const followed = reduce(page(loss), { kind: 'link', linked })

  it('keeps the loss, and its message while values are computed', () => {
    const computing = reduce(followed, { kind: 'asked', what: 'value' })
    expect(computing).toMatchObject({ linkProblem: linked.problem, draft: followed.draft })
  })

  it.each([
    ['it is dismissed', { kind: 'problem', problem: undefined }],
    ['another loss is chosen', { kind: 'loss', loss: mae(pixels) }],
  ] as const)('its message goes when %s', (_, action) => {
    expect(reduce(followed, action).linkProblem).toBeUndefined()
  })
})

it('own pictures that are not there give way to the usual ones', () => {
  const settings = { ...usualSettings(false), target: 'own', prediction: 'optimised' } as const
  const kept = reduce({ ...page(loss), settings, restored: false }, { kind: 'kept', own: {} })
  expect(kept).toMatchObject({ restored: true, settings: { target: 'chelsea', prediction: 'blurred' } })
})

it('a picture chosen before the browser has brought back others stays chosen', () => {
  const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) }
  const chosen = reduce({ ...page(loss), restored: false }, { kind: 'own', of: 'target', picture })
  expect(reduce(chosen, { kind: 'kept', own: {} })).toMatchObject({ settings: { target: 'own' }, own: { target: picture } })
})
