#!/usr/bin/python3
"""Whether ground goes to the nearest building, and whether borders are smooth, seen from outside: only GDAL, shapely and numpy.

usage: check_nearest.py CELLS.gpkg BUILDINGS[:LAYER] [LINES ...] [--step METRES] [--reach METRES] [--most SHARE] [--spikes N] [--places]

Places of a regular raster that lie in a cell with buildings and not in a building are looked at. A place is `far` where its own
cell's nearest building is more than 25 % and 3 m further away than the nearest building of the same block. Only buildings in
sight count: the straight way from the place crosses none of LINES. A place that sees no building of its own cell got there by
another rule (narrow ground joined over a line) and is counted as `joined`; one further than --reach from its building is open
ground, counted as `open`.
`spikes` are corners of cells of less than 12 degrees neither of whose sides runs along a line or a wall. With --most exits 1 where more than SHARE of the places are far, with
--spikes where more than N corners are spikes. Coordinates in degrees.
"""
import argparse
import collections
import math
import re
import sys

import numpy
from osgeo import ogr
from shapely import wkb
from shapely.affinity import scale as scaled
from shapely.errors import ReadingError
from shapely.geometry import LineString, Point
from shapely.ops import nearest_points
from shapely.prepared import prep
from shapely.strtree import STRtree

ogr.UseExceptions()
FAR_SHARE, FAR_M, SPIKE_DEGREES, SPIKE_M = 1.25, 3.0, 12.0, 2.0


def rows(name):
    path, _, layer = name.partition(":")
    source = ogr.Open(path)
    for feature in source.GetLayerByName(layer) if layer else source.GetLayer(0):
        geometry = feature.GetGeometryRef()
        try:
            yield feature.items(), wkb.loads(bytes(geometry.ExportToWkb())) if geometry is not None else None
        except ReadingError:
            yield feature.items(), None


def is_underground(item):
    return re.search(r'"tunnel"=>"(yes|culvert|covered)"', item.get("other_tags") or "") or item.get("is_tunnel") in ("yes", "true", "1", 1)


class Tree:
    """Shapes by place; query gives numbers."""

    def __init__(self, shapes):
        self.shapes = shapes
        self.tree = STRtree(shapes)
        self.number = {id(shape): k for k, shape in enumerate(shapes)}

    def query(self, shape):
        return [int(k) if numpy.issubdtype(type(k), numpy.integer) else self.number[id(k)] for k in self.tree.query(shape)]


def nearest(place, numbers, shapes, barriers):
    """Distance to the nearest of the shapes that is in sight; infinite where none is."""
    best = math.inf
    for d, k in sorted((place.distance(shapes[k]), k) for k in numbers):
        if d >= best:
            break
        way = LineString(nearest_points(place, shapes[k]))
        if not any(barriers.shapes[b].intersects(way) for b in barriers.query(way)):
            best = d
    return best


def angle(p, a, b):
    u, v = numpy.subtract(a, p), numpy.subtract(b, p)
    return math.degrees(math.acos(max(-1.0, min(1.0, float(u @ v) / float(numpy.hypot(*u) * numpy.hypot(*v))))))


def count_spikes(cells, hard):
    """Corners of less than SPIKE_DEGREES with both sides longer than SPIKE_M and free of lines and walls."""
    spikes = []
    for shape in cells:
        for ring in [shape.exterior, *shape.interiors]:
            points = list(ring.coords)[:-1]
            for k, p in enumerate(points):
                a, b = points[k - 1], points[(k + 1) % len(points)]
                if min(math.dist(p, a), math.dist(p, b)) < SPIKE_M or angle(p, a, b) >= SPIKE_DEGREES:
                    continue
                middles = [Point((p[0] + q[0]) / 2, (p[1] + q[1]) / 2) for q in (a, b)]
                if not any(hard.shapes[h].distance(m) < 0.01 for m in middles for h in hard.query(m.buffer(0.01))):
                    spikes.append(p)
    return spikes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cells")
    parser.add_argument("buildings")
    parser.add_argument("lines", nargs="*")
    parser.add_argument("--step", type=float, default=8)
    parser.add_argument("--reach", type=float, default=60)
    parser.add_argument("--most", type=float)
    parser.add_argument("--spikes", type=int)
    parser.add_argument("--places", action="store_true", help="print the places that are far, and the spikes")
    options = parser.parse_args()
    cells = list(rows(options.cells + ":cells"))
    middle = cells[0][1].centroid
    kx, ky = math.cos(math.radians(middle.y)) * 111195.0, 111195.0

    def metres(shape):
        return scaled(shape, kx, ky, origin=(0, 0))

    shapes = [metres(shape) for _, shape in cells]
    number = {item["unit_id"]: k for k, (item, _) in enumerate(cells)}
    unit = {item["row"]: item["unit_id"] for item, _ in rows(options.cells + ":buildings")}
    houses, home = [], []
    for row, (_, shape) in enumerate(rows(options.buildings), 1):
        if shape is not None and unit.get(row) is not None and shape.is_valid:
            houses.append(metres(shape))
            home.append(number[unit[row]])
    of_cell = collections.defaultdict(list)
    for k, cell in enumerate(home):
        of_cell[cell].append(k)
    lines = [metres(shape) for name in options.lines for item, shape in rows(name) if shape is not None and not is_underground(item)]
    lines = [shape.boundary if "Polygon" in shape.geom_type else shape for shape in lines if shape.geom_type != "Point"]
    barriers, built = Tree(lines), Tree(houses)
    count, places = collections.Counter(), []
    for k, (item, _) in enumerate(cells):
        if item["content"] != "built":
            continue
        holds, (west, south, east, north) = prep(shapes[k]), shapes[k].bounds
        for x in numpy.arange(math.ceil(west / options.step), east / options.step) * options.step:
            for y in numpy.arange(math.ceil(south / options.step), north / options.step) * options.step:
                place = Point(x, y)
                if not holds.contains(place) or any(houses[h].intersects(place) for h in built.query(place)):
                    continue
                own = nearest(place, of_cell[k], houses, barriers)
                if not math.isfinite(own) or own > options.reach:
                    count["joined" if not math.isfinite(own) else "open"] += 1
                    continue
                others = [h for h in built.query(place.buffer(own)) if cells[home[h]][0]["block"] == item["block"]]
                near = nearest(place, others, houses, barriers)
                far = own > near * FAR_SHARE + FAR_M
                count["far" if far else "near"] += 1
                if far:
                    places.append((x / kx, y / ky, own, near))
    spikes = count_spikes(shapes, Tree(lines + [house.boundary if "Polygon" in house.geom_type else house for house in houses]))
    looked = count["far"] + count["near"]
    print(f"{looked} places, {count['far']} far ({count['far'] / max(looked, 1):.2%}), {count['joined']} joined, {count['open']} open, {len(spikes)} spikes")
    if options.places:
        for place in places:
            print("far %.6f %.6f own %.1f nearest %.1f" % place)
        for x, y in spikes:
            print(f"spike {x / kx:.6f} {y / ky:.6f}")
    bad = options.most is not None and count["far"] > options.most * looked
    bad = bad or (options.spikes is not None and len(spikes) > options.spikes)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
