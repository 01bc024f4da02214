#!/usr/bin/python3
"""A made-up coverage for tests: COLUMNS x ROWS squares of 100 m with jittered corners, as GeoJSON in degrees.

usage: make_units.py COLUMNS ROWS OUT.geojson [SEED]
"""
import json
import random
import sys

columns, n_rows, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
corner = {(c, r): (round(108.2 + (c + rng.uniform(-0.3, 0.3)) * 0.00112, 8),
                   round(36.9 + (r + rng.uniform(-0.3, 0.3)) * 0.0009, 8))
          for c in range(columns + 1) for r in range(n_rows + 1)}
features = []
for r in range(n_rows):
    for c in range(columns):
        ring = [corner[c, r], corner[c + 1, r], corner[c + 1, r + 1], corner[c, r + 1], corner[c, r]]
        features.append({"type": "Feature",
                         "properties": {"编码": f"U{r:03d}{c:03d}", "户数": rng.randint(10, 60),
                                        "人口": rng.randint(30, 180), "社区": "990001100001" if c < columns / 2 else "990001100002"},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
json.dump({"type": "FeatureCollection", "features": features}, open(out, "w", encoding="utf-8"), ensure_ascii=False)
