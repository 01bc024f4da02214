#!/usr/bin/python3
"""Bad files, one for each cause, made from a good units.geojson and incidents.csv.

usage: make_hostile.py DIRECTORY
Writes hostile.tsv: name, kind, file, further options, and a text that the error must hold.
"""
import copy
import json
import pathlib
import struct
import sys

from osgeo import ogr, osr

ogr.UseExceptions()
folder = pathlib.Path(sys.argv[1])
good = json.load(open(folder / "units.geojson", encoding="utf-8"))
cases = []


def case(name, kind, file, text, options=""):
    cases.append("\t".join([name, kind, file, options or "-", text]))


def units(name, change, text, options=""):
    table = copy.deepcopy(good)
    result = change(table["features"])
    file = f"bad_{name}.geojson"
    body = result if isinstance(result, str) else json.dumps(table, ensure_ascii=False)
    (folder / file).write_text(body, encoding="utf-8")
    case(name, "units", file, text, options)


def set_property(key, value):
    def change(features):
        features[7]["properties"][key] = value
    return change


def set_ring(make):
    def change(features):
        ring = features[7]["geometry"]["coordinates"][0]
        features[7]["geometry"]["coordinates"][0] = make(ring)
    return change


(folder / "bad_empty.geojson").write_text("")
case("empty", "units", "bad_empty.geojson", "empty")
(folder / "bad_empty.csv").write_text("")
case("empty-csv", "incidents", "bad_empty.csv", "empty")
units("missing-column", lambda fs: [f["properties"].pop("户数") for f in fs] and None, "households")
units("negative", set_property("户数", -5), "-5")
units("text", set_property("户数", "许多"), "许多")
units("duplicate", set_property("编码", good["features"][3]["properties"]["编码"]), good["features"][3]["properties"]["编码"])
units("no-id", set_property("编码", ""), "编码")
units("unknown-community", set_property("社区", "990001100777"), "990001100777")
units("unclosed", set_ring(lambda r: r[:-1]), "closed")
units("two-points", set_ring(lambda r: [r[0], r[1], r[0]]), "ring")
units("outside", set_ring(lambda r: [[x + 0.9, y + 0.7] for x, y in r]), "outside")
units("swapped", lambda fs: [f["geometry"].update(coordinates=[[[y, x] for x, y in f["geometry"]["coordinates"][0]]]) for f in fs] and None, "swapped")
units("no-geometry", lambda fs: fs[7].update(geometry=None), "geometry")
units("point-instead", lambda fs: fs[7].update(geometry={"type": "Point", "coordinates": [108.2, 36.9]}), "point")
units("truncated-json", lambda fs: json.dumps({"type": "FeatureCollection", "features": fs})[:5000], "bad_truncated-json")
units("vrt", lambda fs: '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>', "GeoJSON")
units("html", lambda fs: "<!doctype html><title>login</title>", "GeoJSON")
units("nan", lambda fs: json.dumps({"type": "FeatureCollection", "features": fs}).replace(str(fs[7]["geometry"]["coordinates"][0][1][0]), "NaN", 1), "bad_nan")
units("infinite", lambda fs: json.dumps({"type": "FeatureCollection", "features": fs}).replace(str(fs[7]["geometry"]["coordinates"][0][1][0]), "1e999", 1), "bad_infinite")
units("identity-number", lambda fs: [f["properties"].update({"身份证号": "990001199001010011"}) for f in fs] and None, "身份证号", "--map compound=身份证号")

lines = (folder / "incidents.csv").read_text(encoding="utf-8").splitlines()


def incidents(name, rows, text, options="", encoding="utf-8"):
    file = f"bad_{name}.csv"
    (folder / file).write_bytes(("\n".join(rows) + "\n").encode(encoding))
    case(name, "incidents", file, text, options)


def replace_field(row, column, value):
    fields = lines[row].split(",")
    fields[column] = value
    return lines[:row] + [",".join(fields)] + lines[row + 1:]


incidents("csv-no-place", [",".join(line.split(",")[:3]) for line in lines], "place")
incidents("csv-nan", replace_field(4, 3, "NaN"), ":5:")
incidents("csv-inf", replace_field(4, 4, "inf"), ":5:")
incidents("csv-text-coordinate", replace_field(4, 3, "百八"), ":5:")
incidents("csv-swapped", [lines[0]] + [",".join([*line.split(",")[:3], line.split(",")[4], line.split(",")[3], "12345"]) for line in lines[1:]], "swapped")
incidents("csv-bad-time", replace_field(9, 2, "去年冬天"), ":10:")
incidents("csv-gbk-as-utf8", lines, "UTF-8", "--encoding UTF-8", "gbk")
incidents("csv-phone", [lines[0] + ",联系电话"] + [line + ",13812345678" for line in lines[1:]], "联系电话", "--map type=联系电话")
(folder / "bad_header-only.csv").write_text(lines[0] + "\n", encoding="utf-8")
case("header-only", "incidents", "bad_header-only.csv", "no row")

# The right numbers in the neighbour zone: 3 degrees to the east.
source = osr.SpatialReference(); source.ImportFromEPSG(4490); source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
zone = osr.SpatialReference(); zone.ImportFromEPSG(4545); zone.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
to_zone = osr.CoordinateTransformation(source, zone)


def project(features):
    for feature in features:
        shape = ogr.CreateGeometryFromJson(json.dumps(feature["geometry"]))
        shape.Transform(to_zone)
        feature["geometry"] = json.loads(shape.ExportToJson())


units("wrong-zone", project, "EPSG:4545", "--crs EPSG:4546")

# Shapefile: cut in the middle of each of its files.
driver = ogr.GetDriverByName("ESRI Shapefile")
shp = driver.CreateDataSource(str(folder / "whole.shp"))
layer = shp.CreateLayer("whole", source, ogr.wkbPolygon, ["ENCODING=UTF-8"])
for name, kind in (("id", ogr.OFTString), ("households", ogr.OFTInteger)):
    layer.CreateField(ogr.FieldDefn(name, kind))
for feature in good["features"]:
    row = ogr.Feature(layer.GetLayerDefn())
    row["id"], row["households"] = feature["properties"]["编码"], feature["properties"]["户数"]
    row.SetGeometry(ogr.CreateGeometryFromJson(json.dumps(feature["geometry"])))
    layer.CreateFeature(row)
shp = layer = None
for part in ("shp", "dbf", "shx"):
    for other in ("shp", "dbf", "shx", "prj", "cpg"):
        body = (folder / f"whole.{other}").read_bytes()
        (folder / f"bad_cut-{part}.{other}").write_bytes(body[:len(body) // 2] if other == part else body)
    case(f"cut-{part}", "units", f"bad_cut-{part}.shp", f"bad_cut-{part}")
(folder / "bad_noshp.shp").write_bytes(b"this is no shapefile at all" * 10)
case("no-shapefile", "units", "bad_noshp.shp", "bad_noshp")

# A polygon of ten million vertices, as GeoPackage would be refused by its size too: GeoJSON, one long line.
with open(folder / "bad_long-ring.geojson", "w") as out:
    out.write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"编码":"X","户数":1},'
              '"geometry":{"type":"Polygon","coordinates":[[')
    row = "".join(f"[108.{i:06d},36.9]," for i in range(100000))
    for _ in range(100):
        out.write(row)
    out.write("[108.000000,36.9]]]}}]}")
case("long-ring", "units", "bad_long-ring.geojson", "TOO_MANY_VERTICES")
(folder / "hostile.tsv").write_text("\n".join(cases) + "\n", encoding="utf-8")
