#!/usr/bin/env bash
# A server met by rude clients: always an answer or a clean close, and it goes on serving.
. "$(dirname "$0")/tap.sh"

/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
{
    "$cg" init c.sqlite && "$cg" import c.sqlite regions regions.geojson && "$cg" import c.sqlite units units.geojson &&
        "$cg" plan c.sqlite split --publish && "$cg" import c.sqlite incidents incidents.csv
} >make.out 2>&1 || sed 's/^/# /' make.out
"$cg" serve c.sqlite --listen 127.0.0.1:0 >serve.out 2>serve.err &
server=$!
for _ in $(seq 200); do grep -q serving serve.out && break; sleep 0.1; done
port=$(sed -n 's/^serving http:[^ ]*:\([0-9]*\)\/ .*/\1/p' serve.out)
/usr/bin/python3 "$CG_SOURCE/tests/cli/http_limits.py" "$port" | tee limits.out
tap_n=$(grep -c '^\(not \)\?ok ' limits.out)
ok "all was asked" grep -q 'alive at the end' limits.out
kill -TERM "$server"
wait "$server"
ok "the server stops cleanly" [ $? -eq 0 ]
ok "and had nothing to say" had_nothing_to_say serve.err
done_testing
