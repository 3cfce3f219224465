/** What the number waits for: a download with its bytes, or a click that allows one. */
import type { JSX } from 'preact'
import { NETWORK_TITLES } from '../loss/layers.js'
import { awaitedNetworks } from '../state.js'
import type { Playground } from '../usePlayground.js'
import { downloaded } from './numbers.js'

export const Waiting = ({ playground: { state, act } }: { readonly playground: Playground }): JSX.Element | null => {
  const { download } = state
  const awaited = awaitedNetworks(state)
  if (awaited.length > 0) {
    const titles = awaited.map((name) => `${NETWORK_TITLES[name].title} (${String(NETWORK_TITLES[name].megabytes)} MB)`).join(' and ')
    return (
      <button type="button" class="primary" title="The browser asks to save data" onClick={() => act({ kind: 'allowDownloads' })}>
        Load {titles}
      </button>
    )
  }
  if (download === undefined) return null
  const { network, received, total } = download
  const words = `Loading ${NETWORK_TITLES[network].title}: ${downloaded(received, total)}`
  return (
    <p class="download" data-testid="download">
      {words}
      <progress aria-label={`Loading ${NETWORK_TITLES[network].title}`} max={total} value={received} />
    </p>
  )
}
