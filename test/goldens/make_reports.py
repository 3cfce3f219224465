"""Means and variances of lists of doubles, in Python's exact fractions, each rounded once: test/goldens/reports.json.

python3 test/goldens/make_reports.py   (Python 3.11.7; no packages)
"""

import json
import random
from fractions import Fraction
from pathlib import Path

rng = random.Random(20261125)
lists = {
    "scores": [rng.random() for _ in range(300)],
    "decibels": [20 + 30 * rng.random() for _ in range(300)],
    # What a float sum and the textbook formula of the variance lose.
    "far from zero": [1e8 + rng.random() for _ in range(200)],
    "cancelling": [1e16, 1.0, -1e16, 1.0, 3.5, -1.0],
    "of all sizes": [rng.choice([-1, 1]) * rng.random() * 10.0 ** rng.randint(-150, 150) for _ in range(200)],
    "constant": [0.1] * 10,
    "one": [0.7],
    "zeros": [0.0, 0.0, 0.0],
    "smallest and largest": [5e-324, 1e154, 2.5e-310],
}


def golden(values):
    exact = [Fraction(v) for v in values]
    mean = sum(exact) / len(exact)
    variance = sum((v - mean) ** 2 for v in exact) / len(exact)
    return {"values": values, "mean": float(mean), "variance": float(variance)}


out = Path(__file__).with_name("reports.json")
out.write_text(json.dumps({name: golden(values) for name, values in lists.items()}) + "\n")
