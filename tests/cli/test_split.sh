#!/usr/bin/env bash
. "$(dirname "$0")/tap.sh"

/usr/bin/python3 "$oracle/make_units.py" 24 20 units.geojson
run_split() { "$cg" split units.geojson -o "$1" --id 编码 --households 户数 --population 人口 --within 社区 --report "$2" "${@:3}"; }
check() { /usr/bin/python3 "$oracle/check_grids.py" units.geojson "$1" "$2" --id 编码 --households 户数 --population 人口 --within 社区 "${@:3}"; }

ok "split of a made-up coverage" run_split a.gpkg a.json
ok "an independent checker agrees" check a.gpkg a.json
ok "same seed, same bytes" bash -c "$(declare -f run_split); cg='$cg'; run_split b.gpkg b.json && cmp a.gpkg b.gpkg"
ok "one and two threads, same bytes" bash -c "$(declare -f run_split); cg='$cg'; run_split c.gpkg c.json --threads 1 && run_split d.gpkg d.json --threads 2 && cmp c.gpkg d.gpkg && cmp a.gpkg c.gpkg"
ok "another seed, another plan hash or the same optimum, still a partition" bash -c "$(declare -f run_split check); cg='$cg'; oracle='$oracle'; run_split e.gpkg e.json --seed 9 && check e.gpkg e.json"
ok "another range" run_split f.gpkg f.json --range 600:900
ok "checked" check f.gpkg f.json --range 600:900
ok "keep: the same plan again moves nobody" bash -c "
    ogr2ogr -f GPKG kept.gpkg units.geojson -nln units &&
    ogr2ogr -f GPKG -update -append kept.gpkg a.gpkg assignment &&
    ogr2ogr -f GPKG joined.gpkg kept.gpkg -nln units -dialect SQLite -sql 'select u.geom, u.\"编码\" as code, u.\"户数\" as hh, u.\"社区\" as community, a.grid_id as old from units u join assignment a on a.unit_id = u.\"编码\"' &&
    '$cg' split joined.gpkg -o k.gpkg --id code --households hh --within community --keep old --report k.json &&
    grep -q '\"moved_households\": 0' k.json"
# Four units in a corner, cut off by five that are missing; and a far one.
/usr/bin/python3 - <<'END'
import json
table = json.load(open("units.geojson", encoding="utf-8"))
gone = {"U000002", "U001002", "U002002", "U002001", "U002000"}
table["features"] = [f for f in table["features"] if f["properties"]["编码"] not in gone]
far = json.loads(json.dumps(table["features"][0]))
far["properties"]["编码"] = "far"
far["geometry"]["coordinates"][0] = [[x - 0.03, y] for x, y in far["geometry"]["coordinates"][0]]
table["features"].append(far)
json.dump(table, open("islands.geojson", "w", encoding="utf-8"), ensure_ascii=False)
END
islands() { "$cg" split islands.geojson -o "$1" --id 编码 --households 户数 --population 人口 --within 社区 --report "$2" "${@:3}"; }
check_islands() { /usr/bin/python3 "$oracle/check_grids.py" islands.geojson "$1" "$2" --id 编码 --households 户数 --population 人口 --within 社区; }
figures() { /usr/bin/python3 -c "import json; r = json.load(open('$1')); print(*(r[k] for k in '$2'.split()))"; }
ok "islands: split" islands i.gpkg i.json
ok "islands: an independent checker agrees" check_islands i.gpkg i.json
ok "islands: one crossing, one grid in pieces, the far unit by itself" [ "$(figures i.json 'crossings_used multipart_grids pieces_apart below')" = "1 1 1 1" ]
ok "islands: never joined" islands n.gpkg n.json --crossing-max 0
ok "islands: checked" check_islands n.gpkg n.json
ok "islands: both by themselves" [ "$(figures n.json 'crossings_used multipart_grids pieces_apart below')" = "0 0 2 2" ]
ok "islands: 3 km are not too far for who says so" islands o.gpkg o.json --crossing-max 3000
ok "islands: checked too" check_islands o.gpkg o.json
ok "islands: all joined" [ "$(figures o.json 'crossings_used pieces_apart below')" = "2 0 0" ]
# Two rules at once, and people alone.
ok "households and people" run_split p.gpkg p.json --range 300:500 --population-range 750:1250
ok "households and people: checked" check p.gpkg p.json --population-range 750:1250
ok "households and people: the report says so" bash -c "/usr/bin/python3 -c \"import json; r = json.load(open('p.json')); assert r['population_range'] == [750, 1250] and r['unknown'] == 0, r\""
ok "people alone: 750 to 1250 unless said" run_split q.gpkg q.json --by population
ok "people alone: no households are needed" bash -c "'$cg' split units.geojson --id 编码 --population 人口 --by population -o alone.gpkg --report alone.json >/dev/null && /usr/bin/python3 -c \"import json; r = json.load(open('alone.json')); assert r['households'] == 0 and r['population'] > 0 and r['unknown'] == 0, r\""
ok "people alone: checked" check q.gpkg q.json --by-population --range 750:1250
# The measure that is out stands on the screen with its bounds.
people_out() { run_split po.gpkg po.json --range 300:500 --population-range 750:800 >po.txt && grep -E '^  [^ ]+: [0-9]+ people \(750-800\), (above|below): ' po.txt; }
ok "households and people: an exception names the people" people_out
ok "people alone: an exception names them too" bash -c "$(declare -f run_split); cg='$cg'; run_split q.gpkg q2.json --by population --range 990:1000 >q2.txt && grep -E '^  [^ ]+: [0-9]+ people \(990-1000\), ' q2.txt"
ok "the report says how the plan was made" /usr/bin/python3 -c "
import json
r = json.load(open('a.json'))
assert (r['method'], r['effort'], r['deadline_s'], r['timed_out'], r['seed']) == ('anneal', 20, None, False, 1), r
assert r['threads'] >= 1 and (r['snap_m'], r['crossing_max_m']) == (0.5, 1000), r"
ok "people twice is refused" fails 2 '--population-range: with --by population the range is --range' run_split x.gpkg x.json --by population --population-range 1:2
ok "people beside need the column" fails 2 '--population COL is needed' "$cg" split units.geojson -o x.gpkg --households 户数 --population-range 750:1250
# Buildings of 1 to 12 households, one of 40; two islands that need crossings.
/usr/bin/python3 - <<'END'
import json, random
table, rng = json.load(open("islands.geojson", encoding="utf-8")), random.Random(4)
for unit in table["features"]:
    unit["properties"]["户数"] = rng.randint(1, 12)
table["features"][100]["properties"]["户数"] = 40
json.dump(table, open("houses.geojson", "w", encoding="utf-8"), ensure_ascii=False)
END
houses() { "$cg" split houses.geojson -o "$1" --id 编码 --households 户数 --population 人口 --within 社区 --crossing-max 3000 --micro "$2" --report m.json >m.txt; }
ok "micro-units" houses m.gpkg 5:15
ok "micro-units: an independent checker agrees" /usr/bin/python3 "$oracle/check_grids.py" houses.geojson m.gpkg m.json --id 编码 --households 户数 --population 人口 --within 社区
ok "micro-units: the building of 40 stays whole and is told" grep -q '^1 base units hold more than a micro-unit may by themselves (40 of' m.txt
ok "micro-units: coarse units are told" bash -c "$(declare -f houses); cg='$cg'; houses c.gpkg 1:3 && grep -q 'too coarse for micro-units' m.txt"
ok "micro-units: same bytes on one thread" bash -c "'$cg' split houses.geojson -o m1.gpkg --id 编码 --households 户数 --population 人口 --within 社区 --crossing-max 3000 --micro 5:15 --threads 1 && cmp m.gpkg m1.gpkg"
ok "--micro: a range" fails 2 "--micro: '15:5': the lower bound comes first, like 5:15" houses x.gpkg 15:5
ok "--crossing-max: a length" fails 2 '--crossing-max: -1 is not from 0 to 100000 metres' islands x.gpkg x.json --crossing-max=-1
ok "nothing is left beside the product" bash -c "! ls -A | grep -E 'a.gpkg.|\.tmp|journal'"
ok "a failed split leaves the old product" bash -c "cp a.gpkg before.gpkg; ! '$cg' split units.geojson -o a.gpkg --households 没有 2>/dev/null; cmp a.gpkg before.gpkg"
ok "missing column is named" fails 1 '没有' "$cg" split units.geojson -o x.gpkg --households 没有
ok "missing directory is named" fails 3 'nodir' "$cg" split units.geojson -o nodir/x.gpkg --households 户数
ok "--json" bash -c "'$cg' split units.geojson -o j.gpkg --households 户数 --json | /usr/bin/python3 -c 'import json,sys; assert json.load(sys.stdin)[\"violations\"] == 0'"
ok "attach to the product" bash -c "printf 'id,lon,lat\n1,108.205,36.905\n2,0,0\n' >p.csv; '$cg' attach p.csv --to a.gpkg -o p_out.csv && grep -qE '^1,[0-9]+' p_out.csv && grep -qE '^2,\r?$' p_out.csv"
done_testing
