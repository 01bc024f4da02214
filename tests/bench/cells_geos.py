#!/usr/bin/python3
"""The same job as `countygrid cells` with GEOS through shapely: polygonize, Voronoi of sampled outlines, union, clip.

usage: cells_geos.py BUILDINGS BOUNDARY LINES [LINES ...]      each FILE:LAYER; all in one CRS

Prints the row of a table, see cells_measure.py; seconds are those of the process, without reading.
"""
import collections
import sys
import time

import cells_measure
from shapely.geometry import MultiPoint, Point
from shapely.ops import polygonize, unary_union, voronoi_diagram
from shapely.prepared import prep
from shapely.strtree import STRtree

SPACING = 8e-5  # degrees: about 8 m


def samples(shape):
    for part in getattr(shape, "geoms", [shape]):
        line = part.exterior
        for k in range(max(4, int(line.length / SPACING))):
            point = line.interpolate(k / max(4, int(line.length / SPACING)), normalized=True)
            yield point.x, point.y
        yield from list(line.coords)[:-1]


def cells_of(block, buildings):
    owner, points = {}, []
    for number, shape in buildings:
        for place in samples(shape):
            if place not in owner:
                owner[place] = number
                points.append(place)
    if len(set(owner.values())) < 2:
        return [block]
    parts = collections.defaultdict(list)
    tree = STRtree([Point(p) for p in points])
    for piece in voronoi_diagram(MultiPoint(points), envelope=block).geoms:
        inside = prep(piece)
        for point in tree.query(piece):
            if inside.contains(point):
                parts[owner[(point.x, point.y)]].append(piece)
                break
    return [unary_union(group).intersection(block) for group in parts.values()]


def main():
    buildings = list(cells_measure.rows(sys.argv[1]))
    boundary = unary_union(list(cells_measure.rows(sys.argv[2])))
    lines = list(cells_measure.lines_of(sys.argv[3:]))
    start = time.process_time()
    blocks = list(polygonize(unary_union([boundary.boundary] + [line.intersection(boundary) for line in lines])))
    tree = STRtree(centres := [shape.representative_point() for shape in buildings])
    number = {id(point): k for k, point in enumerate(centres)}
    cells = []
    for block in blocks:
        inside = prep(block)
        own = [number[id(point)] for point in tree.query(block) if inside.contains(point)]
        cells += cells_of(block, [(k, buildings[k]) for k in sorted(own)])
    seconds = time.process_time() - start
    print(cells_measure.describe(cells, boundary, lines, seconds))


if __name__ == "__main__":
    main()
