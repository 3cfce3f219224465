/** The page as a whole. */
import type { JSX } from 'preact'
import { usePlayground } from '../usePlayground.js'
import { Builder } from './Builder.js'
import { ShapeQuestion } from './Computed.js'
import { Computing } from './Computing.js'
import { Downloads } from './Downloads.js'
import { Formula } from './Formula.js'
import { Header } from './Header.js'
import { Breakdown } from './Numbers.js'
import { Optimising } from './Optimising.js'
import { PicturePanel } from './PicturePanel.js'
import { Stories } from './Stories.js'

export const App = (): JSX.Element => {
  const playground = usePlayground()
  const { state, act } = playground
  const problem = state.problem ?? state.linkProblem
  return (
    <>
      <a class="skip" href="#loss" onClick={skipTo('loss')}>
        Skip to the loss
      </a>
      <Header link={playground.link} />
      <main>
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
            <button type="button" class="quiet" onClick={() => act({ kind: 'problem', problem: undefined })}>
              Dismiss
            </button>
          </p>
        )}
        <Stories playground={playground} />
        <div class="columns">
          <div class="column">
            <ShapeQuestion playground={playground} />
            <PicturePanel playground={playground} />
            <Breakdown state={state} />
            <Formula loss={state.draft.loss} waits={state.result === undefined && state.doing !== undefined} />
            <Optimising playground={playground} />
          </div>
          <div class="column">
            <Builder draft={state.draft} act={act} />
            <Downloads playground={playground} />
            <Computing playground={playground} />
          </div>
        </div>
      </main>
      <footer>
        Pictures stay in this browser.{' '}
        {Object.keys(state.own).length > 0 && (
          <button type="button" class="quiet" onClick={() => act({ kind: 'forget' })}>
            Forget my pictures
          </button>
        )}{' '}
        Photographs: Stefan van der Walt and Rachel Michetti (CC0), NASA and SpaceX (public domain).
      </footer>
    </>
  )
}

/** The address holds the loss, so links inside the page move the focus themselves. */
const skipTo =
  (id: string) =>
  (event: Event): void => {
    event.preventDefault()
    document.getElementById(id)?.focus()
  }
