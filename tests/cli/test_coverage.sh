#!/usr/bin/env bash
# Coverage of cameras and ways to service points: recounted by an outside program; bad input refused.
. "$(dirname "$0")/tap.sh"
"$cg" sample c.sqlite --preset wuqi --days 30 >/dev/null 2>&1 || exit 99
ok "no plan yet" fails 1 'plan' "$cg" coverage c.sqlite -o c.csv
"$cg" plan c.sqlite split --effort 5 --publish >/dev/null || exit 99
ok "a sheet" "$cg" coverage c.sqlite -o c.csv
ok "ground, buildings and ways equal the recount" /usr/bin/python3 "$oracle/coverage.py" c.sqlite c.csv 75 2 1 40
ok "the same bytes again" bash -c "'$cg' coverage c.sqlite -o d.csv && cmp c.csv d.csv"
ok "grids with the same columns" bash -c "'$cg' coverage c.sqlite -o c.gpkg && /usr/bin/python3 - <<'PY'
import csv
from osgeo import ogr
ogr.UseExceptions()
rows = {r['code']: r for r in csv.DictReader(open('c.csv', encoding='utf-8-sig', newline=''))}
book = ogr.Open('c.gpkg')
layer = book.GetLayerByName('coverage')
assert layer.GetFeatureCount() == len(rows) > 600
for f in layer:
    for key, text in rows[f.GetField('code')].items():
        got = f.GetField(key)
        assert (got is None and text == '') or got == text or abs(float(text) - got) <= 1e-9 * abs(got), (key, text, got)
    assert abs(f.GetGeometryRef().GetArea() - float(rows[f.GetField('code')]['open_m2'])) <= f.GetGeometryRef().GetArea()
PY"
ok "XLSX with notes" bash -c "'$cg' coverage c.sqlite -o c.xlsx && /usr/bin/python3 -c \"
from osgeo import ogr
book = ogr.Open('c.xlsx')
assert book.GetLayerByName('网格覆盖').GetFeatureCount() > 600 and book.GetLayerByName('说明').GetFeatureCount() >= 3\""
share() { "$cg" coverage c.sqlite -o s.csv --json "$@" | /usr/bin/python3 -c "import json, sys; r = json.load(sys.stdin); print(r['seen_share_urban'], r['near_share'])"; }
read -r seen near < <(share)
read -r _ nearer < <(share --minutes 10)
ok "more households within ten minutes" /usr/bin/python3 -c "assert 0 < $near < $nearer <= 1 and 0 < $seen < 1"
kind=$(sqlite3 c.sqlite "SELECT kind FROM service WHERE kind IS NOT NULL LIMIT 1")
read -r _ one < <(share --kind "$kind")
ok "fewer near one kind of service point ($kind)" /usr/bin/python3 -c "assert 0 <= $one <= $near"
ok "an unknown kind names those there are" fails 1 "$kind" "$cg" coverage c.sqlite -o x.csv --kind nothing
ok "another ending" fails 2 'xlsx' "$cg" coverage c.sqlite -o x.txt
ok "a cell of nothing" fails 2 'cell' "$cg" coverage c.sqlite -o x.csv --cell 0
ok "a range beyond all cameras" fails 2 'range' "$cg" coverage c.sqlite -o x.csv --range 1e9
ok "nothing is left of what was refused" bash -c '! ls x.*'
# ---- kept as measures: read by reports, pictures, features and tiles
ok "sheets have what the command gives, grid by grid and summed up" bash -c "'$cg' report c.sqlite -o g.csv --level grid --period all && '$cg' report c.sqlite -o k.csv --level community --period all && /usr/bin/python3 - <<'PY'
import csv, math
def load(name):
    return {r['code']: r for r in csv.DictReader(open(name, encoding='utf-8-sig', newline=''))}
told, grids, above = load('c.csv'), load('g.csv'), load('k.csv')
def num(text):
    return float(text) if text else math.nan
def same(a, b):
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-6)
assert set(told) <= set(grids) and len(told) > 600
for code, row in told.items():
    kept = grids[code]
    for key in ('seen_share', 'blind_m2', 'mean_minutes', 'most_minutes'):
        assert same(num(row[key]), num(kept[key])), (code, key, row[key], kept[key])
    assert same(1 - num(row['near_share']), num(kept['far_share'])), (code, row, kept)
for code, kept in above.items():
    rows = [r for c, r in told.items() if c.startswith(code)] if code else []
    if rows:
        assert same(sum(num(r['seen_m2']) for r in rows) / sum(num(r['open_m2']) for r in rows), num(kept['seen_share'])), code
        assert same(max(num(r['most_minutes']) for r in rows), num(kept['most_minutes'])), code
PY"
kept() { sqlite3 -readonly c.sqlite "SELECT count(*) FROM measure WHERE name = 'camera_ground'"; }
printf 'id,name,lon,lat\n1,一处,108.2,36.9\n' >services.csv
sqlite3 c.sqlite "SELECT json_extract(value, '\$.sources.service') FROM setting WHERE key = 'coverage/1'" >before.txt
ok "an import of service points renews it" bash -c "'$cg' import c.sqlite services services.csv &&
    [ \"\$(sqlite3 c.sqlite \"SELECT json_extract(value, '\$.services') FROM setting WHERE key = 'coverage/1'\")\" = 1 ]"
# A file of an earlier program: published, nothing kept. Its server works it out; nobody asks for it.
sqlite3 c.sqlite "DELETE FROM measure WHERE name LIKE 'camera\_%' ESCAPE '\' OR name LIKE 'service\_%' ESCAPE '\'; DELETE FROM setting WHERE key LIKE 'coverage/%'"
ok "a map says that there is nothing yet" bash -c "'$cg' render c.sqlite choropleth --measure camera_coverage -o old.png"
"$cg" serve c.sqlite --listen unix:"$PWD/sock" --intake >serve.out 2>serve.err &
server=$!
for _ in $(seq 300); do [ "$(kept)" -gt 0 ] && break; sleep 0.1; done
ok "the server of an old file works it out" test "$(kept)" -gt 700
get() { curl -sS --fail --unix-socket sock "http://localhost$1"; }
for _ in $(seq 100); do get "/api/collections/grids/items?limit=1" 2>/dev/null | grep -q '"coverage_stale":false' && break; sleep 0.1; done
ok "features have it" bash -c "$(declare -f get); get '/api/collections/communities/items?limit=1000' | /usr/bin/python3 -c \"
import json, sys
rows = [f['properties'] for f in json.load(sys.stdin)['features']]
assert all(0 <= r['camera_coverage'] <= 100 and r['blind_m2'] >= 0 and r['service_minutes'] > 0 for r in rows if r['service_far'] is not None)
assert sum(r['camera_coverage'] is not None for r in rows) > 90\""
ok "the picture by URL is that of the command line" bash -c "$(declare -f get)
    for what in choropleth:camera_coverage ranking:service_far histogram:blind_ground; do
        get \"/api/render/\${what%:*}?measure=\${what#*:}&w=800&h=600\" >url.png &&
        '$cg' render c.sqlite \"\${what%:*}\" --measure \"\${what#*:}\" --size 800x600 -o own.png && cmp url.png own.png || exit 1
    done; cmp -s old.png own.png && exit 1; true"
kill "$server"; wait "$server"
ok "the file is sound" "$cg" check c.sqlite
done_testing
