/**
 * The page of a test run: all comparisons, failures first, in one HTML file that needs nothing else.
 *
 * Laws: it loads nothing from elsewhere (its policy forbids it), and no text of a test can become HTML or a script.
 */
import { createHash } from 'node:crypto'
import { STATUS_WORDS, type ShownComparison } from './comparisonArticle.js'
import { recordId, type Status } from './comparisonRecord.js'
import { headline, STATUSES } from './headline.js'
import { html, Markup } from './markup.js'
import { PAGE_SCRIPT } from './pageScript.js'
import { PAGE_STYLE } from './pageStyle.js'

/** What the page needs before its pictures are read. */
export interface PageFrame {
  readonly comparisons: readonly Pick<ShownComparison, 'test' | 'reference' | 'isNot' | 'status'>[]
  /** The command that accepts all failures that can be accepted; undefined where there is none. */
  readonly acceptAll: string | undefined
}

/** What stands before and after the articles of the comparisons, which have their order. */
export const pageFrame = ({ comparisons, acceptAll }: PageFrame): readonly [start: string, end: string] => {
  const [start = '', end = ''] = wholePage({ comparisons, acceptAll }).text.split(ARTICLES)
  return [start, end]
}

/** Where the articles go. */
const ARTICLES = '<!-- articles -->'

const wholePage = ({ comparisons, acceptAll }: PageFrame): Markup => {
  const title = headline(comparisons)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <title>${title}</title>
        <style>
          ${new Markup(PAGE_STYLE)}
        </style>
      </head>
      <body data-view="side">
        <header>
          <h1>${title}</h1>
          <p>Pictures of tests, compared by perceptual-loss</p>
          ${acceptAll === undefined ? undefined : html`<button type="button" data-copy="${acceptAll}">Copy the command that accepts all failures</button>`}
        </header>
        <nav aria-label="Comparisons">
          <input id="search" type="search" placeholder="Filter by test or reference" aria-label="Filter by test or reference" />
          <fieldset id="statuses">
            <legend class="hidden">Show</legend>
            ${STATUSES.map((status) => statusFilter(status, comparisons.filter((one) => one.status === status).length))}
          </fieldset>
          <p id="none" hidden>Nothing matches the filter.</p>
          <ol id="list">
            ${comparisons.map(item)}
          </ol>
        </nav>
        <main tabindex="-1">
          <div id="bar">
            <p id="walk"><button type="button" id="previous">Previous</button> <button type="button" id="next">Next</button> <span id="place"></span></p>
            ${VIEWS}
          </div>
          ${comparisons.length === 0 ? html`<article><p>The tests compared no pictures by toLookLike. Screenshots of vitest's toMatchScreenshot are in vitest's own report.</p></article>` : undefined}
          ${new Markup(ARTICLES)}
        </main>
        ${FOOTER} ${SCRIPT}
      </body>
    </html>`
}

const statusFilter = (status: Status, count: number): Markup | undefined =>
  count === 0
    ? undefined
    : html`<label><input type="checkbox" checked value="${status}" /> <span class="status ${status}">${STATUS_WORDS[status]}</span> ${count}</label>`

const item = (comparison: PageFrame['comparisons'][number]): Markup =>
  html`<li data-status="${comparison.status}">
    <a href="#${recordId(comparison)}"
      ><span class="status ${comparison.status}">${STATUS_WORDS[comparison.status]}</span> ${comparison.reference} <small>${comparison.test}</small></a
    >
  </li>`

const view = (name: string, title: string, checked: boolean): Markup =>
  html`<label><input type="radio" name="view" id="view-${name}" value="${name}" ${checked ? new Markup('checked') : undefined} /><span>${title}</span></label>`

const VIEWS = html`<div id="views">
  <fieldset>
    <legend class="hidden">View</legend>
    ${view('side', 'Side by side', true)} ${view('slider', 'Slider', false)} ${view('onion', 'Onion skin', false)} ${view('difference', 'Difference', false)}
    ${view('heat', 'Heat map', false)}
  </fieldset>
  <label id="position-label"><span id="position-words"></span> <input id="position" type="range" min="0" max="100" value="50" /></label>
  <label><input id="actual" type="checkbox" /> Actual size</label>
</div>`

const keys = (key: string, does: string): Markup =>
  html`<div>
    <dt>${key}</dt>
    <dd>${does}</dd>
  </div>`

const FOOTER = html`<footer>
  <label><input id="keys" type="checkbox" checked /> Keyboard shortcuts</label>
  <dl>
    ${keys('j k ↓ ↑', 'next, previous')} ${keys('1–5', 'view')} ${keys('← →', 'slider, onion skin, heat')} ${keys('z', 'actual size')}
    ${keys('a', 'copy the command')} ${keys('/', 'filter')}
  </dl>
  <p id="announcement" class="hidden" role="status"></p>
</footer>`

/** Byte for byte what the policy allows. */
const SCRIPT = new Markup(`<script>${PAGE_SCRIPT}</script>`)

/** Only this script runs, only pictures in the page are shown, and nothing is loaded. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(PAGE_SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
