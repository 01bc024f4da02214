#!/usr/bin/env python3
"""Measures again how much of the border between grids runs along lines, from the pieces that cells wrote.

    border_pieces.py CELLS.gpkg GRIDS.gpkg SPLIT.json

Takes the layer `borders` of the cells (every piece of border with its class) and the assignment of the grids, sums metres by class
and compares with border_on_barrier and internal_boundary_m of the report; and what is open outside the convex hull of all lines (by
GEOS through shapely) with border_beyond_lines_m. Exit code 1 where they differ.
"""
import collections
import json
import math
import sys

from osgeo import ogr
from shapely.geometry import LineString, MultiPoint

ogr.UseExceptions()


def metres(layer):
    """Metres of a unit of x and y, for degrees by the series of the ellipsoid at the middle of the layer."""
    if not layer.GetSpatialRef().IsGeographic():
        return 1, 1
    west, east, south, north = layer.GetExtent()
    lat = math.radians((south + north) / 2)
    return (111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat),
            111132.954 - 559.822 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat))


def main():
    cells, grids = ogr.Open(sys.argv[1]), ogr.Open(sys.argv[2])
    with open(sys.argv[3], encoding="utf-8") as file:
        report = json.load(file)
    grid_of = {row["unit_id"]: row["grid_id"] for row in grids.GetLayer("assignment")}
    borders = cells.GetLayer("borders")
    kx, ky = metres(borders)
    length = collections.Counter()
    open_lines, on_lines = [], []
    for piece in borders:
        places = [(p[0] * kx, p[1] * ky) for p in piece.GetGeometryRef().GetPoints()]
        if piece["class"] != "none":
            on_lines.extend(places)
        left, right = piece["left_id"], piece["right_id"]
        if left is None or right is None or grid_of[left] == grid_of[right]:
            continue
        length[piece["class"]] += LineString(places).length
        if piece["class"] == "none":
            open_lines.append(LineString(places))
    total = sum(length.values())
    share = 1 - length["none"] / total
    print(f"{total:.0f} m, {share:.4f} along lines:",
          ", ".join(f"{name} {length[name]:.0f}" for name in sorted(length)))
    hull = MultiPoint(on_lines).convex_hull
    beyond = sum(line.difference(hull).length for line in open_lines)
    print(f"{beyond:.0f} m of it beyond all lines")
    fine = abs(share - report["border_on_barrier"]) < 0.0005
    fine = fine and abs(total / report["internal_boundary_m"] - 1) < 0.001
    fine = fine and abs(beyond - report["border_beyond_lines_m"]) < 2 + 0.01 * beyond
    among = (total - length["none"]) / (total - beyond)
    fine = fine and abs(among - report["border_on_barrier_among_lines"]) < 0.001
    if not fine:
        print(f"the report says {report['internal_boundary_m']:.0f} m, {report['border_on_barrier']:.4f}, "
              f"{report['border_beyond_lines_m']:.0f} m, {report['border_on_barrier_among_lines']:.4f}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
