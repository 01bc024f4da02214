#!/usr/bin/env bash
# Readers of the open interfaces against a running server, by wrk: tests/load/read.sh URL [SECONDS [CONNECTIONS]]
# Prints requests a second, the slowest hundredth and, where the server's process is on this machine (PID=...), requests for each
# second of a core that the server used. With tests/load/live beside it, while incidents come in.
set -euo pipefail
url=${1%/} seconds=${2:-5} connections=${3:-8}
used() { if [ -n "${PID:-}" ]; then awk '{print $14 + $15}' "/proc/$PID/stat"; else echo 0; fi; }
read -r lon lat < <(curl -sf "$url/api/tiles/grids/tilejson.json" | python3 -c 'import json, sys; print(*json.load(sys.stdin)["center"][:2])')
tile=$(python3 -c "
import math
print(12, int(($lon + 180) / 360 * 4096), int((1 - math.asinh(math.tan(math.radians($lat))) / math.pi) / 2 * 4096), sep='/')")
id=$(curl -sf "$url/api/collections/grids/items?limit=1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["features"][0]["id"])')
for path in "/api/tiles/grids/$tile.mvt" "/api/tiles/heat/$tile.png" "/api/tiles/grid-households/$tile.png" "/api/collections/grids/items/$id" '/api/collections/grids/items?limit=10' \
    '/api/collections/incidents/items?limit=10' /healthz '/api/measures?level=county&period=day&last=7' /api/overview; do
    curl -sfo /dev/null "$url$path"
    before=$(used)
    wrk -t1 "-c$connections" "-d${seconds}s" --latency "$url$path" >"${TMPDIR:-/tmp}/wrk.$$"
    after=$(used)
    awk -v path="$path" -v used="$((after - before))" '
        /requests in/ { n = $1 } /99%/ { slow = $2 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = $NF }
        END { printf "%-55s %8.0f /s  p99 %-9s%s%s\n", path, rate, slow, (used > 0 ? sprintf (" %6.0f a core-second", n * 100 / used) : ""),
              (bad > 0 ? "  refused: " bad : "") }' "${TMPDIR:-/tmp}/wrk.$$"
done
rm -f "${TMPDIR:-/tmp}/wrk.$$"
