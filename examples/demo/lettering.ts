/**
 * Letters drawn as squares, five by seven.
 *
 * A fresh machine may have no fonts at all, and SVG text comes out as empty boxes there; these are plain paths.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  a: '..... ..... .###. ....# .#### #...# .####',
  b: '#.... #.... ####. #...# #...# #...# ####.',
  c: '..... ..... .#### #.... #.... #.... .####',
  d: '....# ....# .#### #...# #...# #...# .####',
  e: '..... ..... .###. #...# ##### #.... .###.',
  f: '..##. .#... ####. .#... .#... .#... .#...',
  l: '.##.. ..#.. ..#.. ..#.. ..#.. ..#.. .###.',
  n: '..... ..... ####. #...# #...# #...# #...#',
  o: '..... ..... .###. #...# #...# #...# .###.',
  p: '..... ..... ####. #...# ####. #.... #....',
  r: '..... ..... #.##. ##..# #.... #.... #....',
  s: '..... ..... .#### #.... .###. ....# ####.',
  t: '.#... .#... ####. .#... .#... .#..# ..##.',
  u: '..... ..... #...# #...# #...# #...# .####',
  y: '..... ..... #...# #...# .#### ....# .###.',
  0: '.###. #...# #..## #.#.# ##..# #...# .###.',
  1: '..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.',
  2: '.###. #...# ....# ..##. .#... #.... #####',
  3: '####. ....# ....# .###. ....# ....# ####.',
  4: '#..#. #..#. #..#. ##### ...#. ...#. ...#.',
  5: '##### #.... ####. ....# ....# #...# .###.',
  6: '.###. #.... ####. #...# #...# #...# .###.',
  7: '##### ....# ...#. ..#.. .#... .#... .#...',
  8: '.###. #...# #...# .###. #...# #...# .###.',
  9: '.###. #...# #...# .#### ....# ....# .###.',
}

/** The height of a line of letters, in squares. */
export const LETTER_HEIGHT = 7

/** The path (SVG) of a word, its upper left corner at (x, y), in squares of `unit` pixels; a letter that is not there is a space. */
export const lettering = (word: string, x: number, y: number, unit: number): string =>
  Array.from(word)
    .flatMap((letter, i) => squares(GLYPHS[letter] ?? '').map(([row, column]) => [x + (6 * i + column) * unit, y + row * unit] as const))
    .map(([left, top]) => `M${String(left)} ${String(top)}h${String(unit)}v${String(unit)}h-${String(unit)}z`)
    .join('')

const squares = (glyph: string): readonly (readonly [row: number, column: number])[] =>
  glyph.split(' ').flatMap((line, row) => Array.from(line).flatMap((mark, column) => (mark === '#' ? [[row, column] as const] : [])))
