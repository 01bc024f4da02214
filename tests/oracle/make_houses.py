#!/usr/bin/python3
"""Houses and roads for the communities of regions.geojson: houses.geojson, roads.geojson.

usage: make_houses.py DIRECTORY [METRES]        METRES: from one house to the next (default 35)

Houses of villages carry a villager group, whose land is a strip from west to east.
"""
import json
import math
import pathlib
import sys

from shapely.geometry import box, mapping, shape

folder = pathlib.Path(sys.argv[1])
metres = float(sys.argv[2]) if len(sys.argv) > 2 else 35
regions = [f for f in json.load(open(folder / "regions.geojson", encoding="utf-8"))["features"]
           if f["properties"]["级别"] == "community"]
west, south, east, north = (f(b) for f, b in zip((min, min, max, max), zip(*(shape(r["geometry"]).bounds for r in regions))))
dy = metres / 111320
dx = dy / math.cos(math.radians(south))
houses, roads = [], []
for j in range(int((north - south) / dy)):
    for i in range(int((east - west) / dx)):
        x, y = west + (i + 0.3) * dx, south + (j + 0.3) * dy
        house = box(x, y, x + 0.4 * dx, y + 0.35 * dy)
        for region in regions:
            if shape(region["geometry"]).contains(house):
                properties = {"编号": f"H{len(houses):05d}", "层数": 1 + (i * 7 + j * 3) % 6}
                if region["properties"]["名称"].endswith("村"):
                    properties["村民小组"] = f"{'一二三'[min(2, int(3 * (y - south) / (north - south)))]}组"
                houses.append({"type": "Feature", "properties": properties, "geometry": mapping(house)})
for k in range(1, 4):
    for line in ([[west, south + k * (north - south) / 4], [east, south + k * (north - south) / 4]],
                 [[west + k * (east - west) / 4, south], [west + k * (east - west) / 4, north]]):
        roads.append({"type": "Feature", "properties": {"highway": "primary" if k == 2 else "residential"},
                      "geometry": {"type": "LineString", "coordinates": line}})
for name, features in (("houses", houses), ("roads", roads)):
    with open(folder / f"{name}.geojson", "w", encoding="utf-8") as out:
        json.dump({"type": "FeatureCollection", "features": features}, out, ensure_ascii=False)
