"""The open interfaces as their users' programs see them: usage URL COUNTY.sqlite WHAT.

Counts and coordinates are those of the county file, read by GDAL's own SQLite driver; boxes are recounted by GEOS through
shapely. Prints nothing and ends with 0, or says what differs.
"""
import csv
import gzip
import html
import io
import json
import math
import os
import re
import socket
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree
import zipfile

import jsonschema
from osgeo import gdal, osr
from shapely import wkb
from shapely.geometry import Polygon, box, shape
from shapely.validation import make_valid

gdal.UseExceptions()
BASE, COUNTY, WHAT = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
HALF = 20037508.342789244  # of the square of EPSG:3857, metres
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
# collection -> table of the file with its geometry, how its rows are numbered, id and condition there; id in the collection
TABLES = {
    "regions": ("region", "SELECT region_key, code FROM region", "code"),
    "towns": ("region", "SELECT region_key, code FROM region WHERE level = 'town'", "code"),
    "communities": ("region", "SELECT region_key, code FROM region WHERE level = 'community'", "code"),
    "grids": ("grid", "SELECT grid_key, code FROM grid", "code"),
    "units": ("unit", "SELECT unit_key, id FROM unit", "unit_id"),
    "incidents": ("incident_place", "SELECT incident_key, source_id FROM latest", "source_id"),
    "cameras": ("camera_place", "SELECT camera_key, device_id FROM camera", "device_id"),
    "services": ("service_place", "SELECT service_key, source_id FROM service", "service_id"),
}


def get(path, status=200, **headers):
    url = path if path.startswith("http") else BASE + path
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            code, head, body = reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        code, head, body = error.code, error.headers, error.read()
    assert code == status, f"{url}: {code}, not {status}: {body[:300]}"
    return head, body


def load(path, status=200, **headers):
    return json.loads(get(path, status, **headers)[1])


def pages(path):
    """All features, by the links that lead on; then back again by those that lead back."""
    found, page, seen = [], load(path), []
    while True:
        seen.append([f["id"] for f in page["features"]])
        assert len(page["features"]) == page["numberReturned"]
        found += page["features"]
        links = {link["rel"]: link["href"] for link in page["links"]}
        if "next" not in links:
            break
        page = load(links["next"])
    assert len(found) == page["numberMatched"], (path, len(found), page["numberMatched"])
    for ids in reversed(seen[:-1]):
        page = load(links["prev"])
        assert [f["id"] for f in page["features"]] == ids, path
        links = {link["rel"]: link["href"] for link in page["links"]}
    assert "prev" not in links, path
    assert len({f["id"] for f in found}) == len(found), f"{path}: an id twice"
    return found


def rings(geometry):
    if geometry.GetGeometryCount() == 0:
        return [geometry.GetPoints() or [geometry.GetPoint_2D()]]
    return [r for i in range(geometry.GetGeometryCount()) for r in rings(geometry.GetGeometryRef(i))]


def apart(a, b):
    """Largest distance of vertices, degrees; rings may run the other way."""
    far = 0
    for one, other in zip(rings(a), rings(b), strict=True):
        assert len(one) == len(other)
        far = max(far, min(max(abs(p[0] - q[0]) + abs(p[1] - q[1]) for p, q in zip(one, way)) for way in (other, other[::-1])))
    return far


def check_store():
    """GDAL's OAPIF driver reads every collection, page by page, and it is what the file holds."""
    gdal.OpenEx("OAPIF:" + BASE + "/api", gdal.OF_VECTOR)
    remote = gdal.OpenEx("OAPIF:" + BASE + "/api", gdal.OF_VECTOR, open_options=["PAGE_SIZE=500"])
    gdal.VectorTranslate("copy.gpkg", remote, format="GPKG")
    copy = gdal.OpenEx("copy.gpkg", gdal.OF_VECTOR)
    file = gdal.OpenEx(COUNTY, gdal.OF_VECTOR)
    rows = sqlite3.connect(f"file:{COUNTY}?mode=ro", uri=True)
    srid = rows.execute("SELECT srid FROM store").fetchone()[0]
    metres, degrees = osr.SpatialReference(), osr.SpatialReference()
    metres.ImportFromEPSG(srid)
    degrees.ImportFromEPSG(4490)
    for crs in (metres, degrees):
        crs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    turn = osr.CoordinateTransformation(metres, degrees)
    for name, (table, numbered, column) in TABLES.items():
        ids = dict(rows.execute(numbered))
        source = file.GetLayerByName(table) or file.GetLayerByName(table + "(geom)")
        wanted = {}
        for row in source:
            if row.GetFID() in ids:
                wanted[ids[row.GetFID()]] = row.GetGeometryRef().Clone()
                wanted[ids[row.GetFID()]].Transform(turn)
        got = {row[column]: row.GetGeometryRef().Clone() for row in copy.GetLayerByName(name)}
        assert set(got) == set(wanted), f"{name}: {len(got)} of {len(wanted)}"
        for i, b in wanted.items():
            assert apart(got[i], b) < 2e-9, f"{name} {i}: {apart(got[i], b)} degrees apart"
    incident = {i: s for i, s in rows.execute("SELECT source_id, state FROM latest")}
    layer = copy.GetLayerByName("incidents")
    assert {f["source_id"]: f["state"] for f in layer} == incident
    households = rows.execute("SELECT sum(households) FROM unit").fetchone()[0]
    assert sum(f["households"] for f in copy.GetLayerByName("units")) == households
    assert sum(f["households"] for f in copy.GetLayerByName("grids")) == households


def check_pages():
    for name in TABLES:
        pages(f"/api/collections/{name}/items?limit=311")
    pages("/api/collections/barriers/items?limit=1000")
    few = pages("/api/collections/incidents/items?limit=7&state=" + urllib.request.quote("办结") +
                "&bbox=108.17,36.87,108.2,36.9")
    assert few and all(f["properties"]["state"] == "办结" for f in few)


def check_boxes():
    """bbox against GEOS, in every CRS that is offered."""
    about = load("/api/collections/communities")
    west, south, east, north = about["extent"]["spatial"]["bbox"][0]
    boxes = [[west + (east - west) * a, south + (north - south) * b, west + (east - west) * c, south + (north - south) * d]
             for a, b, c, d in ((.4, .4, .5, .5), (.45, .45, .4501, .4501), (0, 0, 1, 1), (.1, .6, .9, .62))]
    working = about["storageCrs"]
    assert set(about["crs"]) == {CRS84, EPSG + "4326", EPSG + "4490", EPSG + "3857", working}
    for name in ("communities", "grids", "barriers", "incidents"):
        for crs in about["crs"]:
            ask = "" if crs == CRS84 else "&crs=" + crs
            head, _ = get(f"/api/collections/{name}/items?limit=1{ask}")
            assert head["Content-Crs"] == f"<{crs}>", head["Content-Crs"]
            every = pages(f"/api/collections/{name}/items?limit=10000{ask}")
            shapes = [(f["id"], shape(f["geometry"])) for f in every if f["geometry"]]
            for b in boxes if crs == CRS84 else boxes[:1]:
                if crs != CRS84:  # a box of that CRS: of some feature's own
                    b = shapes[len(shapes) // 2][1].envelope.buffer(1e-4 if "44" in crs or "43" in crs else 10).bounds
                asked = ",".join(repr(v) for v in b)
                got = pages(f"/api/collections/{name}/items?limit=10000{ask}&bbox={asked}" +
                            ("" if crs == CRS84 else "&bbox-crs=" + crs))
                wanted = {i for i, s in shapes if s.intersects(box(*b))}
                assert {f["id"] for f in got} == wanted, (name, crs, b, len(got), len(wanted))
    lon, lat = load("/api/collections/towns/items?limit=1")["features"][0]["geometry"]["coordinates"][0][0][0]
    for crs in (EPSG + "4490", EPSG + "4326"):
        first = load(f"/api/collections/towns/items?limit=1&crs={crs}")["features"][0]
        assert first["geometry"]["coordinates"][0][0][0] == [lat, lon]


def check_times():
    every = pages("/api/collections/incidents/items?limit=10000")
    times = sorted(f["properties"]["occurred"] for f in every if f["properties"]["occurred"])
    middle = times[len(times) // 2]
    for span, wanted in ((middle, [t for t in times if t == middle]), (f"../{middle}", [t for t in times if t <= middle]),
                         (f"{middle}/..", [t for t in times if t >= middle]), (f"/{middle}", [t for t in times if t <= middle]),
                         (middle[:10], [t for t in times if t[:10] == middle[:10]]),
                         (f"{times[10]}/{middle}", [t for t in times if times[10] <= t <= middle])):
        got = pages("/api/collections/incidents/items?limit=10000&datetime=" + span.replace("+", "%2B"))
        assert sorted(f["properties"]["occurred"] for f in got) == wanted, (span, len(got), len(wanted))
    assert len(pages("/api/collections/towns/items?datetime=2000-01-01")) == len(pages("/api/collections/towns/items"))


def check_refusals():
    items = "/api/collections/grids/items"
    for ask in ("?nosuch=1", "?limit=0", "?limit=x", "?bbox=1,2,3", "?bbox=1,2,3,x", "?bbox=1,2,3,4,5", "?bbox=1,5,2,4",
                "?bbox=200,0,201,1", "?bbox=1,2,nan,4", "?crs=EPSG:4490", "?bbox-crs=" + EPSG + "9999", "?datetime=now",
                "?datetime=2026-02-01/2026-01-01", "?datetime=2026-13-01", "?households=many", "?f=xml", "?datetime=../..%00"):
        problem = load(items + ask, 400)
        assert problem["code"] == "ARGUMENT" and problem["status"] == 400, ask
    for path in (items + "/nosuch", items + "?after=nosuch", "/api/collections/persons/items", "/api/collections/incidents/items/x"):
        assert load(path, 404)["code"] == "NOT_FOUND", path
    assert load(items + "?limit=1000000")["numberReturned"] > 0
    assert load(items + "?bbox=170,-10,-170,10")["numberMatched"] == 0


def check_help():
    """Pages of help name the server's own address, and every link and address on them leads somewhere."""
    tried = set()
    for path in [page + lang for page in ("/help", "/help/qgis", "/help/excel") for lang in ("", "?lang=en")]:
        head, body = get(path)
        text = html.unescape(body.decode())
        told = re.sub("治安|民生服务/噪音|中文", "", text)
        assert (re.search("[\u4e00-\u9fff]", told) is None) == path.endswith("lang=en"), path
        assert head["Content-Type"].startswith("text/html") and BASE in text and "{{" not in text, path
        for link in re.findall(r'href="(/[^"]*)"', text) + re.findall(re.escape(BASE) + r"(/[^\s<\"，）；]+)", text):
            tried.add(re.sub(r"\{z\}/\{x\}/\{y\}", "9/410/199", link).rstrip("。"))
    for link in sorted(tried - {"/"}):  # the start page may not be built
        get(urllib.parse.quote(link, safe="/?&=:,%"))
    assert len(tried) > 12, tried
    get("/help/none", 404)
    get("/help?lang=fr", 400)
    head, body = get("/api/measures?level=grid&period=month&format=xlsx")
    with zipfile.ZipFile(io.BytesIO(body)) as sheet:
        assert "xl/worksheets/sheet1.xml" in sheet.namelist()
    head, body = get("/api/measures?level=town&last=2&format=csv")
    assert body.startswith(b"\xef\xbb\xbflevel,") and "attachment" in head["Content-Disposition"]
    rows = load("/api/measures?level=town&last=2")["rows"]
    table = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [(r["code"], int(r["count"])) for r in table] == [(r["code"], r["count"]) for r in rows]
    load("/api/measures?format=ods", 400)


def check_documents():
    for path in ("/api", "/api/conformance", "/api/collections", "/api/collections/grids", "/api/collections/grids/items",
                 "/api/collections/grids/items/" + load("/api/collections/grids/items?limit=1")["features"][0]["id"]):
        head, body = get(path)
        assert "json" in head["Content-Type"] and "Accept" in head["Vary"]
        assert get(path, 304, **{"If-None-Match": head["ETag"]})[1] == b""
        for head, page in (get(path, Accept="text/html,application/xhtml+xml,*/*;q=0.8"), get(path + "?f=html")):
            assert head["Content-Type"].startswith("text/html") and b"<h1>" in page
        assert get(path, Accept="application/geo+json, application/json;q=0.5")[1] == body
    for link in load("/api")["links"]:
        get(link["href"])
    for collection in load("/api/collections")["collections"]:
        assert load("/api/collections/" + collection["id"]) == collection
        for link in collection["links"]:
            get(link["href"])


def mercator(lon, lat):
    return lon * HALF / 180, math.log(math.tan((90 + lat) * math.pi / 360)) * 6378137


def tile_of(lon, lat, z):
    x, y = mercator(lon, lat)
    return int((x / HALF + 1) * 2**(z - 1)), int((1 - y / HALF) * 2**(z - 1))


def read_tile(layer, z, x, y):
    """Features of a tile by GDAL's MVT driver, in EPSG:3857: [(fields, geometry)]."""
    body = get(f"/api/tiles/{layer}/{z}/{x}/{y}.mvt")[1]
    if not body:
        return []
    gdal.FileFromMemBuffer("/vsimem/tile.mvt", body)
    file = gdal.OpenEx("MVT:/vsimem/tile.mvt", gdal.OF_VECTOR, open_options=[f"X={x}", f"Y={y}", f"Z={z}", "METADATA_FILE=", "CLIP=NO"])
    found = [(f.items(), f.GetGeometryRef().Clone()) for f in file.GetLayer(0)]
    assert file.GetLayer(0).GetName() == layer
    del file
    gdal.Unlink("/vsimem/tile.mvt")
    return found


def area_inside(geometry, square):
    """Ring by ring: what was cut at the rim may touch itself there, beyond the square."""
    whole = wkb.loads(bytes(geometry.ExportToWkb()))
    rings = [(1, p.exterior) for p in getattr(whole, "geoms", [whole])]
    rings += [(-1, hole) for p in getattr(whole, "geoms", [whole]) for hole in p.interiors]
    return sum(sign * make_valid(Polygon(ring)).intersection(square).area for sign, ring in rings)


def check_tiles():
    """Vector tiles put together again are the collections."""
    west, south, east, north = load("/api/tiles/grids/tilejson.json")["bounds"]
    z = 12
    (left, top), (right, bottom) = tile_of(west, north, z), tile_of(east, south, z)
    side = 2 * HALF / 2**z
    unit = side / 4096
    area, points = {}, 0
    for x in range(left, right + 1):
        for y in range(top, bottom + 1):
            for fields, geometry in read_tile("grids", z, x, y):
                low, high = x * side - HALF, HALF - y * side
                own = area_inside(geometry, box(low, high - side, low + side, high))
                area[fields["code"]] = area.get(fields["code"], 0) + own
                assert geometry.GetGeometryName() in ("MULTIPOLYGON", "POLYGON")
    every = pages("/api/collections/grids/items?limit=10000&crs=" + EPSG + "3857")
    assert set(area) == {f["id"] for f in every}
    for feature in every:
        true = shape(feature["geometry"])
        far = abs(area[feature["id"]] - true.area)
        assert far < .6 * unit * true.length, f"{feature['id']}: {area[feature['id']]}, not {true.area}"
    incidents = [f for f in pages("/api/collections/incidents/items?limit=10000") if f["geometry"]]
    for z in (0, 7, 9):
        (left, top), (right, bottom) = tile_of(west, north, z), tile_of(east, south, z)
        side, found = 2 * HALF / 2**z, 0
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                low, high = x * side - HALF, HALF - y * side
                for fields, geometry in read_tile("incidents", z, x, y):
                    inside = low <= geometry.GetX() < low + side and high - side < geometry.GetY() <= high
                    found += fields["points"] if inside else 0
        # Points within half a unit of a rim may go to either side.
        assert abs(found - len(incidents)) <= 3, f"zoom {z}: {found} of {len(incidents)} incidents"
    units = pages("/api/collections/units/items?limit=10000&crs=" + EPSG + "3857")
    for z in (5, 9, 11):
        (left, top), (right, bottom) = tile_of(west, north, z), tile_of(east, south, z)
        side, shapes, alone, households = 2 * HALF / 2**z, 0, {}, 0
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                square = box(x * side - HALF, HALF - (y + 1) * side, (x + 1) * side - HALF, HALF - y * side)
                for fields, geometry in read_tile("units", z, x, y):
                    if "shapes" not in fields or fields["shapes"] is None:
                        alone[fields["unit_id"]] = fields["households"]
                        continue
                    pixel = wkb.loads(bytes(geometry.ExportToWkb()))
                    assert abs(pixel.area / (side / 256) ** 2 - 1) < 1e-6 and pixel.intersection(pixel.envelope).equals(pixel)
                    if square.contains(pixel.centroid):
                        shapes += fields["shapes"]
                        households += fields["households"]
        bounds = {f["id"]: shape(f["geometry"]).bounds for f in units}
        small = {name for name, (a, b, c, d) in bounds.items() if c - a < side / 256 and d - b < side / 256}
        assert (shapes, set(alone)) == (len(small), set(bounds) - small), f"zoom {z}: {shapes} small units, not {len(small)}"
        assert households + sum(alone.values()) == sum(f["properties"]["households"] for f in units), f"zoom {z}"
        assert z != 9 or len(small) > 500
    for layer in ("barriers", "units", "cameras", "services", "towns"):
        about = load(f"/api/tiles/{layer}/tilejson.json")
        x, y = tile_of(*about["center"][:2], 9)
        assert read_tile(layer, 9, x, y), layer
        fields = set(about["vector_layers"][0]["fields"])
        assert all(set(f) - {"mvt_id"} <= fields for f, _ in read_tile(layer, 9, x, y)), layer
    assert get("/api/tiles/grids/9/0/0.mvt")[1] == b""
    head, _ = get("/api/tiles/grids/5/25/12.mvt")
    get("/api/tiles/grids/5/25/12.mvt", 304, **{"If-None-Match": head["ETag"]})
    for path, status in (("23/0/0", 404), ("1/2/0", 404), ("1/0/2", 404), ("1/x/0", 400), ("1/0/-1", 400), ("99999999999/0/0", 400)):
        load(f"/api/tiles/grids/{path}.mvt", status)
    load("/api/tiles/nosuch/1/0/0.mvt", 404)


def check_snapshot():
    """The GeoPackage is the command line's, row by row the county file's, and QGIS finds a style for each layer."""
    head, body = get("/api/snapshot.gpkg")
    assert head["Content-Type"] == "application/geopackage+sqlite3"
    get("/api/snapshot.gpkg", 304, **{"If-None-Match": head["ETag"]})
    assert body == open("cli.gpkg", "rb").read(), "not the command line's"
    file, copy = gdal.OpenEx(COUNTY, gdal.OF_VECTOR), gdal.OpenEx("cli.gpkg", gdal.OF_VECTOR)
    rows = sqlite3.connect(f"file:{COUNTY}?mode=ro", uri=True)
    for name, (table, numbered, column) in TABLES.items():
        ids = dict(rows.execute(numbered))
        source = file.GetLayerByName(table) or file.GetLayerByName(table + "(geom)")
        wanted = {ids[row.GetFID()]: row.GetGeometryRef().Clone() for row in source if row.GetFID() in ids}
        got = {row[column]: row.GetGeometryRef().Clone() for row in copy.GetLayerByName(name)}
        assert set(got) == set(wanted), f"{name}: {len(got)} of {len(wanted)}"
        for i, b in wanted.items():
            assert apart(got[i], b) == 0, f"{name} {i}"
    grids = copy.GetLayerByName("grids")
    legend = load("/api/tiles/grid-incidents/legend.json")
    assert sum(f["incidents"] for f in grids) == legend["incidents"] > 0
    assert {f["source_id"]: f["state"] for f in copy.GetLayerByName("incidents")} == dict(rows.execute("SELECT source_id, state FROM latest"))
    lines = rows.execute("SELECT count(*) FROM barrier").fetchone()[0]
    assert copy.GetLayerByName("barriers").GetFeatureCount() + copy.GetLayerByName("barrier_areas").GetFeatureCount() == lines
    styles = {f["f_table_name"]: f["styleQML"] for f in copy.GetLayerByName("layer_styles")}
    for i in range(copy.GetLayerCount()):
        layer = copy.GetLayer(i)
        if layer.GetGeomType() == 100:  # no geometry
            continue
        qml = xml.etree.ElementTree.fromstring(styles[layer.GetName()])
        named = {alias.get("field") for alias in qml.iter("alias")}
        columns = {field.GetName() for field in layer.schema}
        assert named == columns, (layer.GetName(), named ^ columns)
        about = {"barrier_areas": "barriers"}.get(layer.GetName(), layer.GetName())
        page = load(f"/api/collections/{about}/items?limit=1")["features"]
        public = set(page[0]["properties"]) | (columns if about == "grids" else set())
        assert columns == public, (about, columns ^ public)
    ranges = list(xml.etree.ElementTree.fromstring(styles["grids"]).iter("range"))
    values = [f["incidents_per_1000_smoothed"] for f in grids]
    assert all(any(float(r.get("lower")) <= v <= float(r.get("upper")) for r in ranges) for v in values if v is not None)


def picture(body):
    """Bands of a PNG by GDAL's own reader."""
    gdal.FileFromMemBuffer("/vsimem/tile.png", body)
    data = gdal.Open("/vsimem/tile.png").ReadAsArray()
    gdal.Unlink("/vsimem/tile.png")
    return data


def check_pictures():
    """Tiles by XYZ, by WMTS' two ways and by GDAL's WMTS driver are the same pictures; what is wrong is told as each wants it."""
    about = load("/api/tiles/grid-households/tilejson.json?theme=dark")
    west, south, east, north = about["bounds"]
    z = 11
    x, y = tile_of((west + east) / 2, (south + north) / 2, z)
    url = about["tiles"][0].replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
    head, tile = get(url)
    assert head["Content-Type"] == "image/png", head
    get(url, 304, **{"If-None-Match": head["ETag"]})
    keys = f"tilematrixset=WebMercatorQuad&TileMatrix={z}&TileRow={y}&TileCol={x}"
    assert get(f"/wmts?SERVICE=WMTS&Request=GetTile&LAYER=grid-households&STYLE=dark&FORMAT=image/png&{keys}")[1] == tile
    assert get(f"/wmts/1.0.0/grid-households/dark/WebMercatorQuad/{z}/{y}/{x}.png")[1] == tile
    side = 2 * HALF / 2**z
    box = [x * side - HALF, HALF - y * side, (x + 1) * side - HALF, HALF - (y + 1) * side]
    for start in (f"{BASE}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities", f"{BASE}/wmts/1.0.0/WMTSCapabilities.xml"):
        source = gdal.Open(f"WMTS:{start},layer=grid-households,style=dark,tilematrixset=WebMercatorQuad,tilematrix={z}")
        assert source.GetSpatialRef().GetAuthorityCode(None) == "3857"
        cut = gdal.Translate("", source, format="MEM", projWin=box, width=256, height=256, resampleAlg="nearest")
        drawn = picture(tile)
        shown = drawn[3] > 0 if len(drawn) > 3 else drawn[0] >= 0
        assert shown.sum() > 20000 and (cut.ReadAsArray()[:3][:, shown] == drawn[:3][:, shown]).all(), "GDAL shows other pixels"
    day = "2026-11-01/2026-11-10"
    by_time = get(f"/api/tiles/heat/{z}/{x}/{y}.png?datetime={day}")[1]
    assert get(f"/wmts?service=wmts&request=GetTile&layer=heat&time={day}&{keys}")[1] == by_time
    path = day.replace("/", "%2F")
    assert get(f"/wmts/1.0.0/heat/light/{path}/WebMercatorQuad/{z}/{y}/{x}.png")[1] == by_time
    for wrong, status, code in (
        (f"LAYER=nothing&{keys}", 404, "InvalidParameterValue"),
        (f"LAYER=heat&STYLE=pink&{keys}", 404, "InvalidParameterValue"),
        (f"LAYER=heat&FORMAT=image/gif&{keys}", 400, "InvalidParameterValue"),
        (f"LAYER=heat&TIME=x&{keys}", 400, "InvalidParameterValue"),
        ("LAYER=heat", 400, "MissingParameterValue"),
        (f"LAYER=heat&{keys.replace(f'TileRow={y}', 'TileRow=2048')}", 404, "TileOutOfRange"),
    ):
        head, body = get("/wmts?SERVICE=WMTS&REQUEST=GetTile&" + wrong, status)
        assert head["Content-Type"] == "application/xml" and f'exceptionCode="{code}"'.encode() in body, (wrong, body)
    get("/wmts?SERVICE=WMTS&REQUEST=GetFeatureInfo", 501)
    legend = load("/api/tiles/grid-households/legend.json?theme=dark")
    colours = {tuple(int(c["colour"][k : k + 2], 16) for k in (1, 3, 5)) for c in legend["classes"]}
    seen = {tuple(int(v) for v in drawn[:3, j, i]) for j in range(256) for i in range(256)}
    assert len(colours & seen) > 2, "no colour of the legend in the tile"


def plain(schema):
    """OpenAPI 3.0's nullable as JSON Schema has it."""
    if isinstance(schema, list):
        return [plain(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {k: plain(v) for k, v in schema.items() if k != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") is True else rest


def check_openapi():
    """Every route that is described answers as described, and no other GET of /api is answered."""
    head, body = get("/api/openapi.json")
    assert head["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    about = json.loads(body)
    grid = load("/api/collections/grids/items?limit=1")["features"][0]["id"]
    values = {"{collectionId}": "grids", "{featureId}": grid, "{layer}": "towns", "{z}": "5", "{x}": "25", "{y}": "12", "{name}": "choropleth", "{mark}": "nobody-waits",
              "{style}": "light", "{time}": "current", "{tileMatrixSet}": "WebMercatorQuad"}
    components = plain(about["components"])
    tried = 0
    for path, operations in about["paths"].items():
        if "get" not in operations or path == "/api/events":
            continue
        url = path.replace("{layer}", "heat") if ".png" in path or "/legend." in path else path
        for name, value in values.items():
            url = url.replace(name, value)
        content = operations["get"]["responses"]["200"]["content"]
        head, body = get(url)
        kind = head["Content-Type"]
        kind = kind if kind in content else kind.split(";")[0]
        assert kind in content, f"{url}: {head['Content-Type']} is none of {list(content)}"
        if "json" in kind:
            validator = jsonschema.Draft4Validator({"components": components, **plain(content[kind]["schema"])})
            for error in validator.iter_errors(json.loads(body)):
                raise AssertionError(f"{url}: {error.message[:200]} at {list(error.path)[:6]}")
        tried += 1
        if path.startswith("/wmts"):
            continue  # its parameters are of any case, and its problems those of OWS
        problem = load(url + "?nosuchparameter=1", 400)
        jsonschema.Draft4Validator({"components": components, "$ref": "#/components/schemas/problem"}).validate(problem)
    assert tried > 20, tried
    posted = about["paths"]["/api/incidents"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    one = {"id": "V1", "occurred": "2026-11-20T01:00:00", "lon": 108.2, "lat": 36.9}
    jsonschema.Draft4Validator({"components": components, **plain(posted)}).validate([one])
    deliver(one)
    check_intake(about["paths"]["/api/incidents"]["post"], components)


def send(body, **headers):
    """Status, media type and document of a delivery."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(BASE + "/api/incidents", body, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.headers["Content-Type"], json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], json.load(error)


def check_intake(about, components):
    """Each way in which a delivery can end, each as it is described."""
    time_ = "2026-11-20T01:00:00"
    one, other = {"id": "V2", "occurred": time_}, {"id": "V2", "occurred": time_, "type": "别的"}
    gone = {"id": "V2", "revision": 1, "withdrawn": True}
    posted = jsonschema.Draft4Validator({"components": components, **plain(about["requestBody"]["content"]["application/json"]["schema"])})
    posted.validate(gone)
    assert not posted.is_valid({"id": "V2", "withdrawn": False}) and not posted.is_valid({"id": "V2"})
    key = {"Idempotency-Key": "of check_intake"}
    for body, headers, status, code, says in (
            (one, {}, 200, None, "new"), (one, {}, 200, None, "repeated"), (other, {}, 409, "CONFLICT", "conflict"),
            ([one, {**one, "id": "V3"}], {}, 200, None, "new"), (gone, {}, 200, None, "withdrawn"), (gone, {}, 200, None, "repeated"),
            (one, {}, 200, None, "repeated"), ({**one, "revision": 1}, {}, 409, "CONFLICT", "conflict"),
            ({**one, "revision": 3}, {}, 200, None, "revised"), ({**gone, "revision": 2}, {}, 200, None, "outdated"),
            ({"id": "V4", "occurred": time_}, key, 200, None, "new"), ({"id": "V5", "occurred": time_}, key, 409, "CONFLICT", None),
            ({"id": "V6"}, {}, 422, "INPUT", None), ({**gone, "withdrawn": "yes"}, {}, 422, "INPUT", None),
            ({**one, "phone": "1"}, {}, 403, "FORBIDDEN", None), ({**gone, "type": "13912345678"}, {}, 403, "FORBIDDEN", None),
            (one, {"Origin": "http://elsewhere.example"}, 403, "FORBIDDEN", None), (b"{", {}, 422, "INPUT", None), ([], {}, 422, "INPUT", None),
            (one, {"Content-Type": "text/plain"}, 400, "ARGUMENT", None), (one, {"Idempotency-Key": "k" * 201}, 400, "ARGUMENT", None),
            ([{"id": str(i), "occurred": time_} for i in range(1001)], {}, 413, "LIMIT", None)):
        found, kind, document = send(body, **headers)
        what = f"{str(body)[:120]}: {found} {kind} {str(document)[:300]}"
        assert found == status, what
        media = about["responses"]["200"]["content"] if status == 200 else components["responses"]["problem"]["content"]
        assert kind in media, what
        jsonschema.Draft4Validator({"components": components, **plain(media[kind]["schema"])}).validate(document)
        assert code is None or (document["code"], document["status"]) == (code, status), what
        assert says is None or document["counts"][says] >= 1, what


def check_line():
    """gzip where it is asked for and worthwhile, tags of both, HEAD, and pages of the one site that was named."""
    items = "/api/collections/grids/items"
    head, whole = get(items)
    assert "Content-Encoding" not in head
    zipped, body = get(items, **{"Accept-Encoding": "br, gzip"})
    assert zipped["Content-Encoding"] == "gzip" and gzip.decompress(body) == whole and len(body) < len(whole) / 2
    assert zipped["ETag"] != head["ETag"] and "Accept-Encoding" in ", ".join(zipped.get_all("Vary"))
    for tag in (head["ETag"], zipped["ETag"]):
        for coding in ("identity", "gzip"):
            get(items, 304, **{"If-None-Match": tag, "Accept-Encoding": coding})
    for coding in ("identity", "gzip;q=0", "*;q=0", "deflate"):
        assert get(items, **{"Accept-Encoding": coding})[1] == whole, coding
    assert "Content-Encoding" not in get("/api/conformance", **{"Accept-Encoding": "gzip"})[0], "too small to be worth it"
    assert "Content-Encoding" not in get("/api/render/trend?w=320&h=200", **{"Accept-Encoding": "gzip"})[0]
    request = urllib.request.Request(BASE + items, method="HEAD")
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert reply.headers["Content-Length"] == str(len(whole)) and reply.headers["ETag"] == head["ETag"]
    assert get(items, Origin="https://maps.example")[0]["Access-Control-Allow-Origin"] == "https://maps.example"
    for origin in ("https://other.example", "https://maps.example.evil", "null"):
        assert "Access-Control-Allow-Origin" not in get(items, Origin=origin)[0], origin
    request = urllib.request.Request(BASE + items, method="OPTIONS", headers={"Origin": "https://maps.example"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert reply.status == 204 and "POST" not in reply.headers["Access-Control-Allow-Methods"]


def memory():
    with open(f"/proc/{os.environ['SERVER']}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def check_long():
    """A page of many pieces: the same as all of it at once, by each protocol and coding; and clients that take none of it, or leave."""
    path = "/api/collections/units/items?limit=10000"
    host, port = urllib.parse.urlparse(BASE).netloc.split(":")
    head, whole = get(path)
    assert len(whole) > 2 << 20 and head["Transfer-Encoding"] == "chunked" and "Content-Length" not in head, (len(whole), head)
    assert json.loads(whole)["numberReturned"] == json.loads(whole)["numberMatched"]
    assert pages(path.replace("10000", "1000")) == json.loads(whole)["features"]
    zipped, body = get(path, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(body) == whole and len(body) < len(whole) / 3 and zipped["ETag"] != head["ETag"]
    get(path, 304, **{"If-None-Match": zipped["ETag"]})

    def ask(version, more="", wait=True):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect((host, int(port)))
        line.sendall(f"GET {path} HTTP/{version}\r\nHost: {host}:{port}\r\n{more}\r\n".encode())
        return b"".join(iter(lambda: line.recv(1 << 16), b"")) if wait else line

    old = ask("1.0", "Connection: keep-alive\r\n")  # which knows no chunks: the end of the line is the end
    assert old.split(b"\r\n\r\n", 1)[1] == whole and b"chunked" not in old[:1000]
    before = memory()
    lines = [ask("1.1", wait=False) for _ in range(60)]
    for line in lines:
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
    cost = memory() - before
    assert cost < 60 * len(whole) / 2**20 / 4, f"60 clients that do not read a page of {len(whole) / 2**20:.1f} MiB cost {cost:.0f} MiB"
    for line in lines:
        line.close()
    assert get(path)[1] == whole


def deliver(*incidents):
    body = json.dumps([{"source": "test", "type": "x/y", "occurred": "2026-11-20T01:00:00", "lon": 108.2, "lat": 36.9, **i}
                       for i in incidents]).encode()
    request = urllib.request.Request(BASE + "/api/incidents", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=60).read()


def check_arrivals():
    """Nothing is missed and nothing comes twice while incidents come in and are revised between pages."""
    before = {f["id"] for f in pages("/api/collections/incidents/items?limit=10000")}
    found, names, page, n = [], [], load("/api/collections/incidents/items?limit=300"), 0
    while True:
        found += [f["id"] for f in page["features"]]
        names += [(f["properties"]["source"], f["properties"]["source_id"]) for f in page["features"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        if "next" not in links:
            break
        if n < 5:  # a new one; and one that was read already gets a higher revision
            old = page["features"][0]["properties"]
            deliver({"id": f"N{time.time_ns()}"},
                    {"id": old["source_id"], "source": old["source"], "revision": old["revision"] + 1})
            time.sleep(1.2)
        n += 1
        page = load(links["next"])
    assert n > 3 and len(found) > len(before), "nothing came meanwhile"
    assert len(set(names)) == len(names) == len(set(found)), "an incident came twice"
    assert before <= set(found), "an incident was missed"
    assert found == sorted(found)


globals()["check_" + WHAT]()
