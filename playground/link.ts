/**
 * Loss and settings in the part of the address after #, so that a link opens the page as it is; nothing of it goes to a server.
 *
 * Law: what `readLink` reads of `writeLink(loss, settings)` is that loss (by `lossEq`), and those settings but for pictures of one's own.
 */
import { either as E } from 'fp-ts'
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate'
import { tryDecodeText, describeError, encode, type Loss } from 'perceptual-loss'
import { PRESETS, presetOf } from './loss/presets.js'
import { parametersOf, settingsIn, type Settings } from './settings.js'

/** What a link says, and what could not be read of it. */
export interface Linked {
  readonly loss: Loss<string, string> | undefined
  readonly settings: Settings
  readonly problem: string | undefined
}

/** A loss is not longer than this as text. */
const LONGEST = 1_000_000

/** The part of the address after #, without it. */
export const writeLink = (loss: Loss<string, string>, settings: Settings, usual: Settings): string => {
  const preset = presetOf(loss)
  const of: readonly [string, string] = preset === undefined ? ['json', packed(JSON.stringify(encode(loss)))] : ['loss', preset]
  return new URLSearchParams([[...of], ...parametersOf(settings, usual).map((pair) => [...pair])]).toString()
}

/** What the part of an address after # says; of a bad one, what can be read. */
export const readLink = (hash: string, usual: Settings): Linked => {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const settings = settingsIn(parameters, usual)
  const [name, json] = [parameters.get('loss'), parameters.get('json')]
  const preset = name !== null && Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined
  if (preset !== undefined || json === null)
    return { loss: preset?.loss, settings, problem: name !== null && preset === undefined ? `The link names a loss '${name}', which there is not.` : undefined }
  const text = unpacked(json)
  const loss = text === undefined ? undefined : tryDecodeText(text)
  if (loss === undefined) return { loss: undefined, settings, problem: 'The loss of the link is damaged: the link may have been cut off.' }
  return E.isLeft(loss)
    ? { loss: undefined, settings, problem: `The loss of the link cannot be read. ${describeError(loss.left)}` }
    : { loss: loss.right, settings, problem: undefined }
}

const packed = (text: string): string =>
  btoa(strFromU8(deflateSync(strToU8(text)), true))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const unpacked = (packed: string): string | undefined => {
  try {
    const bytes = strToU8(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), true)
    return strFromU8(inflateSync(bytes, { out: new Uint8Array(LONGEST) }))
  } catch {
    return undefined
  }
}
