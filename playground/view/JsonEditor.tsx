/** The loss as JSON: what is typed is the loss as soon as it can be read. */
import type { JSX } from 'preact'
import type { Action, Draft } from '../state.js'

export const JsonEditor = ({ draft: { text, problem }, act }: { readonly draft: Draft; readonly act: (action: Action) => void }): JSX.Element => (
  <div class="json">
    <label for="json" class="hidden">
      The loss as JSON
    </label>
    <textarea
      id="json"
      rows={22}
      spellcheck={false}
      autocapitalize="off"
      value={text}
      aria-invalid={problem !== undefined}
      aria-describedby="json-problem"
      onInput={({ currentTarget }) => act({ kind: 'text', text: currentTarget.value })}
    />
    <p id="json-problem" class={problem === undefined ? 'hint' : 'problem'} role="status">
      {problem ?? 'Read. The sliders follow.'}
    </p>
  </div>
)
