#!/usr/bin/env bash
# The whole job on a real county: import, split, attach, heat map, choropleth, serve.
. "$(dirname "$0")/tap.sh"
if ! have_data; then
    skip "Nantou" "real data absent: $data"
    done_testing
    exit 0
fi
file=$data/taiwan/nantou_10008_base_areas.gpkg
start=$(date +%s)
ok "init" "$cg" init n.sqlite
ok "towns" "$cg" import n.sqlite regions "$file" --layer towns_quantised
ok "13 towns, the one called a city too" bash -c "[ \"\$(sqlite3 'file:n.sqlite?mode=ro' \"select count(*) from region where level = 'town'\")\" = 13 ]"
ok "units" "$cg" import n.sqlite units "$file" --layer base_areas --map id=codebase --map region=town_id
ok "split and publish" "$cg" plan n.sqlite split --publish --report n.json
ok "accidents; the impossible places are listed and left out" bash -c "
    '$cg' import n.sqlite incidents '$data/taiwan/traffic_accidents_2018_2026.csv.gz' --skip-bad --report a.json"
ok "without --skip-bad the file is refused as a whole" bash -c "
    ! '$cg' import n.sqlite incidents '$data/taiwan/traffic_accidents_2018_2026.csv.gz' 2>err && grep -q 'swapped' err"
ok "cameras" "$cg" import n.sqlite cameras "$data/taiwan/speed_cameras.geojson"
ok "every place outside the county is listed" bash -c "
    /usr/bin/python3 -c \"
import json
r = json.load(open('a.json'))
rows = [f for f in r['findings'] if f['code'] == 'OUTSIDE_GRIDS' and f['row']]
print('#', r['rows'], 'rows,', r['good'], 'stored,', r['errors'], 'impossible,', len(rows), 'outside (at most 10 000 are named)')
assert r['rows'] == 16644 and r['good'] == r['rows'] - r['errors'] and r['errors'] >= 1 and len(rows) > 9000
\""
ok "heat map" "$cg" render n.sqlite map -o heat.png --size 2560x1440
ok "choropleth" "$cg" render n.sqlite choropleth -o choropleth.png --size 2560x1440
ok "wall" "$cg" render n.sqlite county -o wall.png --size 3840x2160
ok "check" "$cg" check n.sqlite
"$cg" serve n.sqlite --listen 127.0.0.1:0 >serve.out 2>serve.err &
server=$!
for _ in $(seq 100); do grep -q serving serve.out && break; sleep 0.1; done
url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
ok "page" bash -c "curl -fsS '${url}screen/county' >/dev/null && curl -fsS '${url}api/render/map?w=1280&h=720' -o m.png"
kill -TERM "$server"
wait "$server"
echo "# whole job: $(($(date +%s) - start)) s"
done_testing
