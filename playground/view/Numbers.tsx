/** The value of the loss, and a table of what each term adds to it. */
import type { JSX } from 'preact'
import { publishedAs } from '../loss/meaning.js'
import { currentRows, valueOf, type State } from '../state.js'
import { titleOf } from '../loss/terms.js'
import type { Playground } from '../usePlayground.js'
import { Computed } from './Computed.js'
import { Waiting } from './Waiting.js'
import { percent, short } from './numbers.js'

export const Numbers = ({ playground }: { readonly playground: Playground }): JSX.Element => {
  const { state } = playground
  const rows = currentRows(state)
  const { draft, doing } = state
  const published = publishedAs(draft.loss)
  return (
    <section class="card numbers value" aria-labelledby="numbers-title" aria-busy={doing !== undefined}>
      <h2 id="numbers-title">{published?.title ?? 'Loss'}</h2>
      <output data-testid="value" data-value={rows === undefined ? undefined : valueOf(rows)}>
        {rows === undefined ? '–' : short(valueOf(rows))}
      </output>
      {published !== undefined && <p class="meaning">{published.meaning}</p>}
      <Waiting playground={playground} />
      <Computed playground={playground} />
    </section>
  )
}

/** What each term adds to the value. */
export const Breakdown = ({ state }: { readonly state: State }): JSX.Element => {
  const rows = currentRows(state)
  const { draft } = state
  return (
    <section class="card" aria-labelledby="breakdown-title">
      <h2 id="breakdown-title">Breakdown</h2>
      <div class="scrolling" tabIndex={0} role="region" aria-label="The breakdown, to scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Term</th>
              <th scope="col">Weight</th>
              <th scope="col">Value</th>
              <th scope="col">Adds</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {draft.terms.map((term, i) => {
              const row = rows?.[i]
              return (
                <tr key={i}>
                  <th scope="row">{titleOf(term)}</th>
                  <td>{short(term.weight)}</td>
                  <td>{row === undefined ? '–' : short(row.unweighted)}</td>
                  <td>{row === undefined ? '–' : short(row.value)}</td>
                  <td class="share-cell">
                    <span class="bar" style={{ inlineSize: `${String(100 * Math.abs(row?.share ?? 0))}%` }} />
                    <span class="figure">{row === undefined ? '–' : percent(row.share)}</span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
