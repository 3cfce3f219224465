"""LDR-FLIP's maps, and its means at another viewing distance, by NVIDIA's own program.

    python make_flip.py IMAGES OUT.json

Peer: flip-evaluator 1.7. IMAGES: this folder's images/. A map is stored at every ninth row and every seventh column.
"""
import json
import os
import sys

from flip_evaluator import evaluate

images, out = sys.argv[1:3]
ROWS, COLUMNS = range(0, 64, 9), range(0, 96, 7)
result = {'made with': {'flip-evaluator': '1.7'}, 'rows': list(ROWS), 'columns': list(COLUMNS), 'maps': []}
for name in ('coffee_noise.png', 'coffee_dark.png', 'coffee_shift.png'):
    for given in ({}, {'ppd': 20.0}):
        a, b = (os.path.join(images, n) for n in ('coffee.png', name))
        whole, mean, used = evaluate(a, b, 'LDR', applyMagma=False, parameters=given)
        points = [[round(float(whole[row, column, 0]), 6) for column in COLUMNS] for row in ROWS]
        result['maps'].append({'a': 'coffee.png', 'b': name, 'pixelsPerDegree': given.get('ppd'), 'mean': float(mean), 'points': points})
json.dump(result, open(out, 'w'))
