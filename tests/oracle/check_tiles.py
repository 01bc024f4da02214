#!/usr/bin/python3
"""Neighbours go on sharing their borders in vector tiles, to the last unit, inside a tile and from tile to tile.

usage: check_tiles.py URL LAYER OUTER ZOOM[,ZOOM...]

Nothing of countygrid is used: tiles are decoded here. All tiles of the layer's bounds are asked for at each zoom.
  inside a tile   who has an edge from a to b has a neighbour with one from b to a. What is left without such a partner (what the
                  frame cuts aside) is what the layer OUTER leaves, edge for edge: the outline of the county
  between tiles   each polygon's vertices in the strip that two tiles have in common are the same in both, but for the last two
                  units before a frame, where a corner may have no area left
"""
import collections
import gzip
import json
import math
import sys
import urllib.error
import urllib.request

EXTENT, MARGIN = 4096, 128


def fetch(path):
    request = urllib.request.Request(URL + path)
    with urllib.request.urlopen(request) as reply:
        body = reply.read()
        return gzip.decompress(body) if reply.headers.get("Content-Encoding") == "gzip" else body


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        else:
            length = 8 if key & 7 == 1 else 4
            value, at = data[at:at + length], at + length
        yield key >> 3, value


def numbers(data):
    at, out = 0, []
    while at < len(data):
        value, at = varint(data, at)
        out.append(value)
    return out


def rings(commands):
    """Closed rings of a polygon's commands."""
    x = y = at = 0
    ring, out = [], []
    while at < len(commands):
        kind, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if kind == 7:
            out.append(ring + ring[:1])
            continue
        for _ in range(count):
            x += (commands[at] >> 1) ^ -(commands[at] & 1)
            y += (commands[at + 1] >> 1) ^ -(commands[at + 1] & 1)
            at += 2
            ring = [(x, y)] if kind == 1 else ring + [(x, y)]
    return out


def read_tile(layer, z, x, y):
    """{first text of its fields (the code or id): rings} of the polygons."""
    out = {}
    for number, value in fields(fetch(f"/api/tiles/{layer}/{z}/{x}/{y}.mvt")):
        if number != 3:
            continue
        parts = list(fields(value))
        keys = [v.decode() for n, v in parts if n == 3]
        texts = [dict(fields(v)).get(1) for n, v in parts if n == 4]
        for feature in (dict(fields(v)) for n, v in parts if n == 2):
            if feature[3] != 3:
                continue
            # From afar areas below a pixel are squares of pixels, which have no neighbours: ask for nearer zooms.
            assert "shapes" not in {keys[k] for k in numbers(feature[2])[::2]}, f"zoom {z} tile {x},{y}: areas below a pixel"
            name = next(texts[t] for t in numbers(feature[2])[1::2] if isinstance(texts[t], bytes)).decode()
            assert name not in out, f"{name} twice"
            out[name] = rings(numbers(feature[4]))
    return out


def framed(p):
    return not (-MARGIN < p[0] < EXTENT + MARGIN and -MARGIN < p[1] < EXTENT + MARGIN)


def rest(polygons):
    """Directed edges without a partner, those at the frame aside."""
    edges = collections.Counter()
    for shape in polygons.values():
        for ring in shape:
            for a, b in zip(ring, ring[1:]):
                if not framed(a) and not framed(b):
                    edges[a, b] += 1
    for a, b in list(edges):
        pairs = min(edges[a, b], edges[b, a]) if a < b else 0
        edges[a, b] -= pairs
        edges[b, a] -= pairs
    return +edges


def tile_of(lon, lat, z):
    n = 1 << z
    v = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return int((lon + 180) / 360 * n), int(v * n)


def strip(shape, low, high, axis, shift):
    """Vertices between low and high on the axis, moved by shift."""
    inside = set()
    for ring in shape:
        for p in ring:
            if low < p[axis] < high and not framed(p):
                inside.add((p[0] + shift, p[1]) if axis == 0 else (p[0], p[1] + shift))
    return inside


def compare_strips(tiles, x, y, problems):
    shared = 0
    for axis, other in ((0, (x + 1, y)), (1, (x, y + 1))):
        for name in tiles[x, y].keys() | tiles[other].keys() if other in tiles else ():
            reach = MARGIN - 2
            one = strip(tiles[x, y].get(name, []), EXTENT - reach, EXTENT + reach, axis, -EXTENT)
            two = strip(tiles[other].get(name, []), -reach, reach, axis, 0)
            shared += len(one & two)
            if one != two:
                problems.append(f"tiles {x},{y} and {other}: {name}: {sorted(one ^ two)[:4]}")
    return shared


def main():
    problems, paired, left, shared = [], 0, 0, 0
    west, south, east, north = json.loads(fetch(f"/api/tiles/{LAYER}/tilejson.json"))["bounds"]
    for z in ZOOMS:
        (x0, y0), (x1, y1) = tile_of(west, north, z), tile_of(east, south, z)
        tiles = {(x, y): read_tile(LAYER, z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)}
        for (x, y), polygons in tiles.items():
            own, outer = rest(polygons), rest(read_tile(OUTER, z, x, y))
            edges = sum(len(ring) - 1 for shape in polygons.values() for ring in shape)
            paired += edges - sum(own.values())
            left += sum(own.values())
            if set(own) != set(outer):
                problems.append(f"zoom {z} tile {x},{y}: edges of one side only: {sorted(set(own) ^ set(outer))[:4]}")
            shared += compare_strips(tiles, x, y, problems)
    for problem in problems[:20]:
        print(problem)
    print(f"# {paired} edges with a partner, {left} on the outline, {shared} vertices the same in two tiles, "
          f"{len(problems)} problems")
    return 1 if problems or not paired or not left or not shared else 0


URL, LAYER, OUTER = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3]
ZOOMS = [int(z) for z in sys.argv[4].split(",")]
sys.exit(main())
