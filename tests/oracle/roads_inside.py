#!/usr/bin/python3
"""How much of each class of road lies on borders of cells, seen from outside: only GDAL, shapely and scipy are used.

usage: roads_inside.py CELLS.gpkg[:LAYER] BUILDINGS[:LAYER] LINES [LINES ...] [--most SHARE] [--places]

Every line is sampled each 5 m. A sample is `on` where a cell's outline runs through it, `beside` where a line of its own or a
stronger class lies on an outline, runs the same way and is not further than 20 m (the other carriageway, the river), or the
rim of all ground; `house` where a building stands on the line; else `inside`: a cell has swallowed that stretch, or the line ends
freely in it. Underground lines do not count.
One line of text for each class. With --most exits 1 where main roads (motorway to secondary) are inside for more than
SHARE of their length. Coordinates in degrees.
"""
import argparse
import math
import re
import sys

import numpy
from osgeo import ogr
from scipy.spatial import cKDTree
from shapely import wkb
from shapely.errors import ReadingError
from shapely.geometry import Point
from shapely.ops import unary_union
from shapely.prepared import prep
from shapely.strtree import STRtree

ogr.UseExceptions()
STEP_M, NEAR_M, BESIDE_M, ALIKE = 5.0, 0.02, 20.0, math.cos(math.radians(35))
CLASSES = ("water", "main road", "street", "way")
MAIN = "motorway trunk primary secondary motorway_link trunk_link primary_link secondary_link highway major_road".split()
STREET = "tertiary tertiary_link residential unclassified living_street road pedestrian minor_road".split()
WAY = "service track path footway cycleway steps bridleway alley".split()


def rows(name):
    path, _, layer = name.partition(":")
    source = ogr.Open(path)
    for feature in source.GetLayerByName(layer) if layer else source.GetLayer(0):
        geometry = feature.GetGeometryRef()
        try:
            yield feature.items(), wkb.loads(bytes(geometry.ExportToWkb()))
        except (ReadingError, AttributeError):
            continue  # rings of two points, no geometry


def class_of(item):
    if re.search(r'"tunnel"=>"(yes|culvert|covered)"', item.get("other_tags") or "") or item.get("is_tunnel") in ("yes", "true", "1", 1):
        return None
    for word in (item.get("highway"), item.get("kind_detail"), item.get("kind")):
        for k, words in enumerate((MAIN, STREET, WAY), 1):
            if word in words:
                return k
    waterway = item.get("waterway") in ("river", "canal", "stream", "riverbank", "dock")
    natural = item.get("natural") == "water" or item.get("kind") in ("water", "river", "canal", "riverbank", "ocean", "dock", "lake", "basin")
    return 0 if waterway or natural else None


def parts(shape):
    return list(shape.geoms) if hasattr(shape, "geoms") else [shape]


def samples(shape, scale):
    """Places at the middle of each step, with the direction there; in metres."""
    for part in parts(shape):
        for line in parts(part.boundary) if part.geom_type == "Polygon" else [part]:
            points = numpy.array(line.coords)[:, :2] * scale
            for a, b in zip(points, points[1:]):
                length = math.hypot(*(b - a))
                n = max(1, round(length / STEP_M))
                for k in range(n if length > 0 else 0):
                    yield (*(a + (b - a) * (k + 0.5) / n), *((b - a) / length), length / n)


def on_outline(cells, places, scale):
    """Whether a cell's outline passes within NEAR_M of each place."""
    segments = {}
    for shape in cells:
        for part in parts(shape):
            for ring in [part.exterior, *part.interiors]:
                points = numpy.array(ring.coords)[:, :2] * scale
                for a, b in zip(points, points[1:]):
                    segments[tuple(sorted((tuple(a), tuple(b))))] = None
    ends = numpy.array(list(segments))
    pieces = numpy.maximum(1, numpy.ceil(numpy.hypot(*(ends[:, 1] - ends[:, 0]).T) / 10).astype(int))
    which = numpy.repeat(numpy.arange(len(ends)), pieces)
    k = numpy.arange(len(which)) - numpy.repeat(numpy.cumsum(pieces) - pieces, pieces)
    middle = ends[which, 0] + (ends[which, 1] - ends[which, 0]) * ((k + 0.5) / pieces[which])[:, None]
    tree = cKDTree(middle)
    result = numpy.zeros(len(places), bool)
    for i, near in enumerate(tree.query_ball_point(places, 5 + NEAR_M)):
        segment = ends[which[near]]
        d = segment[:, 1] - segment[:, 0]
        t = numpy.clip(((places[i] - segment[:, 0]) * d).sum(1) / numpy.maximum((d * d).sum(1), 1e-12), 0, 1)
        off = places[i] - segment[:, 0] - d * t[:, None]
        result[i] = len(near) > 0 and ((off * off).sum(1) <= NEAR_M**2).any()
    return result


def judge(cells, houses, lines, scale):
    ground = unary_union([shape.buffer(0) for shape in cells])
    within, rim = prep(ground), ground.boundary
    rows_, kinds = [], []
    for kind, shape in lines:
        for sample in samples(shape, scale):
            if within.contains(Point(sample[0] / scale[0], sample[1] / scale[1])):
                rows_.append(sample)
                kinds.append(kind)
    table, kinds = numpy.array(rows_), numpy.array(kinds)
    places, ways = table[:, :2], table[:, 2:4]
    on = on_outline(cells, places, scale)
    built, tree = STRtree(houses), cKDTree(places)
    verdict = []
    for i in range(len(table)):
        here = Point(places[i] / scale)
        if on[i]:
            verdict.append("on")
            continue
        near = [j for j in tree.query_ball_point(places[i], BESIDE_M)
                if on[j] and kinds[j] <= kinds[i] and abs(ways[i] @ ways[j]) >= ALIKE]
        if near or rim.distance(here) * scale.min() <= BESIDE_M:
            verdict.append("beside")
        else:
            verdict.append("house" if any(h.contains(here) for h in built.query(here)) else "inside")
    return kinds, table[:, 4], numpy.array(verdict), places / scale


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cells")
    parser.add_argument("buildings")
    parser.add_argument("lines", nargs="+")
    parser.add_argument("--most", type=float)
    parser.add_argument("--places", action="store_true", help="print the places of main road inside cells")
    options = parser.parse_args()
    cells = [shape for _, shape in rows(options.cells if ":" in options.cells else options.cells + ":cells")]
    houses = [shape for _, shape in rows(options.buildings) if shape.geom_type != "Point" and shape.is_valid]
    lines = [(class_of(item), shape) for name in options.lines for item, shape in rows(name)]
    lines = [(kind, shape) for kind, shape in lines if kind is not None]
    middle = unary_union([c.envelope for c in cells]).centroid.y
    scale = numpy.array([math.cos(math.radians(middle)), 1.0]) * 111195.0
    kinds, length, verdict, places = judge(cells, houses, lines, scale)
    main_inside = 0.0
    for kind, name in enumerate(CLASSES):
        own = kinds == kind
        total = length[own].sum()
        if total == 0:
            continue
        share = {word: length[own & (verdict == word)].sum() / total for word in ("on", "beside", "house", "inside")}
        print(f"{name}: {total / 1000:.1f} km, " + ", ".join(f"{word} {value:.1%}" for word, value in share.items()))
        if kind == 1:
            main_inside = share["inside"]
    if options.places:
        for i in numpy.nonzero((kinds == 1) & (verdict == "inside"))[0]:
            print(f"{places[i][0]:.5f} {places[i][1]:.5f}")
    sys.exit(1 if options.most is not None and main_inside > options.most else 0)


if __name__ == "__main__":
    main()
