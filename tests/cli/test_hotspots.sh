#!/usr/bin/env bash
# hotspots: figures of other software, exact chances counted again, formats, edges, wrong input.
. "$(dirname "$0")/tap.sh"

check() { /usr/bin/python3 "$oracle/check_hotspots.py" "$@"; }
hot() { "$cg" hotspots "$@"; }
field() { /usr/bin/python3 -c "import json,sys; v=json.load(open(sys.argv[1]))
for k in sys.argv[2].split('.'): v=v[int(k)] if isinstance(v,list) else v[k]
print(v)" "$1" "$2"; }

# 10 x 10 squares; counts whole and uneven, some squares without people.
/usr/bin/python3 "$oracle/make_units.py" 10 10 plain.geojson 3
/usr/bin/python3 -c "
import json, random
d = json.load(open('plain.geojson')); rng = random.Random(2)
for k, f in enumerate(d['features']):
    p = f['properties']
    p['n'] = rng.randint(0, 12) + (25 if k % 10 < 3 and k < 30 else 0)
    p['same'] = 4
    p['none'] = 0
    p['minus'] = -1 if k == 7 else 1
    p['half'] = 0.5
    p['rank'] = k
    p['gap'] = None if k in (5, 6) else p['n']
    p['people'] = 0 if k % 17 == 0 else p['户数']
json.dump(d, open('units.geojson', 'w'), ensure_ascii=False)
d['features'] = d['features'][:1]; json.dump(d, open('one.geojson', 'w'), ensure_ascii=False)
d['features'] = []; json.dump(d, open('empty.geojson', 'w'))"

exact() { hot units.geojson --id 编码 --count n -o n.csv --report n.json && check chances n.csv units.geojson 编码; }
ok "exact chances are those of whole numbers" exact
ok "and found without drawing" [ "$(field n.json chances)" = exact ]
found() { [ "$(field n.json hot.99)" -ge 5 ] && grep -q 'hot 99 %' n.csv; }
ok "the crowded corner is hot" found
scan() { hot units.geojson --id 编码 --count n --per people --method scan -o s.geojson --report s.json &&
    [ "$(field s.json clusters.0.p)" = 0.001 ] && [ "$(field s.json clusters.0.areas)" -ge 5 ]; }
ok "so it is for the scan" scan
# Where nobody lives nothing is compared: in no statistic, and its events are told.
baseless() { hot units.geojson --id 编码 --count n --per people --method "$1" -o b.csv --report b.json 2>b.err &&
    /usr/bin/python3 - "$1" <<'PY'
import csv, json, sys
units = [f["properties"] for f in json.load(open("units.geojson"))["features"]]
empty = {p["编码"] for p in units if p["people"] == 0}
left_out = sum(p["n"] for p in units if p["people"] == 0)
report = json.load(open("b.json"))
assert left_out > 0 and report["events_without_base"] == left_out and report["without_base"] == len(empty), report
assert f"6 areas without households or people take no part; {left_out} of {sum(p['n'] for p in units)} events" in open("b.err").read()
rows = {r["grid_id"]: r for r in csv.DictReader(open("b.csv"))}
for name in empty:
    assert not rows[name].get("p") and not rows[name].get("cluster") and not rows[name].get("label") and not rows[name].get("expected"), rows[name]
if sys.argv[1] == "scan":
    living = {p["编码"]: p for p in units if p["people"] > 0}
    rate = sum(p["n"] for p in living.values()) / sum(p["people"] for p in living.values())
    assert abs(float(rows["U000001"]["expected"]) - rate * living["U000001"]["people"]) < 1e-9
    for k, cluster in enumerate(report["clusters"]):
        inside = [living[name] for name, r in rows.items() if r["cluster"] == str(k + 1)]
        assert sum(p["n"] for p in inside) == cluster["observed"], cluster
PY
}
for method in gi-star excess eb scan; do ok "$method: places without people, and their events" baseless $method; done
excess() { hot units.geojson --id 编码 --count n --per people --method excess -o x.csv --report x.json && check excess x.csv units.geojson 编码 people; }
ok "binomial chances are those counted in whole numbers" excess
smooth() { hot units.geojson --id 编码 --count n --per people --method eb -o e.gpkg --report e.json &&
    [ "$(field e.json without_base)" = 6 ] && [ "$(field e.json used)" = 94 ] &&
    ogr2ogr -f CSV none.csv e.gpkg hotspots -where 'base = 0 and p is null and per_1000 is null and count is not null' &&
    [ "$(wc -l <none.csv)" = 7 ] && check smoothed e.gpkg units.geojson 编码 people; }
ok "areas without people take no part and get the mean around them" smooth
rates() { hot units.geojson --id 编码 --count n --per people -o r.csv --report r.json >r.out && [ "$(field r.json chances)" = rounded ] &&
    grep -q 'chances exact, those up to 0.1 at most 0.* % too high by rounding' r.out && [ "$(field r.json hot.99)" = 3 ]; }
ok "rates have chances without draws, and say their rounding" rates
# Counts 0 to 99: below 20 they are marked; limits as tables have them, per 1000 with a base.
small() {
    hot units.geojson --id 编码 --count rank -o n.csv --report n.json && hot units.geojson --id 编码 --count rank --per people -o r.csv --report r.json &&
        [ "$(field n.json small_counts)" = 20 ] && /usr/bin/python3 -c "
import csv
counts, rates = list(csv.DictReader(open('n.csv'))), list(csv.DictReader(open('r.csv')))
assert [int(r['small']) for r in counts] == [1] * 20 + [0] * 80
for r in counts + rates: assert r['small'] == str(int(float(r['count']) < 20)), r
assert abs(float(counts[10]['count_low']) - 4.795389) < 1e-6 and abs(float(counts[10]['count_high']) - 18.390356) < 1e-6
for c, r in zip(counts, rates):
    if float(r['base']) > 0:
        for of, per in (('count_low', 'per_1000_low'), ('count_high', 'per_1000_high')):
            assert abs(float(c[of]) * 1000 / float(r['base']) - float(r[per])) < 1e-9, r"
}
ok "small counts are marked, and their limits told" small
same() {
    for threads in 1 3; do
        hot units.geojson --id 编码 --count n --per people --method "$1" --threads $threads -o "t$threads.gpkg" >/dev/null || return 1
    done
    cmp t1.gpkg t3.gpkg
}
for method in gi-star excess gi local-moran eb scan; do ok "$method: same bytes with any threads" same $method; done
points() {
    ogr2ogr -f CSV p.csv units.geojson -dialect sqlite -sql "select st_x(st_centroid(geometry)) lon, st_y(st_centroid(geometry)) lat from units" &&
        printf '1,1\n,\n' >>p.csv && hot units.geojson --id 编码 --events p.csv -o c.csv --report c.json &&
        [ "$(field c.json events.inside)" = 100 ] && [ "$(field c.json events.outside)" = 2 ] && ! awk -F, 'NR > 1 && $2 != 1' c.csv | grep .
}
ok "events are counted in the areas" points
# A quiet year of one event a month in each area; from October on, ten a month in a corner of four.
/usr/bin/python3 -c "
import json
print('lon,lat,occurred')
for k, f in enumerate(json.load(open('units.geojson'))['features']):
    ring = f['geometry']['coordinates'][0][:4]
    x, y = sum(p[0] for p in ring) / 4, sum(p[1] for p in ring) / 4
    for month in range(1, 13):
        many = 10 if month >= 10 and k % 10 < 2 and k < 20 else 1
        for n in range(many): print(f'{x},{y},2025-{month:02d}-{10 + n}T12:00:00+08:00')
print(f'{x},{y},')" >year.csv
emerging() {
    hot units.geojson --id 编码 --events year.csv --method emerging --period month -o m.csv --report m.json &&
        [ "$(field m.json periods.number)" = 12 ] && [ "$(field m.json events.without_time)" = 1 ] &&
        [ "$(awk -F, '/consecutive hot/ { print $1 }' m.csv | head -2 | tr '\n' ' ')" = "U000000 U000001 " ] &&
        /usr/bin/python3 -c "
import csv
# Exact Poisson limits of the last month's counts, as any table has them: 10 and 1.
want = {10: (4.795389, 18.390356), 1: (0.025318, 5.571643)}
for r in csv.DictReader(open('m.csv')):
    low, high = want[int(r['last_count'])]
    assert abs(float(r['last_low']) - low) < 1e-6 and abs(float(r['last_high']) - high) < 1e-6, r"
}
ok "a hot spot since October is consecutive" emerging
ok "z, q, trend and months of the history, computed again" check emerging m.csv units.geojson 编码 year.csv
since() {
    hot units.geojson --id 编码 --events year.csv --per 户数 --method scan --period month --alive --replicates 99 -o m.csv --report m.json &&
        [ "$(field m.json clusters.0.from)" = 2025-10-01 ] && [ "$(field m.json clusters.0.until)" = 2026-01-01 ] &&
        [ "$(field m.json clusters.0.observed)" = 120.0 ] && [ "$(field m.json clusters.0.areas)" = 4 ]
}
ok "the scan finds the corner and the month" since
formats() {
    hot units.geojson --id 编码 --count n -o a.gpkg >/dev/null && hot units.geojson --id 编码 --count n -o a.geojson >/dev/null &&
        ogr2ogr -f CSV b.csv a.gpkg hotspots && ogr2ogr -f CSV g.csv a.geojson && [ "$(wc -l <b.csv)" = 101 ] &&
        /usr/bin/python3 -c "
import csv
for a, b in zip(csv.reader(open('b.csv')), csv.reader(open('g.csv'))):
    for x, y in zip(a, b):
        assert x == y or abs(float(x) - float(y)) <= 1e-12 * abs(float(x)), (x, y)"
}
ok "GeoPackage and GeoJSON hold the same table" formats
labels() {
    hot units.geojson --id 编码 --count n --method local-moran -o l.csv >/dev/null && /usr/bin/python3 -c "
import csv
rows = list(csv.DictReader(open('l.csv')))
for r in rows: assert r['label'] == (r['quadrant'] if float(r['q']) <= .05 else 'not significant'), r
assert 0 < sum(r['label'] != 'not significant' for r in rows) < 60"
}
ok "local-moran names what is significant" labels
joins() {
    hot units.geojson --id 编码 --count n --method global -o w.csv --report w.json >/dev/null && /usr/bin/python3 -c "
import csv, json
n = [f['properties']['n'] for f in json.load(open('units.geojson'))['features']]
above = [int(v > sum(n) / 100) for v in n]
assert [int(r['above_mean']) for r in csv.DictReader(open('w.csv'))] == above
pairs = [(i, j) for i in range(100) for j in range(i) if abs(i % 10 - j % 10) < 2 and abs(i // 10 - j // 10) < 2]
joins = json.load(open('w.json'))['joins']
assert joins['black'] == sum(above) and abs(joins['above'] - sum(n) / 100) < 1e-12
assert joins['black_black']['value'] == sum(above[i] and above[j] for i, j in pairs), joins
assert joins['different']['value'] == sum(above[i] != above[j] for i, j in pairs), joins"
}
ok "joins of areas above the mean, counted again" joins
near() {
    hot units.geojson --id 编码 --count n --neighbours rook -o k.csv --report k.json && [ "$(field k.json links)" = 180 ] &&
        hot units.geojson --id 编码 --count n --neighbours 120 -o k.csv --report k.json && [ "$(field k.json links)" -gt 50 ] &&
        hot units.geojson --id 编码 --count n --neighbours 1 -o k.csv --report k.json && [ "$(field k.json without_neighbours)" = 100 ]
}
ok "neighbours by border, by distance, none at all" near

# Edges: defined results.
for column in same none half; do
    for method in gi-star local-moran; do
        ok "$column values, $method" hot units.geojson --id 编码 --count $column --method $method -o x.csv
    done
done
for method in gi-star eb scan; do
    ok "no events at all, $method" hot units.geojson --id 编码 --count none --per people --method $method -o x.csv
    ok "nobody lives there, $method" hot units.geojson --id 编码 --count none --per none --method $method -o x.csv
    ok "one area, $method" hot one.geojson --id 编码 --count n --per 户数 --method $method -o x.csv
done
gap() { hot units.geojson --id 编码 --count gap -o x.csv --report x.json && [ "$(field x.json without_count)" = 2 ]; }
ok "areas without a count take no part" gap

# Wrong input and wrong use.
ok "no rows" fails 1 'NO_ROWS' hot empty.geojson --count n -o x.csv
for per in '' '--per people'; do
    ok "a negative count $per" fails 1 'units.geojson:8: minus: -1: a count is not negative (area U000007)' hot units.geojson --id 编码 --count minus $per -o x.csv
done
ok "half events in a scan" fails 1 'whole events' hot units.geojson --id 编码 --count half --per people --method scan -o x.csv
for method in scan eb gi-star; do
    ok "events where nobody lives, $method" fails 1 'units.geojson: --per none: there are .* events, but no place has households' hot units.geojson --id 编码 --count n --per none --method $method -o x.csv
done
says() { hot units.geojson --id 编码 --count "$1" --method global -o x.csv >said.txt && grep -q "$2" said.txt; }
ok "equal values have no global figure, and why" says same 'moran_row .*has no value: all values are equal'
silent() { hot units.geojson --id 编码 --count none --per none --method eb -o x.csv 2>said.txt && grep -q 'no area has households' said.txt && ! grep -q METRES said.txt; }
ok "nobody lives there: says so" silent
ok "--count names its column" fails 1 '--count nope: there is no such column' hot units.geojson --count nope -o x.csv
ok "--per names its column" fails 1 '--per nope: there is no such column' hot units.geojson --count n --per nope -o x.csv
ok "--id names its column" fails 1 '--id nope: there is no such column' hot units.geojson --id nope --count n -o x.csv
ok "a text is no count" fails 1 '社区\|编码' hot units.geojson --count 编码 -o x.csv
ok "unknown method" fails 2 "no method 'magic'" hot units.geojson --count n --method magic -o x.csv
ok "rates need a base" fails 2 '--per COL is needed' hot units.geojson --count n --method eb -o x.csv
ok "count or events" fails 2 'either --count COL or --events' hot units.geojson -o x.csv
ok "events that are not there are named" fails 1 '^countygrid: .*nope.csv' hot units.geojson --id 编码 --events nope.csv -o x.csv
printf 'lon,lat\n108.2,36.9\nabc,36.9\n1,x\n' >bad.csv
ok "and rows of theirs" fails 1 'bad.csv:4: lat' hot units.geojson --id 编码 --events bad.csv -o x.csv
ok "not both" fails 2 'not both' hot units.geojson --count n --events p.csv -o x.csv
ok "neighbours in words" fails 2 'neither queen nor rook' hot units.geojson --count n --neighbours king -o x.csv
ok "emerging needs a period" fails 2 'period day|week|month|year is needed' hot units.geojson --events year.csv --method emerging -o x.csv
ok "a period needs a method that takes it" fails 2 'needs --events and the method' hot units.geojson --events year.csv --period day -o x.csv
ok "a period needs events" fails 2 'needs --events and the method' hot units.geojson --count n --method emerging --period day -o x.csv
ok "periods have names" fails 2 'none of day, week, month, year' hot units.geojson --events year.csv --method emerging --period decade -o x.csv
ok "events without times" fails 1 'no event inside an area has a time\|have no times' hot units.geojson --events p.csv --method emerging --period day -o x.csv
printf 'lon,lat,occurred\n108.2005,36.9005,1900-01-01\n108.2005,36.9005,2025-01-01\n' >long.csv
ok "too many periods" fails 1 'more than 10000 periods' hot units.geojson --events long.csv --method emerging --period day -o x.csv
ok "draws in range" fails 2 '--draws' hot units.geojson --count n --draws 5 -o x.csv
ok "share in range" fails 2 '--max-share' hot units.geojson --count n --max-share 1 -o x.csv
ok "ending of the output" fails 2 'gpkg, .geojson or .csv' hot units.geojson --count n -o x.xls
ok "never over its input" fails 2 'written over' hot units.geojson --count n -o units.geojson

if [ -r "$data/us/cincinnati_blocks.gpkg" ]; then
    blocks() { hot "$data/us/cincinnati_blocks.gpkg" --id geoid --count theft "$@"; }
    star() { blocks -o g.csv && check columns g.csv "$data/expected/cincinnati_theft_expected.csv" id z=gistar_B neighbours=card_queen; }
    ok "Cincinnati: Gi* of spdep" star
    gi() { blocks --method gi -o g.csv && check columns g.csv "$data/expected/cincinnati_theft_expected.csv" id z=gi_B; }
    ok "Cincinnati: Gi of spdep" gi
    moran() { blocks --method local-moran -o g.csv && check columns g.csv "$data/expected/cincinnati_theft_expected.csv" id i=li z=li_z_cond; }
    ok "Cincinnati: local Moran of spdep" moran
else
    skip "Cincinnati" "real data absent: $data/us"
fi

# A few units across and without a CRS: half a metre would join what lies apart. Links of spData's columbus by spdep.
if [ -r "$data/expected/columbus.gpkg" ]; then
    crime() { hot "$data/expected/columbus.gpkg" --count CRIME -o c.csv --report c.json "$@"; }
    columbus() {
        crime --neighbours rook && [ "$(field c.json links)" = 100 ] && crime && [ "$(field c.json links)" = 118 ] &&
            check columns c.csv "$data/expected/columbus_crime_expected.csv" polyid z=gistar_B
    }
    ok "Columbus: links and Gi* of spdep" columbus
else
    skip "Columbus" "real data absent: $data/expected"
fi
done_testing
