#!/usr/bin/python3
"""Compares a CSV of `countygrid hotspots` with a table of other software, or counts its exact chances again.

usage: check_hotspots.py columns OURS.csv EXPECTED.csv KEY OURS=THEIRS ...
       check_hotspots.py chances OURS.csv UNITS.geojson KEY
       check_hotspots.py excess|smoothed OURS UNITS.geojson KEY BASE

columns  every pair of columns agrees to 1e-9, row by row
chances  p_low and p_high again in whole numbers, from neighbours found by common corners
excess   binomial chances of each neighbourhood's count again, in whole numbers
smoothed eb_local_per_1000 of places without base is the rate of their neighbourhood, eb_per_1000 that of all
"""
import csv
import json
import sys
from fractions import Fraction
from math import comb


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


def neighbours(units, key):
    """Properties of each unit, and the units that share a corner with it."""
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
    return {f["properties"][key]: f["properties"] for f in features}, near


def excess(ours, units, key, base):
    place, near = neighbours(units, key)
    place = {name: p for name, p in place.items() if p[base] > 0}
    events, people = sum(p["n"] for p in place.values()), sum(p[base] for p in place.values())
    rows = {row["grid_id"]: row for row in read(ours)}
    for name in place:
        around = [place[other] for other in near[name] | {name} if other in place]
        share, seen = Fraction(sum(p[base] for p in around), people), sum(p["n"] for p in around)
        chance = [comb(events, k) * share**k * (1 - share) ** (events - k) for k in range(seen + 1)]
        low, high = float(sum(chance)), float(1 - sum(chance[:-1]))
        row = rows[name]
        assert abs(float(row["p_low"]) - low) <= 1e-9 * low, (name, row["p_low"], low)
        assert abs(float(row["p_high"]) - high) <= 1e-9 * high, (name, row["p_high"], high)
        assert abs(float(row["expected"]) - float(share * events)) < 1e-9, name
    print(f"# {len(place)} chances agree with whole numbers")


def smoothed(ours, units, key, base):
    from osgeo import ogr

    ogr.UseExceptions()
    place, near = neighbours(units, key)
    file = ogr.Open(ours)
    rows = {f["grid_id"]: (f["eb_per_1000"], f["eb_local_per_1000"]) for f in file.GetLayer(0)}
    living = [p for p in place.values() if p[base] > 0]
    for name, p in place.items():
        if p[base] > 0:
            continue
        around = [place[other] for other in near[name] if place[other][base] > 0]
        for group, ours_is in zip((living, around), rows[name]):
            rate = 1000 * sum(q["n"] for q in group) / sum(q[base] for q in group)
            assert abs(ours_is - rate) < 1e-9 * rate, (name, ours_is, rate)


def chances(ours, units, key):
    _, near = neighbours(units, key)
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


{"columns": columns, "chances": chances, "excess": excess, "smoothed": smoothed}[sys.argv[1]](*sys.argv[2:])
