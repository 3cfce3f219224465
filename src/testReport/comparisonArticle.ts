/**
 * One comparison in the page of a report: its scores, its pictures, and the command that accepts it.
 */
import { recordId, type ComparisonRecord, type Status } from './comparisonRecord.js'
import { html, type Markup } from './markup.js'
import type { ShownPicture } from './shownPicture.js'

/** A comparison with its pictures, as far as there are any. */
export interface ShownComparison extends ComparisonRecord {
  readonly pictures: { readonly reference?: ShownPicture | undefined; readonly received?: ShownPicture | undefined; readonly heat?: ShownPicture | undefined }
  /** The command that makes the received picture the reference; undefined where there is nothing to accept. */
  readonly accept: string | undefined
  /** Whether its pictures were left out, because the page would be too large. */
  readonly leftOut: boolean
}

/** The statuses in words. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = { failed: 'Failed', new: 'New', updated: 'Updated', passed: 'Within bounds', equal: 'Equal' }

/** The part of the page for one comparison. */
export const comparisonArticle = (comparison: ShownComparison): Markup => {
  const { test, reference, status, isNot, scores, accept } = comparison
  const id = recordId(comparison)
  return html`<article id="${id}" aria-labelledby="title-${id}" data-status="${status}">
    <h2 id="title-${id}" tabindex="-1"><span class="status ${status}">${wordsOf(status, isNot)}</span> ${reference}</h2>
    <p class="test">${test}</p>
    <div class="facts">
      ${scores.length > 0 ? scoreTable(comparison) : undefined} ${accept === undefined ? undefined : acceptance(accept)} ${messageOf(comparison)}
    </div>
    ${stage(comparison)}
  </article>`
}

const wordsOf = (status: Status, isNot: boolean): string => (isNot && status === 'passed' ? 'Differs, as expected' : STATUS_WORDS[status])

const scoreTable = ({ scores }: ShownComparison): Markup =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">Score</th>
        <th scope="col">Value</th>
        <th scope="col">Bound</th>
        <th scope="col">Result</th>
      </tr>
    </thead>
    <tbody>
      ${scores.map(
        ({ name, score, bound, within }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${score}</td>
            <td>${bound}</td>
            <td class="${within ? 'within' : 'beyond'}">${within ? 'within' : 'too far'}</td>
          </tr>`,
      )}
    </tbody>
  </table>`

/** The message of a failure, folded where the scores say the same. */
const messageOf = ({ message, scores }: ShownComparison): Markup | undefined => {
  if (message === '') return undefined
  const text = html`<pre tabindex="0" aria-label="Message">${message}</pre>`
  return scores.length === 0
    ? text
    : html`<details>
        <summary>Message</summary>
        ${text}
      </details>`
}

const acceptance = (command: string): Markup =>
  html`<p class="accept"><button type="button" data-copy="${command}">Copy the command that accepts this picture</button> <code>${command}</code></p>`

/** The pictures of a comparison. Both, one over the other, where there are two. */
const stage = (comparison: ShownComparison): Markup => {
  const { reference, received, heat } = comparison.pictures
  const shown = [reference, received, heat].filter((picture) => picture !== undefined)
  if (shown.length === 0) return html`<p class="none">${absence(comparison)}</p>`
  const [width, height] = [Math.max(...shown.map((picture) => picture.width)), Math.max(...shown.map((picture) => picture.height))]
  const both = reference !== undefined && received !== undefined
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Pictures">
    <div
      class="stage ${both ? 'both' : 'single'} ${heat === undefined ? 'no-heat' : 'has-heat'} ${width < 480 ? 'small' : ''}"
      style="--width: ${width}; --height: ${height}"
    >
      ${figure('reference', comparison.status === 'new' ? 'New reference' : 'Reference', reference)} ${figure('received', 'Received', received)}
      ${figure('heat', 'Heat map', heat)}
    </div>
  </div>`
}

/** Why there is no picture. */
const absence = ({ status, leftOut, received }: ShownComparison): string => {
  if (leftOut) return 'The pictures were left out, because the report would be too large.'
  if (status === 'failed' && received === undefined) return 'No picture was kept: the comparison failed before it, or compared a tensor.'
  return 'The pictures are no longer there.'
}

const figure = (name: string, title: string, picture: ShownPicture | undefined): Markup | undefined =>
  picture === undefined
    ? undefined
    : html`<figure class="${name}">
        <figcaption>${title} <small>${picture.width} × ${picture.height}</small></figcaption>
        <img
          src="${picture.source}"
          alt="${title}"
          width="${picture.width}"
          height="${picture.height}"
          style="--wide: ${picture.width}"
          loading="lazy"
          decoding="async"
          draggable="false"
        />
      </figure>`
