#!/usr/bin/python3
"""What cells are worth, whoever made them.

usage: cells_measure.py CELLS SECONDS BOUNDARY LINES [LINES ...]

CELLS is FILE:LAYER, or a .txt file with a polygon as hexadecimal WKB a line. Prints the row of a table: cells, those in
several pieces, CPU seconds, relative error of the cover, share of the area that lies twice, segments of borders that the
cell on the other side does not have vertex for vertex, share of the inner borders that runs along LINES. All in degrees.
"""
import collections
import math
import sys

from osgeo import ogr
from shapely import wkb
from shapely.geometry import Point
from shapely.ops import unary_union
from shapely.strtree import STRtree

ogr.UseExceptions()
NEAR = 2e-9  # degrees: a fifth of a millimetre


def rows(name):
    path, _, layer = name.partition(":")
    if path.endswith(".txt"):
        yield from (wkb.loads(line.strip(), hex=True) for line in open(path))
        return
    source = ogr.Open(path)
    table = source.GetLayerByName(layer) if layer else source.GetLayer(0)
    for feature in table:
        shape = wkb.loads(bytes(feature.GetGeometryRef().ExportToWkb()))
        yield shape if shape.is_valid else shape.buffer(0)


def lines_of(names):
    """Lines, and the rims of areas of water."""
    for name in names:
        for shape in rows(name):
            yield shape.boundary if "Polygon" in shape.geom_type else shape


def length_m(a, b):
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1]) * 111195


def describe(cells, boundary, lines, seconds):
    total = sum(cell.area for cell in cells)
    twice = total - unary_union(cells).area
    walked = collections.Counter()
    for cell in cells:
        for part in getattr(cell, "geoms", [cell]):
            for ring in [part.exterior, *part.interiors] if part.geom_type == "Polygon" else []:
                points = list(ring.coords)
                walked.update(tuple(sorted(s)) for s in zip(points, points[1:]) if s[0] != s[1])
    rim, tree = boundary.boundary, STRtree(lines)
    loose, inner_m, on_line_m = 0, 0.0, 0.0
    for (a, b), n in walked.items():
        middle = Point((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        if n == 1 and rim.distance(middle) <= 1e-9:
            continue
        loose += n == 1
        inner_m += length_m(a, b) * (1 if n > 1 else 0.5)
        if any(line.distance(middle) <= NEAR for line in tree.query(middle.buffer(NEAR))):
            on_line_m += length_m(a, b) * (1 if n > 1 else 0.5)
    pieces = sum(1 for cell in cells if cell.geom_type != "Polygon")
    return (f"| {len(cells)} | {pieces} | {float(seconds):.1f} | {abs(total - boundary.area) / boundary.area:.1e} | "
            f"{max(twice, 0) / boundary.area:.1e} | {loose} of {len(walked)} | {on_line_m / max(inner_m, 1e-300):.1%} |")


if __name__ == "__main__":
    print(describe(list(rows(sys.argv[1])), unary_union(list(rows(sys.argv[3]))),
                   list(lines_of(sys.argv[4:])), sys.argv[2]))
