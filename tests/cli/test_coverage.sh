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
done_testing
