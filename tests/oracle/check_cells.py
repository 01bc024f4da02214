#!/usr/bin/python3
"""Independent checker of cells: nothing of countygrid is used, only GDAL, shapely and whole numbers.

usage: check_cells.py BUILDINGS[:LAYER] BOUNDARY CELLS.gpkg REPORT.json [--barriers FILE:LAYER ...] [--expect-all]

Prints one line for each promise that does not hold and exits 1; else prints figures and exits 0.
All in the coordinates of BOUNDARY; BUILDINGS must have the same.
"""
import argparse
import collections
import json
import sys
from fractions import Fraction

from osgeo import ogr
from shapely import wkb
from shapely.errors import ReadingError
from shapely.geometry import Point
from shapely.ops import unary_union
from shapely.strtree import STRtree
from shapely.validation import make_valid

ogr.UseExceptions()
NEAR = 1e-9  # of a coordinate: rounding to the lattice is below 1e-10 of the extent


def rows(name, layer=None):
    path, _, own = name.partition(":")
    source = ogr.Open(path)
    table = source.GetLayerByName(own or layer) if own or layer else source.GetLayer(0)
    for feature in table:
        geometry = feature.GetGeometryRef()
        try:
            shape = wkb.loads(bytes(geometry.ExportToWkb())) if geometry is not None else None
        except ReadingError:
            shape = None  # rings of two or three points
        yield feature.items(), shape


def exact_area(polygon):
    """Twice the area of a polygon, without rounding."""
    total = Fraction(0)
    for k, ring in enumerate([polygon.exterior, *polygon.interiors]):
        points = [(Fraction(x), Fraction(y)) for x, y in ring.coords]
        x0, y0 = points[0]
        twice = sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in zip(points, points[1:]))
        total += abs(twice) if k == 0 else -abs(twice)
    return total


def polygons(shape):
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if part.geom_type == "Polygon"]


def directed(polygon):
    """Segments with the inside on the left."""
    for k, ring in enumerate([polygon.exterior, *polygon.interiors]):
        points = list(ring.coords)
        if ring.is_ccw == (k > 0):
            points.reverse()
        yield from zip(points, points[1:])


def check_cover(boundary, cells, problems):
    """Every segment is walked once each way, or once on the rim; so nothing lies twice and nothing is left out."""
    walked = collections.Counter(s for _, shape in cells for s in directed(shape))
    twice = sum(1 for n in walked.values() if n > 1)
    if twice:
        problems.append(f"{twice} segments are walked twice in one direction")
    rim = [s for s in walked if (s[1], s[0]) not in walked]
    own = sum(exact_area(p) for _, shape in boundary for p in polygons(shape))
    total = sum(exact_area(shape) for _, shape in cells)
    error = abs(total - own) / own
    if error > Fraction(1, 10**9):
        problems.append(f"areas differ by {float(error):.3g}")
    bounds = unary_union([shape for _, shape in boundary])
    line = bounds.boundary
    wide = max(bounds.bounds[2] - bounds.bounds[0], bounds.bounds[3] - bounds.bounds[1])
    off = sum(1 for a, b in rim if line.distance(Point(a)) > NEAR * wide)
    if off:
        problems.append(f"{off} free segments do not lie on the boundary")
    return float(error), len(walked)


def check_shapes(cells, problems):
    for item, shape in cells:
        if shape.geom_type != "Polygon" or not shape.is_valid:
            problems.append(f"cell {item['unit_id']} is no valid polygon in one piece")


def check_buildings(options, cells, problems):
    """Each building lies in the one cell that holds most of it."""
    of_row = {item["row"]: item["unit_id"] for item, _ in rows(options.cells, "buildings")}
    cell = {item["unit_id"]: shape for item, shape in cells}
    report = json.load(open(options.report))
    told = set()
    for finding in report["findings"]:
        if finding["code"] in ("OVERLAP", "PARTLY_OUTSIDE", "OUTSIDE"):
            told |= {finding["row"], finding.get("other")}
        elif finding["code"] == "ACROSS_COMMUNITIES":
            told.add(finding["row"])
    left_out = {f["row"] for f in report["input"]["findings"] if f["level"] in ("error", "repair")}
    checked = 0
    for row, (_, shape) in enumerate(rows(options.buildings), 1):
        unit = of_row.get(row)
        if unit is None:
            if row not in told and row not in left_out:
                problems.append(f"building of row {row} is in no cell and nothing says why")
            continue
        if row in told or row in left_out or shape is None or shape.area == 0:
            continue
        checked += 1
        for part in polygons(shape):
            if options.expect_all and part.difference(cell[unit]).area > 1e-6 * shape.area:
                problems.append(f"building of row {row} is not all in cell {unit}")
    return checked


def check_households(options, cells, problems):
    """The buildings of a cell add up to it; rows of one building are counted at one of them."""
    total = collections.Counter()
    marked = set()
    table = [item for item, _ in rows(options.cells, "buildings")]
    unit_of = {item["row"]: item["unit_id"] for item in table}
    for item in table:
        if item["unit_id"] is None:
            if item["households"] is not None:
                problems.append(f"row {item['row']} is outside and has households")
            continue
        total[item["unit_id"]] += item["households"]
        marked.add((item["unit_id"], item["estimated"]))
        if item["part_of"] is not None and item["part_of"] not in unit_of:
            problems.append(f"row {item['row']} is part of a row that is not there")
    for item, _ in cells:
        if total[item["unit_id"]] != item["households"]:
            problems.append(f"buildings of cell {item['unit_id']} have {total[item['unit_id']]} households, the cell {item['households']}")
        if (item["unit_id"], 1 - item["estimated"]) in marked:
            problems.append(f"buildings of cell {item['unit_id']} are not marked as the cell is")


def check_barriers(options, cells, problems):
    """No line runs through a cell beyond its buildings (and ends that reach nothing)."""
    report = json.load(open(options.report))
    tree = STRtree([shape for _, shape in cells])
    built = STRtree([s for _, s in rows(options.buildings) if s is not None and s.is_valid])
    inside = total = 0.0
    for name in options.barriers or []:
        for _, line in rows(name):
            if line is None or "Line" not in line.geom_type:
                continue
            for shape in tree.query(line):
                rest = line.intersection(shape.buffer(-1e-9))
                total += line.intersection(shape).length
                if rest.length > 0:
                    for building in built.query(rest):
                        rest = rest.difference(building)
                inside += rest.length
    return inside, total, report["counts"]["END_OPEN"]


def main():
    parser = argparse.ArgumentParser()
    for name in ("buildings", "boundary", "cells", "report"):
        parser.add_argument(name)
    parser.add_argument("--barriers", action="append")
    parser.add_argument("--expect-all", action="store_true")
    options = parser.parse_args()
    problems = []
    cells = list(rows(options.cells, "cells"))
    boundary = [(item, shape if shape.is_valid else make_valid(shape)) for item, shape in rows(options.boundary)]
    check_shapes(cells, problems)
    error, n_segments = check_cover(boundary, cells, problems)
    checked = check_buildings(options, cells, problems)
    check_households(options, cells, problems)
    figures = json.load(open(options.report))
    if figures["cells"] != len(cells) or figures["households"] != sum(item["households"] for item, _ in cells):
        problems.append("the report's sums are not those of the file")
    text = f"# {len(cells)} cells, {n_segments} segments, area error {error:.2g}, {checked} buildings lie in their cells"
    if options.barriers:
        inside, total, n_open = check_barriers(options, cells, problems)
        text += f", {inside / max(total, 1e-300):.2%} of barrier length inside cells ({n_open} open ends)"
    print(text)
    for problem in problems[:20]:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
