/** What the page does by itself: it computes what is shown whenever something that it depends on was changed. */
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks'
import { encode } from 'perceptual-loss'
import { engine, type Engine } from './engine/engine.js'
import { savesData } from './engine/firstWorker.js'
import type { Answer, Limits, Picture, Pictures, Side } from './engine/protocol.js'
import type { Size } from './engine/resample.js'
import { scaled, within } from './engine/scale.js'
import { opensWithStory } from './firstVisit.js'
import { keepOffline, keptNetworks } from './offline.js'
import { readLink, writeLink, type Linked } from './link.js'
import { NETWORKS } from './loss/layers.js'
import { FIRST_LOSS } from './loss/presets.js'
import { networksFor } from './loss/networksFor.js'
import { picturesOf } from './loss/terms.js'
import { changePicture } from './pictures/change.js'
import { equalMse } from './pictures/equalMse.js'
import { keepPictures, keptPictures } from './pictures/keep.js'
import { loadSample, readPicture } from './pictures/load.js'
import { CHANGES, EQUAL_MSE, SAMPLES, type Change, type Sample } from './pictures/names.js'
import { usePaste } from './usePaste.js'
import { useFirstTouch, useStory } from './useStory.js'
import { BUDGETS, isSmallDevice, usualSettings } from './settings.js'
import { awaitedNetworks, draftOf, reduce, shapingOf, type Action, type OtherChoice, type State } from './state.js'

/** The page: what it shows, and what can be done to it. */
export interface Playground {
  readonly state: State
  readonly act: (action: Action) => void
  readonly drop: (of: string, file: Blob, name: string) => void
  readonly optimise: () => void
  readonly cancel: () => void
  /** The loss as an ONNX file for pictures of a size. */
  readonly onnx: (size: Size) => Promise<Uint8Array<ArrayBuffer>>
  readonly link: string
  /** The longest side of a device like this one. */
  readonly usualSide: Side
}

const USUAL = usualSettings(isSmallDevice())

const beginning = (): State => {
  const { loss, settings, problem } = linkedHere()
  const { others } = chosenHere()
  const nothing = {
    problem: undefined,
    restored: false,
    pictures: undefined,
    started: undefined,
    download: undefined,
    allowed: savesData() ? [] : NETWORKS,
    here: [],
    doing: 'Starting',
    asked: undefined,
    result: undefined,
    heat: undefined,
    descending: undefined,
    story: undefined,
    recorded: undefined,
    playing: false,
  }
  return { draft: draftOf(loss ?? FIRST_LOSS), settings, own: {}, others, linkProblem: problem, ...nothing }
}

/** Which of the pictures are a person's own: kept with the entry of the browser's history, for a link does not have them. */
type Chosen = Partial<Pick<State['settings'], 'target' | 'prediction'>> & Pick<State, 'others'>

const chosenHere = (): Chosen => (history.state as Chosen | null) ?? { others: {} }

/** What the address says, and which pictures its entry of the history had. */
const linkedHere = (): Linked => {
  const linked = readLink(location.hash, USUAL)
  const { target, prediction } = chosenHere()
  return { ...linked, settings: { ...linked.settings, ...(target === undefined ? {} : { target }), ...(prediction === undefined ? {} : { prediction }) } }
}

const isOwn = (choice: string): boolean => choice === 'own' || choice === 'optimised'

const chosenOf = ({ settings: { target, prediction }, others }: State): Chosen => ({
  others,
  ...(isOwn(target) ? { target } : {}),
  ...(isOwn(prediction) ? { prediction } : {}),
})

/** Sliders move in small steps; what is computed follows when they rest this long. */
const REST = 120

export const usePlayground = (): Playground => {
  const [state, act] = useReducer(reduce, undefined, beginning)
  const running = useEngine((answer) => {
    if (answer.kind === 'files') keepOffline(answer.urls)
    else act({ kind: 'answer', answer })
  })
  const { draft, settings, pictures, started, result } = state
  const awaited = awaitedNetworks(state).length > 0
  const shaping = shapingOf(state)
  const limits = useMemo(
    (): Limits | undefined => (shaping === undefined ? undefined : { side: settings.side, shaping, bytes: BUDGETS[settings.budget] }),
    [settings.side, shaping, settings.budget],
  )

  useEffect(() => {
    act({ kind: 'asked', what: 'backend' })
    running?.start(settings.backend)
  }, [running, settings.backend])
  useEffect(() => {
    if (!awaited) running?.prefetch(networksFor(draft.loss))
  }, [running, draft.loss, awaited])
  usePictures(state, act)
  useOwnPictures(state, act)
  useStrayDrops(act)
  useEffect(() => {
    void keptNetworks().then((networks) => act({ kind: 'here', networks }))
  }, [])
  useEffect(() => {
    if (pictures !== undefined) running?.show(pictures)
  }, [running, pictures])
  useEffect(() => {
    if (running === undefined || pictures === undefined || started === undefined) return
    if (limits === undefined || awaited) {
      act({ kind: 'waiting' })
      return
    }
    const timer = setTimeout(
      () => {
        act({ kind: 'asked', what: 'value' })
        running.evaluate(encode(draft.loss), limits)
      },
      result === undefined ? 0 : REST,
    )
    return () => {
      clearTimeout(timer)
    }
  }, [running, pictures, started?.backend, draft.loss, limits, awaited])

  const hash = useMemo(() => writeLink(draft.loss, settings, USUAL), [draft.loss, settings])
  useAddress(state, hash, act)

  const optimise = (): void => {
    if (limits === undefined || awaited) return
    act({ kind: 'asked', what: 'picture' })
    running?.optimise(encode(draft.loss), limits, settings.descent)
  }
  useStory(state, act, optimise)
  useFirstTouch(state, act)
  usePaste(act)

  return {
    state,
    act,
    drop: (of, file, name) => void take(act, of, file, name),
    optimise,
    cancel: () => {
      act({ kind: 'cancelled' })
      running?.cancel()
    },
    onnx: (size) => (running === undefined ? Promise.reject(new Error('The worker has not started yet.')) : running.onnx(encode(draft.loss), size)),
    usualSide: USUAL.side,
    link: `${location.origin}${location.pathname}#${hash}`,
  }
}

/** Reads a person's picture. */
const take = (act: (action: Action) => void, of: string, file: Blob, name: string): Promise<void> =>
  readPicture(file, name).then(
    (picture) => act({ kind: 'own', of, picture }),
    (error: unknown) => act({ kind: 'problem', problem: messageOf(error) }),
  )

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** An engine for as long as the page is there. */
const useEngine = (hear: (answer: Answer) => void): Engine | undefined => {
  const [running, setRunning] = useState<Engine>()
  useEffect(() => {
    const made = engine(hear)
    setRunning(made)
    return made.end
  }, [])
  return running
}

/** The address says what the page shows; a link that is followed in the same tab, and Back, show what they say. A link that could not be read stays. */
const useAddress = (state: State, hash: string, act: (action: Action) => void): void => {
  const shown = useRef(hash)
  shown.current = hash
  const { linkProblem, settings, others } = state
  useEffect(() => {
    if (linkProblem === undefined) history.replaceState(chosenOf(state), '', `#${hash}`)
  }, [hash, linkProblem, settings.target, settings.prediction, others])
  useEffect(() => {
    const follow = (): void => {
      if (location.hash !== `#${shown.current}`) act({ kind: 'link', linked: linkedHere() })
    }
    addEventListener('hashchange', follow)
    return () => {
      removeEventListener('hashchange', follow)
    }
  }, [])
}

/** Brings back the pictures that the browser kept, and keeps those that are chosen. */
const useOwnPictures = ({ own, restored }: State, act: (action: Action) => void): void => {
  useEffect(() => {
    const first = opensWithStory()
    void keptPictures().then((kept) => {
      act({ kind: 'kept', own: kept })
      if (first) act({ kind: 'opening' })
    })
  }, [])
  useEffect(() => {
    if (restored) void keepPictures(own)
  }, [own, restored])
}

/** A file dropped beside the panels would take the place of the page. */
const useStrayDrops = (act: (action: Action) => void): void => {
  useEffect(() => {
    const stay = (event: DragEvent): void => {
      if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return
      event.preventDefault()
      if (event.type === 'drop') act({ kind: 'problem', problem: 'The file was dropped beside the pictures: drop it on the target or on the prediction.' })
    }
    addEventListener('dragover', stay)
    addEventListener('drop', stay)
    return () => {
      removeEventListener('dragover', stay)
      removeEventListener('drop', stay)
    }
  }, [])
}

const isChange = (choice: string): choice is Change => CHANGES.some((change) => change === choice)
const isSample = (choice: string): choice is Sample => SAMPLES.some((sample) => sample === choice)

/** Loads and makes the pictures that were chosen; what comes late, after another choice, is left. */
const usePictures = ({ settings, own, others, draft, restored }: State, act: (action: Action) => void): void => {
  const latest = useRef(0)
  const sideOfPictures = settings.prediction === EQUAL_MSE ? settings.side : undefined
  const names = picturesOf(draft.loss)
    .filter((name) => name !== 'target')
    .join('\n')
  useEffect(() => {
    if (!restored) return
    const turn = ++latest.current
    const wanted = names === '' ? [] : names.split('\n')
    loadAll(settings, own, wanted, others).then(
      (pictures) => {
        if (turn === latest.current) act({ kind: 'pictures', pictures })
      },
      (error: unknown) => act({ kind: 'problem', problem: messageOf(error) }),
    )
  }, [settings.target, settings.prediction, settings.mix, sideOfPictures, own, others, names, restored])
}

const loadAll = async (
  { target: targetChoice, prediction: choice, mix, side }: State['settings'],
  own: State['own'],
  names: readonly string[],
  others: Readonly<Record<string, OtherChoice>>,
): Promise<Pictures> => {
  const pick = async (of: string, from: string): Promise<Picture> => {
    const kept = isSample(from) ? await loadSample(from) : own[from === 'optimised' ? 'optimised' : of]
    if (kept === undefined) throw new Error(`There is no picture of yours for '${of}' yet: choose a file.`)
    return kept
  }
  const chosen = await pick('target', targetChoice)
  // Scaling a distorted picture would change its error: the target is scaled first.
  const target = choice === EQUAL_MSE && side !== 'full' ? scaled(chosen, within(chosen, side), 'fit') : chosen
  const prediction = async (): Promise<Picture> => {
    if (choice === EQUAL_MSE) return equalMse(target, changePicture(target, 'blurred'), mix)
    return isChange(choice) ? changePicture(target, choice) : pick('prediction', choice)
  }
  const rest = await Promise.all(names.map(async (name) => [name, await pick(name, others[name] ?? 'swirls')] as const))
  return { prediction: await prediction(), references: { target, ...Object.fromEntries(rest) } }
}
