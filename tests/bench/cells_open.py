#!/usr/bin/env python3
"""Why the border of grids leaves the lines: metres of open border by cause, as a row of docs/benchmarks.md.

    cells_open.py TOWN CELLS.gpkg GRIDS.gpkg SPLIT.json

A piece of open border is put to the first cause that holds: it lies beyond all lines (outside their convex hull); its block (cells that share
more open border than lines, and so on) has more households than a grid may have; its block has no more; it is an end of a border most of
which runs along a line.
"""
import collections
import json
import math
import sys

from osgeo import ogr
from shapely.geometry import LineString, MultiPoint

ogr.UseExceptions()


def find(up, unit):
    while up[unit] != unit:
        up[unit] = up[up[unit]]
        unit = up[unit]
    return unit


def read_borders(layer):
    """Open pieces and metres in all of each pair of cells; the hull of all lines."""
    west, east, south, north = layer.GetExtent()
    lat = math.radians((south + north) / 2)
    kx = ky = 1
    if layer.GetSpatialRef().IsGeographic():
        kx = 111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat)
        ky = 111132.954 - 559.822 * math.cos(2 * lat)
    pieces, length, corners = collections.defaultdict(list), collections.Counter(), []
    for row in layer:
        places = [(p[0] * kx, p[1] * ky) for p in row.GetGeometryRef().GetPoints()]
        if row["class"] != "none":
            corners.extend(places)
        if row["left_id"] is None or row["right_id"] is None:
            continue
        pair = tuple(sorted((row["left_id"], row["right_id"])))
        line = LineString(places)
        length[pair] += line.length
        if row["class"] == "none":
            pieces[pair].append(line)
    return pieces, length, MultiPoint(corners).convex_hull


def main():
    town = sys.argv[1]
    cells, grids = ogr.Open(sys.argv[2]), ogr.Open(sys.argv[3])
    with open(sys.argv[4], encoding="utf-8") as file:
        report = json.load(file)
    grid_of = {row["unit_id"]: row["grid_id"] for row in grids.GetLayer("assignment")}
    households = {row["unit_id"]: row["households"] for row in cells.GetLayer("cells")}
    pieces, length, hull = read_borders(cells.GetLayer("borders"))
    up = {unit: unit for unit in households}
    for pair, lines in pieces.items():
        if sum(line.length for line in lines) > length[pair] / 2:
            a, b = sorted(find(up, unit) for unit in pair)
            up[b] = a
    block = collections.Counter()
    for unit, count in households.items():
        block[find(up, unit)] += count
    metres = collections.Counter()
    for pair, lines in pieces.items():
        if grid_of[pair[0]] == grid_of[pair[1]]:
            continue
        outside = sum(line.difference(hull).length for line in lines)
        metres["beyond"] += outside
        a, b = (find(up, unit) for unit in pair)
        cause = "end" if a != b else "heavy" if block[a] > report["range"][1] else "light"
        metres[cause] += sum(line.length for line in lines) - outside
    proof = report.get("border_on_barrier_proof") or {"open_at_least_m": 0, "at_this_length": 1}
    print(f"| {town} | {report['internal_boundary_m'] / 1000:.1f} km | {sum(metres.values()):.0f} m | {metres['beyond']:.0f} m | "
          f"{metres['heavy']:.0f} m | {metres['light']:.0f} m | {metres['end']:.0f} m | {proof['open_at_least_m']:.0f} m | "
          f"{proof['at_this_length']:.1%} |")


if __name__ == "__main__":
    main()
