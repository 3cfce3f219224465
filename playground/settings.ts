/** What a person chooses besides the loss, and what is chosen where nobody has. */
import { BACKENDS, SHAPINGS, type BackendName, type Descent, type Shaping, type Side } from './engine/protocol.js'
import { CHANGES, EQUAL_MSE, SAMPLES, type Change, type Sample } from './pictures/names.js'

/** Where the picture that is compared with comes from; 'own' is a file, which stays on the person's machine. */
export type TargetChoice = Sample | 'own'

/** Where the picture that is judged comes from: the target, changed; a sample; a file; or what was optimised last. */
export type PredictionChoice = Change | typeof EQUAL_MSE | Sample | 'own' | 'optimised'

/** How many bytes of tensors a step may take. */
export const BUDGETS = { phone: 256e6, laptop: 1e9, workstation: 3e9 } as const
export type Budget = keyof typeof BUDGETS

/** The longest sides that are offered. */
export const SIDES = [96, 128, 192, 256, 384, 512] as const

/** What a person chooses. */
export interface Settings {
  readonly target: TargetChoice
  readonly prediction: PredictionChoice
  readonly backend: BackendName | 'best'
  /** Where a prediction of equal MSE is between a brighter target, 0, and a blurred one, 1. */
  readonly mix: number
  readonly budget: Budget
  readonly side: Side
  /** How a prediction of another shape than the target's is brought to it; until someone chooses, the page asks. */
  readonly shaping: Shaping | 'ask'
  readonly descent: Descent
}

/** A phone is told by its memory, or by its screen where the browser does not say. */
export const isSmallDevice = (): boolean => {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number }
  return deviceMemory === undefined ? matchMedia('(pointer: coarse) and (max-width: 700px)').matches : deviceMemory <= 4
}

/** What is chosen for a device. */
export const usualSettings = (small: boolean): Settings => ({
  target: 'chelsea',
  prediction: 'blurred',
  mix: 0,
  backend: 'best',
  budget: small ? 'phone' : 'laptop',
  side: small ? 128 : 256,
  shaping: 'ask',
  descent: { from: 'prediction', steps: 60, rate: 0.01 },
})

const among = <A extends string>(names: readonly A[], text: string | null, otherwise: A): A => names.find((name) => name === text) ?? otherwise

const numberIn = (text: string | null, least: number, most: number, otherwise: number): number => {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text)
  return value >= least && value <= most ? value : otherwise
}

/** The most steps and the highest rate that are offered. */
export const MOST_STEPS = 500
export const HIGHEST_RATE = 0.2

/** 'full', or the next offered side. */
const sideIn = (text: string | null, usual: Side): Side => {
  if (text === 'full') return 'full'
  const side = numberIn(text, SIDES[0], SIDES[SIDES.length - 1] ?? 512, Number.NaN)
  return SIDES.find((one) => one >= side) ?? usual
}

/** Settings from the parameters of a link; what is missing or unknown is as usual. */
export const settingsIn = (parameters: URLSearchParams, usual: Settings): Settings => {
  const { descent } = usual
  return {
    target: among<Sample>(SAMPLES, parameters.get('target'), 'chelsea'),
    prediction: among<Change | typeof EQUAL_MSE | Sample>([...CHANGES, EQUAL_MSE, ...SAMPLES], parameters.get('prediction'), 'blurred'),
    mix: numberIn(parameters.get('mix'), 0, 1, usual.mix),
    backend: among([...BACKENDS, 'best'], parameters.get('backend'), usual.backend),
    budget: among(Object.keys(BUDGETS) as Budget[], parameters.get('budget'), usual.budget),
    side: sideIn(parameters.get('side'), usual.side),
    shaping: among([...SHAPINGS, 'ask'], parameters.get('shaping'), usual.shaping),
    descent: {
      from: among(['prediction', 'noise', 'grey'], parameters.get('from'), descent.from),
      steps: Math.round(numberIn(parameters.get('steps'), 1, MOST_STEPS, descent.steps)),
      rate: numberIn(parameters.get('rate'), 0.001, HIGHEST_RATE, descent.rate),
    },
  }
}

/** The parameters that say how settings differ from the usual ones; pictures of one's own are not in them. */
export const parametersOf = (settings: Settings, usual: Settings): readonly (readonly [string, string])[] => {
  const flat = ({ descent, ...rest }: Settings): Readonly<Record<string, string | number>> => ({ ...rest, ...descent })
  const [own, other] = [flat(settings), flat(usual)]
  return Object.entries(own).flatMap(([name, value]) =>
    value === other[name] || value === 'own' || value === 'optimised' ? [] : [[name, String(value)] as const],
  )
}
