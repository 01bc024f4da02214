#!/usr/bin/env bash
# A county without units: plan split makes them from buildings, roads and communities.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 16 12 units.geojson 3
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 "$oracle/make_houses.py" .
is() { /usr/bin/python3 -c "import json; r = json.load(open('$1')); assert $2, [r['grids'], r['kinds'], r['households'], r['border_on_barrier'], r['violations'], r['unknown']]"; }

"$cg" init c.sqlite >/dev/null
"$cg" import c.sqlite regions regions.geojson >/dev/null
ok "nothing to make units from" fails 1 'regions but no units yet: import units, or buildings' "$cg" plan c.sqlite split
"$cg" init d.sqlite >/dev/null
ok "nothing at all" fails 1 'import units, or regions and buildings' "$cg" plan d.sqlite split
"$cg" import d.sqlite buildings houses.geojson >/dev/null
ok "no communities" fails 1 'buildings but no communities to make units in: import regions' "$cg" plan d.sqlite split
ok "import of roads" "$cg" import c.sqlite barriers roads.geojson
ok "import of buildings" "$cg" import c.sqlite buildings houses.geojson
ok "split" bash -c "'$cg' plan c.sqlite split --report r.json >out && grep -q 'units of 2 communities made from' out && grep -q 'are estimates' out"
ok "valid, in range or proved, three villager groups" is r.json "r['violations'] == 0 and r['unknown'] == 0 and r['kinds']['rural'] == 3 and r['kinds']['urban'] > 3"
ok "cover and barriers" is r.json "r['cells']['area_error'] <= 1e-9 and r['border_on_barrier'] >= 0.3 and r['cells']['counts']['OUTSIDE'] == 0"
ok "all households are estimates" is r.json "r['cells']['estimated_households'] == r['estimated_households'] == r['households'] > 2000 and r['estimated_grids'] == r['grids']"
ok "check" "$cg" check c.sqlite
ok "plan check" "$cg" plan c.sqlite check
ok "export" "$cg" plan c.sqlite export -o g.gpkg
ogr2ogr -f GPKG u.gpkg c.sqlite -nln units -a_srs EPSG:4545 -sql 'select id, region, households, population, geom from unit where version = (select max(version) from unit) order by id' 2>/dev/null
ok "an independent checker agrees" /usr/bin/python3 "$oracle/check_grids.py" u.gpkg g.gpkg r.json --id id --households households --population population --within region
column() { ogrinfo -ro -q -dialect sqlite -sql "select sum($1) as s from grids" g.gpkg | sed -n 's/.*s .* = //p'; }
ok "the export tells the estimates" [ "$(column households_estimated)" = "$(column households)" ]
ok "publish" "$cg" plan c.sqlite publish
ok "pictures" bash -c "'$cg' render c.sqlite choropleth -o e.svg --measure households && '$cg' render c.sqlite county -o w.png --size 1920x1080"
ok "again: the units hold" bash -c "'$cg' plan c.sqlite split --report s.json | grep -v -q made"
ok "same plan" is s.json "r['cells']['kept'] and r['plan_hash'] == json.load(open('r.json'))['plan_hash']"
/usr/bin/python3 -c "
import json
t = json.load(open('houses.geojson'))
for f in t['features']: f['properties'].pop('村民小组', None)
json.dump(t, open('bare.geojson', 'w'), ensure_ascii=False)"
cp c.sqlite bare.sqlite
ok "houses without villager groups" "$cg" import bare.sqlite buildings bare.geojson
ok "the village is one rural grid, which is said" bash -c "'$cg' plan bare.sqlite split --report v.json 2>&1 | grep -q 'warning: villages without villager groups, each of them one rural grid: 1 (990001100002) (NO_GROUPS)'"
ok "one" is v.json "r['kinds']['rural'] == 1 and r['kinds']['urban'] > 3"
ok "its units are rural" bash -c "[ \"\$(sqlite3 bare.sqlite \"select group_concat(distinct kind) from unit where region = '990001100002' and version = (select max(version) from unit)\")\" = rural ]"
# The same groups as outlines drawn by hand.
/usr/bin/python3 -c "
import json
from shapely.geometry import box, mapping, shape
village = next(shape(f['geometry']) for f in json.load(open('regions.geojson'))['features'] if f['properties']['名称'] == '西岭村')
w, s, e, n = village.bounds
rows = [(f'{\"一二三\"[k]}组', box(w, s + k * (n - s) / 3, e, s + (k + 1) * (n - s) / 3).intersection(village)) for k in range(3)]
json.dump({'type': 'FeatureCollection', 'features': [{'type': 'Feature', 'properties': {'村民小组': name}, 'geometry': mapping(g)} for name, g in rows]},
          open('outlines.geojson', 'w'), ensure_ascii=False)"
ok "outlines of villager groups" bash -c "'$cg' import bare.sqlite groups outlines.geojson | grep -q 'groups: 3 of 3 rows stored'"
ok "make the village three rural grids" bash -c "'$cg' plan bare.sqlite split --report w.json >out 2>&1 && ! grep -q NO_GROUPS out"
ok "three" is w.json "r['kinds']['rural'] == 3 and r['violations'] == 0 and r['cells']['counts']['GROUP_WITHOUT_HOUSE'] == 0"
ok "houses that name their groups agree with the outlines" bash -c "cp bare.sqlite words.sqlite && '$cg' import words.sqlite buildings houses.geojson && '$cg' plan words.sqlite split --report y.json"
ok "but for those on a border" is y.json "r['kinds']['rural'] == 3 and r['cells']['counts']['GROUP_DIFFERS'] <= 12"
ok "compounds leave them" bash -c "sed 's/村民小组/小区/' outlines.geojson >estates.geojson && '$cg' import bare.sqlite compounds estates.geojson && sqlite3 bare.sqlite 'select count(*) from compound' | grep -qx 6"
ok "again, in place of the three" bash -c "'$cg' import bare.sqlite groups outlines.geojson | grep -q 'replacing 3' && sqlite3 bare.sqlite 'select count(*) from compound' | grep -qx 6 && '$cg' check bare.sqlite"
ok "groups are no compounds" fails 1 'import them as groups' bash -c "sed 's/\"properties\": {/&\"类型\": \"村民小组\", /' outlines.geojson >wrong.geojson && '$cg' import bare.sqlite compounds wrong.geojson"
ok "a known total" bash -c "'$cg' plan c.sqlite split --total 3600 --report t.json"
ok "is shared out" is t.json "r['households'] == 3600 and not r['cells']['kept']"
ok "a number out of range" fails 2 'total' "$cg" plan c.sqlite split --total -1
ok "an unknown class" fails 2 'hedge' "$cg" plan c.sqlite split --cut hedge
ok "delivered units win" bash -c "'$cg' import c.sqlite units units.geojson && '$cg' plan c.sqlite split --report d.json"
ok "all of them" is d.json "'cells' not in r and r['units'] == 192 and r['estimated_households'] == 0"
ok "the plans before are as they were" "$cg" plan c.sqlite check --plan 1
ok "the file is sound" "$cg" check c.sqlite
done_testing
