"""Makes the pictures of examples/images.

    pip install pillow==13.0.0 && python scripts/make_images.py

The photographs are crops of those in the wheel of scikit-image 0.26.0, fetched by pip and checked by its SHA-256 (nothing of it is installed or run). The painting,
swirls.jpg, is drawn here: thousands of short strokes along a flow of whirls, each in the colour of its place. examples/images/README.md has licences and credits.
"""
import hashlib
import io
import math
import os
import random
import subprocess
import sys
import tempfile
import zipfile

from PIL import Image, ImageDraw

WHEEL = 'scikit-image==0.26.0'
PLATFORM = ['--only-binary', ':all:', '--python-version', '311', '--platform', 'manylinux_2_28_x86_64']
SHA256 = '74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af'
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'examples', 'images')

# name: (file in the wheel, crop box (left, top, right, bottom), longest side)
PHOTOGRAPHS = {
    'chelsea': ('chelsea.png', (0, 0, 450, 300), 450),
    'astronaut': ('astronaut.png', (0, 0, 512, 512), 448),
    'coffee': ('coffee.png', (0, 0, 600, 400), 448),
    'rocket': ('rocket.jpg', (0, 0, 640, 427), 448),
    'hubble': ('hubble_deep_field.jpg', (300, 100, 812, 612), 448),
    'gravel': ('gravel.png', (0, 0, 512, 512), 512),
    'grass': ('grass.png', (0, 0, 512, 512), 512),
}


def photographs():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, '-m', 'pip', 'download', WHEEL, '--no-deps', *PLATFORM, '-q', '-d', folder], check=True)
        (wheel,) = os.listdir(folder)
        with open(os.path.join(folder, wheel), 'rb') as file:
            data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        sys.exit(f'{wheel} has SHA-256 {digest}, expected {SHA256}')
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name, (file, box, side) in PHOTOGRAPHS.items():
            image = Image.open(io.BytesIO(archive.read(f'skimage/data/{file}'))).convert('RGB').crop(box)
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
            yield name, image


# The painting, in units of its side: whirls (x, y, radius, turn), the colours between them and from their middles outwards.
SIDE, OVERSAMPLING, SEED = 448, 3, 1889
WHIRLS = [
    (0.20, 0.22, 0.13, 1), (0.62, 0.16, 0.10, -1), (0.86, 0.40, 0.15, 1), (0.40, 0.52, 0.20, -1), (0.12, 0.72, 0.12, 1),
    (0.72, 0.78, 0.17, -1), (0.40, 0.90, 0.09, 1), (0.95, 0.08, 0.08, -1), (0.93, 0.93, 0.08, 1),
]  # fmt: skip
NIGHT = [(14, 22, 66), (24, 44, 110), (36, 80, 160), (70, 130, 196), (130, 180, 214)]
LIGHT = [(255, 244, 190), (250, 214, 90), (238, 160, 40), (206, 96, 40), (120, 150, 170)]
SPARKS = [(240, 200, 100), (40, 110, 120), (200, 90, 60)]
# Broad strokes first, fine ones on top: (how many, width, length), in 384ths of the side.
STROKES = [(2600, 11, 34), (5200, 6, 26), (5200, 3.2, 20)]
UNIT = 1 / 384


def flow(x, y):
    """The direction of the strokes, of length 1."""
    u, v = 0.35 + 0.25 * math.sin(5 * y + 1), 0.22 * math.sin(6 * x)
    for a, b, radius, turn in WHIRLS:
        dx, dy = x - a, y - b
        distance = math.hypot(dx, dy) + 1e-6
        strength = 2.6 * turn * math.exp(-((distance / radius / 1.35) ** 2)) / distance
        u, v = u - strength * dy, v + strength * dx
    length = math.hypot(u, v)
    return u / length, v / length


def colour(x, y, chance):
    """The colour of a stroke that starts here."""
    nearness = min(math.hypot(x - a, y - b) / radius for a, b, radius, _ in WHIRLS)
    if nearness < 1.05 + 0.15 * chance.random():
        palette, place = LIGHT, nearness * 4.2 + chance.gauss(0, 0.45)
    else:
        palette, place = NIGHT, 1.7 + 1.7 * math.sin(9 * (x * 0.6 + y) + 3 * math.sin(4 * x)) + chance.gauss(0, 0.8)
    base = palette[max(0, min(4, int(place)))]
    if palette is NIGHT and chance.random() < 0.05:
        base = chance.choice(SPARKS)
    lightness = chance.gauss(0, 12)
    return tuple(max(0, min(255, round(channel + lightness + chance.gauss(0, 6)))) for channel in base)


def painting():
    chance = random.Random(SEED)
    side = SIDE * OVERSAMPLING
    image = Image.new('RGB', (side, side), NIGHT[1])
    draw = ImageDraw.Draw(image)
    for count, broad, length in STROKES:
        for _ in range(count):
            x, y = chance.uniform(-0.03, 1.03), chance.uniform(-0.03, 1.03)
            fill = colour(x, y, chance)
            points = []
            for _ in range(length // 2):
                points.append((x * side, y * side))
                u, v = flow(x, y)
                x, y = x + 2 * u * UNIT, y + 2 * v * UNIT
            width = round(broad * UNIT * side * chance.uniform(0.6, 1.1))
            draw.line(points, fill=fill, width=width, joint='curve')
            for a, b in (points[0], points[-1]):
                draw.ellipse([a - width / 2, b - width / 2, a + width / 2, b + width / 2], fill=fill)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, image in [*photographs(), ('swirls', painting())]:
        path = os.path.join(FOLDER, f'{name}.jpg')
        image.save(path, quality=92, subsampling=0, optimize=True)
        print(f'{path}: {image.width} x {image.height}, {os.path.getsize(path)} bytes')


main()
