#!/usr/bin/python3
"""Symmetric difference in km2 of the regions of two county files, through GDAL and shapely; fails above a limit.

usage: region_difference.py A.sqlite B.sqlite KM2
"""
import sys

from osgeo import ogr, osr
from shapely import wkb
from shapely.ops import unary_union

ogr.UseExceptions()


def union(path):
    source = ogr.Open(path, 0)
    layer = source.GetLayerByName("region")
    target = osr.SpatialReference()
    target.ImportFromEPSG(4544)
    target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    own = layer.GetSpatialRef()
    own.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(own, target)
    shapes = []
    for feature in layer:
        geometry = feature.GetGeometryRef()
        geometry.Transform(move)
        shapes.append(wkb.loads(bytes(geometry.ExportToWkb())))
    return unary_union(shapes)


a, b, limit = union(sys.argv[1]), union(sys.argv[2]), float(sys.argv[3])
difference = a.symmetric_difference(b).area / 1e6
print(f"# {difference:.2f} km2 of {a.area / 1e6:.0f} km2 differ")
sys.exit(difference >= limit)
