#!/usr/bin/env bash
# Villager groups and dedicated areas from file to file: one grid each, whatever their households, as in a county.
. "$(dirname "$0")/tap.sh"
/usr/bin/python3 "$oracle/make_units.py" 18 14 plain.geojson 5
# The same units with kinds: two villages in the west, each with a first and a second group, a park of six units in the east.
/usr/bin/python3 -c "
import json
def write(name, change):
    t = json.load(open('plain.geojson'))
    for f in t['features']:
        p = f['properties']
        r, c = int(p['编码'][1:4]), int(p['编码'][4:])
        change(p, r, c)
    json.dump(t, open(name, 'w'), ensure_ascii=False)
def kinds(p, r, c):
    rural, park = c < 6, 12 <= c < 15 and 5 <= r < 7
    p['kind'] = 'rural' if rural else 'dedicated' if park else 'urban'
    p['社区'] = f'99000110020{1 if r < 7 else 2}' if rural else '990001100001'
    p['村民小组'] = '一组' if rural and r % 7 < 3 else '二组' if rural else None
    p['小区'] = '工业园' if park else None
def words(p, r, c):
    kinds(p, r, c)
    p['城乡'] = {'urban': '城镇', 'rural': '农村', 'dedicated': '专属'}[p.pop('kind')]
    p['team'] = p.pop('村民小组') or p['小区']
def urban(p, r, c): p['kind'] = 'urban'
def loose(p, r, c):
    kinds(p, r, c)
    del p['社区'], p['村民小组'], p['小区']
def some(p, r, c):
    kinds(p, r, c)
    if c == 17: p['kind'] = None
for name, change in dict(kinds=kinds, words=words, urban=urban, loose=loose, some=some).items(): write(name + '.geojson', change)"
divide() { local in=$1 out=$2; shift 2; "$cg" split "$in.geojson" -o "$out.gpkg" --households 户数 --report "$out.json" --effort 5 "$@"; }
layer() { ogrinfo -ro -q -dialect sqlite -sql "select $2 from $3 order by 1" "$1.gpkg" | grep ' = '; }
same() { [ -n "$(layer "$1" '*' grids)" ] && cmp <(layer "$1" '*' grids; layer "$1" '*' assignment) <(layer "$2" '*' grids; layer "$2" '*' assignment); }
# Each rural and dedicated unit lies in a grid of its kind that has all units of its community and group, and no other.
ruled() {
    /usr/bin/python3 - "$@" <<'P'
import collections, json, sys
from osgeo import ogr
units, grids, report, within = sys.argv[1:5]
file = ogr.Open(grids + ".gpkg")
of = {f["unit_id"]: f["grid_id"] for f in file.GetLayerByName("assignment")}
grid = {f["grid_id"]: f.items() for f in file.GetLayerByName("grids")}
want, households = collections.defaultdict(set), collections.Counter()
for f in json.load(open(units + ".geojson"))["features"]:
    p = f["properties"]
    households[of[p["编码"]]] += p["户数"]
    if p["kind"] != "urban":
        want[p["kind"], p["社区"], p["村民小组"] or p["小区"]].add(p["编码"])
for (kind, village, _), members in want.items():
    g = {of[u] for u in members}
    assert len(g) == 1, (kind, village, g)
    g = g.pop()
    assert {u for u in of if of[u] == g} == members, (kind, village)
    assert grid[g]["kind"] == kind and grid[g]["within"] == (village if within else "") and grid[g]["households"] == households[g], grid[g]
    assert grid[g]["status"] == "ok" or "by rule" in grid[g]["certificate"], grid[g]
r = json.load(open(report + ".json"))
assert r["kinds"] == {"urban": len(grid) - 5, "rural": 4, "dedicated": 1} and len(want) == 5, r["kinds"]
assert all(300 <= g["households"] <= 500 for g in grid.values() if g["kind"] == "urban") and r["violations"] == 0 and r["unknown"] == 0
P
}
ok "kinds" bash -c "'$cg' split kinds.geojson -o k.gpkg --households 户数 --report k.json --effort 5 | grep -q '4 rural (villager groups), 1 dedicated'"
ok "one grid a villager group of a village, one a park; the rest in range" ruled kinds k k ""
ok "the checker agrees" /usr/bin/python3 "$oracle/check_grids.py" kinds.geojson k.gpkg k.json --id 编码 --households 户数
ok "a proof says whose grid it is" /usr/bin/python3 -c "import json; c = [e['certificate'] for e in json.load(open('k.json'))['exceptions'] if e['reason'] == 'rural']; assert c and all('villager group by rule: 99000110020' in t and t.count('组') > 1 for t in c), c"
ok "with communities" divide kinds w --within 社区
ok "the same grids by rule" ruled kinds w w 社区
ok "columns by name" divide words n --kind 城乡 --group team --within 社区
ok "say the same" cmp <(layer w '*' grids) <(layer n '*' grids)
ok "columns found" divide words f --within 社区 --group team
ok "are those" same n f
ok "no column of kinds" divide plain p
ok "kinds that are all urban change nothing" divide urban u
ok "not one grid" same p u
ok "kinds may be left out" divide kinds o --kind ''
ok "then all are urban" /usr/bin/python3 -c "import json; r = json.load(open('o.json')); assert r['kinds'] == {'urban': r['grids'], 'rural': 0, 'dedicated': 0}"
ok "and the grids are those of a file without" same p o
ok "no villager groups are told" bash -c "'$cg' split loose.geojson -o l.gpkg --households 户数 --report l.json --effort 5 2>&1 | grep -q 'rural units of no villager group.*NO_GROUPS'"
ok "they are one grid" /usr/bin/python3 -c "import json; r = json.load(open('l.json')); assert r['kinds']['rural'] == 1 and r['kinds']['dedicated'] == 1, r['kinds']"
ok "a unit without a kind is told" bash -c "'$cg' split some.geojson -o s.gpkg --households 户数 --effort 5 2>&1 | grep -q '14 units without a kind count as urban, the first in row 18'"
ok "and is urban" same k s
ok "a column that is not there" fails 1 'kind nix: there is no such column' "$cg" split kinds.geojson -o x.gpkg --households 户数 --kind nix
ok "a kind that is none is named, with the way out" fails 1 "社区: \"990001100201\" is none of urban, rural, dedicated.*--kind ''" "$cg" split kinds.geojson -o x.gpkg --households 户数 --kind 社区
ok "micro-units of all kinds" divide kinds m --micro 20:80
ok "lie in them" bash -c "[ \"\$(ogrinfo -ro -q -dialect sqlite -sql 'select count(*) as n from micro where kind = \"rural\"' m.gpkg | sed -n 's/.*n .* = //p')\" -gt 4 ]"
/usr/bin/python3 -c "
import json
from osgeo import ogr
k = ogr.Open('k.gpkg')
of = {f['unit_id']: f['grid_id'] for f in k.GetLayerByName('assignment')}
t = json.load(open('kinds.geojson'))
for f in t['features']: f['properties']['old'] = of[f['properties']['编码']]
json.dump(t, open('again.geojson', 'w'), ensure_ascii=False)"
ok "an old plan" divide again z --keep old
ok "is kept" /usr/bin/python3 -c "import json; r = json.load(open('z.json')); assert r['moved_households'] == 0 and r['kinds'] == json.load(open('k.json'))['kinds']"

# A county that delivers the same units makes the same villager groups and park.
/usr/bin/python3 -c "
import json
from shapely.geometry import mapping, shape
from shapely.ops import unary_union
units = json.load(open('kinds.geojson'))['features']
land = {}
for f in units: land.setdefault(f['properties']['社区'], []).append(shape(f['geometry']))
rows = [('990001', '试验县', 'county', None, unary_union([g for gs in land.values() for g in gs])), ('990001100', '城关镇', 'town', '990001', unary_union([g for gs in land.values() for g in gs]))]
rows += [(code, code, 'community', '990001100', unary_union(gs)) for code, gs in land.items()]
json.dump({'type': 'FeatureCollection', 'features': [{'type': 'Feature', 'properties': {'编码': c, '名称': n, '级别': l, '上级': p}, 'geometry': mapping(g)} for c, n, l, p, g in rows]}, open('regions.geojson', 'w'), ensure_ascii=False)
for f in units:
    if f['properties']['小区']: f['properties']['村民小组'] = f['properties']['小区']
json.dump({'type': 'FeatureCollection', 'features': units}, open('county.geojson', 'w'), ensure_ascii=False)"
ok "a county of these units" bash -c "'$cg' init c.sqlite && '$cg' import c.sqlite regions regions.geojson && '$cg' import c.sqlite units county.geojson && '$cg' plan c.sqlite split --report c.json --effort 5 && '$cg' plan c.sqlite export -o c.gpkg"
ruled_rows() { layer "$1" "within, kind, households, population, units, round(area_m2), status" "(select * from grids where kind <> 'urban')" | sort; }
ok "has the same grids by rule" bash -c "$(declare -f layer ruled_rows); diff <(ruled_rows c) <(ruled_rows w)"

# From buildings: villages are rural, a park is dedicated, and the county that makes its own units agrees.
/usr/bin/python3 "$oracle/make_units.py" 16 12 units.geojson 3
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 "$oracle/make_houses.py" .
/usr/bin/python3 -c "
import json
from shapely.geometry import box, mapping, shape
t = json.load(open('regions.geojson'))
t['features'] = [f for f in t['features'] if f['properties']['级别'] == 'community']
json.dump(t, open('communities.geojson', 'w'), ensure_ascii=False)
w, s, e, n = next(shape(f['geometry']) for f in t['features'] if not f['properties']['名称'].endswith('村')).bounds
park = box(w + (e - w) * .3, s + (n - s) * .3, w + (e - w) * .5, s + (n - s) * .45)
json.dump({'type': 'FeatureCollection', 'features': [{'type': 'Feature', 'properties': {'编码': 'P1', '名称': '工业园', '类型': 'park'}, 'geometry': mapping(park)}]}, open('park.geojson', 'w'), ensure_ascii=False)"
ok "cells" "$cg" cells houses.geojson -o cells.gpkg --boundary communities.geojson --barriers roads.geojson --compounds park.geojson
ok "their split" "$cg" split cells.gpkg:cells -o b.gpkg --households households --population population --within region --compound compound --report b.json --effort 5
ok "three villager groups and a park" /usr/bin/python3 -c "import json; r = json.load(open('b.json')); assert r['kinds']['rural'] == 3 and r['kinds']['dedicated'] == 1 and r['kinds']['urban'] > 3 and r['unknown'] == r['violations'] == 0, r['kinds']"
ok "the same in a county" bash -c "rm -f d.sqlite; '$cg' init d.sqlite && '$cg' import d.sqlite regions regions.geojson && '$cg' import d.sqlite buildings houses.geojson && '$cg' import d.sqlite barriers roads.geojson && '$cg' import d.sqlite compounds park.geojson && '$cg' plan d.sqlite split --report d.json --effort 5 && '$cg' plan d.sqlite export -o d.gpkg"
rows_by_rule() { layer "$1" "within, kind, households, population, status" "(select * from grids where kind <> 'urban')" | sort; }
ok "has the same households in each" bash -c "$(declare -f layer rows_by_rule); diff <(rows_by_rule d) <(rows_by_rule b)"
# A villager group and a community whose two units meet in the middle of a river of 60 m: one grid over a bridge only.
/usr/bin/python3 -c "
import json
X, Y, crs = 471600, 3548500, {'type': 'name', 'properties': {'name': 'urn:ogc:def:crs:EPSG::4546'}}
def area(w, s, e, n): return {'type': 'Polygon', 'coordinates': [[[X + x, Y + y] for x, y in ((w, s), (e, s), (e, n), (w, n), (w, s))]]}
def write(name, rows):
    json.dump({'type': 'FeatureCollection', 'crs': crs, 'features': [{'type': 'Feature', 'properties': p, 'geometry': g} for p, g in rows]}, open(name, 'w'))
def unit(name, kind, households, *box):
    return {'id': name, 'kind': kind, 'villager_group': 'G' if kind == 'rural' else None, 'households': households, 'community': 'V'}, area(*box)
write('shore.geojson', [unit('A', 'rural', 30, 0, 0, 400, 130), unit('B', 'rural', 40, 0, 130, 400, 300),
                        unit('C', 'urban', 170, 400, 0, 800, 130), unit('D', 'urban', 180, 400, 130, 800, 300)])
water = {'class': 'water'}, area(-10, 100, 810, 160)
def street(x, **more): return dict({'class': 'street'}, **more), {'type': 'LineString', 'coordinates': [[X + x, Y + 80], [X + x, Y + 180]]}
write('apart.geojson', [water])
write('over.geojson', [water, street(50, bridge='yes'), street(450)])"
shore() { "$cg" split shore.geojson -o s.gpkg --id id --households households --within community --group villager_group --kind kind --range 300:500 --barriers "$1.geojson" --report "$1.json"; }
ok "wide water between two units is none that they share" bash -c "$(declare -f shore); cg='$cg'; shore apart && shore over"
ok "one grid over a bridge only" /usr/bin/python3 -c "
import json
apart, over = (json.load(open(name + '.json')) for name in ('apart', 'over'))
assert apart['kinds'] == {'urban': 2, 'rural': 2, 'dedicated': 0} and apart['pieces_apart'] == 1 and apart['parted'] == [['A', 'B'], ['C', 'D']], apart
assert over['kinds'] == {'urban': 1, 'rural': 1, 'dedicated': 0} and over['in_range'] == 1 and over['pieces_apart'] == 0, over
assert over['crossings'] == over['parted'] == over['barrier_inside']['list'] == [], over"
done_testing
