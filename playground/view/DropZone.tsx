/** A picture that a person chooses: from a list, as a file, or by dropping one on it. */
import type { ComponentChildren, JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Picture } from '../engine/protocol.js'
import { pixels } from './numbers.js'
import { PictureCanvas } from './PictureCanvas.js'

interface Props {
  readonly title: string
  readonly picture: Picture | undefined
  readonly drop: (file: Blob, name: string) => void
  readonly value: string
  readonly choose: (choice: string) => void
  readonly children: ComponentChildren
}

export const DropZone = ({ title, picture, drop, value, choose, children }: Props): JSX.Element => {
  const [hovered, setHovered] = useState(false)
  const id = useId()
  const take = (files: FileList | null | undefined): void => {
    const [file] = files ?? []
    if (file !== undefined) drop(file, file.name)
  }
  const hover =
    (is: boolean) =>
    (event: DragEvent): void => {
      event.preventDefault()
      setHovered(is)
    }
  const dropped = (event: DragEvent): void => {
    hover(false)(event)
    take(event.dataTransfer?.files)
  }
  return (
    <figure class={hovered ? 'card picture hovered' : 'card picture'} onDragOver={hover(true)} onDragLeave={hover(false)} onDrop={dropped}>
      <figcaption>
        <span id={`${id}-title`}>{title}</span>
        {picture !== undefined && (
          <small>{`${pixels(picture)}${picture.reducedFrom === undefined ? '' : `, reduced from ${pixels(picture.reducedFrom)}`}`}</small>
        )}
      </figcaption>
      <div class="frame">
        <PictureCanvas picture={picture} label={`${title} picture`} />
      </div>
      <select aria-labelledby={`${id}-title`} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {children}
      </select>
      <div class="files">
        <FileInput label={`A file for the ${title.toLowerCase()}`} take={take}>
          Choose or drop a file
        </FileInput>
        <FileInput label={`The camera for the ${title.toLowerCase()}`} take={take} camera>
          Camera
        </FileInput>
      </div>
    </figure>
  )
}

interface FileProps {
  readonly label: string
  readonly take: (files: FileList | null) => void
  /** Asks a phone for its camera; the style shows it there only. */
  readonly camera?: boolean
  readonly children: string
}

const FileInput = ({ label, take, camera = false, children }: FileProps): JSX.Element => (
  <label class={camera ? 'file camera' : 'file'}>
    <input
      type="file"
      accept="image/*"
      capture={camera ? 'environment' : undefined}
      aria-label={label}
      onChange={({ currentTarget }) => {
        take(currentTarget.files)
        currentTarget.value = ''
      }}
    />
    <span aria-hidden="true">{children}</span>
  </label>
)
