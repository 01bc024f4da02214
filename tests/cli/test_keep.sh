#!/usr/bin/env bash
# Old plans that are kept: codes stay, little moves, several plans to choose from.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 16 12 units.geojson 3
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 - <<'END'
import json, random
random.seed(4)
table = json.load(open("units.geojson", encoding="utf-8"))
for unit in table["features"]:
    if random.random() < 0.15:
        unit["properties"]["户数"] = int(unit["properties"]["户数"] * 2.2)
json.dump(table, open("more.geojson", "w", encoding="utf-8"), ensure_ascii=False)
END
codes() { sqlite3 "file:$1?mode=ro" 'select code from grids order by code'; }
# unit and code of its grid
homes() { sqlite3 "file:$1?mode=ro" 'select unit_id, code from assignment join grids using (grid_id) order by 1'; }
figure() { /usr/bin/python3 -c "import json; r = json.load(open('$1')); print(*(r[k] for k in '$2'.split()))"; }

"$cg" init c.sqlite >/dev/null
"$cg" import c.sqlite regions regions.geojson >/dev/null
"$cg" import c.sqlite units units.geojson >/dev/null
ok "no plan in force to keep" fails 1 'no plan is in force' "$cg" plan c.sqlite split --keep force
"$cg" plan c.sqlite split --publish >/dev/null
"$cg" plan c.sqlite export -o old.gpkg >/dev/null
"$cg" plan c.sqlite split --seed 5 >/dev/null # a draft whose codes are used, too
ok "nothing has changed" "$cg" plan c.sqlite split --keep force --seed 3
"$cg" plan c.sqlite export --plan 3 -o same.gpkg >/dev/null
ok "so nothing moves, and codes stay" bash -c "$(declare -f homes); cmp <(homes old.gpkg) <(homes same.gpkg)"

"$cg" import c.sqlite units more.geojson >/dev/null
ok "households have changed" "$cg" plan c.sqlite split --keep 1 --report r.json --pareto p.json
"$cg" plan c.sqlite export --plan 4 -o new.gpkg >/dev/null
"$cg" plan c.sqlite compare --plan 4 --json >compare.json
ok "compare finds what the report says" [ "$(figure r.json moved_households)" = "$(figure compare.json moved_households)" ]
cat >check.py <<'END'
import json, sys
def rows(name): return dict(line.rstrip("\n").split("|") for line in open(name))
old, new = rows("old.txt"), rows("new.txt")
codes = set(open("all.txt").read().split())
fresh = set(new.values()) - set(old.values())
assert not fresh & codes, "a new grid has a code that was used before: %s" % (fresh & codes)
moved = sum(old[u] != new[u] for u in old)
assert 0 < moved < len(old) / 4, moved
points = json.load(open("p.json"))["points"]
assert points and sum(p["taken"] for p in points) == 1 and points[0]["taken"]
assert all(a["moved"] <= b["moved"] for a, b in zip(points, points[1:]))
print("# %d of %d units move, %d new codes, %d points" % (moved, len(old), len(fresh), len(points)))
END
homes old.gpkg >old.txt
homes new.gpkg >new.txt
{ codes old.gpkg; "$cg" plan c.sqlite export --plan 2 -o draft.gpkg >/dev/null && codes draft.gpkg; } >all.txt
ok "few units move; new codes are new" /usr/bin/python3 check.py
ok "most may move" "$cg" plan c.sqlite split --keep 1 --moved-at-most 100 --report far.json
ok "then the boundary is no longer" /usr/bin/python3 -c "
import json; a, b = json.load(open('r.json')), json.load(open('far.json'))
assert (b['below'] + b['above'], b['internal_boundary_m']) <= (a['below'] + a['above'], a['internal_boundary_m'] + 1e-6)"
ok "less than any plan moves" bash -c "'$cg' plan c.sqlite split --keep 1 --moved-at-most 0.001 --report near.json 2>&1 | grep 'no plan was found that moves at most 0.001 % of the households: the least is '"
ok "the report says so, with the least share" /usr/bin/python3 -c "
import json; p = json.load(open('near.json'))['pareto']
assert p['moved_at_most_met'] is False and p['points'][0]['taken']
assert abs(p['least_moved_percent'] - p['points'][0]['moved_percent']) < 1e-9 > -p['least_moved_percent']"
ok "a share that can be kept is met" /usr/bin/python3 -c "
import json; assert json.load(open('far.json'))['pareto']['moved_at_most_met'] is True"
ok "a plan that is not there" fails 1 'plan 99' "$cg" plan c.sqlite split --keep 99
ok "a word that is no plan" fails 2 "neither the number of a plan nor the word force" "$cg" plan c.sqlite split --keep old
ok "no old plan" fails 2 'pareto: needs --keep' "$cg" plan c.sqlite split --pareto p.json
ok "no share" fails 2 'not from 0 to 100 percent' "$cg" plan c.sqlite split --keep 1 --moved-at-most 101
ok "no old column" fails 2 'moved-at-most: needs --keep' "$cg" split units.geojson -o x.gpkg --households 户数 --moved-at-most 5
ok "sound" "$cg" check c.sqlite
done_testing
