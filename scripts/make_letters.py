"""Makes src/cli/painting/letters.ts: the outlines of a font's letters, as TypeScript.

    pip install fonttools brotli
    python scripts/make_letters.py [--check]

The source is Inter, medium (SIL Open Font License 1.1; weights/LICENSES.md), in the package @fontsource/inter, fetched by npm and checked by the SHA-256 of the font's file.
--check compares instead of writing.
"""
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

PACKAGE = '@fontsource/inter@5.3.0'
FILE = 'package/files/inter-latin-500-normal.woff2'
SHA256 = 'f3779f1efccc4bdcdf9c0a02ab95bf6bd092ed09c48c08cedc725889edd1d19f'
# ASCII, Latin-1 but for its soft hyphen, and some signs.
LETTERS = ''.join(map(chr, [*range(32, 127), *range(161, 173), *range(174, 256)])) + '…–−'
TARGET = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'src', 'cli', 'painting', 'letters.ts')


def font():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['npm', 'pack', '--silent', PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(os.path.join(folder, os.listdir(folder)[0])) as archive:
            data = archive.extractfile(FILE).read()
    if hashlib.sha256(data).hexdigest() != SHA256:
        sys.exit(f'{PACKAGE} has another {FILE}: SHA-256 {hashlib.sha256(data).hexdigest()}.')
    return TTFont(io.BytesIO(data))


class Outline(BasePen):
    """An outline as text with absolute M, L, Q, C and Z alone, y downwards from the baseline: all numbers are pairs of x and y."""

    def __init__(self, glyphs):
        super().__init__(glyphs)
        self.text = ''

    def write(self, letter, *points):
        self.text += letter + ' '.join(f'{round(x)} {round(-y)}' for x, y in points)

    def _moveTo(self, to):
        self.write('M', to)

    def _lineTo(self, to):
        self.write('L', to)

    def _qCurveToOne(self, control, to):
        self.write('Q', control, to)

    def _curveToOne(self, first, second, to):
        self.write('C', first, second, to)

    def _closePath(self):
        self.write('Z')


def outline(glyphs, name):
    pen = Outline(glyphs)
    glyphs[name].draw(pen)
    return pen.text


def quoted(letter):
    return '"\'"' if letter == "'" else "'\\\\'" if letter == '\\' else f"'{letter}'"


def module(source):
    names, glyphs, widths = source.getBestCmap(), source.getGlyphSet(), source['hmtx']
    lines = [
        '/** Inter, medium, as outlines: made by scripts/make_letters.py; SIL Open Font License 1.1 (weights/LICENSES.md). */',
        '',
        '/** An em, in the units of the outlines. */',
        f"export const EM = {source['head'].unitsPerEm}",
        '',
        '/** The height of a capital. */',
        f"export const CAPITAL = {source['OS/2'].sCapHeight}",
        '',
        '/** How far a letter moves the next one, and its outline (SVG, absolute), from the baseline downwards. */',
        'export const LETTERS: Readonly<Record<string, readonly [advance: number, outline: string]>> = {',
    ]
    for letter in LETTERS:
        name = names[ord(letter)]
        lines.append(f"  {quoted(letter)}: [{widths[name][0]}, '{outline(glyphs, name)}'],")
    return '\n'.join([*lines, '}', ''])


if __name__ == '__main__':
    made = module(font())
    if '--check' in sys.argv:
        with open(TARGET) as file:
            sys.exit(0 if file.read() == made else f'{TARGET} is not what this script makes.')
    with open(TARGET, 'w') as file:
        file.write(made)
