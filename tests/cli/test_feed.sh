#!/usr/bin/env bash
# Rows that others append to files, taken by a server that watches: half lines, bad rows, other encodings, files that are cut,
# renamed or wrong, and a server that is killed in the middle.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
ok "county" bash -c "'$cg' init c.sqlite && '$cg' import c.sqlite regions regions.geojson && '$cg' import c.sqlite units units.geojson &&
    '$cg' plan c.sqlite split --publish && '$cg' import c.sqlite incidents incidents.csv"
mkdir in tmp
export TMPDIR=$tap_dir/tmp # nothing is ever left here

start() {
    : >serve.out
    "$cg" serve c.sqlite --listen 127.0.0.1:0 --intake --watch in >serve.out 2>>serve.err &
    server=$!
    for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
}
count() { sqlite3 'file:c.sqlite?mode=ro' "SELECT count(*) FROM incident WHERE source_id LIKE '$1'" 2>&1; }
# comes PATTERN NUMBER: so many within 10 s, and no more a moment later
comes() {
    for _ in $(seq 100); do [ "$(count "$1")" = "$2" ] && break; sleep 0.1; done
    sleep 0.2
    [ "$(count "$1")" = "$2" ] || { echo "$(count "$1"), not $2"; cat serve.err c.sqlite-feed-rejects.csv 2>/dev/null | tail -5; return 1; }
}
rows() { # PREFIX FROM TO
    local i
    for ((i = $2; i <= $3; i++)); do printf '%s%d,治安/盗窃,2026-11-20 %02d:%02d:00,%d.5,36.9\n' "$1" "$i" $((i % 24)) $((i % 60)) 108; done
}
head='id,type,time,lon,lat'

start
{ echo "$head"; rows A 1 10; } >in/a.csv
ok "a file is taken" comes 'A%' 10
printf 'A11,治安/盗窃,2026-11-20 0' >>in/a.csv
sleep 1.2
ok "half a line waits" comes 'A%' 10
printf '1:00:00,108.5,36.9\n' >>in/a.csv
ok "... for its end" comes 'A%' 11
ok "and is as it was written" bash -c "[ \$(sqlite3 'file:c.sqlite?mode=ro' \"SELECT occurred_s FROM incident WHERE source_id='A11'\") = 1795107600 ]"
printf 'A12,治安/盗窃,no time,108.5,36.9\n,治安/盗窃,2026-11-20 01:00:00,108.5,36.9\nA13,13912345678,2026-11-20 01:00:00,108.5,36.9\nA14,"two\nlines",2026-11-20 01:00:00,108.5,36.9\n' >>in/a.csv
rows A 15 20 >>in/a.csv
ok "bad rows hold nobody up" comes 'A%' 18
ok "... and are listed with line and cause" bash -c "
    grep -q 'a.csv\",13,' c.sqlite-feed-rejects.csv && grep -q 'a.csv\",14,' c.sqlite-feed-rejects.csv &&
    grep -q 'a.csv\",15,.*PERSONAL_DATA' c.sqlite-feed-rejects.csv && [ \$(wc -l <c.sqlite-feed-rejects.csv) = 4 ]"
ok "... without what is personal" bash -c "! grep -rq 13912345678 c.sqlite-feed-rejects.csv c.sqlite-feed.json serve.err"

{ echo '事件编号,类型,发生时间,经度,纬度'; echo 'GBK1,民生服务/噪音,2026-11-20 01:00:00,108.5,36.9'; } | iconv -f UTF-8 -t GBK >in/gbk.csv
ok "an export in GBK" comes 'GBK%' 1
ok "... is read right" bash -c "sqlite3 'file:c.sqlite?mode=ro' \"SELECT type FROM incident WHERE source_id='GBK1'\" | grep -q 民生服务/噪音"
{ echo 'a,b'; echo '1,2'; echo '3,4'; } >in/wrong.csv
rows A 21 22 >>in/a.csv
ok "a file without an id holds nobody up" comes 'A%' 20
sleep 1.2
ok "... and is told once" bash -c "[ \$(grep -c 'wrong.csv' serve.err) = 1 ]"

rows A 23 24 >>in/a.csv
mv in/a.csv in/a.csv.1
{ echo "$head"; rows A 25 26; } >in/a.csv
ok "a file that was renamed is read to its end, then the new one" comes 'A%' 24
{ echo "$head"; rows A 27 27; } >in/a.csv
ok "a file that was cut is read anew" comes 'A%' 25
ok "the old rows came once" bash -c "[ \$(sqlite3 'file:c.sqlite?mode=ro' 'SELECT count(*) FROM incident WHERE revision > 0') = 0 ]"

# ---- spreadsheets ----------------------------------------------------------------------------------------------------
if /usr/bin/python3 -c 'import openpyxl' 2>/dev/null; then
    # book FILE PREFIX FROM TO [WRONG]: rows under a title, dates as dates; a wrong one, a personal one
    book() { /usr/bin/python3 - "$@" <<'PY'
import datetime, os, sys, openpyxl
name, prefix, first, last, wrong = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), len(sys.argv) > 5
book = openpyxl.Workbook()
book.active.title = "说明"
sheet = book.create_sheet("工单")
sheet.append(["12345 热线"])
sheet.append(["工单编号", "诉求类型", "发生时间", "经度", "纬度"])
for k in range(first, last + 1):
    sheet.append([f"{prefix}{k}", "民生/噪音", datetime.datetime(2026, 11, 20, k % 24, k % 60), 108.5, "36.9"])
if wrong:
    sheet.append([f"{prefix}x", "民生/噪音", "昨天", 108.5, 36.9])
    sheet.append([f"{prefix}y", "13912345678", datetime.datetime(2026, 11, 20), 108.5, 36.9])
book.save(name + "~")
os.rename(name + "~", name)
PY
    }
    book in/hot.xlsx X 1 2500 wrong
    ok "a spreadsheet in the folder is taken" comes 'X%' 2500
    ok "... with its dates" bash -c "[ \$(sqlite3 'file:c.sqlite?mode=ro' \"SELECT occurred_s FROM incident WHERE source_id='X2461'\") = $(date -d '2026-11-20 13:01 +08' +%s) ]"
    ok "... bad rows are listed with sheet, row and cause" bash -c "
        grep -q 'hot.xlsx:工单\",2503,.*BAD_TIME' c.sqlite-feed-rejects.csv && grep -q 'hot.xlsx:工单\",2504,.*PERSONAL_DATA' c.sqlite-feed-rejects.csv"
    book in/hot.xlsx X 1 2501
    ok "... and taken again when it is another" comes 'X%' 2501
    head -c 9000 in/hot.xlsx >in/cut.xlsx
    echo old >in/old.xls
    cp in/hot.xlsx in/'~$hot.xlsx'
    for _ in $(seq 80); do grep -q 'cut.xlsx' serve.err && grep -q 'old.xls.*save it as .xlsx' serve.err && break; sleep 0.1; done
    ok "half a file and an old one are told, once" bash -c "[ \$(grep -c 'cut.xlsx.*cut short' serve.err) = 1 ] && [ \$(grep -c 'old.xls:.*save it as' serve.err) = 1 ]"
    book in/cut.xlsx Y 1 9
    ok "... and the half one is taken when it is whole" comes 'Y%' 9
else
    skip "a spreadsheet in the folder is taken" "python3-openpyxl is not installed"
fi

# ---- killed in the middle, again and again ----------------------------------------------------------------------------
{ echo "$head"; rows K 1 6000; } >in/k.csv
sleep 0.4
z=0
[ ! -e in/hot.xlsx ] || { z=3000; book in/z.xlsx Z 1 $z; }
( for part in 1 2 3 4; do rows K $((6000 + part * 1000 - 999)) $((6000 + part * 1000)); sleep 0.7; done >>in/k.csv ) &
writer=$!
for pause in 0.3 0.5 0.4; do
    sleep "$pause"
    kill -9 "$server"
    wait "$server" 2>/dev/null
    start
done
wait "$writer"
ok "killed three times while it reads: nothing is lost, nothing comes twice" comes 'K%' 10000
ok "... nor of a spreadsheet" comes 'Z%' $z
ok "... and the counts agree" bash -c "[ \$(sqlite3 'file:c.sqlite?mode=ro' \"SELECT count(DISTINCT source_id) FROM incident WHERE source_id LIKE 'K%'\") = 10000 ]"
kill -TERM "$server"
wait "$server"
ok "it stops" [ $? -eq 0 ]
ok "the county is sound" "$cg" check c.sqlite
ok "three kills left nothing in TMPDIR" bash -c '[ -z "$(ls -A tmp)" ]'
start
sleep 1.5
ok "a new start takes nothing again" bash -c "grep -q '\"offset\"' c.sqlite-feed.json && [ \$(sqlite3 'file:c.sqlite?mode=ro' \"SELECT count(*) FROM incident WHERE source_id LIKE 'K%'\") = 10000 ]"
kill -TERM "$server"
wait "$server"
ok "and leaves nothing open behind" bash -c '[ -z "$(ls -A tmp)" ]'
ok "--watch needs --intake" fails 2 'needs --intake' "$cg" serve c.sqlite --watch in
done_testing
