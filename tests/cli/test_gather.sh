#!/usr/bin/env bash
# clusters, near-repeat, backtest, hotspots --method global: against values counted again here, and published ones.
. "$(dirname "$0")/tap.sh"

python=/usr/bin/python3
# 600 events over two years: three clusters and a ground, some without a place or a time.
"$python" - <<'END'
import random, datetime
r = random.Random(5)
day = datetime.datetime(2024, 1, 1)
with open('p.csv', 'w') as f:
    f.write('id,x,y,time\n')
    for i in range(600):
        c = [(501000, 3401000, 60), (503000, 3402500, 120), (502000, 3404000, 25), None][i % 4]
        x, y = (r.gauss(c[0], c[2]), r.gauss(c[1], c[2])) if c else (500000 + 5000 * r.random(), 3400000 + 5000 * r.random())
        t = (day + datetime.timedelta(days=r.randrange(730), hours=r.randrange(24))).strftime('%Y-%m-%d %H:%M')
        f.write(f'{i},{x:.2f},{y:.2f},{t if i % 50 else ""}\n' if i != 7 else '7,,,2024-03-01 00:00\n')
END
run() { "$cg" "$1" p.csv --crs EPSG:4547 "${@:2}"; }

# DBSCAN by its definition, every pair; outlines hold their points.
dbscan() {
    run clusters -o c.csv --radius 80 --min-points 6 && run clusters -o c.gpkg --radius 80 --min-points 6 --report c.json || return 1
    "$python" - <<'END'
import csv, json, math
from osgeo import ogr
rows = list(csv.DictReader(open('c.csv')))
p = [(float(r['x']), float(r['y'])) if r['x'] else None for r in rows]
near = [[j for j, b in enumerate(p) if a and b and math.hypot(a[0] - b[0], a[1] - b[1]) <= 80] for a in p]
core = [len(n) >= 6 for n in near]
label = [None] * len(p); k = 0
for i in range(len(p)):
    if core[i] and label[i] is None:
        k += 1; stack = [i]; label[i] = k
        while stack:
            for j in near[stack.pop()]:
                if core[j] and label[j] is None:
                    label[j] = k; stack.append(j)
for i in range(len(p)):
    if not core[i]:
        label[i] = next((label[j] for j in near[i] if core[j]), None)
ours = [int(r['cluster']) if r['cluster'] else None for r in rows]
assert ours == label, [(i, a, b) for i, (a, b) in enumerate(zip(ours, label)) if a != b][:5]
d = ogr.Open('c.gpkg'); layer = d.GetLayer('clusters')
assert layer.GetFeatureCount() == k == json.load(open('c.json'))['clusters'] >= 3
for f in layer:
    g = f.GetGeometryRef(); n = f['points']; mine = [q for q, l in zip(p, label) if l == f['cluster']]
    assert g.IsValid() and n == len(mine)
    for q in mine:
        pt = ogr.Geometry(ogr.wkbPoint); pt.AddPoint_2D(*q); assert g.Contains(pt)
    assert abs(f['per_km2'] / (n / g.GetArea() * 1e6) - 1) < 1e-9
END
}
ok "dbscan: labels and outlines" dbscan
nnh() {
    run clusters -o n.gpkg --method nnh --min-points 5 --report n.json >said.txt && grep -q 'order 1' said.txt || return 1
    "$python" - <<'END'
import json
from osgeo import ogr
r = json.load(open('n.json')); d = ogr.Open('n.gpkg')
layer = d.GetLayer('clusters'); rows = {f['cluster']: (f['order'], f['parent'], f['points']) for f in layer}
assert len(rows) == r['clusters'] == sum(o['clusters'] for o in r['orders'])
assert sum(n for o, _, n in rows.values() if o == 1) == r['in_clusters']
for o, parent, n in rows.values():
    if parent is not None:
        assert rows[parent][0] == o + 1 and rows[parent][2] >= n
END
}
ok "nnh: orders and parents" nnh
ok "clusters: the same bytes again" bash -c "'$cg' clusters p.csv --crs EPSG:4547 -o c1.gpkg --radius 80 && '$cg' clusters p.csv --crs EPSG:4547 -o c2.gpkg --radius 80 && cmp c1.gpkg c2.gpkg"
ok "clusters: --json" bash -c "'$cg' clusters p.csv --crs EPSG:4547 -o c.csv --radius 80 --json | '$python' -c 'import json, sys; assert json.load(sys.stdin)[\"method\"] == \"dbscan\"'"
ok "clusters: radius is needed" fails 2 'radius METRES is needed' run clusters -o c.csv
ok "clusters: radius in range" fails 2 'not above 0' run clusters -o c.csv --radius -3
ok "clusters: method unknown" fails 2 'neither dbscan nor nnh' run clusters -o c.csv --method k-means
ok "clusters: area serves nnh" fails 2 'serves --method nnh' run clusters -o c.csv --radius 5 --area 3
ok "clusters: ending" fails 2 'gpkg, .geojson or .csv' run clusters -o c.shp --radius 5

# Every pair once more.
knox() {
    run near-repeat -o k.csv --space 0,50,150,400 --time 0,7.5,30 --distance "$1" --replicates 19 --report k.json >said.txt || return 1
    grep -q 'left out: 1 without a place, 12 without a time' said.txt || { cat said.txt; return 1; }
    "$python" - "$1" <<'END'
import csv, sys, math, datetime
e = [(float(r['x']), float(r['y']), datetime.datetime.strptime(r['time'], '%Y-%m-%d %H:%M').timestamp() / 86400)
     for r in csv.DictReader(open('p.csv')) if r['x'] and r['time']]
space, time = [0, 50, 150, 400, 1e99], [0, 7.5, 30, 1e99]
n = [[0] * 3 for _ in range(4)]
band = lambda v, limits: max(k for k in range(len(limits) - 1) if limits[k] <= v)
for i, a in enumerate(e):
    for b in e[:i]:
        dx, dy = abs(a[0] - b[0]), abs(a[1] - b[1])
        d = dx + dy if sys.argv[1] == 'manhattan' else math.hypot(dx, dy)
        n[band(d, space)][band(abs(a[2] - b[2]), time)] += 1
rows = list(csv.DictReader(open('k.csv')))
total = sum(map(sum, n))
for k, r in enumerate(rows):
    s, t = divmod(k, 3)
    want = sum(n[s]) * sum(row[t] for row in n) / total
    assert int(r['pairs']) == n[s][t] and abs(float(r['expected']) / want - 1) < 1e-9, (r, n[s][t], want)
    assert 1 / 20 <= float(r['p']) <= 1
assert rows[0]['space_m'] == '[0,50)' and rows[-1]['space_m'] == '[400,Inf)' and rows[1]['time_d'] == '[7.5,30)'
END
}
ok "near-repeat, manhattan" knox manhattan
ok "near-repeat, euclidean" knox euclidean
ok "near-repeat: bands ascend" fails 2 'each above the one before' run near-repeat -o k.csv --space 0,5,5
ok "near-repeat: bands begin at 0" fails 2 'first limit must be 0' run near-repeat -o k.csv --time 1,8
ok "near-repeat: one band of space" fails 2 'at least two limits' run near-repeat -o k.csv --space 0
ok "near-repeat: distance unknown" fails 2 'neither manhattan nor euclidean' run near-repeat -o k.csv --distance walking
ok "near-repeat: times are needed" bash -c "printf 'x,y\n500001,3400002\n500003,3400004\n' >t.csv; ! '$cg' near-repeat t.csv --crs EPSG:4547 -o k.csv 2>err && grep -q 'no column of times found; --time-column names it' err"
ok "near-repeat: in the rows too" bash -c "printf 'x,y,time\n500001,3400002,\n500003,3400004,\n' >t.csv; ! '$cg' near-repeat t.csv --crs EPSG:4547 -o k.csv 2>err && grep -q 'no event has a place and a time' err"

# Cells of 500 m; the plain map of old counts, judged here again.
backtest() {
    run backtest -o b.csv --split 2025-01-01 --cell 500 --share 5,20 --bandwidth 150,auto,adaptive:200 --report b.json >said.txt || return 1
    grep -q '^best: ' said.txt || return 1
    "$python" - <<'END'
import csv, json, math
old, new = {}, {}
pts = [r for r in csv.DictReader(open('p.csv')) if r['x']]
xs = [math.floor(float(r['x']) / 500) for r in pts]; ys = [math.floor(float(r['y']) / 500) for r in pts]
n = (max(xs) - min(xs) + 1) * (max(ys) - min(ys) + 1)
for x, y, r in zip(xs, ys, pts):
    if r['time']:
        side = old if r['time'] < '2025' else new
        side[x, y] = side.get((x, y), 0) + 1
cells = sorted(((y, x) for x in range(min(xs), max(xs) + 1) for y in range(min(ys), max(ys) + 1)))
rows = [r for r in csv.DictReader(open('b.csv')) if r['map'] == 'counts']
for r, share in zip(rows, (0.05, 0.2)):
    k = int(share * n + 1e-9)
    top = sorted(cells, key=lambda c: -old.get((c[1], c[0]), 0))[:k]
    hit = sum(new.get((x, y), 0) for y, x in top) / sum(new.values())
    best = sum(sorted(new.values(), reverse=True)[:k]) / sum(new.values())
    kept = sum(old.get((x, y), 0) for y, x in top) / sum(old.values())
    assert int(r['places']) == k
    for name, want in (('hit_rate', hit), ('pai', hit / (k / n)), ('pei', hit / best), ('rri', hit / kept)):
        assert abs(float(r[name]) / want - 1) < 1e-12, (r, name, want)
j = json.load(open('b.json'))
assert j['before'] == sum(old.values()) and j['after'] == sum(new.values()) and len(j['maps']) == 4 and j['places'] == n
END
}
ok "backtest: old counts" backtest
"$python" "$oracle/make_units.py" 8 8 units.geojson
"$python" -c "
import random; r = random.Random(1)
print('lon,lat,occurred')
for i in range(300): print(f'{108.2 + 0.008 * r.random():.6f},{36.9 + 0.008 * r.random():.6f},2025-{1 + i % 12:02d}-10')" >g.csv
ok "backtest: grids and a map of one's own" "$cg" backtest g.csv --crs EPSG:4326 -o b.csv --split 2025-07-01 --grids units.geojson --score 户数 --bandwidth 100
ok "backtest: a line for each map" bash -c "[ \$(cut -d, -f1 b.csv | sort -u | grep -c .) = 4 ] && grep -q '^score,' b.csv"
ok "backtest: nothing afterwards" fails 1 'no event after the split' run backtest -o b.csv --split 2027-01-01
ok "backtest: no date" fails 2 'is no date' run backtest -o b.csv --split soon
ok "backtest: share of the ground" fails 2 'percent of the ground' run backtest -o b.csv --split 2025-01-01 --share 0,5
ok "backtest: too many cells" fails 2 'at most 4000000' run backtest -o b.csv --split 2025-01-01 --cell 0.5
ok "backtest: a score needs grids" fails 2 'column of --grids' run backtest -o b.csv --split 2025-01-01 --score z

if have_data; then
    published() {
        local k=0 space time
        for space in 0,1,101,201,301:0,8,15,22 0,1,100,200,300:0,7,14,21; do
            time=${space#*:} space=${space%:*}
            "$cg" near-repeat "$data/expected/knox_chicago_burglary_month1.csv" --crs EPSG:26971 -o k$k.csv --space $space --time $time --replicates 0 >/dev/null || return 1
            k=$((k + 1))
        done
        "$python" - "$data/expected/knox_expected.csv" <<'END'
import csv, sys
want = list(csv.DictReader(open(sys.argv[1])))
for k in range(2):
    ours = {(r['space_m'], r['time_d']): r['pairs'] for r in csv.DictReader(open(f'k{k}.csv'))}
    for r in want[20 * k:20 * k + 20]:
        low = lambda t: t.split(',')[0]
        mine = [v for key, v in ours.items() if low(key[0]) == low(r['space_m']) and low(key[1]) == low(r['time_d'])]
        assert mine == [r['pairs']], (r, mine)
END
    }
    ok "near-repeat: all 40 published counts" published
    global() {
        "$cg" hotspots "$data/us/cincinnati_blocks.gpkg" --id geoid --count theft --method global -o g.csv --report g.json >said.txt && grep -q moran_row said.txt || return 1
        "$python" - "$data/expected/global_statistics_expected.csv" <<'END'
import csv, json, sys
ours = json.load(open('g.json'))['global']
for r in csv.DictReader(open(sys.argv[1])):
    if r['case'] != 'cincinnati_theft_queen': continue
    style = 'row' if r['style'] == 'W' else 'binary'
    pairs = [('moran_' + style, 'value', 'moran_I'), ('moran_' + style, 'expected', 'E_I'), ('moran_' + style, 'variance', 'var_rand'),
             ('moran_' + style, 'z', 'z_rand'), ('moran_' + style, 'p', 'p_rand_2s'), ('geary_' + style, 'value', 'geary_C'), ('geary_' + style, 'z', 'geary_z')]
    if r['G']: pairs += [('g_binary', 'value', 'G'), ('g_binary', 'z', 'G_z')]
    for a, b, c in pairs:
        got, want = ours[a][b], float(r[c])
        if c == 'geary_z': got, want = abs(got), abs(want)
        assert abs(got / want - 1) < 1e-9, (a, b, got, want)
END
    }
    ok "hotspots --method global: published values" global
else
    skip "published values" "no shared data"
fi
done_testing
