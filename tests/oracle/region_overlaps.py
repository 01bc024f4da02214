#!/usr/bin/python3
"""What communities of a boundary claim twice, by shapely: every pair with its own ground and a place in it.

usage: region_overlaps.py BOUNDARY REPORT.json

REPORT is that of `cells`. Nothing of countygrid is used. Prints one line for each pair that is missing, too many or of
another size (a thousandth, or 1 m2) and exits 1.
"""
import json
import sys

from osgeo import ogr
from shapely import wkb
from shapely.geometry import Point
from shapely.ops import unary_union
from shapely.validation import make_valid

ogr.UseExceptions()


def main():
    source = ogr.Open(sys.argv[1])
    shapes = [wkb.loads(bytes(f.GetGeometryRef().ExportToWkb())) for f in source.GetLayer(0)]
    shapes = [s if s.is_valid else make_valid(s) for s in shapes]
    report = json.load(open(sys.argv[2]))
    degrees = max(abs(c) for s in shapes for c in s.bounds) <= 360
    common = {(i + 1, k + 1): shapes[i].intersection(shapes[k]) for k in range(len(shapes)) for i in range(k)}
    common = {pair: shape for pair, shape in common.items() if shape.area > 0}
    told = {tuple(sorted((f["row"], f["other"]))): f for f in report["findings"] if f["code"] == "REGIONS_OVERLAP"}
    # Square metres of a square unit of the plane: that of all ground together.
    unit = report["area_m2"] / unary_union(shapes).area if degrees else 1
    problems = []
    for pair in sorted(set(common) | set(told)):
        own = common[pair].area * unit if pair in common else 0
        found = told[pair]["m2"] if pair in told else 0
        if abs(own - found) > max(1, own / 1000):
            problems.append(f"rows {pair[0]} and {pair[1]} share {own:.0f} m2, the report says {found:.0f}")
        elif pair in told and pair in common:
            reach = max(shapes[0].bounds[2] - shapes[0].bounds[0], 1e-6) * 1e-4
            if common[pair].distance(Point(told[pair]["x"], told[pair]["y"])) > reach:
                problems.append(f"the place of rows {pair[0]} and {pair[1]} is not in what they share")
    print(f"# {len(common)} pairs, {sum(s.area for s in common.values()) * unit:.0f} m2")
    for problem in problems[:20]:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
