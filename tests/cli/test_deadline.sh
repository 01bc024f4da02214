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
done_testing
