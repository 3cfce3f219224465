/** The name of the page, and the link that shares it. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

export const Header = ({ link }: { readonly link: string }): JSX.Element => {
  const [said, say] = useState('')
  const copy = (): void => {
    navigator.clipboard.writeText(link).then(
      () => say('Link copied'),
      () => say('Copy it from the address bar'),
    )
    setTimeout(() => say(''), 4000)
  }
  return (
    <header>
      <div class="brand">
        <svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true">
          <rect width="32" height="32" rx="8" class="mark-ground" />
          <circle cx="13" cy="16" r="7" class="mark-one" />
          <circle cx="19" cy="16" r="7" class="mark-two" />
        </svg>
        <div>
          <h1>perceptual-loss playground</h1>
          <p>Build a loss, see what it sees, and watch it paint.</p>
        </div>
      </div>
      <div class="share">
        <span role="status">{said}</span>
        <button type="button" onClick={copy} title="The link has the loss and the settings, not pictures of your own">
          Copy link
        </button>
      </div>
    </header>
  )
}
