#!/usr/bin/env bash
# Whatever is wrong with an input is told with file, row, cause and place, on made-up dirt. No code that the sources can
# give is never given: see the end.
. "$(dirname "$0")/tap.sh"
/usr/bin/python3 - <<'PY'
import json

from shapely.affinity import rotate
from shapely.geometry import box as rectangle, mapping


def feature(kind, coordinates, **columns):
    return {"type": "Feature", "properties": columns, "geometry": {"type": kind, "coordinates": coordinates}}


def box(x, y, size=0.0004, high=None, **columns):
    x, y, up = 110 + x, 32 + y, size if high is None else high
    ring = [[x, y], [x + size, y], [x + size, y + up], [x, y + up], [x, y]]
    return feature("Polygon", [ring], **columns)


def write(name, features):
    with open(name, "w", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection", "features": features}, file)


write("regions.geojson", [box(0, 0, 0.01, code="420325001001", name="甲社区"),
                          box(0.0095, 0, 0.001, 0.01, code="420325001002", name="乙社区"),
                          box(0.01051, 0, 0.001, 0.01, code="420325001003", name="丙社区")])  # REGIONS_GAP
houses = [
    box(0.001, 0.001, id="a", households=4, group="one"),
    box(0.001, 0.001, id="again", households=4),                                   # REPEATED
    box(0.0012, 0.0012, id="podium"),                                              # MERGED
    box(0.00159, 0.00159, 0.0006, id="corner"),                                    # OVERLAP
    box(0.003, 0.001, 0.0004, id="cut", households=3), box(0.0034, 0.001, 0.0004, id="cut", households=3),  # PIECES
    box(0.0049, 0.005, id="across"),                                               # ACROSS_BARRIER
    box(0.0098, 0.0052, 0.0003, id="both"),                                        # ACROSS_COMMUNITIES
    box(-0.0002, 0.003, id="edge"),                                                # PARTLY_OUTSIDE
    box(0.2, 0.2, id="away"),                                                      # OUTSIDE
    box(0.002, 0.004, 1e-13, id="tiny"),                                           # COLLAPSED
    feature("Point", [110.0011, 32.0011], id="door"),                              # SAME_PLACE
    feature("MultiPolygon", [box(0.002, 0.007)["geometry"]["coordinates"],
                             box(0.008, 0.007)["geometry"]["coordinates"]], id="apart"),  # PARTS_APART
    box(0.0071, 0.0031, 0.0002, id="boat"),                                        # IN_WATER
    box(0.006, 0.0015, id="n", group="two"),                                       # GROUP_DIFFERS
    box(0.002, 0.0088, id="m", group="one"),                                       # GROUP_APART
    box(0.008, 0.009, id="count", households=3), box(0.008, 0.009, id="count", households=5),  # COUNTS_DIFFER
    box(0.006, 0.009, id="twin"), box(0.0075, 0.0015, id="twin"),                  # ID_APART
    feature("Polygon", [[[110.001, 32.009], [110.0015, 32.0095], [110.001, 32.009]]], id="short"),     # SHORT_RING
    feature("Polygon", [[[110.009, 32.009], [110.0092, 32.0092], [110.0092, 32.009], [110.009, 32.0092],
                         [110.009, 32.009]]], id="bow"),                           # REPAIRED
    feature("Polygon", [[[110.002, 32.002], [110.0022, 32.002], [110.0022, 32.0022], [110.002, 32.0022]]], id="open"),
    feature("LineString", [[110.002, 32.002], [110.003, 32.003]], id="line"),      # GEOMETRY_TYPE
    box(0.0045, 0.0015, id="many", levels="many"),                                 # BAD_VALUES
    feature("Polygon", [], id="none"),
    box(0.0003, 0.0025, 0.0006, id="deep", levels=30),                             # DEEP_BUILDING, NOT_COUNTED
]
write("houses.geojson", houses)
write("lines.geojson", [
    feature("LineString", [[110.005, 31.99], [110.005, 32.02]], highway="primary"),
    feature("LineString", [[110.0052, 31.99], [110.0052, 32.02]], highway="primary"),  # STRIP_JOINED between them
    feature("LineString", [[109.99, 32.006], [110.00496, 32.006]], highway="residential"),  # END_CLOSED
    feature("LineString", [[110.0052, 32.0065], [110.007, 32.0065]], highway="residential"),  # END_OPEN
    box(0.0065, 0.0025, 0.0015, natural="water"),
    feature("LineString", [[109.99, 32.0085], [110.02, 32.0085]], railway="rail", passable=0),
    feature("LineString", [[110, 32], [110.01, 32.01]], **{"class": "hedge"}),     # UNKNOWN_CLASS
    feature("Polygon", [[[110.009, 32.001], [110.0092, 32.0012], [110.0092, 32.001], [110.009, 32.0012],
                         [110.009, 32.001]]], natural="water"),                    # REPAIRED
    feature("LineString", [[110.001, 32.001]], highway="service"),                 # SHORT_RING
])
write("drawn.geojson", [box(0.0005, 0.0005, 0.002, group="one"), box(0.0022, 0.0005, 0.0042, 0.002, group="three"),
                        box(0.0001, 0.0096, 0.0002, group="empty")])               # GROUPS_OVERLAP, GROUP_WITHOUT_HOUSE
# A slanting town with a rectangle cut out of its middle (TILE_MISSING), and a main road of two lanes with nothing but
# their own ground between them (STRIP_JOINED).
missing = rectangle(110.0042, 32.0042, 110.0078, 32.0078)
town = [rotate(rectangle(110 + i * 0.0006, 32 + j * 0.0006, 110.0003 + i * 0.0006, 32.0003 + j * 0.0006), 30)
        for i in range(1, 19) for j in range(1, 19)]
write("slanting.geojson", [{"type": "Feature", "properties": {"id": f"t{k}"}, "geometry": mapping(house.difference(missing))}
                           for k, house in enumerate(town) if not missing.contains(house)])
write("lanes.geojson", [feature("LineString", [[x, 31.999], [x, 32.013]], highway="primary") for x in (110.0105, 110.01058)] + [
    {"type": "Feature", "properties": {"highway": "primary"}, "geometry": None}])  # NO_GEOMETRY
write("land.geojson", [box(0, 0, 0.012, code="420325001001", name="town")])
write("away.geojson", [feature("LineString", [[111, 33], [111.1, 33]], highway="primary")])  # BARRIERS_OUTSIDE
write("area.geojson", [feature("Polygon", [[[110.001, 32.001], [110.002, 32.001], [110.002, 32.001], [110.002, 32.002],
                                            [110.001, 32.001]]], id="p", time="2026-01-02 10:00:00")])
with open("first.csv", "w") as file:
    file.write('id,type,time,lon,lat,unheard\ni1,"two\nlines",2026-01-02 10:00:00,110.001,32.001,1\n'
               'i2, blank ,2026-01-02 10:00:00,110.001,32.001,2\n')
with open("second.csv", "w") as file:
    file.write("id,type,time,lon,lat\ni1,other,2026-01-02 10:00:00,110.001,32.001\n")
write("units.geojson", [
    box(0, 0, 0.001, unit_id="a", households=5, region="420325001001"),
    box(0.001, 0, 0.001, unit_id="a", households=5, region="420325001001"),          # DUPLICATE_ID
    box(0.002, 0, 0.001, unit_id="c", households=-5, region="420325001001"),         # NEGATIVE
    box(0.003, 0, 0.001, unit_id="d", households="x", region="420325001001"),        # NOT_A_NUMBER
    box(0.004, 0, 0.001, unit_id="e", households=1.5, region="420325001001"),        # FRACTION
    box(0.005, 0, 0.001, unit_id="f", households=5e12, region="420325001001"),       # TOO_LARGE
    box(0.006, 0, 0.001, unit_id="g", region="420325001001"),                        # MISSING_VALUE
    box(0.007, 0, 0.001, unit_id="h", households=5, region="420325001009"),          # UNKNOWN_REGION
    box(0.1, 0, 0.001, unit_id="i", households=5),                                 # OUTSIDE_REGIONS
    box(0.0101, 0.001, 0.0003, unit_id="j", households=5, region="420325001001"),  # FAR_FROM_REGION
    feature("Polygon", [[[110.001, 32.009], [110.0015, 32.0095], [110.001, 32.009]]], unit_id="k", households=1),
    feature("Polygon", [[[110.005, 32.005], [110.006, 32.006], [110.006, 32.005], [110.005, 32.006],
                         [110.005, 32.005]]], unit_id="l", households=1),          # INVALID_AREA
    feature("Point", [110.001, 32.001], unit_id="m", households=1),                # GEOMETRY_TYPE
    feature("Polygon", [[[510, 32], [511, 32], [511, 33], [510, 32]]], unit_id="n", households=1),  # OUT_OF_RANGE
])
write("levels.geojson", [box(0, 0, 0.01, code="420325000000", name="某县"), box(0, 0, 0.005, 0.01, code="420325001000", name="甲镇"),
                         box(0.005, 0, 0.005, 0.01, code="420325002", name="乙乡"),
                         box(0.0001, 0.0001, 0.004, code="420325001001", name="甲社区"),
                         box(0.0061, 0.0001, 0.003, code="420325009201", name="丙村"),     # PARENT: lies in the second town
                         box(0.008, 0.0001, 0.001, code="420325002777", name="丁")])       # OVERLAP, URBAN_ASSUMED
write("estates.geojson", [box(0.001, 0.001, 0.002, name="花园"), box(0.002, 0.002, 0.002, name="东园"), # OVERLAP
                          box(0.5, 0.5, name="远园")])                                     # COMPOUND_WITHOUT_CELL
write("plots.geojson", [box(0.001, 0, 0.001, name="一", region="420325001001"), box(0.002, 0, 0.001, 类型="villager_group"),  # BAD_VALUE
                        feature("Point", [110.001, 32.001], name="二")])                   # GEOMETRY_TYPE
write("events.geojson", [
    feature("Point", [110.001, 32.001], id="1", time="2031-01-01 08:00", type="noise"),   # FUTURE_TIME
    feature("Point", [110.5, 32.001], id="2", time="2024-01-01 08:00", type="noise"),     # OUTSIDE_GRIDS
    feature("Point", [110.001, 32.002], id="3", time="yesterday", type="noise"),          # BAD_TIME
    feature("Point", [110.001, 32.003], id="2", time="2024-01-01 08:00", type="noise"),   # DUPLICATE_ID
    feature("Point", [0, 0], id="5", time="2024-01-01 08:00", type="noise"),              # PLACEHOLDER
    feature("Point", [710, 32], id="6", time="2024-01-01 08:00", type="noise")])          # OUT_OF_RANGE
spike = [[110.008, 32], [110.009, 32], [110.009, 32.001], [110.0080001, 32.001], [110.0079999, 32.0009999], [110.008, 32.001],
         [110.0080001, 32.0009999], [110.008, 32]]
write("good.geojson", [box(0, 0, 0.001, unit_id="a", households=300), box(0.001, 0, 0.001, unit_id="b", households=300),
                       feature("Polygon", [spike], unit_id="c", households=300)])          # REPAIRED
write("villages.geojson", [box(0, 0, 0.005, code="420325101201", name="东岭村"), box(0.005, 0, 0.005, code="420325101202", name="西岭村")])
write("totals.geojson", [box(0, 0, 0.005, code="420325101201", hh=90000), box(0.005, 0, 0.005, code="420325101202")])  # TOTAL_FAR, TOTAL_MISSING
write("homes.geojson", [box(0.001 * (k % 10) + 0.0003, 0.001 * (k // 10) + 0.0003, id=f"h{k}", group="一组" if k == 12 else None) for k in range(50)])
write("areas.geojson", [box(0.003, 0, 0.004, 0.002, group="二组")])             # GROUP_ACROSS; GROUP_FOUND around it
write("again.geojson", [feature("Point", [110.001, 32.001], id="1", time="2031-01-01 08:00", type="dirt")])  # REVISION_CONFLICT
PY
told() { cat "$1" >>seen && /usr/bin/python3 "$oracle/check_findings.py" "$@"; }
gives() { # CODE,... KIND FILE ...: the import's report has these codes
    local codes=$1 code
    shift
    dirty "$@" || return 1
    cat i.json >>seen
    for code in ${codes//,/ }; do grep -q "\"code\": \"$code\"" i.json || { echo "no $code"; cat i.json; return 1; }; done
}
ok "cells from dirty houses, lines, outlines" bash -c "'$cg' cells houses.geojson --boundary regions.geojson --barriers lines.geojson --groups drawn.geojson --group group -o c.gpkg --report c.json 2>err >/dev/null || { cat err; exit 1; }"
codes=REPEATED,MERGED,OVERLAP,PIECES,ACROSS_BARRIER,ACROSS_COMMUNITIES,PARTLY_OUTSIDE,OUTSIDE,SAME_PLACE,PARTS_APART,REGIONS_OVERLAP,REGIONS_GAP,COLLAPSED
codes=$codes,END_CLOSED,END_OPEN,IN_WATER,GROUPS_OVERLAP,GROUP_WITHOUT_HOUSE,GROUP_DIFFERS,GROUP_APART,COUNTS_DIFFER,ID_APART
ok "each of its findings has file, row, cause and place" told c.json $codes,DEEP_BUILDING,NOT_COUNTED,PARTLY_COUNTED,SHORT_RING,REPAIRED,UNCLOSED_RING,GEOMETRY_TYPE,BAD_VALUES,UNKNOWN_CLASS --without NO_GEOMETRY,BAD_GEOMETRY
ok "cells with totals that cannot be" bash -c "'$cg' cells homes.geojson --boundary totals.geojson --total hh -o t.gpkg --report t.json 2>terr >/dev/null || { cat terr; exit 1; }"
ok "are told with their places" told t.json TOTAL_FAR,TOTAL_MISSING
ok "with both numbers" grep -q 'totals.geojson:1: community 420325101201: the total is 90000 households, counts and floor say [0-9]*: all were multiplied by [0-9.e+]* (TOTAL_FAR)' terr
ok "on standard error too" grep -q 'houses.geojson:[0-9]*: geometry: a ring has fewer than 4 vertices (SHORT_RING) at 110.001, 32.009' err
ok "a repair at the fault itself" grep -q 'Self-intersection at (110.0091, 32.0091) repaired' err
ok "a county" bash -c "'$cg' init town.sqlite >/dev/null && '$cg' import town.sqlite regions regions.geojson >/dev/null"
dirty() { rm -f i.json; "$cg" import town.sqlite "$@" --skip-bad --report i.json >/dev/null 2>err; [ -s i.json ] || { cat err; return 1; }; }
ok "dirty units" dirty units units.geojson
ok "are told with their places" told i.json DUPLICATE_ID,NEGATIVE,NOT_A_NUMBER,FRACTION,TOO_LARGE,UNKNOWN_REGION,OUTSIDE_REGIONS,FAR_FROM_REGION,SHORT_RING,GEOMETRY_TYPE,OUT_OF_RANGE,INVALID_AREA
ok "dirty buildings" dirty buildings houses.geojson
ok "are too" told i.json DEEP_BUILDING,SHORT_RING,REPAIRED,UNCLOSED_RING,GEOMETRY_TYPE,BAD_VALUES --without NO_GEOMETRY,BAD_GEOMETRY
ok "a tall one too, with its height" /usr/bin/python3 -c "
import json
deep, = [f for f in json.load(open('i.json'))['findings'] if f['code'] == 'DEEP_BUILDING' and f['row']]
assert deep['value'] == '30' and deep['column'] == 'levels' and abs(deep['x'] - 110.0003) < 1e-9 and abs(deep['y'] - 32.0025) < 1e-9, deep"
ok "dirty barriers" dirty barriers lines.geojson
ok "are too" told i.json UNKNOWN_CLASS,REPAIRED,SHORT_RING
ok "dirty compounds" dirty compounds plots.geojson
ok "are too" told i.json BAD_VALUE,GEOMETRY_TYPE
ok "dirty outlines of groups" dirty groups houses.geojson --map group=id
ok "are too" told i.json SHORT_RING,GEOMETRY_TYPE --without NO_GEOMETRY,BAD_GEOMETRY
ok "a plan of its units" "$cg" plan town.sqlite split --publish
ok "a county of houses alone" bash -c "'$cg' init houses.sqlite && for kind in regions buildings:houses barriers:lines; do
    '$cg' import houses.sqlite \${kind%:*} \${kind#*:}.geojson --skip-bad 2>/dev/null || exit 1; done"
ok "a plan from them" "$cg" plan houses.sqlite split --report p.json
ok "what its cells found is told" told p.json REPEATED,MERGED,PARTLY_COUNTED,NOT_COUNTED,END_OPEN
ok "dirty incidents" dirty incidents events.geojson
ok "are told" told i.json FUTURE_TIME,OUTSIDE_GRIDS,BAD_TIME,DUPLICATE_ID,PLACEHOLDER,OUT_OF_RANGE
not_ok() { ! "$@"; }
ok "another content under the same revision" not_ok "$cg" import town.sqlite incidents again.geojson --report i.json 2>/dev/null
ok "is told" told i.json REVISION_CONFLICT
ok "a split from file, of a unit that has to be repaired, with dirty lines" bash -c "'$cg' split good.geojson --barriers lines.geojson -o g.gpkg --households households --report s.json >/dev/null 2>&1"
ok "is told too" told s.json REPAIRED,UNKNOWN_CLASS,SHORT_RING
sed 's/{"type": "FeatureCollection",/& "crs": {"type": "name", "properties": {"name": "EPSG:4490"}},/' lines.geojson >named.geojson
ok "lines that name their own system" bash -c "'$cg' split good.geojson --barriers named.geojson --crs EPSG:4326 -o g.gpkg --households households --report s.json >/dev/null 2>&1"
ok "keep it, which is told" told s.json CRS_KEPT
ok "regions of all levels" "$cg" init all.sqlite
ok "read" bash -c "'$cg' import all.sqlite regions levels.geojson --report i.json >/dev/null 2>&1"
ok "told with their places" told i.json PARENT,OVERLAP,URBAN_ASSUMED
ok "as a boundary of cells" bash -c "'$cg' cells houses.geojson --boundary levels.geojson -o l.gpkg --report l.json >/dev/null 2>&1"
ok "likewise" told l.json REGION_ABOVE,PARTLY_COUNTED,OUTSIDE --without NO_GEOMETRY,BAD_GEOMETRY
ok "estates over each other, and one elsewhere" bash -c "'$cg' cells houses.geojson --boundary land.geojson --compounds estates.geojson -o e.gpkg --report e.json >/dev/null 2>err"
ok "are told with name and place" told e.json OVERLAP,COMPOUND_WITHOUT_CELL --without NO_GEOMETRY,BAD_GEOMETRY
ok "on the spot" bash -c "grep -q 'estates.geojson:2: geometry: the estate 东园 overlaps 花园 (row 1) by [0-9.]* m2 (OVERLAP) at 110.002, 32.002' err && grep -q 'estates.geojson:3: no cell lies in the estate 远园' err"
ok "at the import too" bash -c "'$cg' import houses.sqlite compounds estates.geojson 2>&1 | grep -q 'overlaps 花园'"
ok "villages" bash -c "'$cg' cells homes.geojson --boundary villages.geojson --groups areas.geojson --group group -o v.gpkg --report v.json >/dev/null 2>&1"
ok "houses without a group, an outline over two villages" told v.json GROUP_FOUND,GROUP_ACROSS
ok "each of them once" /usr/bin/python3 -c "
import json
found = [f for f in json.load(open('v.json'))['findings'] if f['code'].startswith('GROUP_')]
across, = [f for f in found if f['code'] == 'GROUP_ACROSS']
assert across['group'] == '二组' and across['row'] in (6, 7) and across['other'] in (4, 5), across
rows = [f['row'] for f in found if f['code'] == 'GROUP_FOUND'] # but the one that names its own, and 2 x 4 in the outline
assert sorted(rows) == [k + 1 for k in range(50) if k != 12 and not (k < 20 and 3 <= k % 10 < 7)], rows"
ok "barriers again" gives REPLACED barriers lines.geojson
ok "a tile that is missing, a strip between lanes, a line without a place" bash -c "
    '$cg' cells slanting.geojson --boundary land.geojson --barriers lanes.geojson -o t.gpkg --report t.json >/dev/null 2>&1"
ok "are told" told t.json TILE_MISSING,STRIP_JOINED --without NO_GEOMETRY
ok "barriers elsewhere; a boundary of all levels" bash -c "
    '$cg' cells houses.geojson --boundary levels.geojson --barriers away.geojson -o o.gpkg --report o.json >/dev/null 2>&1"
ok "are told, too" told o.json BARRIERS_OUTSIDE,REGION_ABOVE --without NO_GEOMETRY,BAD_GEOMETRY
export COUNTYGRID_NOW=1795219200
ok "incidents with columns and blanks of their own" gives COLUMNS_NOT_READ,TEXT_CLEANED,TEXT_TRIMMED,CRS_ASSUMED incidents first.csv
ok "one with another content" gives REVISION_CONFLICT incidents second.csv
ok "an area as an incident, by another CRS" gives LABEL_POINT,REPEATED_VERTICES,CRS_OVERRIDDEN incidents area.geojson --crs EPSG:4490
ok "parts of a Shapefile" bash -c "ogr2ogr one.shp units.geojson -where \"unit_id='a'\" 2>/dev/null; ogr2ogr more.shp units.geojson -where \"unit_id in ('a','c','e')\" 2>/dev/null; cp one.shp big.shp; cp one.shx big.shx; truncate -s 3G big.dbf; cp more.dbf one.dbf"
ok "that do not fit" gives DAMAGED units one.shp
ok "one larger than the limit" gives FILE_TOO_LARGE units big.shp
if [ -f /sys/bus/cpu/uevent ]; then # a file that takes and never gives, to nobody
    ln -s /sys/bus/cpu/uevent never.csv
    ok "a file that cannot be read" gives READ_FAILED incidents never.csv
else
    skip "a file that cannot be read" "no /sys/bus/cpu/uevent"
    echo '"code": "READ_FAILED"' >>seen
fi

# Codes in the sources, without those that these reports have, that a row of the table of tests/data/import expects (each is
# proved by import-cases), or that a unit test asks for. LEFT_OUT alone is free: it is for lines of OSM whose nodes all are
# missing, which today's GDAL leaves out itself.
never_given() {
    cd "$CG_SOURCE" || return 1
    {
        grep -ohE '^    \[CG_CELLS?_[A-Z_]+\] = (\{ )?"[A-Z_]+"' engine/cells/cells.c api/app/cells/cell_report.c
        grep -ohE '^    \{ "[A-Z_]+"' gis-data/import/report.c
        grep -ohE '"code", "[A-Z_]+"' api/app/*.c api/app/*/*.c
    } | grep -oE '"[A-Z_]+"' | grep -v LEFT_OUT | sort -u >"$tap_dir/can"
    {
        grep -ohE '"code": "[A-Z_]+"' "$tap_dir/seen" | sed 's/.*: //'
        cut -d, -f5 tests/data/import/cases.csv | sed 's/.*/"&"/'
        grep -ohE '"[A-Z_]+"' tests/unit/import/*.c tests/unit/app/*.c
    } | sort -u >"$tap_dir/given"
    [ "$(wc -l <"$tap_dir/can")" -gt 90 ] && comm -23 "$tap_dir/can" "$tap_dir/given"
}
ok "no code is never given" bash -c "$(declare -f never_given); tap_dir='$tap_dir'; never=\$(never_given) && [ -z \"\$never\" ] || { echo \"\$never\"; wc -l can; exit 1; }"
done_testing
