/**
 * What Node and sharp say when a file fails, as the end of a sentence.
 */
const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user has no right to it',
  EPERM: 'this user has no right to it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is used up",
  EFBIG: 'a file of this size is not allowed here',
}

/** The reason in words, without a full stop. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const known = 'code' in error ? FILE_REASONS[String(error.code)] : undefined
  return known ?? (error.message.trim().split('\n').at(-1) ?? '').replace(/\.$/, '')
}
