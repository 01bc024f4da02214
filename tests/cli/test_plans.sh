#!/usr/bin/env bash
# Plans while the data under them change: units imported again, regions removed, drafts that are out of date.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 16 12 units.geojson 3
/usr/bin/python3 "$oracle/make_county.py" .
# half.geojson: the first half of the units; more.geojson: all, each with other households.
/usr/bin/python3 - <<'END'
import json
table = json.load(open("units.geojson", encoding="utf-8"))
whole = table["features"]
table["features"] = whole[: len(whole) // 2]
json.dump(table, open("half.geojson", "w", encoding="utf-8"), ensure_ascii=False)
for unit in whole:
    unit["properties"]["户数"] += 7
table["features"] = whole
json.dump(table, open("more.geojson", "w", encoding="utf-8"), ensure_ascii=False)
END
figure() { /usr/bin/python3 -c "import json; r = json.load(open('$1')); print(*(r[k] for k in '$2'.split()))"; }
count() { ogrinfo -ro -so "$1" "$2" | sed -n 's/^Feature Count: //p'; }

"$cg" init c.sqlite >/dev/null
ok "publish without any plan" fails 1 'no draft plan' "$cg" plan c.sqlite publish
ok "compare without a plan in force" fails 1 'no plan is in force' "$cg" plan c.sqlite compare
"$cg" import c.sqlite regions regions.geojson >/dev/null
"$cg" import c.sqlite units units.geojson >/dev/null
"$cg" plan c.sqlite split --seed 7 --publish >/dev/null
"$cg" plan c.sqlite split --seed 8 >/dev/null
"$cg" plan c.sqlite export -o first.gpkg >/dev/null
ok "export tells the seed of the plan" bash -c "
    sqlite3 'file:first.gpkg?mode=ro' 'select value from countygrid_run where key = \"seed\"' | grep -qx 7"

"$cg" plan c.sqlite export --simplify 60 -o thin.gpkg >/dev/null
ok "thinned outlines share their borders" /usr/bin/python3 "$oracle/check_simplified.py" first.gpkg thin.gpkg 60
ok "and say so" bash -c "
    sqlite3 'file:thin.gpkg?mode=ro' 'select value from countygrid_run where key = \"options\"' | grep -q 'simplify=60'"
ok "no less than nothing" fails 2 'simplify: -1 is not' "$cg" plan c.sqlite export --simplify -1 -o x.gpkg

cp c.sqlite proved.sqlite
"$cg" plan proved.sqlite split --seed 8 --certify --report proved.json >p.txt
ok "a plan is proved as split proves it" grep -q '^proved best: [0-9]* of [0-9]* communities' p.txt
ok "its bounds stand in the report and in the county" bash -c "
    grep -q '\"outside_sum_bound\"' proved.json &&
    sqlite3 proved.sqlite 'select parameters from plan where plan_id = 3' | grep -q '\"certify\":true' &&
    sqlite3 proved.sqlite 'select report from operation where plan = 3' | grep -q outside_sum_bound"

cp c.sqlite micro.sqlite
"$cg" plan micro.sqlite split --seed 8 --micro county >m.txt
ok "micro-units of a plan are told" grep -q '^[0-9]* micro-units: ' m.txt
ok "and exported" bash -c "'$cg' plan micro.sqlite export --plan 3 -o micro.gpkg && ogrinfo -ro -so micro.gpkg micro | grep -q 'Geometry: Polygon' && ! ogrinfo -ro -so first.gpkg micro 2>/dev/null | grep -q Geometry"
stored=$(sqlite3 micro.sqlite 'select count(*) from micro where plan = 3')
ok "as many as are stored" [ "$(count micro.gpkg micro)" = "$stored" ]
ok "the file is sound with them" "$cg" check micro.sqlite
cp micro.sqlite lost.sqlite
sqlite3 lost.sqlite 'drop trigger micro_fixed_update; update micro set households = households + 1 where plan = 3 and micro_id = 1' 2>/dev/null
ok "a changed micro-unit is found" fails 3 'micro' "$cg" check lost.sqlite
for file in more half; do
    ok "units again: $file" "$cg" import c.sqlite units $file.geojson
    ok "$file: check" "$cg" check c.sqlite
    ok "$file: plan check" "$cg" plan c.sqlite check
    ok "$file: plan check of the draft" "$cg" plan c.sqlite check --plan 2
    rm -f e.gpkg
    ok "$file: export" "$cg" plan c.sqlite export -o e.gpkg
    ok "$file: the export is the plan as it was" bash -c "
        [ '$(count e.gpkg assignment)' = 192 ] && cmp e.gpkg first.gpkg"
done
ok "a draft of older units is not published" fails 1 'plan 2 was made from data version.*units have changed since' \
    "$cg" plan c.sqlite publish --plan 2
ok "nor as the newest draft" fails 1 'CONFLICT' "$cg" plan c.sqlite publish
ok "the plan in force stays" bash -c "'$cg' plan c.sqlite list | grep -q '^ *1 *published'"
ok "unless asked for" "$cg" plan c.sqlite publish --stale
"$cg" import c.sqlite units more.geojson >/dev/null
"$cg" plan c.sqlite split --seed 9 >/dev/null
ok "compare takes the newest draft" bash -c "
    '$cg' plan c.sqlite compare | grep 'from plan 2 in force to plan 3'"
"$cg" import c.sqlite units half.geojson >/dev/null
"$cg" plan c.sqlite split --seed 9 >/dev/null
"$cg" plan c.sqlite compare --json >gone.json
ok "units that are gone are counted apart" [ "$(figure gone.json 'gone_units new_units')" = "96 0" ]
ok "publish takes the newest draft" bash -c "'$cg' plan c.sqlite publish | grep 'plan 4 is in force'"
"$cg" plan c.sqlite compare --plan 3 --json >new.json
ok "so are new ones" [ "$(figure new.json 'gone_units new_units')" = "0 96" ]
ok "sound" "$cg" check c.sqlite
done_testing
