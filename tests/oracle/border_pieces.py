#!/usr/bin/env python3
"""Measures again how much of the border between grids runs along lines, from the pieces that cells wrote.

    border_pieces.py CELLS.gpkg GRIDS.gpkg SPLIT.json

Takes the layer `borders` of the cells (every piece of border with its class) and the assignment of the grids, sums metres by class
and compares with border_on_barrier and internal_boundary_m of the report. Exit code 1 where they differ.
"""
import collections
import json
import math
import sys

from osgeo import ogr

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
    for piece in borders:
        left, right = piece["left_id"], piece["right_id"]
        if left is None or right is None or grid_of[left] == grid_of[right]:
            continue
        places = piece.GetGeometryRef().GetPoints()
        length[piece["class"]] += sum(math.hypot((q[0] - p[0]) * kx, (q[1] - p[1]) * ky)
                                      for p, q in zip(places, places[1:]))
    total = sum(length.values())
    share = 1 - length["none"] / total
    print(f"{total:.0f} m, {share:.4f} along lines:",
          ", ".join(f"{name} {length[name]:.0f}" for name in sorted(length)))
    fine = abs(share - report["border_on_barrier"]) < 0.0005
    fine = fine and abs(total / report["internal_boundary_m"] - 1) < 0.001
    if not fine:
        print(f"the report says {report['internal_boundary_m']:.0f} m, {report['border_on_barrier']:.4f}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
