#!/usr/bin/python3
"""Independent checker of the units that `plan split` made and stored, with the means of check_cells.py.

usage: check_county_cells.py COUNTY.sqlite REPORT.json

REPORT is that of the split that made them. Prints one line for each promise that does not hold and exits 1:
the communities named in the store are covered exactly, each unit is one polygon, each building stands in one unit that
has its households, borders run along the outlines of two units.
"""
import collections
import json
import sqlite3
import sys

from check_cells import check_cover, check_shapes, directed, polygons, rows
from shapely.strtree import STRtree


def newest_made(path):
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    version, parameters = store.execute("select version, parameters from unit_made order by version desc limit 1").fetchone()
    store.close()
    return version, set(json.loads(parameters)["communities"])


def alone(shape):
    """The stored kind is MultiPolygon; a cell is one polygon."""
    return polygons(shape)[0] if len(polygons(shape)) == 1 else shape


def check_buildings(path, cells, told, problems):
    """Each building stands in one unit, and a unit has the households of its buildings."""
    tree, unit_at = STRtree([shape for _, shape in cells]), {id(shape): item for item, shape in cells}
    households, counted, checked = collections.Counter(), collections.Counter(), 0
    for item, shape in rows(path, "building"):
        near = [cell for cell in tree.query(shape) if cell.intersects(shape)]
        share = {unit_at[id(cell)]["id"]: cell.intersection(shape).area for cell in near}
        if not share:
            continue  # of a community whose units were delivered
        home = max(sorted(share), key=share.get) if shape.area > 0 else unit_at[id(near[0])]["id"]
        counted[home] += 1
        households[home] += item["households"] or 0
        if item["source_row"] in told or shape.area == 0:
            continue
        checked += 1
        if share[home] < shape.area * (1 - 1e-6) and sum(share.values()) > shape.area * (1 - 1e-6):
            problems.append(f"building of row {item['source_row']} stands in {sum(a > 1e-6 * shape.area for a in share.values())} units")
    for item, _ in cells:
        if not item["estimated"] and households[item["id"]] != item["households"]:
            problems.append(f"unit {item['id']} has {item['households']} households, its buildings {households[item['id']]}")
    return checked


def check_borders(path, version, cells, problems):
    """Borders run along units, those inside a community along two of them."""
    walked = {s for _, shape in cells for s in directed(shape)}
    n = loose = 0
    for item, shape in rows(path, "unit_border"):
        if item["version"] != version:
            continue
        for line in getattr(shape, "geoms", [shape]):
            points = list(line.coords)
            n += len(points) - 1
            loose += sum((a, b) not in walked or (b, a) not in walked for a, b in zip(points, points[1:]))
    if loose or not n:
        problems.append(f"{loose} of {n} segments of borders are not in the outlines of two units")
    return n


def main():
    path, report = sys.argv[1], json.load(open(sys.argv[2]))
    version, communities = newest_made(path)
    newest = max(item["version"] for item, _ in rows(path, "unit"))
    problems = [] if version == newest else ["the made units are not those of today"]
    cells = [({**item, "unit_id": item["id"]}, alone(shape)) for item, shape in rows(path, "unit")
             if item["version"] == newest and item["region"] in communities]
    boundary = [(item, shape) for item, shape in rows(path, "region") if item["code"] in communities]
    if len(boundary) != len(communities) or not cells:
        problems.append(f"{len(boundary)} of {len(communities)} communities have ground, {len(cells)} units")
    check_shapes(cells, problems)
    error, n_segments = check_cover(boundary, cells, problems)
    findings = report["cells"].get("findings", [])
    told = {f[k] for f in findings for k in ("row", "other") if k in f and f["code"] in ("OVERLAP", "PARTLY_OUTSIDE")}
    told |= {f["row"] for f in findings if f["code"] == "ACROSS_COMMUNITIES"}
    checked = check_buildings(path, cells, told, problems)
    n_borders = check_borders(path, version, cells, problems)
    print(f"# {len(cells)} units of {len(communities)} communities, {n_segments} segments, {n_borders} of borders, area error {error:.2g}, "
          f"{checked} buildings in one unit each, {len(told)} told about")
    for problem in problems[:20]:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
