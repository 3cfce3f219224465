/**
 * Screenshots of Playwright's pages and locators, and the rectangles of what their selectors match.
 */
import type { Locator, Page } from '@playwright/test'
import { isPlainRecord } from '../core/arguments/checkOptions.js'
import { LossException } from '../index.js'
import type { Rectangle } from './ignoredRegions.js'
import type { Settings } from './settings.js'

/** Settings of a comparison of a page or locator. */
export interface PageSettings extends Omit<Settings, 'ignore'> {
  /** Where the pictures may differ: rectangles in pixels, selectors, or locators. */
  readonly ignore?: readonly (Rectangle | string | Locator)[]
}

/** A page or a locator. */
type Shown = Page | Locator

const hasScreenshot = (value: unknown): value is Shown => typeof value === 'object' && value !== null && 'screenshot' in value && 'locator' in value

/** Playwright's own default. */
const TIMEOUT = 5000

/** The picture of a page or locator, and the options with rectangles in the place of selectors; anything else stays as it is. */
export const screenshot = async (
  picture: unknown,
  options: object | undefined,
  timeout = TIMEOUT,
): Promise<{ readonly picture: unknown; readonly options: unknown }> => {
  if (!hasScreenshot(picture)) return { picture, options }
  const taken = await steady(picture, timeout)
  if (options === undefined || !('ignore' in options) || !Array.isArray(options.ignore)) return { picture: taken, options }
  const origin = 'goto' in picture ? { x: 0, y: 0 } : ((await picture.boundingBox()) ?? { x: 0, y: 0 })
  const ignore = await Promise.all(options.ignore.map((one: unknown) => rectangles(picture, one, origin)))
  return { picture: taken, options: { ...options, ignore: ignore.flat() } }
}

/** Takes pictures until two in a row are equal, without animations and caret. */
const steady = async (shown: Shown, timeout: number): Promise<Buffer> => {
  const until = Date.now() + timeout
  const take = (): Promise<Buffer> => shown.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css', timeout })
  let last = await take()
  for (;;) {
    const next = await take()
    if (next.equals(last)) return next
    if (Date.now() >= until) throw restless(timeout)
    last = next
  }
}

const restless = (timeout: number): LossException =>
  new LossException({
    _tag: 'ImageUnreadable',
    path: 'of the page',
    reason: `it did not stop changing within ${String(timeout)} ms. Wait for what moves, or hide it`,
  })

/** The rectangles of what a selector or locator matches, from the picture's corner; a rectangle is itself. */
const rectangles = async (shown: Shown, what: unknown, origin: { readonly x: number; readonly y: number }): Promise<readonly unknown[]> => {
  if (typeof what !== 'string' && (isPlainRecord(what) || !hasScreenshot(what))) return [what]
  const page = 'goto' in shown ? shown : shown.page()
  const matched = await (typeof what === 'string' ? page.locator(what) : (what as Locator)).all()
  const boxes = await Promise.all(matched.map((one) => one.boundingBox()))
  return boxes.flatMap((box) => {
    if (box === null) return []
    const [left, top] = [Math.max(0, Math.floor(box.x - origin.x)), Math.max(0, Math.floor(box.y - origin.y))]
    const [right, bottom] = [Math.ceil(box.x - origin.x + box.width), Math.ceil(box.y - origin.y + box.height)]
    return right > left && bottom > top ? [{ top, left, height: bottom - top, width: right - left }] : []
  })
}
