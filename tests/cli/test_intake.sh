#!/usr/bin/env bash
# Incidents delivered live: lost lines, wrong bodies, a server that is killed.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
here=$CG_SOURCE/tests/cli
ok "county" bash -c "'$cg' sample c.sqlite --preset wuqi --seed 1 --days 30 && '$cg' plan c.sqlite split --publish"
echo '{"alarm":{"types":["安全隐患"]}}' >scenes.json

start() {
    : >serve.out
    "$cg" serve c.sqlite --listen "${1:-127.0.0.1:0}" --intake --scenes scenes.json >serve.out 2>serve.err &
    server=$!
    for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
    url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
}
post() { curl -s -o reply.json -w '%{http_code}' --max-time 60 -H 'Content-Type: application/json' "$@" "${url}api/incidents"; }
# replies STATUS TEXT CURL-ARGUMENT...
replies() {
    local status=$1 text=$2 found
    shift 2
    found=$(post "$@")
    [ "$found" = "$status" ] && grep -q -e "$text" reply.json && return 0
    echo "$found, not $status; or no '$text' in: $(cat reply.json)"
    return 1
}
one='{"id":"A1","source":"12345","type":"治安/盗窃","occurred":"2026-11-20T07:00:00","lon":109.1,"lat":32}'

start
ok "the server says where" [ -n "$url" ]
ok "one incident" replies 200 '"new":1' -d "$one"
ok "again changes nothing" replies 200 '"repeated":1' -d "$one"
ok "another content needs a revision" replies 409 '"conflict"' -d "${one/盗窃/诈骗}"
ok "a revision" replies 200 '"revised":1' -d "${one/\"source\"/\"revision\":1,\"source\"}"
ok "without a place" replies 200 '"grid":null' -d '{"id":"A2","occurred":"2026-11-20T01:00:00"}'
ok "one wrong item and nothing is stored" replies 422 '"item":1' -d '[{"id":"A3","occurred":"2026-11-20T01:00:00"},{"id":"A4"}]'
ok "... which a good one alone proves" replies 200 '"new":1' -d '[{"id":"A3","occurred":"2026-11-20T01:00:00"}]'
ok "personal field" replies 403 'never stored' -d '{"id":"A5","phone":"1","occurred":"2026-11-20T01:00:00"}'
ok "personal value" replies 403 'never stored' -d '{"id":"A5","type":"13912345678","occurred":"2026-11-20T01:00:00"}'
ok "... and the value is not repeated" bash -c "! grep -q 13912345678 reply.json serve.err"
ok "the future" replies 422 'future' -d '{"id":"A5","occurred":"2027-01-01T00:00:00"}'
ok "exchanged coordinates" replies 422 'exchanged' -d '{"id":"A5","occurred":"2026-11-20T01:00:00","lon":32,"lat":109}'
ok "no JSON" replies 422 'line 1' -d '{"id":'
ok "empty list" replies 422 'INPUT' -d '[]'
ok "too many" bash -c "/usr/bin/python3 -c \"import json; print(json.dumps([{'id': str(i), 'occurred': '2026-11-20T01:00:00'} for i in range(1001)]))\" >many.json"
ok "... are refused" replies 413 'at most 1000' -d @many.json
ok "a form is refused" bash -c "curl -s -H 'Content-Type: text/plain' -d '$one' ${url}api/incidents | grep -q application/json"
ok "a page of another site is refused" replies 403 'other sites' -H 'Origin: http://elsewhere.example' -d "$one"
ok "key" replies 200 '"new":1' -H 'Idempotency-Key: k1' -d '{"id":"B1","occurred":"2026-11-20T01:00:00"}'
ok "same key, same reply" replies 200 '"new":1' -H 'Idempotency-Key: k1' -d '{"id":"B1","occurred":"2026-11-20T01:00:00"}'
ok "same key, other body" replies 409 'Idempotency-Key' -H 'Idempotency-Key: k1' -d '{"id":"B2","occurred":"2026-11-20T01:00:00"}'
ok "a reader of the past" bash -c "curl -sN --max-time 1 -H 'Last-Event-ID: 0' '${url}api/events' >past.txt; grep -q '\"id\":\"B1\"' past.txt"
cat >leave.py <<'END'
import socket, sys, urllib.parse
url = urllib.parse.urlparse(sys.argv[1])
def leave(times):
    for _ in range(times):
        with socket.create_connection((url.hostname, url.port)) as line:
            line.sendall(f"GET /api/events HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
            line.recv(4096)
def memory():
    return next(int(line.split()[1]) for line in open(f"/proc/{sys.argv[2]}/status") if line.startswith("VmRSS"))
leave(200)
before = memory()
leave(3000)
assert memory() - before < 3000, f"{(memory() - before) / 3000:.2f} kB for each reader that left"
END
# The address sanitizer keeps what is freed for a while.
grep -q __asan_init "$cg" || ok "readers that leave leave nothing behind" python3 leave.py "$url" "$server"
for id in 99999999 abc -5; do
    ok "a reader from nowhere ($id) begins anew" bash -c "curl -sN --max-time 1 -H 'Last-Event-ID: $id' '${url}api/events' | grep -q 'event: reset'"
done
ok "a new reader does not" bash -c "! curl -sN --max-time 1 '${url}api/events' | grep -q 'event: reset'"
ok "degrees far outside" replies 200 '"grid":null' -d '{"id":"O1","occurred":"2026-11-20T01:00:00","lon":10,"lat":10.5}'
ok "... are told as they came" bash -c "seq=\$(sed 's/.*\"seq\":\([0-9]*\).*/\1/' reply.json); curl -sN --max-time 1 -H \"Last-Event-ID: \$((seq - 1))\" '${url}api/events' | grep -q '\"lon\":10.0,\"lat\":10.5'"
ok "... and come back so from the collection" bash -c "for _ in \$(seq 50); do curl -s '${url}api/collections/incidents/items?bbox=9,10,11,11' | grep -q '\"coordinates\":.10,10.5\]' && exit 0; sleep 0.2; done; exit 1"
ok "withdrawn" replies 200 '"withdrawn":1' -d '{"id":"O1","revision":2,"withdrawn":true}'
ok "... a late revision does not bring it back" replies 200 '"outdated":1' -d '{"id":"O1","revision":1,"occurred":"2026-11-20T01:00:00"}'
ok "... and readers hear of it" bash -c "curl -sN --max-time 1 -H 'Last-Event-ID: 0' '${url}api/events' >past.txt; grep -q '\"id\":\"O1\",\"source\":null,\"revision\":2,\"status\":\"withdrawn\"' past.txt"
# open_alarms IDS: which the server tells a wall that opens
open_alarms() { curl -s "${url}api/alarms" >alarms.json; /usr/bin/python3 -c "
import json, sys
found = ' '.join(one['id'] for one in json.load(open('alarms.json'))['open'] if one['id'][0] == 'F')
sys.exit(found != sys.argv[1] and 'open: ' + found)" "$1"; }
alarm() { printf '{"id":"%s","source":"12345","type":"%s","occurred":"%s","lon":109.1,"lat":32}' "$@"; }
ok "alarms of four kinds" replies 200 '"new":5' -d "[$(alarm F1 安全隐患/消防 2026-11-21T07:50:00), $(alarm F2 安全隐患 2026-11-20T19:59:59),
    $(alarm F3 安全隐患处 2026-11-21T07:50:00), $(alarm F4 安全隐患 2026-11-20T20:00:00), $(alarm F5 安全隐患 2026-11-21T07:51:00)]"
ok "... one is taken back" replies 200 '"withdrawn":1' -d '{"id":"F5","source":"12345","revision":1,"withdrawn":true}'
ok "... open are those of a type, young enough, not withdrawn" open_alarms 'F1 F4'
curl -s -H 'Content-Type: application/json' -d '{"alarm":"12345/F4","screen":"wall"}' "${url}api/alarms" >ack.json
ok "... and not acknowledged" open_alarms F1
ok "an alarm is acknowledged" bash -c "curl -s -H 'Content-Type: application/json' -d '{\"alarm\":\"12345/A1\",\"screen\":\"wall\"}' ${url}api/alarms | grep -q '\"at\":\"2026-11-21T08:00:00+08:00\",\"screen\":\"wall\"'"
ok "... the first counts" bash -c "curl -s -H 'Content-Type: application/json' -d '{\"alarm\":\"12345/A1\",\"screen\":\"other\"}' ${url}api/alarms | grep -q '\"screen\":\"wall\"'"
ok "... no person's number as a screen" bash -c "curl -s -H 'Content-Type: application/json' -d '{\"alarm\":\"A\",\"screen\":\"13912345678\"}' ${url}api/alarms | grep -q FORBIDDEN"
ok "... nor nothing" bash -c "curl -s -H 'Content-Type: application/json' -d '{\"screen\":\"wall\"}' ${url}api/alarms | grep -q INPUT"
ok "lost lines lose nothing" /usr/bin/python3 "$here/intake_client.py" "$url" 4
( sleep 4; while kill -0 "$server" 2>/dev/null; do sleep 0.1; done ) &
watcher=$!
port=${url##*:}
/usr/bin/python3 "$here/intake_client.py" "$url" 6 "$server" >client.out 2>&1 &
client=$!
wait "$server" 2>/dev/null
start "127.0.0.1:${port%/}"
wait "$client"
ok "a killed server loses nothing" bash -c "[ $? -eq 0 ] || { cat client.out; exit 1; }; cat client.out"
kill "$watcher" 2>/dev/null
ok "every acknowledged incident is stored once" /usr/bin/python3 -c "
import sqlite3
stored = {(i, r): k for k, i, r in sqlite3.connect('file:c.sqlite?mode=ro', uri=True).execute(
    \"SELECT incident_key, source_id, revision FROM incident WHERE source = 'test'\")}
rows = [line.split('\t') for line in open('acked.txt')]
assert rows
for seq, name, revision in rows:
    assert stored[name, int(revision)] == int(seq), (seq, name, revision)"
ok "alarms stay acknowledged" bash -c "curl -s ${url}api/alarms | grep -q '{\"acknowledged\":.*{\"alarm\":\"12345/A1\",\"at\":\"2026-11-21T08:00:00+08:00\",\"screen\":\"wall\"}.,\"open\"'"
ok "... and others open" open_alarms F1
ok "a key outlives the server: same reply" replies 200 '"new":1' -H 'Idempotency-Key: k1' -d '{"id":"B1","occurred":"2026-11-20T01:00:00"}'
ok "... and another body is refused" replies 409 'Idempotency-Key' -H 'Idempotency-Key: k1' -d '{"id":"B2","occurred":"2026-11-20T01:00:00"}'
kill -TERM "$server"
wait "$server"
ok "the server stops cleanly" [ $? -eq 0 ]
printf 'id,occurred,lon,lat,source,revision,withdrawn\nA1,,,,12345,7,是\nA9,2026-11-20 01:00,109.1,32,12345,0,否\n' >gone.csv
ok "a file withdraws too" bash -c "'$cg' import c.sqlite incidents gone.csv --crs EPSG:4326"
ok "... what it names is gone, its row stays without facts" /usr/bin/python3 -c "
import sqlite3
base = sqlite3.connect('file:c.sqlite?mode=ro', uri=True)
assert base.execute(\"SELECT count(*) FROM latest WHERE source_id = 'A1'\").fetchone() == (0,)
assert base.execute(\"SELECT count(*) FROM latest WHERE source_id = 'A9'\").fetchone() == (1,)
row = base.execute(\"SELECT type, occurred_s, reported_s, weight, state, source_x, source_y, withdrawn FROM incident WHERE source_id = 'A1' AND revision = 7\").fetchone()
assert row == (None,) * 7 + (1,), row"
ok "the county is sound" "$cg" check c.sqlite
for period in day month; do
    ok "measures by $period equal the recount" bash -c "'$cg' report c.sqlite -o r.csv --level town --period $period --last 25 &&
        /usr/bin/python3 '$oracle/recount.py' c.sqlite r.csv"
done
ok "outside is counted too" bash -c "'$cg' report c.sqlite -o r.csv --level county --period day --last 25 &&
    /usr/bin/python3 '$oracle/recount.py' c.sqlite r.csv"
: >serve.out # what the server before said must not be read
"$cg" serve c.sqlite --listen 127.0.0.1:0 >serve.out 2>serve.err &
server=$!
for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
ok "without --intake nothing is taken" replies 403 'intake' -d "$one"
kill -TERM "$server"
wait "$server"
done_testing
