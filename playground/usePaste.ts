/** A picture pasted from the clipboard becomes the prediction. */
import { useEffect } from 'preact/hooks'
import { readPicture } from './pictures/load.js'
import type { Action } from './state.js'

export const usePaste = (act: (action: Action) => void): void => {
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent): void => {
      const file = [...(clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'))
      if (file === undefined) return
      readPicture(file, 'The pasted picture').then(
        (picture) => act({ kind: 'own', of: 'prediction', picture }),
        (error: unknown) => act({ kind: 'problem', problem: error instanceof Error ? error.message : String(error) }),
      )
    }
    addEventListener('paste', paste)
    return () => {
      removeEventListener('paste', paste)
    }
  }, [])
}
