#!/usr/bin/env bash
# --deadline holds searches of all kinds together; what comes out in that time is a valid plan that says so.
. "$(dirname "$0")/tap.sh"

/usr/bin/python3 "$oracle/make_units.py" 80 60 units.geojson
columns=(--id 编码 --households 户数 --population 人口 --within 社区)
run() { "$cg" split "${1:-units.geojson}" -o g.gpkg "${columns[@]}" --report r.json "${@:2}" >out.txt; }
check() { /usr/bin/python3 "$oracle/check_grids.py" units.geojson g.gpkg r.json "${columns[@]}"; }
# expect PYTHON: about the report r.
expect() { /usr/bin/python3 -c "
import json
r = json.load(open('r.json'))
assert $1, {k: v for k, v in r.items() if k not in ('exceptions', 'input', 'joined')}"; }
told() { grep -q "^the deadline of $1 s cut the search short" out.txt; }

ok "no deadline: an old plan" run units.geojson --effort 1
ok "no deadline: not timed out, nothing told" bash -c "grep -q '\"timed_out\": false' r.json && ! grep -q deadline out.txt"
# The old plan as a column, with other households since.
/usr/bin/python3 - <<'END2'
import json, random, sqlite3
table, rng = json.load(open("units.geojson", encoding="utf-8")), random.Random(5)
old = dict(sqlite3.connect("file:g.gpkg?mode=ro", uri=True).execute("select unit_id, grid_id from assignment"))
for unit in table["features"]:
    p = unit["properties"]
    p["旧"] = old[p["编码"]]
    if rng.random() < 0.1:
        p["户数"] = int(p["户数"] * rng.uniform(0.5, 2.5))
json.dump(table, open("units.geojson", "w", encoding="utf-8"), ensure_ascii=False)
END2

ok "everything at once in 0.2 s" run units.geojson --effort 100 --keep 旧 --pareto p.json --micro 5:15 --deadline 0.2
ok "everything: a valid plan" check
ok "everything: the report says that it was cut" expect "r['timed_out'] is True and r['deadline_s'] == 0.2 and r['violations'] == 0"
ok "everything: at least the plan that moves fewest" expect "r['pareto']['points'][0]['taken']"
ok "everything: micro-units too" expect "r['micro']['units'] > r['grids']"
ok "everything: the screen says so" told 0.2
for more in "--certify" "--weight shape=1" "--population-range 750:1250" "--micro 5:15" "--keep 旧"; do
    # shellcheck disable=SC2086
    ok "$more: 0.05 s" run units.geojson --effort 100 $more --deadline 0.05
    ok "$more: cut, and told" bash -c "$(declare -f told expect); told 0.05 && expect \"r['timed_out'] is True\""
    ok "$more: each grid out of range has a reason" expect "all(e['certificate'] and e['out'] for e in r['exceptions'])"
done
same_as_without() {
    /usr/bin/python3 "$oracle/make_units.py" 12 10 small.geojson
    run small.geojson && hash=$(grep plan_hash r.json) && run small.geojson --deadline 100000 &&
        [ "$hash" = "$(grep plan_hash r.json)" ] && grep -q '"timed_out": false' r.json && ! grep -q deadline out.txt
}
ok "with time enough: the plan is that without a deadline" same_as_without

# Analyses have no plan to give: nothing is written, and the code says why. Ctrl-C ends them in the same way.
/usr/bin/python3 - <<'END2'
import random
rng = random.Random(3)
with open("many.csv", "w") as out:
    print("id,x,y,time", file=out)
    for i in range(60000):
        print(f"{i},{500000 + rng.gauss(0, 4000):.1f},{4000000 + rng.gauss(0, 4000):.1f},"
              f"2026-{rng.randint(1, 9):02}-{rng.randint(1, 28):02}T08:00:00", file=out)
END2
"$cg" split units.geojson -o g.gpkg "${columns[@]}" --effort 1 >/dev/null
# late FILE COMMAND...: gives up in time, says so, leaves no file.
late() {
    local file=$1
    shift
    rm -f "$file"
    fails 3 "DEADLINE" "$cg" "$@" -o "$file" --deadline 0.4 && [ ! -e "$file" ]
}
crs=(--crs EPSG:4547)
ok "late: density at points" late d.csv density many.csv "${crs[@]}" --bandwidth 3000
ok "late: the likeliest bandwidth" late d.tif density many.csv "${crs[@]}" --bandwidth loo
ok "late: a heat map by it" late d.png heatmap many.csv "${crs[@]}" --bandwidth loo
ok "late: near repeats" late n.csv near-repeat many.csv "${crs[@]}" --replicates 99999
ok "late: a scan" late s.gpkg hotspots g.gpkg --count households --per population --method scan --replicates 99999
ok "late: a back-test" late b.csv backtest many.csv "${crs[@]}" --split 2026-07-01 --cell 50 --bandwidth 2000,loo
ok "late: clusters of 60 million pairs" late c.gpkg clusters many.csv "${crs[@]}" --radius 1500 --min-points 8
ok "late: clusters in orders" late c.gpkg clusters many.csv "${crs[@]}" --method nnh --radius 1500 --min-points 8
ok "late: a raster of 50 million cells" late d.tif density many.csv "${crs[@]}" --bandwidth 500 --cell 4 --kernel triangular
ok "in time: the same file as without" bash -c "head -200 many.csv >few.csv; '$cg' density few.csv --crs EPSG:4547 -o one.csv >/dev/null &&
    '$cg' density few.csv --crs EPSG:4547 -o two.csv --deadline 1000 >/dev/null && cmp one.csv two.csv"
ok "a deadline that is none" fails 2 ARGUMENT "$cg" density few.csv "${crs[@]}" -o d.csv --deadline -1
stopped() {
    timeout -s INT 0.8 "$cg" density many.csv "${crs[@]}" --bandwidth 3000 -o d.csv 2>err.txt
    [ ! -e d.csv ] && grep -q CANCELLED err.txt
}
ok "Ctrl-C: density at points" stopped
done_testing
