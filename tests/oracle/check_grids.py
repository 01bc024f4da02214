#!/usr/bin/python3
"""Independent checker of a split: nothing of countygrid is used, only GDAL and shapely.

usage: check_grids.py UNITS GRIDS.gpkg REPORT.json --id COL --households COL [--population COL] [--within COL]
                      [--layer L] [--range MIN:MAX] [--sample N]

Prints one line for each promise that does not hold and exits 1; else prints figures and exits 0.
"""
import argparse
import collections
import json
import sys

from osgeo import ogr
from shapely import wkb
from shapely.ops import unary_union

ogr.UseExceptions()


def rows(path, layer):
    source = ogr.Open(path)
    table = source.GetLayerByName(layer) if layer else source.GetLayer(0)
    for feature in table:
        geometry = feature.GetGeometryRef()
        yield feature.items(), wkb.loads(bytes(geometry.ExportToWkb())) if geometry is not None else None


def segments(polygon):
    """Undirected segments of all rings."""
    parts = polygon.geoms if polygon.geom_type == "MultiPolygon" else [polygon]
    for part in parts:
        for ring in [part.exterior, *part.interiors]:
            points = list(ring.coords)
            for a, b in zip(points, points[1:]):
                a, b = a[:2], b[:2]
                yield (a, b) if a < b else (b, a)


def pieces(units, neighbours):
    left, count = set(units), 0
    while left:
        count += 1
        stack = [left.pop()]
        while stack:
            for other in neighbours[stack.pop()]:
                if other in left:
                    left.remove(other)
                    stack.append(other)
    return count


def check_micro(options, figures, units, grids, grid_of, joined):
    """Micro-units: each inside one grid, connected, with the sums of its units and the grid's code in front."""
    low, high = figures["range"]
    problems, members, found = [], collections.defaultdict(list), collections.Counter()
    micro = {item["micro_id"]: (item, shape) for item, shape in rows(options.grids, "micro")}
    for item, _ in rows(options.grids, "assignment"):
        members[item["micro_id"]].append(str(item["unit_id"]))
    if set(members) != set(micro):
        problems.append("assignment and micro do not name the same micro-units")
    for number, names in members.items():
        item, shape = micro.get(number, (None, None))
        if item is None:
            continue
        households = sum(int(units[n][0][options.households] or 0) for n in names)
        status = "below" if households < low else "above" if households > high else "ok"
        found["in_range" if status == "ok" else status] += 1
        grid = {grid_of[n] for n in names}
        if len(grid) != 1 or not item["code"].startswith(grids[min(grid)][0]["code"]):
            problems.append(f"micro-unit {item['code']}: grids {sorted(grid)}")
        if item["households"] != households or item["status"] != status or item["units"] != len(names):
            problems.append(f"micro-unit {item['code']}: {item['households']} households, its units have {households}")
        if pieces(names, joined) != 1:
            problems.append(f"micro-unit {item['code']}: not connected")
        if status != "ok" and not item["certificate"]:
            problems.append(f"micro-unit {item['code']}: out of range without a reason")
        area = sum(units[n][1].area for n in names)
        if abs(shape.area - area) > 1e-9 * area:
            problems.append(f"micro-unit {item['code']}: not the area of its units")
    if len({item["code"] for item, _ in micro.values()}) != len(micro):
        problems.append("codes of micro-units repeat")
    for key in ("in_range", "below", "above"):
        if figures[key] != found[key]:
            problems.append(f"report says micro {key} {figures[key]}, found {found[key]}")
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("units")
    parser.add_argument("grids")
    parser.add_argument("report")
    parser.add_argument("--layer")
    parser.add_argument("--id", required=True)
    parser.add_argument("--households", required=True)
    parser.add_argument("--population")
    parser.add_argument("--within")
    parser.add_argument("--range", default="300:500")
    parser.add_argument("--population-range", help="MIN:MAX that population has to keep beside households")
    parser.add_argument("--by-population", action="store_true", help="--range is of population")
    parser.add_argument("--sample", type=int, default=0, help="check the outlines of every Nth grid only")
    options = parser.parse_args()
    low, high = map(int, options.range.split(":"))
    problems = []

    units = {str(item[options.id]): (item, shape) for item, shape in rows(options.units, options.layer)}
    grids = {item["grid_id"]: (item, shape) for item, shape in rows(options.grids, "grids")}
    pairs = [(str(item["unit_id"]), item["grid_id"]) for item, _ in rows(options.grids, "assignment")]
    grid_of = dict(pairs)
    if len(pairs) != len(grid_of) or set(grid_of) != set(units):
        problems.append("assignment does not name every unit exactly once")
    if set(grid_of.values()) != set(grids):
        problems.append("assignment and grids do not name the same grids")
    members = collections.defaultdict(list)
    for unit, grid in grid_of.items():
        members[grid].append(unit)

    walkers = collections.defaultdict(list)
    for name, (_, shape) in units.items():
        for segment in segments(shape):
            walkers[segment].append(name)
    neighbours = collections.defaultdict(set)
    for names in walkers.values():
        for a in names:
            neighbours[a].update(b for b in names if b != a)
    links = sum(len(others) for others in neighbours.values()) // 2
    within = (lambda name: units[name][0][options.within]) if options.within else (lambda name: "")
    inner_links = sum(1 for a in neighbours for b in neighbours[a] if a < b and within(a) == within(b))
    at_vertex = collections.defaultdict(set)
    for name, (_, shape) in units.items():
        for segment in segments(shape):
            for vertex in segment:
                at_vertex[vertex].add(name)
    meetings = collections.Counter((a, b) for names in at_vertex.values() for a in names for b in names if a < b)
    corner_links = sum(1 for (a, b), times in meetings.items()
                       if times >= 2 and b not in neighbours[a] and within(a) == within(b))

    # A grid in pieces needs crossings of the report: each at least as long as its units are apart, none of it twice.
    report = json.load(open(options.report))
    joined = collections.defaultdict(set, {name: set(others) for name, others in neighbours.items()})
    source = ogr.Open(options.units)
    crs = (source.GetLayerByName(options.layer) if options.layer else source.GetLayer(0)).GetSpatialRef()
    projected = crs is not None and bool(crs.IsProjected())
    for crossing in report["crossings"]:
        a, b = crossing["from"], crossing["to"]
        if a not in units or b not in units or grid_of[a] != grid_of[b] or within(a) != within(b):
            problems.append(f"crossing {a} - {b} does not lie inside a grid")
            continue
        apart = units[a][1].distance(units[b][1])
        if b in neighbours[a] or (projected and apart - crossing["metres"] > 0.02 + 1e-4 * apart):
            problems.append(f"crossing {a} - {b}: {crossing['metres']} m, they are {apart:.2f} m apart")
        joined[a].add(b)
        joined[b].add(a)
    if report["crossings_used"] != len(report["crossings"]):
        problems.append("crossings_used is not the length of the list")
    bridged = 0

    def judge(households, people):
        """Households first; where they are in range, people."""
        weight = people if options.by_population else households
        if low <= weight <= high and options.population_range:
            few, many = map(int, options.population_range.split(":"))
            return "below" if people < few else "above" if people > many else "ok"
        return "below" if weight < low else "above" if weight > high else "ok"

    counts = collections.Counter()
    for grid, names in members.items():
        item, shape = grids[grid]
        households = sum(int(units[n][0][options.households] or 0) for n in names)
        people = sum(int(units[n][0][options.population] or 0) for n in names) if options.population else 0
        expected = judge(households, people)
        counts["in_range" if expected == "ok" else expected] += 1
        if item["households"] != households:
            problems.append(f"grid {grid}: {item['households']} households, its units have {households}")
        if options.population:
            population = sum(int(units[n][0][options.population] or 0) for n in names)
            if item["population"] != population:
                problems.append(f"grid {grid}: {item['population']} people, its units have {population}")
        if item["units"] != len(names):
            problems.append(f"grid {grid}: {item['units']} units, assignment has {len(names)}")
        if len({within(n) for n in names}) != 1:
            problems.append(f"grid {grid}: units of several communities")
        parts = pieces(names, neighbours)
        if parts != 1 and pieces(names, joined) != 1:
            problems.append(f"grid {grid}: not connected")
        bridged += parts - 1
        polygons = len(shape.geoms) if shape.geom_type == "MultiPolygon" else 1
        if item["pieces"] != polygons or polygons < parts:
            problems.append(f"grid {grid}: {item['pieces']} pieces, {polygons} polygons, {parts} connected sets")
        if item["status"] != expected:
            problems.append(f"grid {grid}: status {item['status']}, {households} households")
        if expected != "ok" and not item["certificate"]:
            problems.append(f"grid {grid}: out of range without a reason")
        if len(item["code"]) != 15 or not item["code"].isdigit():
            problems.append(f"grid {grid}: code {item['code']}")
        # The outline must be exactly the segments that only one of its units walks.
        walked = collections.Counter(s for n in names for s in segments(units[n][1]))
        if {s for s, times in walked.items() if times % 2} != set(segments(shape)):
            problems.append(f"grid {grid}: outline is not that of its units")
        if options.sample == 0 or grid % options.sample == 0:
            union = unary_union([units[n][1] for n in names])
            if not shape.is_valid or shape.symmetric_difference(union).area > 1e-12 * union.area:
                problems.append(f"grid {grid}: polygon invalid or not the union of its units")
    if "micro" in report:
        problems += check_micro(options, report["micro"], units, grids, grid_of, joined)
    codes = [item["code"] for item, _ in grids.values()]
    if len(set(codes)) != len(codes):
        problems.append("codes repeat")

    # A bridge may also hold together what shares a border that nobody can pass.
    shortest = sum(1 for c in report["crossings"] if c["by"] == "shortest")
    if not shortest <= bridged <= len(report["crossings"]):
        problems.append(f"{len(report['crossings'])} crossings, {shortest} of them no bridge, for {bridged} gaps inside grids")
    multipart = sum(1 for item, _ in grids.values() if item["pieces"] > 1)
    if multipart != report["multipart_grids"]:
        problems.append(f"report says {report['multipart_grids']} multipart grids, found {multipart}")
    mine = {
        "units": len(units), "grids": len(grids), "violations": 0,
        "links": inner_links + corner_links, "corner_links": corner_links,
        "households": sum(int(item[options.households] or 0) for item, _ in units.values()),
        "in_range": counts["in_range"], "below": counts["below"], "above": counts["above"],
    }
    for key, value in mine.items():
        if report[key] != value:
            problems.append(f"report says {key} {report[key]}, found {value}")
    if report["certified"] + report["unknown"] != report["below"] + report["above"]:
        problems.append("certified + unknown is not below + above")
    for line in problems[:40]:
        print("#", line)
    print("#", json.dumps({**mine, "all_links": links, "boundary_km": round(report["internal_boundary_m"] / 1000, 1),
                           "deviation": round(report["mean_abs_deviation"], 4), "certified": report["certified"],
                           "seconds": report["seconds"]}))
    sys.exit(1 if problems else 0)


main()
