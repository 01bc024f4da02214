#!/usr/bin/python3
"""Estimated households of cells, worked out again from the buildings; nothing of countygrid is used.

usage: check_estimates.py BUILDINGS:LAYER CELLS.gpkg EPSG     EPSG: a plane in metres for the ground

Floor is ground x storeys / 100 m2 (storeys of the building, else height / 3 m, else 2; nothing below 30 m2 and for uses
or names that are no dwelling), each row by itself: for towns whose outlines do not lie over each other. A cell may differ by the
rounding of its households to a whole number.
"""
import collections
import math
import re
import sys

from osgeo import ogr, osr

ogr.UseExceptions()
osr.UseExceptions()
NO_DWELLING = {
    "barn", "carport", "chapel", "church", "civic", "commercial", "construction", "farm_auxiliary", "garage", "garages",
    "greenhouse", "hospital", "hotel", "hut", "industrial", "kindergarten", "office", "public", "retail", "roof", "school",
    "service", "shed", "stable", "supermarket", "train_station", "transportation", "university", "warehouse", "fire_station",
    "silo", "storage_tank", "sports_hall", "cathedral", "kiosk", "religious", "transformer_tower", "government", "ruins",
    "pavilion", "hangar", "college", "bunker", "parking", "water_tower", "manufacture", "cowshed", "sty", "toilets",
}

NAMES = {"bank", "hotel", "hospital", "school", "university", "museum", "library", "office", "church", "theatre", "cinema", "mall"}
HOMES = {"apartments", "residence", "house", "garden", "court", "villa", "road", "street", "avenue", "lane"}


def is_dwelling(item):
    """The use decides; without one a name that says what stands there."""
    use = item.get("building")
    words = set(re.findall(r"\w+", (item.get("name") or "").lower()))
    return use not in NO_DWELLING and not (use in (None, "yes") and words & NAMES and not words & HOMES)


def number(item, column, tag, most):
    text = item.get(column)
    if text is None:
        found = re.search(f'"{tag}"=>"([^"]*)"', item.get("other_tags") or "")
        text = found.group(1) if found else None
    try:
        value = float(str(text).removesuffix("m"))
    except ValueError:
        return 0
    return value if 0 < value <= most else 0


def floor(item, ground):
    if not is_dwelling(item) or ground < 30:
        return 0
    height = number(item, "height", "height", 2000)
    storeys = number(item, "levels", "building:levels", 300) or (max(math.floor(height / 3), 1) if height else 2)
    return ground * storeys / 100


def main():
    path, _, layer = sys.argv[1].rpartition(":")
    source = ogr.Open(path)
    table = source.GetLayerByName(layer)
    plane = osr.SpatialReference()
    plane.ImportFromEPSG(int(sys.argv[3]))
    own = table.GetSpatialRef()
    for crs in (plane, own):
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    to_plane = osr.CoordinateTransformation(own, plane)
    of_row = {}
    for row, feature in enumerate(table, 1):
        shape = feature.GetGeometryRef()
        if shape is not None:
            shape = shape.Clone()
            shape.Transform(to_plane)
            of_row[row] = floor(feature.items(), shape.Area())
    cells = ogr.Open(sys.argv[2])
    expected = collections.Counter()
    for item in (f.items() for f in cells.GetLayerByName("buildings")):
        if item["unit_id"] is not None and item["part_of"] is None:
            expected[item["unit_id"]] += of_row.get(item["row"], 0)
    found = {f["unit_id"]: f["households"] for f in cells.GetLayerByName("cells")}
    worst = max(abs(found[unit] - expected[unit]) for unit in found)
    print(f"# {sum(found.values())} households, worked out again {sum(expected.values()):.1f}; a cell differs by {worst:.2f} at most")
    sys.exit(1 if worst > 0.6 or abs(sum(found.values()) - sum(expected.values())) > 1 else 0)


if __name__ == "__main__":
    main()
