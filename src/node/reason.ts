/**
 * Error messages of Node and sharp for files, as the end of a sentence.
 */
const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'the file exceeds the size limit',
}

/** The reason as text, without a full stop. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const known = 'code' in error ? FILE_REASONS[String(error.code)] : undefined
  return known ?? (error.message.trim().split('\n').at(-1) ?? '').replace(/\.$/, '')
}

/** The first line of a message: Node's of modules go on with a list of files. */
export const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
