#!/usr/bin/python3
"""Compares a CSV of `countygrid hotspots` with a table of other software, or counts its exact chances again.

usage: check_hotspots.py columns OURS.csv EXPECTED.csv KEY OURS=THEIRS ...
       check_hotspots.py chances OURS.csv UNITS.geojson KEY

columns  every pair of columns agrees to 1e-9, row by row
chances  p_low and p_high again in whole numbers, from neighbours found by common corners
"""
import csv
import json
import sys
from fractions import Fraction


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(ours, expected, key, *pairs):
    mine = {row["grid_id"]: row for row in read(ours)}
    theirs = read(expected)
    assert len(mine) == len(theirs), (len(mine), len(theirs))
    for row in theirs:
        for pair in pairs:
            a, b = pair.split("=")
            x, y = float(mine[row[key]][a]), float(row[b])
            assert abs(x - y) <= 1e-9 * max(abs(y), 1e-3), (row[key], pair, x, y)
    print(f"# {len(theirs)} rows, {len(pairs)} columns agree")


def ways(values, most):
    """table[k][s]: how many sets of k values have the sum s."""
    table = [{0: 1}] + [{} for _ in range(most)]
    for value in values:
        for k in range(most, 0, -1):
            for s, n in table[k - 1].items():
                table[k][s + value] = table[k].get(s + value, 0) + n
    return table


def chances(ours, units, key):
    with open(units, encoding="utf-8") as file:
        features = json.load(file)["features"]
    corners = {}
    for f in features:
        for point in f["geometry"]["coordinates"][0]:
            corners.setdefault(tuple(point), set()).add(f["properties"][key])
    near = {f["properties"][key]: set() for f in features}
    for touching in corners.values():
        for one in touching:
            near[one] |= touching - {one}
    rows = {row["grid_id"]: row for row in read(ours)}
    value = {name: int(row["count"]) for name, row in rows.items()}
    for name, row in rows.items():
        assert int(row["neighbours"]) == len(near[name]), name
        others = [value[other] for other in value if other != name]
        table = ways(others, len(near[name]))[len(near[name])]
        seen, total = sum(value[other] for other in near[name]), sum(table.values())
        low = Fraction(sum(n for s, n in table.items() if s <= seen), total)
        high = Fraction(sum(n for s, n in table.items() if s >= seen), total)
        assert abs(float(row["p_low"]) - low) < 1e-13, (name, row["p_low"], float(low))
        assert abs(float(row["p_high"]) - high) < 1e-13, (name, row["p_high"], float(high))
    print(f"# {len(rows)} chances agree with whole numbers")


{"columns": columns, "chances": chances}[sys.argv[1]](*sys.argv[2:])
