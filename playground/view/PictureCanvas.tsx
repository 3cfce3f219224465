/** A picture on the page. */
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Picture } from '../engine/protocol.js'

export const PictureCanvas = ({ picture, label }: { readonly picture: Picture | undefined; readonly label: string }): JSX.Element => {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (canvas.current === null || picture === undefined) return
    canvas.current.width = picture.width
    canvas.current.height = picture.height
    canvas.current.getContext('2d')?.putImageData(new ImageData(picture.data, picture.width, picture.height), 0, 0)
  }, [picture])
  return picture === undefined ? <div class="empty">{label}</div> : <canvas ref={canvas} role="img" aria-label={label} />
}
