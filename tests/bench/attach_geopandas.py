#!/usr/bin/python3
"""The same points in the same polygons by geopandas.

usage: attach_geopandas.py DIR     areas.csv and points.csv of bench-attach --write
Prints "VERSION SECONDS POINTS", without the making of points; leaves with 77 where geopandas is absent.
"""
import csv
import sys
import time

try:
    import geopandas
    import shapely.wkb
    geopandas.GeoSeries([shapely.geometry.Point(0, 0)]).sindex
except ImportError:
    sys.exit(77)
csv.field_size_limit(1 << 30)
with open(sys.argv[1] + "/areas.csv", encoding="ascii") as file:
    areas = geopandas.GeoDataFrame(geometry=[shapely.wkb.loads(row[1], hex=True) for row in csv.reader(file)])
with open(sys.argv[1] + "/points.csv", encoding="ascii") as file:
    rows = [(float(row[1]), float(row[2])) for row in csv.reader(file)]
points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*zip(*rows)))
best = 1e18
for _ in range(3):
    start = time.process_time()
    geopandas.sjoin(points, areas, predicate="within")
    best = min(best, time.process_time() - start)
print(geopandas.__version__, round(best, 3), len(points))
