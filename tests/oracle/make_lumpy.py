#!/usr/bin/python3
"""Made-up communities that are hard to divide: small sheets of squares with holes, zero weights and heavy units, some
threaded on a few necks. As GeoJSON in degrees.

usage: make_lumpy.py COMMUNITIES OUT.geojson [SEED [SHEETS]]

SHEETS large communities of 324 units follow, in turn of one weight (260), of that and a few light units, of heavy and
empty ones, and of pairs (200 to 249, an odd number of units).
"""
import json
import random
import sys

communities, out = int(sys.argv[1]), sys.argv[2]
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
sheets = int(sys.argv[4]) if len(sys.argv) > 4 else 0
features = []


def connected(cells):
    left, stack = set(cells), [next(iter(cells))]
    left.discard(stack[0])
    while stack:
        c, r = stack.pop()
        for other in ((c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)):
            if other in left:
                left.discard(other)
                stack.append(other)
    return not left


def shape():
    columns, rows = rng.randint(3, 7), rng.randint(3, 6)
    cells = {(c, r) for c in range(columns) for r in range(rows)}
    for _ in range(rng.randint(0, len(cells) // 2)):
        cell = rng.choice(sorted(cells))
        if len(cells) > 4 and connected(cells - {cell}):
            cells.remove(cell)
    return sorted(cells)


def weight():
    draw = rng.random()
    if draw < 0.25:
        return 0
    if draw < 0.8:
        return int(rng.lognormvariate(3.8, 0.9))
    return rng.randint(150, 480) if draw < 0.985 else rng.randint(480, 900)


def sheet_weight(kind, c, r):
    if kind == 0:
        return 260
    if kind == 1:
        return 60 if c % 7 == 3 and r % 7 == 3 else 260
    if kind == 2:
        return rng.choice([0, 270, 280, 290, 550])
    return rng.randint(200, 249)


def sheet(kind):
    cells = [(c, r) for c in range(18) for r in range(18)]
    return [(c, r, sheet_weight(kind, c, r)) for c, r in cells[:-1 if kind == 3 else None]]


for k in range(communities + sheets):
    x, y = k % 20 * 10, k // 20 * 10
    if k >= communities:
        x, y = (k - communities) * 20, 20 + communities // 20 * 10
    for c, r, households in [(c, r, weight()) for c, r in shape()] if k < communities else sheet((k - communities) % 4):
        corners = [(c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1), (c, r)]
        ring = [[round(108.2 + (x + i) * 0.00112, 8), round(36.9 + (y + j) * 0.0009, 8)] for i, j in corners]
        features.append({"type": "Feature",
                         "properties": {"code": f"K{k:03d}-{c}{r}" if k < communities else f"K{k:03d}-{c:02d}{r:02d}", "hh": households, "community": f"K{k:03d}"},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
json.dump({"type": "FeatureCollection", "features": features}, open(out, "w", encoding="utf-8"))
