#!/usr/bin/python3
"""Compares a CSV of `countygrid hotspots` with a table of other software, or counts its exact chances again.

usage: check_hotspots.py columns OURS.csv EXPECTED.csv KEY OURS=THEIRS ...
       check_hotspots.py chances OURS.csv UNITS.geojson KEY
       check_hotspots.py excess|smoothed OURS UNITS.geojson KEY BASE
       check_hotspots.py emerging OURS.csv UNITS.geojson KEY EVENTS.csv

columns  every pair of columns agrees to 1e-9, row by row
chances  p_low and p_high again in whole numbers, from neighbours found by common corners
excess   binomial chances of each neighbourhood's count again, in whole numbers
emerging z, q, trend and the hot and cold months again from the events of one year
smoothed eb_local_per_1000 of places without base is the rate of their neighbourhood, eb_per_1000 that of all
"""
import csv
import json
import sys
from fractions import Fraction
from math import comb, erfc, sqrt


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
        assert row["label"].split()[0] == ("not" if float(row["q"]) > 0.1 else "hot" if high < low else "cold"), row
    assert any(row["label"].startswith("hot") for row in rows.values())
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


def emerging(ours, units, key, events):
    """Months of 2025; a neighbourhood is a unit with those around it in its month and the one before."""
    place, near = neighbours(units, key)
    with open(units, encoding="utf-8") as file:
        rings = {f["properties"][key]: f["geometry"]["coordinates"][0] for f in json.load(file)["features"]}
    box = {name: (min(p[0] for p in r), max(p[0] for p in r), min(p[1] for p in r), max(p[1] for p in r))
           for name, r in rings.items()}
    count, home = {name: [0] * 12 for name in place}, {}
    for row in read(events):
        where = float(row["lon"]), float(row["lat"])
        if where not in home:
            home[where] = next(n for n, b in box.items() if b[0] < where[0] < b[1] and b[2] < where[1] < b[3])
        if row["occurred"]:
            count[home[where]][int(row["occurred"][5:7]) - 1] += 1
    values = [v for row in count.values() for v in row]
    n, mean = len(values), sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / n
    z = {}
    for name in place:
        around = near[name] | {name}
        for month in range(12):
            bins = [count[other][m] for other in around for m in (month - 1, month) if m >= 0]
            k = len(bins)
            z[name, month] = (sum(bins) - k * mean) / sqrt(variance * (n * k - k * k) / (n - 1))
    p = {bin: erfc(abs(v) / sqrt(2)) for bin, v in z.items()}
    order, q, least = sorted(p, key=p.get), {}, 1
    for rank in range(len(order), 0, -1):
        least = min(least, p[order[rank - 1]] * n / rank)
        q[order[rank - 1]] = least
    rows = {row["grid_id"]: row for row in read(ours)}
    for name, row in rows.items():
        line = [z[name, month] for month in range(12)]
        s = sum((b > a + 1e-9) - (b < a - 1e-9) for i, a in enumerate(line) for b in line[i + 1:])
        assert abs(float(row["z"]) - line[11]) < 1e-9 and abs(float(row["q"]) - q[name, 11]) < 1e-9, (name, row)
        assert s * float(row["trend_z"]) > 0 or s == 0, (name, s, row["trend_z"])
        for column, sign in (("hot_periods", 1), ("cold_periods", -1)):
            seen = sum(q[name, month] <= 0.05 and sign * z[name, month] > 0 for month in range(12))
            assert int(row[column]) == seen, (name, column, row[column], seen)
    print(f"# {len(z)} z, q and months agree")


{"emerging": emerging, "columns": columns, "chances": chances, "excess": excess, "smoothed": smoothed}[sys.argv[1]](*sys.argv[2:])
