/** Paths in a table that must fit a terminal. */

/** The folder that all paths share; '' if there is none. */
export const commonFolder = (paths: readonly string[]): string => {
  const folders = paths.map((path) => path.split('/').slice(0, -1))
  const [first = []] = folders
  const apart = first.findIndex((name, i) => folders.some((folder) => folder[i] !== name))
  return (apart < 0 ? first : first.slice(0, apart)).join('/')
}

/** The path shortened in the middle to at most this many characters. */
export const shortened = (path: string, width: number): string => {
  if (path.length <= width) return path
  const head = Math.floor((width - 1) / 3)
  return `${path.slice(0, head)}…${path.slice(path.length - (width - 1 - head))}`
}

/** The widths of two columns that fit together: the narrower one keeps its width. */
export const shared = (first: number, second: number, width: number): readonly [number, number] => {
  if (first + second <= width) return [first, second]
  const half = Math.floor(width / 2)
  if (first <= half) return [first, width - first]
  return second <= half ? [width - second, second] : [half, width - half]
}
