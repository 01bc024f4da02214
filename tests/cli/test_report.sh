#!/usr/bin/env bash
# Sheets of figures: against a recount from the events, and read by an outside program.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
ok "county with 500 days" bash -c "'$cg' sample c.sqlite --preset wuqi --seed 3 --days 500 &&
    '$cg' plan c.sqlite split --publish"
for level in county town community grid; do
    for period in day week month year; do
        last=9
        [ $level-$period = grid-day ] && last=3
        ok "$level by $period equals the recount" bash -c "
            '$cg' report c.sqlite -o r.csv --level $level --period $period --last $last &&
            /usr/bin/python3 '$oracle/recount.py' c.sqlite r.csv"
    done
done
ok "each type by itself" bash -c "'$cg' report c.sqlite -o t.csv --level town --type '*' --last 2 &&
    /usr/bin/python3 '$oracle/recount.py' c.sqlite t.csv"
ok "a branch of types" bash -c "'$cg' report c.sqlite -o t.csv --level town --type 治安 --last 2 &&
    /usr/bin/python3 '$oracle/recount.py' c.sqlite t.csv"
# The moment of the last incident: its day is not over, and must not stand beside whole days.
last_day=$(/usr/bin/python3 -c "
import sqlite3
print(sqlite3.connect('file:c.sqlite?mode=ro', uri=True).execute('SELECT max(occurred_s) FROM incident').fetchone()[0])")
yesterday=$(TZ=Asia/Shanghai date -d "@$((last_day - 86400))" +%F) today=$(TZ=Asia/Shanghai date -d "@$last_day" +%F)
for period in day week month; do
    ok "a running day is in no $period" env COUNTYGRID_NOW="$last_day" bash -c "
        '$cg' report c.sqlite -o d.csv --level town --period $period --last 3 > said.txt 2>&1 && grep -q 'today is not over' said.txt &&
        /usr/bin/python3 '$oracle/recount.py' c.sqlite d.csv && ! cut -d, -f4 d.csv | grep -q $today"
done
ok "the last day is yesterday" bash -c "COUNTYGRID_NOW=$last_day '$cg' report c.sqlite -o d.csv --period day && [ \"\$(tail -n +2 d.csv | cut -d, -f4 | sort -u)\" = $yesterday ]"
ok "asked for by --when it is compared with nothing" env COUNTYGRID_NOW="$last_day" bash -c "
    '$cg' report c.sqlite -o d.csv --level town --period day --when $yesterday/$today &&
    /usr/bin/python3 '$oracle/recount.py' c.sqlite d.csv --when && grep -q '$today.*当日未过完' d.csv"
ok "a span" bash -c "'$cg' report c.sqlite -o s.csv --when 2026-03-15/2026-05-01 && [ \"\$(cut -d, -f4 s.csv | sort -u | grep -c 2026-0[345])\" = 3 ]"
ok "XLSX has the same figures" bash -c "'$cg' report c.sqlite -o r.csv --level town --last 3 &&
    '$cg' report c.sqlite -o r.xlsx --level town --last 3 && /usr/bin/python3 - <<'PY'
import csv
from osgeo import ogr
ogr.UseExceptions()
book = ogr.Open('r.xlsx')
page = book.GetLayerByName('统计')
rows = list(csv.reader(open('r.csv', encoding='utf-8-sig', newline='')))
assert page.GetFeatureCount() == len(rows) - 1, (page.GetFeatureCount(), len(rows))
for feature, row in zip(page, rows[1:]):
    for c, text in enumerate(row):
        got = feature.GetField(c)
        if feature.GetFieldDefnRef(c).GetType() in (ogr.OFTReal, ogr.OFTInteger, ogr.OFTInteger64):
            assert (got is None and text == '') or abs(float(text) - got) <= 1e-9 * abs(got), (c, text, got)
        else:
            assert (got or '').replace('/', '-') == text.replace('/', '-'), (c, text, got)
assert book.GetLayerByName('说明').GetFeatureCount() >= 5
PY"
ok "the same bytes again" bash -c "sleep 1; '$cg' report c.sqlite -o q.xlsx --level town --last 3 && cmp q.xlsx r.xlsx"
"$cg" serve c.sqlite --listen 127.0.0.1:0 >serve.out 2>serve.err &
server=$!
for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
ok "GET /api/measures has the same figures" bash -c "'$cg' report c.sqlite -o r.csv --level town --period week --last 4 --type '*' &&
    curl -fsS '${url}api/measures?level=town&period=week&last=4&type=*' -o r.json && /usr/bin/python3 - <<'PY'
import csv, json
rows = list(csv.DictReader(open('r.csv', encoding='utf-8-sig', newline='')))
got = json.load(open('r.json'))['rows']
assert len(rows) == len(got) > 100
for row, one in zip(rows, got):
    for key, text in row.items():
        value = one[key]
        assert (value is None and text == '') or value == text or abs(float(text) - value) <= 1e-9 * abs(value), (key, text, value)
PY"
status() { curl -s -o /dev/null -w '%{http_code}' "${url}api/measures?$1"; }
ok "... refuses what it does not know" [ "$(status level=house) $(status period=hour) $(status last=0) $(status kind=x) $(status type=x) $(status grids=x) $(status grids=then)" = "400 400 400 400 404 400 200" ]
kill -TERM "$server"
wait "$server"
# A new plan: what was reported before can be reported again, grid by grid, and all adds up.
ok "grids of the first plan" "$cg" report c.sqlite -o was.csv --level grid --period month --last 3
ok "of their time, too" "$cg" report c.sqlite -o then.csv --level grid --period month --last 3 --grids then
ok "are the same, with the plan" cmp <(sed 's/,1\r$//; s/,plan\r$//' then.csv) <(tr -d '\r' <was.csv)
ok "a second plan, from December on" env COUNTYGRID_NOW=1796500000 "$cg" plan c.sqlite split --range 150:300 --effort 1 --publish
ok "what was stays" bash -c "'$cg' report c.sqlite -o again.csv --level grid --period month --last 3 --grids then && cmp then.csv again.csv"
ok "what is now is of the new grids" bash -c "'$cg' report c.sqlite -o now.csv --level grid --period month --last 3 && ! cmp -s now.csv was.csv"
ok "both add up" bash -c "for grids in now then; do '$cg' report c.sqlite -o sum-\$grids.csv --level county --period month --last 3 --grids \$grids; done; cmp <(cut -d, -f1-8 sum-now.csv) <(cut -d, -f1-8 sum-then.csv)"
ok "unknown grids" fails 2 'now or then' "$cg" report c.sqlite -o r.csv --grids later
ok "grids of their time are of all plans" fails 2 'choose no plan' "$cg" report c.sqlite -o r.csv --grids then --plan 1
ok "the file is sound" "$cg" check c.sqlite
ok "another ending" fails 2 'csv or .xlsx' "$cg" report c.sqlite -o r.ods
ok "no output named" fails 2 'OUT.xlsx' "$cg" report c.sqlite
ok "unknown level" fails 2 'grid, community, town or county' "$cg" report c.sqlite -o r.csv --level house
ok "unknown period" fails 2 'day, week, month' "$cg" report c.sqlite -o r.csv --period hour
ok "unknown type names those there are" fails 1 '治安/盗窃' "$cg" report c.sqlite -o r.csv --type 火星
ok "span without data" fails 1 'NOT_FOUND' "$cg" report c.sqlite -o r.csv --when 2031-01-01/2031-02-01
ok "too many rows" fails 1 'LIMIT' "$cg" report c.sqlite -o r.csv --level grid --period day --last 500 --type '*'
ok "all time takes no span" fails 2 'takes no span' "$cg" report c.sqlite -o r.csv --period all --when 2026-01-01/
ok "empty county" bash -c "'$cg' init e.sqlite"
ok "without a plan it says so" fails 1 'NOT_FOUND' "$cg" report e.sqlite -o r.csv
ok "a full disk leaves the old sheet" bash -c "cp r.csv old.csv; (ulimit -f 1; trap '' XFSZ; '$cg' report c.sqlite -o r.csv --level grid --last 3) && exit 1; cmp old.csv r.csv"
done_testing
