/** A person's own pictures, kept in this browser's database so that a reload does not lose them. */
import { del, get, set } from 'idb-keyval'
import type { Picture } from '../engine/protocol.js'

const KEY = 'own-pictures'

/** Own pictures, by the names of what they are for. */
export type OwnPictures = Readonly<Record<string, Picture>>

/** The kept pictures; none where the browser keeps nothing (private windows, a full disk). */
export const keptPictures = async (): Promise<OwnPictures> => (await get<OwnPictures>(KEY).catch(() => undefined)) ?? {}

/** Keeps the pictures, or forgets them all where there are none. A browser that keeps nothing is no error: they last until the reload. */
export const keepPictures = async (own: OwnPictures): Promise<void> => {
  await (Object.keys(own).length === 0 ? del(KEY) : set(KEY, own)).catch(() => undefined)
}
