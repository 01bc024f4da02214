#!/usr/bin/python3
"""Independent checker of thinned outlines: GDAL, shapely and fractions only.

usage: check_simplified.py BEFORE.gpkg AFTER.gpkg METRES [--layer grids] [--metre MX MY]

Both files have the same areas, before and after. Prints one line for each promise that does not
hold and exits 1; else prints figures and exits 0. --metre: metres of one unit of x and y.
"""
import argparse
import collections
import sys
from fractions import Fraction

from osgeo import ogr
from shapely import affinity, wkb
from shapely.geometry import LineString, Point
from shapely.ops import unary_union

ogr.UseExceptions()


def read(path, layer):
    source = ogr.Open(path)
    rows = {}
    for feature in source.GetLayerByName(layer):
        rows[feature.GetField(0)] = wkb.loads(bytes(feature.GetGeometryRef().ExportToWkb()))
    return rows


def polygons(shape):
    return shape.geoms if hasattr(shape, "geoms") else [shape]


def rings(shape):
    for polygon in polygons(shape):
        yield polygon.exterior
        yield from polygon.interiors


def doubled(ring):
    points = [(Fraction(x), Fraction(y)) for x, y, *_ in ring.coords]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))


def exact_area(shape):
    return sum(abs(doubled(p.exterior)) - sum(abs(doubled(h)) for h in p.interiors) for p in polygons(shape))


def edges_of(rows):
    """Edge -> the areas that have it."""
    edges = collections.defaultdict(list)
    for key, shape in rows.items():
        for ring in rings(shape):
            points = [(x, y) for x, y, *_ in ring.coords]
            for a, b in zip(points, points[1:]):
                edges[min(a, b), max(a, b)].append(key)
    return edges


def rim_area(rows, edges):
    """Twice what the edges that one area alone has enclose: what all of them cover, if they share the others."""
    total = Fraction(0)
    for shape in rows.values():
        for polygon in polygons(shape):
            for ring, sign in [(polygon.exterior, 1)] + [(h, -1) for h in polygon.interiors]:
                turn = sign if doubled(ring) > 0 else -sign
                points = [(x, y) for x, y, *_ in ring.coords]
                for a, b in zip(points, points[1:]):
                    if len(edges[min(a, b), max(a, b)]) == 1:
                        total += turn * (Fraction(a[0]) * Fraction(b[1]) - Fraction(b[0]) * Fraction(a[1]))
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("metres", type=float)
    parser.add_argument("--layer", default="grids")
    parser.add_argument("--metre", nargs=2, type=float, default=[1, 1])
    args = parser.parse_args()
    before, after = read(args.before, args.layer), read(args.after, args.layer)
    faults = []
    if before.keys() != after.keys():
        faults.append("not the same areas")
    old, new = edges_of(before), edges_of(after)
    for key, shape in after.items():
        if not shape.is_valid or shape.area <= 0:
            faults.append(f"area {key} is not valid")
        if len(list(rings(shape))) != len(list(rings(before[key]))):
            faults.append(f"area {key} has other pieces or holes")
        if not set((x, y) for r in rings(shape) for x, y, *_ in r.coords) <= set(
                (x, y) for r in rings(before[key]) for x, y, *_ in r.coords):
            faults.append(f"area {key} has a place that it did not have")
    if {tuple(sorted(v)) for v in old.values()} != {tuple(sorted(v)) for v in new.values()}:
        faults.append("not the same neighbours")
    covered = sum(exact_area(shape) for shape in after.values())
    if covered != rim_area(after, new):
        faults.append(f"areas and outline differ by {float(covered - rim_area(after, new)) / 2:g} square units")
    union = unary_union(list(after.values())).area
    if abs(union - float(covered) / 2) > 1e-9 * union:
        faults.append(f"overlap or gap: the union has {union}, the areas {float(covered) / 2}")
    furthest = 0
    scale = dict(xfact=args.metre[0], yfact=args.metre[1], origin=(0, 0))
    for key, shape in after.items():
        for a, b in zip(rings(before[key]), rings(shape)):
            a, b = (affinity.scale(LineString(r.coords), **scale) for r in (a, b))
            furthest = max(furthest, *(Point(p).distance(b) for p in a.coords))
    if furthest > args.metres * (1 + 1e-9):
        faults.append(f"a border moved by {furthest:.3f} m")
    count = [sum(len(r.coords) for s in rows.values() for r in rings(s)) for rows in (before, after)]
    for fault in faults:
        print(fault)
    print(f"{len(after)} areas, {count[0]} -> {count[1]} vertices, furthest {furthest:.3f} m")
    sys.exit(bool(faults))


main()
