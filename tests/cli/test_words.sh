#!/usr/bin/env bash
# What the program says: which layer, column or file it means, in the words that the user typed.
. "$(dirname "$0")/tap.sh"

/usr/bin/python3 "$oracle/make_units.py" 8 8 units.geojson
printf 'id,lon,lat\n1,108.205,36.905\n2,108.21,36.91\n' >p.csv
split() { "$cg" split "$1" -o out.gpkg --households 户数 "${@:2}"; }
once() { [ "$(grep -c . .stderr)" -le "$1" ] || { cat .stderr; return 1; }; }
says() { fails 0 "$@"; }

# Layers of files that hold one.
ogr2ogr -f FlatGeobuf units.fgb units.geojson -nln units
ogr2ogr -f 'ESRI Shapefile' -lco ENCODING=UTF-8 units.shp units.geojson
/usr/bin/python3 -c "
import json
d = json.load(open('units.geojson')); d.pop('name', None)
json.dump(d, open('plain.geojson', 'w')); d['name'] = 'town'
json.dump({'type': d['type'], 'name': 'town', 'features': d['features']}, open('named.geojson', 'w'))
json.dump({'type': 'FeatureCollection', 'features': []}, open('empty.geojson', 'w'))"
for file in plain.geojson units.fgb units.shp; do
    base=${file%.*}
    ok "$file: the file's own name is its layer" split "$file:$base"
    ok "$file: another layer is an error" fails 1 "there is no layer \"nope\"; the file has: $base (LAYER)" split "$file" --layer nope
    ok "$file: also behind a colon" fails 1 'there is no layer "nope"' split "$file:nope"
done
ok "GeoJSON: its own name" split named.geojson --layer town
ok "GeoJSON: the name of the file" split named.geojson --layer named
ok "GeoJSON: no other" fails 1 'the file has: town (LAYER)' split named.geojson --layer plain
cp p.csv q.csv && gzip q.csv
ok "CSV: the name of the file" "$cg" attach p.csv:p --to out.gpkg:grids -o a.csv
ok "CSV: compressed" "$cg" attach q.csv.gz:q --to out.gpkg:grids -o a.csv
ok "CSV: no other" fails 1 'there is no layer "nope"; the file has: p' "$cg" attach p.csv:nope --to out.gpkg -o a.csv

# One cause, one line, one code.
missing_column() {
    fails 1 '^countygrid: units.geojson: --households nope: there is no such column; the file has: .*户数' \
        "$cg" split units.geojson -o x.gpkg --households nope && once 2 && ! grep -e --map .stderr
}
ok "an unknown column is said once, with the option and the columns" missing_column
# Several layers: the cause is the column, not the choice of a layer.
ogr2ogr -f GPKG two.gpkg units.geojson -nln blocks
ogr2ogr -f GPKG -update two.gpkg units.geojson -nln other
ogr2ogr -f GPKG -update two.gpkg units.geojson -nln roads -dialect SQLite -sql "select geometry, 'street' as class from units"
in_no_layer() {
    fails 1 "two.gpkg: $1: there is no such column in any layer; the file has: blocks (编码, 户数, 人口, 社区), other (.*), roads (class)$2 (BAD_MAP)" \
        "$cg" split two.gpkg -o x.gpkg "${@:3}" && once 2
}
ok "--households: in no layer" in_no_layer '--households nope' '; did you mean 户数?' --households nope
ok "--households: nearly a layer's column" in_no_layer '--households clas' '; did you mean class?' --households clas
ok "--population: in no layer" in_no_layer '--population 人囗' '; did you mean 人口?' --households 户数 --population 人囗
ok "--within: in no layer" in_no_layer '--within 社区码' '; did you mean 社区?' --households 户数 --within 社区码
ok "--compound: in no layer" in_no_layer '--compound estate' '' --households 户数 --compound estate
ok "--keep: in no layer" in_no_layer '--keep old' '' --households 户数 --keep old
ok "--id: in no layer" in_no_layer '--id uid' '; did you mean 编码?' --households 户数 --id uid
ok "two layers with all columns: which?" fails 1 'several layers have the columns that are needed: say which layer, as FILE:LAYER; the file has: blocks, other, roads (LAYER)' split two.gpkg
ok "a named layer without the column" fails 1 'two.gpkg:roads: --households 户数: there is no such column; the file has: class (BAD_MAP)' split two.gpkg:roads
ok "a name with two letters exchanged" fails 1 'did you mean class? (BAD_MAP)' "$cg" split two.gpkg:roads -o x.gpkg --households calss
ok "--within too" fails 1 '--within nope: there is no such column' split units.geojson --within nope
ok "attach: --id" fails 1 '--id nope: there is no such column' "$cg" attach p.csv --id nope --to out.gpkg -o a.csv
ok "attach: --area-id" fails 1 '--area-id nope: there is no such column' "$cg" attach p.csv --area-id nope --to out.gpkg -o a.csv
ok "heatmap: --weight" fails 1 '--weight nope: there is no such column' "$cg" heatmap p.csv --weight nope -o h.png
ok "an empty layer has no rows" fails 1 'empty.geojson: the layer holds no rows (NO_ROWS)' split empty.geojson
single_code() { fails 1 "$@" && ! grep -E '\([A-Z_]+\) \([A-Z_]+\)' .stderr; }
ok "a code is said once: barriers" single_code '(NOT_FOUND)$' split units.geojson --barriers nofile.gpkg
ok "a code is said once: areas" single_code '(LAYER)$' "$cg" attach p.csv --to out.gpkg:nope -o a.csv

# What is left alone or changed is told.
printf 'id,lon,lat,姓名\n1,108.205,36.905,张\n' >names.csv
ok "a column that looks personal is a warning" says 'warning: names.csv: 姓名: ' "$cg" attach names.csv --to out.gpkg -o a.csv
ok "polygons as points are a warning" says 'warning: .*64 rows are lines or areas: a point inside each was taken' "$cg" attach units.geojson --to out.gpkg -o a.csv
printf 'id,type,lon,lat,occurred\n1,a,108.2,36.9,2025-01-01\n" 2 ",a,108.2,36.9,2025-01-02\n3,"b\nc",108.2,36.9,2025-01-03\n" 4",a,108.2,36.9,2025-01-04\n' >i.csv
changed() {
    "$cg" init c.sqlite && "$cg" import c.sqlite incidents i.csv --dry-run --report i.json &&
        grep -q 'cut off: 2 values, the first in row 3' i.json && grep -q 'became blanks: 1 values, the first in row 4' i.json
}
ok "texts that were trimmed or cleaned are counted, with the first row" changed
refused_report() {
    printf 'id,lon\n1,2\n' >bad.csv
    mkdir -p taken.json
    fails 1 'the report could not be written: .*taken.json' "$cg" import c.sqlite incidents bad.csv --report taken.json &&
        grep -q 'no column for "occurred"' .stderr
}
ok "a refused file whose report cannot be written says both" refused_report

# Values of options.
for seconds in -1 nan inf; do
    ok "split: --deadline $seconds" fails 2 '--deadline' split units.geojson --deadline="$seconds"
    ok "plan: --deadline $seconds" fails 2 '--deadline' "$cg" plan c.sqlite split --deadline="$seconds"
done
for wrong in '--effort=0' '--effort=101' '--threads=257' '--threads=-1' '--seed=-1'; do
    ok "split: $wrong" fails 2 "${wrong%=*}: ${wrong#*=} is not from" split units.geojson "$wrong"
    ok "plan: $wrong" fails 2 "${wrong%=*}: ${wrong#*=} is not from" "$cg" plan c.sqlite split "$wrong"
done
ok "--weight: an unknown name" fails 2 "'wishes' is not known; known are balance" split units.geojson --weight wishes=1
ok "--weight: a value too large" fails 2 "street: '101' is no number from 0 to 100" split units.geojson --weight street=101
ok "plan: --weight" fails 2 "'street' is not NAME=VALUE" "$cg" plan c.sqlite split --weight street
weighed() {
    split units.geojson --weight balance=2.5,street=0 --report w.json &&
        /usr/bin/python3 -c "import json; w = json.load(open('w.json'))['weights']; assert (w['balance'], w['street']) == (2.5, 0), w"
    sqlite3 'file:out.gpkg?mode=ro' 'select value from countygrid_run where key = "options"' | grep -q 'weights=balance=2.5,street=0'
}
ok "--weight is in the report and in the product's stamp" weighed
ok "--by population needs the column" fails 2 '--population COL is needed' split units.geojson --by population
ogr2ogr -f GPKG zero.gpkg units.geojson -nln units -dialect SQLite -sql 'select geometry, "户数", 0 as people, null as nobody from units'
ok "--by population: all zero" fails 1 'zero.gpkg: people: no unit has a population.*(INPUT)' split zero.gpkg --by population --population people
ok "--by population: all absent" fails 1 'zero.gpkg: nobody: no unit has a population.*(INPUT)' split zero.gpkg --by population --population nobody

numbered() { "$cg" split zero.gpkg -o z.gpkg --households 户数 >/dev/null && ogrinfo -q z.gpkg assignment | grep -q 'unit_id (String) = 64'; }
ok "units without an id column go by their number" numbered

# A kernel narrower than a pixel would fall between the centres.
printf 'id,lon,lat\n1,108.200,36.900\n2,108.230,36.910\n3,108.213,36.917\n' >wide.csv
narrow() { "$cg" heatmap wide.csv -o n.png --size 400x300 --bandwidth "$1" --kernel "$2" --report n.json >n.txt || return 1
    cat n.txt
    grep -q "raised to .* m, $3" n.txt && ! grep -q 'bandwidth 0 m' n.txt && /usr/bin/python3 -c "
import json
r = json.load(open('n.json'))
assert r['bandwidth_raised_from_m'] == $1 and r['bandwidth_m'] > 2 and r['peak_per_km2'] > 100, r"; }
ok "a narrow Gaussian is raised to half a pixel and keeps its peak" narrow 0.3 gaussian 'half a pixel'
ok "a narrow quartic too" narrow 0.3 quartic '1.41 pixels'
wide() { "$cg" heatmap wide.csv -o n.png --size 400x300 --bandwidth 512 --report n.json >n.txt && grep -q 'bandwidth 512 m, peak' n.txt && grep -q '"bandwidth_raised_from_m": null' n.json; }
ok "a wide one is left as it is" wide

# The surface alone goes another way to the file than a sheet with a legend; the pixels are the same.
bare() {
    "$cg" heatmap wide.csv -o bare.png --bare --size 640x400 && "$cg" heatmap wide.csv -o legend.png --bare --legend --size 640x400 || return 1
    /usr/bin/python3 -c "
from osgeo import gdal
gdal.UseExceptions()
bare, legend = gdal.Open('bare.png'), gdal.Open('legend.png')
assert bare.RasterCount == 1 and legend.RasterCount == 3
table = bare.GetRasterBand(1).GetColorTable()
step, colour = bare.ReadAsArray(), legend.ReadAsArray()
differ = [(x, y) for y in range(400) for x in range(640) if table.GetColorEntry(int(step[y, x]))[:3] != tuple(colour[:, y, x])]
assert differ and all(x > 300 and y > 200 for x, y in differ), differ[:5]
assert len(set(step.ravel())) > 100"; }
ok "heatmap --bare: the same surface as under a legend" bare
ok "heatmap --bare has no room for a title" fails 2 '--bare leaves no room' "$cg" heatmap wide.csv -o b.png --bare --title x

# Communities, compounds and overlaps of a split.
/usr/bin/python3 -c "
import json
d = json.load(open('units.geojson'))
for i, f in enumerate(d['features']):
    f['properties']['c'] = None if i in (5, 6) else 'one'
    f['properties']['estate'] = 'all' if i < 60 else None
json.dump(d, open('gaps.geojson', 'w'))
d['features'][1]['geometry'] = d['features'][0]['geometry']
json.dump(d, open('double.geojson', 'w'))"
ok "units without a community are told" says 'warning: gaps.geojson: c: 2 units without a value form a community of their own, the first in row 6' split gaps.geojson --within c --report g.json
ok "also in the report" grep -q 'without a value form a community' g.json
cut() { "$cg" split gaps.geojson -o out.gpkg --households 户数 --compound estate --report g.json | grep -q '^1 compounds lie in several grids' && grep -q '"compounds_cut": 1' g.json; }
ok "compounds that were cut are counted" cut
ok "overlapping units name their file" fails 1 '^countygrid: double.geojson: units .* overlap' split double.geojson
done_testing
