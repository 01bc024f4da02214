#!/usr/bin/env bash
# What a newcomer gets wrong with split and plan: one line says the file, the row, the cause and what to do.
. "$(dirname "$0")/tap.sh"
/usr/bin/python3 "$oracle/make_units.py" 8 6 units.geojson
ogr2ogr -f GPKG good.gpkg units.geojson -nln units -dialect SQLite -sql 'select geometry, "编码", "户数" as hh, null as old, case when rowid > 2 then 1 end as partly from units'
ogr2ogr -f CSV table.csv units.geojson
: >empty.geojson
: >empty.gpkg
/usr/bin/python3 - <<'END2'
import copy, json
table = json.load(open("units.geojson", encoding="utf-8"))
def write(name, change):
    changed = copy.deepcopy(table)
    change(changed["features"])
    json.dump(changed, open(name, "w", encoding="utf-8"), ensure_ascii=False)
def value(key, new): return lambda units: units[5]["properties"].update({key: new})
write("negative.geojson", value("户数", -3))
write("nan.geojson", value("户数", float("nan")))
write("word.geojson", value("户数", "many"))
write("null.geojson", value("户数", None))
write("half.geojson", value("户数", 12.5))
write("twice.geojson", value("编码", "U000001"))
write("noid.geojson", value("编码", None))
write("bare.geojson", lambda units: units[5].update(geometry=None))
END2
# line CODE TEXT COMMAND...: fails, with TEXT as the whole of one line behind "countygrid: ".
line() {
    fails "$1" "^countygrid: $2\$" "${@:3}" || return 1
    [ "$(grep -c . .stderr)" = 1 ] || { cat .stderr; return 1; }
}
split() { "$cg" split "$1" -o x.gpkg --households "${@:2}"; }
hh=户数

# Words of the command line.
ok "nothing at all" line 2 'UNITS is missing; usage: countygrid split UNITS -o GRIDS.gpkg --households COL (see countygrid split --help) (ARGUMENT)' "$cg" split
ok "no product" line 2 '-o GRIDS.gpkg is needed (ARGUMENT)' "$cg" split units.geojson
ok "no column" line 2 '--households COL is needed (ARGUMENT)' "$cg" split units.geojson -o x.gpkg
ok "another product" line 2 '-o x.shp: the name must end in .gpkg (ARGUMENT)' "$cg" split units.geojson -o x.shp --households $hh
ok "a range that is none" line 2 "--range: '300-500' is not MIN:MAX in whole numbers, like 300:500 (ARGUMENT)" split units.geojson $hh --range 300-500
ok "min over max" line 2 "--range: '500:300': the lower bound comes first, like 300:500 (ARGUMENT)" split units.geojson $hh --range 500:300
ok "a range of nothing" line 2 "--range: '0:0': the upper bound must be 1 at least, like 300:500 (ARGUMENT)" split units.geojson $hh --range 0:0
for target in 900 0 -1; do
    ok "target $target" line 2 "--target: $target is outside the range 300:500; name a number inside, or another --range (ARGUMENT)" split units.geojson $hh --target=$target
done
ok "effort 0" line 2 '--effort: 0 is not from 1 to 100 (ARGUMENT)' split units.geojson $hh --effort 0
ok "threads 0 is one a core, deadline 0 is none" split units.geojson $hh --threads 0 --deadline 0
ok "a method" line 2 "--method: 'best' is not known; known are anneal, trees (ARGUMENT)" split units.geojson $hh --method best
ok "proofs with a shape" line 2 '--certify: what is proved best knows no weight of shape: leave one of the two out, or say --weight shape=0 (ARGUMENT)' split nothere.gpkg $hh --certify --weight shape=1
ok "no old plan to weigh against" line 2 '--pareto: needs --keep, there is no old plan to move away from (ARGUMENT)' split units.geojson $hh --pareto p.json
ok "a folder that is not there" line 3 'nodir/x.gpkg: cannot be written: there is no folder nodir (IO)' "$cg" split units.geojson -o nodir/x.gpkg --households $hh
ok "the report's too, before the work" bash -c "$(declare -f line fails split); cg='$cg' tap_dir=.; rm -f x.gpkg; line 3 'nodir/r.json: cannot be written: there is no folder nodir (IO)' split units.geojson $hh --report nodir/r.json && [ ! -e x.gpkg ]"

# Files and rows.
ok "no file" line 1 'nothere.gpkg: there is no such file (NOT_FOUND)' split nothere.gpkg $hh
ok "no layer" line 1 'good.gpkg:nope: there is no layer "nope"; the file has: units (LAYER)' split good.gpkg:nope hh
ok "no column" line 1 'good.gpkg: --households hhh: there is no such column; the file has: 编码, hh, old, partly; did you mean hh? (BAD_MAP)' split good.gpkg hhh
for file in empty.geojson empty.gpkg; do ok "$file" line 1 "$file: the file is empty (EMPTY_FILE)" split $file $hh; done
ok "no outlines at all" line 1 'table.csv:1: no column holds outlines as well-known text, "wkt" or "geometry"; the file has: 编码, 户数, 人口, 社区 (NO_GEOMETRY)' split table.csv $hh
ok "no outline" line 1 'bare.geojson:6: geometry: the unit has no outline (NO_GEOMETRY)' split bare.geojson $hh
ok "an id twice" line 1 'twice.geojson:6: 编码: "U000001" is already used in row 2 (DUPLICATE_ID)' split twice.geojson $hh
ok "no id" line 1 'noid.geojson:6: 编码: the value is empty (MISSING_VALUE)' split noid.geojson $hh --id 编码
ok "negative households" line 1 'negative.geojson:6: 户数: -3 is negative (NEGATIVE)' split negative.geojson $hh
ok "half a household" line 1 'half.geojson:6: 户数: 12.5 is not a whole number (FRACTION)' split half.geojson $hh
ok "households that are a word" line 1 'word.geojson:6: 户数: "many" is not a number (NOT_A_NUMBER)' split word.geojson $hh
ok "no households" line 1 'null.geojson:6: 户数: the value is empty: a whole number from 0 is needed (MISSING_VALUE)' split null.geojson $hh
ok "households that are no number" line 1 'nan.geojson:6: .*NaN or Infinity is no JSON number: .* must be finite (byte [0-9]*) (NOT_FINITE)' split nan.geojson $hh
ok "an old plan without a grid" line 1 'good.gpkg: old: no unit has a grid of an old plan, so there is nothing to keep: name another column, or leave --keep out (INPUT)' split good.gpkg hh --keep old
ok "units that are new are told" fails 0 'warning: good.gpkg: partly: 3 units without a grid of the old plan count as new, the first in row 1 (MISSING_VALUE)' split good.gpkg hh --keep partly
many() { fails 1 'units.geojson:3: 编码: "U000002" is not a number' split units.geojson 编码 && ! grep -q 'units.geojson:4:' .stderr && grep -q '^countygrid: ... and 45 more; --report FILE lists all$' .stderr; }
ok "a wrong column is told by three rows, not by all" many

# The county's way.
"$cg" init c.sqlite >/dev/null
ok "no units" line 1 '.*the county has no units yet: import units.*(INPUT)' "$cg" plan c.sqlite split
"$cg" import c.sqlite units units.geojson >/dev/null
ok "no verb" line 2 'split|check|list|compare|publish|export is missing; usage: .*' "$cg" plan c.sqlite
ok "no such verb" line 2 "plan: 'splitt' is not known; known are split check list compare publish export (ARGUMENT)" "$cg" plan c.sqlite splitt
ok "plan: effort 0" line 2 '--effort: 0 is not from 1 to 100 (ARGUMENT)' "$cg" plan c.sqlite split --effort 0
ok "plan: threads 999" line 2 '--threads: 999 is not from 0 to 256 (ARGUMENT)' "$cg" plan c.sqlite split --threads 999
ok "plan: a target outside the county's range" line 2 "--target: 900 is outside the county's range 300:500; name a number inside, or another --range (ARGUMENT)" "$cg" plan c.sqlite split --target 900
ok "plan: target 0" line 2 '--target: 0 is not from 1 to [0-9]* (ARGUMENT)' "$cg" plan c.sqlite split --target 0
ok "plan: a target in the county's range" "$cg" plan c.sqlite split --target 450
ok "plan: a method" line 2 "--method: 'best' is not known; known are anneal, trees (ARGUMENT)" "$cg" plan c.sqlite split --method best
ok "an option of another verb" line 2 '--range: is an option of split, not of plan publish (ARGUMENT)' "$cg" plan c.sqlite publish --range 1:2
ok "the short one too" line 2 '--output: is an option of export, not of plan split (ARGUMENT)' "$cg" plan c.sqlite split -o x.gpkg
ok "--plan is not for split" line 2 '--plan: is an option of check, compare, publish, export, not of plan split (ARGUMENT)' "$cg" plan c.sqlite split --plan 3
ok "a value that looks like an option is a value" "$cg" plan c.sqlite split --title --range
ok "an export that is no GeoPackage" line 2 '-o x.txt: the name must end in .gpkg (ARGUMENT)' "$cg" plan c.sqlite export -o x.txt
ok "the draft is published" "$cg" plan c.sqlite publish
sed 's/"U0/"V0/g' units.geojson >other.geojson
"$cg" import c.sqlite units other.geojson >/dev/null
ok "an old plan of other units" line 1 'plan [0-9]* has none of the units of today, so there is nothing to keep: leave --keep out (INPUT)' "$cg" plan c.sqlite split --keep force
done_testing
