#!/usr/bin/python3
"""Files of a small made-up county for import tests: regions.geojson, units.geojson, incidents.csv, cameras.csv.

usage: make_county.py DIRECTORY        (expects units.geojson of make_units.py there)
"""
import json
import pathlib
import random
import sys

from shapely.geometry import mapping, shape
from shapely.ops import unary_union

folder = pathlib.Path(sys.argv[1])
units = json.load(open(folder / "units.geojson", encoding="utf-8"))["features"]
by_community = {}
for unit in units:
    by_community.setdefault(unit["properties"]["社区"], []).append(shape(unit["geometry"]))
outlines = {code: unary_union(shapes) for code, shapes in by_community.items()}
county = unary_union(list(outlines.values()))
names = {"990001100001": "东湖社区", "990001100002": "西岭村"}
rows = [("990001", "试验县", "county", "", county), ("990001100", "城关镇", "town", "990001", county)]
rows += [(code, names[code], "community", "990001100", outline) for code, outline in sorted(outlines.items())]
features = [{"type": "Feature", "properties": {"编码": code, "名称": name, "级别": level, "上级": parent},
             "geometry": mapping(outline)} for code, name, level, parent, outline in rows]
json.dump({"type": "FeatureCollection", "features": features}, open(folder / "regions.geojson", "w", encoding="utf-8"),
          ensure_ascii=False)
rng = random.Random(5)
west, south, east, north = county.bounds
types = ["噪音", "邻里纠纷", "消防隐患", "道路破损"]
with open(folder / "incidents.csv", "w", encoding="utf-8") as out:
    out.write("编号,类型,发生时间,经度,纬度,来源\n")
    for i in range(500):
        out.write(f"S{i:05d},{rng.choice(types)},2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d} "
                  f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:00,{rng.uniform(west, east):.6f},"
                  f"{rng.uniform(south, north):.6f},12345\n")
with open(folder / "cameras.csv", "w", encoding="utf-8") as out:
    out.write("设备编码,名称,类型,经度,纬度\n")
    for i in range(20):
        out.write(f"99000101001310{i:06d},路口{i},{'ABC'[i % 3]},{rng.uniform(west, east):.6f},{rng.uniform(south, north):.6f}\n")
