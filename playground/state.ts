/** What the page shows, and how it changes: one value, one function of what happens. */
import { either as E } from 'fp-ts'
import { tryDecodeText, describeError, encode, lossEq, mapWeights, type BreakdownRow, type Loss } from 'perceptual-loss'
import type { Answer, Download, Fitted, Picture, Pictures, Shaping, Started } from './engine/protocol.js'
import { FIRST_NETWORK, type NetworkName } from './loss/layers.js'
import { networksFor } from './loss/networksFor.js'
import { lossOf, termsOf, type TermJson } from './loss/terms.js'
import type { Linked } from './link.js'
import { filmed, NO_FILM, type Film } from './pictures/film.js'
import type { OwnPictures } from './pictures/keep.js'
import type { Sample } from './pictures/names.js'
import { sameShape } from './engine/scale.js'
import type { Settings } from './settings.js'
import { OPENING, versionsOf, type Story, type StoryName } from './stories.js'

/** The loss as it is edited: the last one that could be read, and the text, which may not be one. */
export interface Draft {
  readonly loss: Loss<string, string>
  readonly terms: readonly TermJson[]
  readonly text: string
  readonly problem: string | undefined
}

/** What was computed last, and of which loss. */
export interface Result {
  readonly loss: Loss<string, string>
  readonly rows: readonly BreakdownRow[]
  readonly fitted: Fitted
  readonly milliseconds: number
}

/** A map of heat. */
export interface Heat {
  readonly values: Float32Array
  readonly fitted: Fitted
}

/** A picture being optimised, or one that was. */
export interface Descending {
  readonly values: readonly number[]
  readonly picture: Picture | undefined
  readonly film: Film
  readonly active: boolean
  /** Why it ended before its last step. */
  readonly stopped?: string | undefined
}

/** Where a picture that only some losses look at comes from. */
export type OtherChoice = Sample | 'own'

export interface State {
  readonly draft: Draft
  readonly settings: Settings
  /** Pictures from files, by the names of what they are for. */
  readonly own: OwnPictures
  /** Whether the pictures that the browser kept were looked for. */
  readonly restored: boolean
  /** Which pictures the loss's other names mean. */
  readonly others: Readonly<Record<string, OtherChoice>>
  readonly pictures: Pictures | undefined
  readonly started: Started | undefined
  /** The network that is being downloaded. */
  readonly download: Download | undefined
  /** Networks that may be downloaded without a click: all, unless the browser asks to save data; then those that someone has asked for. */
  readonly allowed: readonly NetworkName[]
  /** Networks that need no download: the worker has loaded them, or the browser has kept them. */
  readonly here: readonly NetworkName[]
  /** What the worker is at, in words. */
  readonly doing: string | undefined
  /** The loss that the worker was asked about last. */
  readonly asked: Loss<string, string> | undefined
  readonly result: Result | undefined
  readonly heat: Heat | undefined
  readonly descending: Descending | undefined
  /** The story that is open. */
  readonly story: StoryName | undefined
  /** The story whose recorded run is shown, for its network is not here. */
  readonly recorded: StoryName | undefined
  /** Whether it is still playing. */
  readonly playing: boolean
  readonly problem: string | undefined
  /** What could not be read of the link in the address. It stays, as the address does, until it is dismissed or another loss is chosen. */
  readonly linkProblem: string | undefined
}

/** What happens. */
export type Action =
  | { readonly kind: 'terms'; readonly terms: readonly TermJson[] }
  | { readonly kind: 'text'; readonly text: string }
  /** Someone chooses a story: it runs if its networks are here, else its recorded run is shown; `run`: it is to run all the same. */
  | { readonly kind: 'story'; readonly name: StoryName; readonly run?: Story }
  | { readonly kind: 'here'; readonly networks: readonly NetworkName[] }
  /** Someone is here for the first time. */
  | { readonly kind: 'opening' }
  /** The story goes on: its slider moves there, or its optimisation starts. */
  | { readonly kind: 'played'; readonly mix?: number }
  | { readonly kind: 'loss'; readonly loss: Loss<string, string> }
  | { readonly kind: 'settings'; readonly change: Partial<Settings> }
  | { readonly kind: 'link'; readonly linked: Linked }
  | { readonly kind: 'kept'; readonly own: OwnPictures }
  | { readonly kind: 'forget' }
  | { readonly kind: 'own'; readonly of: string; readonly picture: Picture }
  | { readonly kind: 'other'; readonly of: string; readonly choice: OtherChoice }
  | { readonly kind: 'pictures'; readonly pictures: Pictures }
  /** Nothing is computed until someone chooses how pictures of two shapes are compared, or allows a download. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'allowDownloads' }
  | { readonly kind: 'asked'; readonly what: 'value' | 'picture' | 'backend' }
  | { readonly kind: 'adopt' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'problem'; readonly problem: string | undefined }
  | { readonly kind: 'answer'; readonly answer: Answer }

const textOf = (loss: Loss<string, string>): string => JSON.stringify(encode(loss), undefined, 2)

/** A loss as the page edits it. */
export const draftOf = (loss: Loss<string, string>): Draft => ({ loss, terms: termsOf(loss), text: textOf(loss), problem: undefined })

/** The draft of a text: where it is no loss, the old one with what is wrong. */
const typed = (draft: Draft, text: string): Draft => {
  const loss = tryDecodeText(text)
  return E.isLeft(loss) ? { ...draft, text, problem: describeError(loss.left) } : { loss: loss.right, terms: termsOf(loss.right), text, problem: undefined }
}

const fromTerms = (draft: Draft, terms: readonly TermJson[]): Draft => {
  try {
    return draftOf(lossOf(terms))
  } catch (error) {
    return { ...draft, problem: error instanceof Error ? error.message : String(error) }
  }
}

const NO_STORY = { story: undefined, recorded: undefined, playing: false } as const

const union = (a: readonly NetworkName[], b: readonly NetworkName[]): readonly NetworkName[] => [...new Set([...a, ...b])]

/** A story from its beginning. */
const told = (state: State, name: StoryName, { loss, settings }: Story): State => ({
  ...state,
  story: name,
  recorded: undefined,
  playing: true,
  linkProblem: undefined,
  descending: undefined,
  draft: draftOf(loss),
  settings: { ...state.settings, ...settings },
})

/** A chosen story: the fullest version that needs no large download, else its recorded run. */
const chosen = (state: State, name: StoryName): State => {
  const atOnce = ({ loss }: Story): boolean =>
    networksFor(loss).every((network) => state.here.includes(network) || (network === FIRST_NETWORK && state.allowed.includes(network)))
  const story = versionsOf(name).find(atOnce)
  return story === undefined ? { ...state, ...NO_STORY, recorded: name } : told(state, name, story)
}

/** The next state. */
export const reduce = (state: State, action: Action): State => {
  switch (action.kind) {
    case 'terms':
      return { ...state, ...NO_STORY, linkProblem: undefined, draft: fromTerms(state.draft, action.terms) }
    case 'text':
      return { ...state, ...NO_STORY, linkProblem: undefined, draft: typed(state.draft, action.text) }
    case 'loss':
      return { ...state, ...NO_STORY, linkProblem: undefined, draft: draftOf(action.loss) }
    case 'story':
      return action.run === undefined
        ? chosen(state, action.name)
        : told({ ...state, allowed: union(state.allowed, networksFor(action.run.loss)) }, action.name, action.run)
    case 'here':
      return { ...state, here: union(state.here, action.networks) }
    case 'opening':
      return Object.keys(state.own).length === 0 ? told(state, 'mse', OPENING) : state
    case 'played':
      return action.mix === undefined ? { ...state, playing: false } : { ...state, settings: { ...state.settings, mix: action.mix } }
    case 'settings':
      return { ...state, playing: false, settings: { ...state.settings, ...action.change } }
    case 'link':
      return followed(state, action.linked)
    case 'kept':
      return restored(state, action.own)
    case 'forget':
      return { ...state, own: {}, others: {}, settings: withoutMissing(state.settings, {}) }
    case 'own':
      return owned(state, action.of, action.picture)
    case 'other':
      return { ...state, others: { ...state.others, [action.of]: action.choice } }
    case 'pictures':
      return { ...state, pictures: action.pictures, heat: undefined }
    case 'allowDownloads':
      return { ...state, allowed: union(state.allowed, networksFor(state.draft.loss)) }
    case 'waiting':
      return { ...state, doing: undefined, result: undefined, heat: undefined }
    case 'asked':
      return asked(state, action.what)
    case 'adopt':
      return adopted(state)
    case 'problem':
      return { ...state, problem: action.problem, linkProblem: undefined }
    case 'cancelled':
      return { ...state, descending: stoppedBy(state.descending, 'stopped') }
    case 'answer':
      return heard(state, action.answer)
  }
}

/** The loss and the settings of another link. */
const followed = (state: State, { loss, settings, problem }: Linked): State => ({
  ...state,
  ...NO_STORY,
  draft: loss === undefined ? state.draft : draftOf(loss),
  settings: state.restored ? withoutMissing(settings, state.own) : settings,
  problem: undefined,
  linkProblem: problem,
})

/** The pictures that the browser kept, besides those that someone has chosen meanwhile. */
const restored = (state: State, kept: OwnPictures): State => {
  const own = { ...kept, ...state.own }
  return { ...state, restored: true, settings: withoutMissing(state.settings, own), own }
}

/** The usual picture in place of an own one that is not there. */
const withoutMissing = (settings: Settings, own: OwnPictures): Settings => ({
  ...settings,
  target: settings.target === 'own' && own['target'] === undefined ? 'chelsea' : settings.target,
  prediction:
    (settings.prediction === 'own' && own['prediction'] === undefined) || (settings.prediction === 'optimised' && own['optimised'] === undefined)
      ? 'blurred'
      : settings.prediction,
})

const owned = (state: State, of: string, picture: Picture): State => {
  const own = { ...state.own, [of]: picture }
  return of === 'target' || of === 'prediction'
    ? { ...state, own, problem: undefined, settings: { ...state.settings, [of]: 'own' } }
    : { ...state, own, problem: undefined, others: { ...state.others, [of]: 'own' } }
}

const adopted = (state: State): State => {
  const picture = state.descending?.picture
  return picture === undefined ? state : { ...state, own: { ...state.own, optimised: picture }, settings: { ...state.settings, prediction: 'optimised' } }
}

/** An optimisation that is going on, ended. */
const stoppedBy = (descending: Descending | undefined, why: string): Descending | undefined =>
  descending?.active === true ? { ...descending, active: false, stopped: why } : descending

const asked = (state: State, what: 'value' | 'picture' | 'backend'): State => {
  const stopped = stoppedBy(state.descending, what === 'backend' ? 'stopped: the backend was changed' : 'stopped: the loss, a picture or a limit was changed')
  if (what === 'backend') return { ...state, started: undefined, doing: 'Starting', descending: stopped }
  if (what === 'value') return { ...state, doing: 'Computing', problem: undefined, asked: state.draft.loss, descending: stopped }
  return { ...state, doing: 'Optimising', problem: undefined, descending: { values: [], picture: undefined, film: NO_FILM, active: true } }
}

const heard = (state: State, answer: Answer): State => {
  switch (answer.kind) {
    case 'started':
      return { ...state, started: answer }
    case 'loading':
      return { ...state, download: answer.received < answer.total ? answer : undefined }
    case 'files':
    case 'onnx':
    case 'heard':
      return state
    case 'doing':
      return { ...state, doing: answer.what }
    case 'value':
      return valued(state, state.asked ?? state.draft.loss, answer)
    case 'heat':
      return { ...state, heat: { values: answer.heat, fitted: answer.fitted } }
    case 'step': {
      // A step that was on its way when the reader stopped the optimisation.
      if (state.descending?.active !== true) return state
      const { values, film } = state.descending
      const descending = { values: [...values, answer.value], picture: answer.picture, film: filmed(film, answer.picture), active: true }
      return { ...state, doing: 'Optimising', descending }
    }
    case 'done':
      return { ...ended(state), doing: undefined }
    case 'failed':
      return { ...failed(state), doing: undefined, problem: answer.message }
  }
}

/** A value has come, so the networks of its loss are there. */
const valued = (state: State, loss: Loss<string, string>, answer: Extract<Answer, { kind: 'value' }>): State => ({
  ...state,
  doing: 'Computing the heat map',
  here: union(state.here, networksFor(loss)),
  result: { loss, ...answer },
})

const ended = (state: State): State => ({ ...state, descending: state.descending === undefined ? undefined : { ...state.descending, active: false } })

/** An optimisation that failed leaves value and heat map as they are; where these could not be computed, the old ones are of something else. */
const failed = (state: State): State =>
  state.descending?.active === true ? { ...state, descending: stoppedBy(state.descending, 'failed') } : { ...state, result: undefined, heat: undefined }

/** The networks that wait for a click, because the browser asks to save data. */
export const awaitedNetworks = ({ draft, allowed, here }: Pick<State, 'draft' | 'allowed' | 'here'>): readonly NetworkName[] =>
  networksFor(draft.loss).filter((name) => !allowed.includes(name) && !here.includes(name))

/** Whether target and prediction have different shapes, so that someone has to say how they are compared. */
export const shapesDiffer = ({ pictures }: Pick<State, 'pictures'>): boolean => {
  const target = pictures?.references['target']
  return target !== undefined && pictures !== undefined && !sameShape(pictures.prediction, target)
}

/** How the prediction is brought to the target's size; undefined while the page asks. */
export const shapingOf = (state: Pick<State, 'pictures' | 'settings'>): Shaping | undefined => {
  if (state.settings.shaping !== 'ask') return state.settings.shaping
  return shapesDiffer(state) ? undefined : 'fit'
}

const unweighted = (loss: Loss<string, string>): Loss<string, string> => mapWeights(() => 1)(loss)

/**
 * The rows for the loss as it is now: those that were computed, weighted anew where only weights were changed since; none where more was.
 *
 * A loss is the sum of its terms, each its weight times its own value, so no picture need be looked at again.
 */
export const currentRows = ({ draft, result }: Pick<State, 'draft' | 'result'>): readonly BreakdownRow[] | undefined => {
  if (result?.rows.length !== draft.terms.length) return undefined
  if (lossEq.equals(draft.loss, result.loss)) return result.rows
  if (!lossEq.equals(unweighted(draft.loss), unweighted(result.loss))) return undefined
  const values = result.rows.map(({ unweighted: own }, i) => own * (draft.terms[i]?.weight ?? 0))
  const all = values.reduce((sum, value) => sum + Math.abs(value), 0)
  return result.rows.map((row, i) => {
    const value = values[i] ?? 0
    return { ...row, weight: draft.terms[i]?.weight ?? 0, value, share: all === 0 ? 0 : value / all }
  })
}

/** The value of a loss: its rows, added. */
export const valueOf = (rows: readonly BreakdownRow[]): number => rows.reduce((sum, { value }) => sum + value, 0)
