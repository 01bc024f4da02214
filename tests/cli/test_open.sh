#!/usr/bin/env bash
# Open interfaces: OGC API Features by its clients.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
ok "county" bash -c "'$cg' sample c.sqlite --preset wuqi --seed 1 --days 30 && '$cg' plan c.sqlite split --publish"
"$cg" serve c.sqlite --listen 127.0.0.1:0 --intake --cors https://maps.example >serve.out 2>serve.err &
server=$!
for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
client() { SERVER=$server /usr/bin/python3 "$CG_SOURCE/tests/cli/open_client.py" "$url" c.sqlite "$1"; }
ok "documents, as JSON and as pages" client documents
ok "GDAL reads every collection, and it is the county's file" client store
ok "pages, forward and back" client pages
ok "boxes in every coordinate system" client boxes
ok "spans of time" client times
ok "wrong questions" client refusals
ok "vector tiles, put together again" client tiles
ok "neighbours share their borders, in a tile and between tiles" /usr/bin/python3 "$oracle/check_tiles.py" "$url" grids regions 11
ok "tiles as pictures: XYZ, WMTS, GDAL" client pictures
ok "pages of help, and sheets for Excel" client help
ok "the snapshot by the command line" "$cg" snapshot c.sqlite -o cli.gpkg
ok "and by HTTP: the same, the county's file, with styles" client snapshot
ok "the description of the interface is true" client openapi
ok "gzip, tags, HEAD, other sites" client line
ok "a page of many pieces" client long
ok "pages while incidents come in" client arrivals
kill -TERM "$server"
wait "$server"
ok "the server stops cleanly" [ $? -eq 0 ]
ok "and had nothing to say" had_nothing_to_say serve.err
done_testing
