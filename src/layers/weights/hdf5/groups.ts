/**
 * The groups of an HDF5 file: the root from its superblock (versions 0 and 1), and the names in a group from its B-tree.
 *
 * Source: the HDF5 File Format Specification, version 3.0, II.A (superblock), III.A.1 (B-trees), III.B and III.C (symbol table nodes and entries), III.D (local heaps).
 */
import { unreadable } from '../unreadable.js'
import type { Bytes } from './cursor.js'
import type { Symbols } from './object.js'

/** Where the root group's header is. Throws `Unreadable`. */
export const rootOf = (file: Bytes): number => {
  const start = file.at(8)
  const version = start.u8()
  if (version > 1) unreadable("it uses HDF5's newest format (h5py's libver='latest'), which is not supported; save it without that option")
  start.skip(4)
  if (start.u8() !== 8 || start.u8() !== 8) unreadable('it does not use 64-bit addresses; only those are supported')
  const rest = file.at(version === 0 ? 24 : 28)
  if (rest.address() !== 0) unreadable('it starts with a user block, which is not supported')
  rest.skip(8)
  const end = rest.address() ?? 0
  if (end > file.length) unreadable(`it is truncated: it has ${String(file.length)} bytes, expected ${String(end)}`)
  // The driver; then the name of the root.
  rest.skip(16)
  return rest.address() ?? unreadable('it has no groups')
}

/** A name in a group, and where its object's header is. */
export interface Link {
  readonly name: string
  readonly place: number
}

/** The names in a group. Throws `Unreadable`. */
export const linksOf = (file: Bytes, { tree, heap }: Symbols): readonly Link[] => {
  const names = file.block(heap, 'HEAP')
  names.skip(4)
  const size = names.u64()
  names.skip(8)
  const segment = names.address() ?? unreadable('it is damaged: a group has no names')
  const nameAt = (offset: number): string => (offset > size ? unreadable('it is damaged: a name is missing') : file.at(segment + offset, size - offset).text())
  return nodesOf(file, tree, undefined).flatMap((node) => entriesOf(file, node, nameAt))
}

/** The leaves below a node of a B-tree; its children are one level lower. */
const nodesOf = (file: Bytes, place: number, expected: number | undefined): readonly number[] => {
  file.spend()
  const node = file.block(place, 'TREE')
  const [type, level, entries] = [node.u8(), node.u8(), node.u16()]
  if (type !== 0 || (expected !== undefined && level !== expected)) unreadable('it is damaged: the tree of a group is invalid')
  node.skip(16)
  const children = Array.from({ length: entries }, () => {
    file.spend()
    node.skip(8)
    return node.address() ?? unreadable('it is damaged: a part of a group is missing')
  })
  return level === 0 ? children : children.flatMap((child) => nodesOf(file, child, level - 1))
}

/** A soft link has no header. */
const SOFT = 2

const entriesOf = (file: Bytes, place: number, nameAt: (offset: number) => string): readonly Link[] => {
  const node = file.block(place, 'SNOD')
  node.skip(2)
  const count = node.u16()
  return Array.from({ length: count }, () => {
    file.spend()
    const name = nameAt(node.u64())
    const header = node.address()
    const kind = node.u32()
    node.skip(20)
    return header === undefined || kind === SOFT ? [] : [{ name, place: header }]
  }).flat()
}
