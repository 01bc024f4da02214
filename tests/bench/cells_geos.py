#!/usr/bin/python3
"""The same job as `countygrid cells` with GEOS through shapely: polygonize, Voronoi of sampled outlines, union, clip.

usage: cells_geos.py BUILDINGS BOUNDARY LINES [LINES ...]      each FILE:LAYER; all in one CRS

Prints one line: cells, CPU seconds, relative error of the cover, area that lies twice, segments of borders that the
cell on the other side does not have vertex for vertex.
"""
import collections
import sys
import time

from osgeo import ogr
from shapely import wkb
from shapely.geometry import MultiPoint, Point
from shapely.ops import polygonize, unary_union, voronoi_diagram
from shapely.prepared import prep
from shapely.strtree import STRtree

ogr.UseExceptions()
SPACING = 8e-5  # degrees: about 8 m


def rows(name):
    path, _, layer = name.partition(":")
    source = ogr.Open(path)
    table = source.GetLayerByName(layer) if layer else source.GetLayer(0)
    for feature in table:
        shape = wkb.loads(bytes(feature.GetGeometryRef().ExportToWkb()))
        yield shape if shape.is_valid else shape.buffer(0)


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
    start = time.process_time()
    buildings = list(rows(sys.argv[1]))
    boundary = unary_union(list(rows(sys.argv[2])))
    lines = [line for name in sys.argv[3:] for line in rows(name)]
    blocks = list(polygonize(unary_union([boundary.boundary] + [line.intersection(boundary) for line in lines])))
    tree = STRtree(centres := [shape.representative_point() for shape in buildings])
    number = {id(point): k for k, point in enumerate(centres)}
    cells = []
    for block in blocks:
        inside = prep(block)
        own = [number[id(point)] for point in tree.query(block) if inside.contains(point)]
        cells += cells_of(block, [(k, buildings[k]) for k in sorted(own)])
    seconds = time.process_time() - start
    total = sum(cell.area for cell in cells)
    twice = total - unary_union(cells).area
    walked = collections.Counter()
    for cell in cells:
        for part in getattr(cell, "geoms", [cell]):
            for ring in [part.exterior, *part.interiors]:
                points = list(ring.coords)
                walked.update(tuple(sorted(s)) for s in zip(points, points[1:]))
    rim = boundary.boundary
    loose = sum(1 for (a, b), n in walked.items() if n == 1 and rim.distance(Point((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)) > 1e-9)
    pieces = sum(1 for cell in cells if cell.geom_type != "Polygon")
    print(f"{len(cells)} cells ({pieces} in several pieces), {seconds:.1f} s, cover error {abs(total - boundary.area) / boundary.area:.2g}, "
          f"twice {twice / boundary.area:.2g}, {loose} of {len(walked)} segments unmatched")


if __name__ == "__main__":
    main()
