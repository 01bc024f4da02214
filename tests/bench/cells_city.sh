#!/usr/bin/env bash
# The sample county `city` as files: its cells by themselves, then their division into grids, in one thread. Prints a table of
# docs/benchmarks.md.
#   cells_city.sh COUNTYGRID DIR     DIR is empty and may be written to
set -euo pipefail
cg=$1 dir=$2
cd "$dir"
# measure NAME COMMAND...: "CPU seconds | seconds by the clock | MB" into NAME.time, what it says into NAME.out
measure() {
    local name=$1
    shift
    /usr/bin/time -o "$name.raw" -f '%U %S %e %M' "$@" >"$name.out" 2>&1
    awk '{ printf "%.1f | %.1f | %.0f\n", $1 + $2, $3, $4 / 1024 }' "$name.raw" >"$name.time"
}
figure() { /usr/bin/python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(sys.argv[2].format(**r))' "$1.json" "$2"; }
take() { ogr2ogr -f GPKG "${@:3}" in.gpkg city.sqlite -nln "$1" -a_srs EPSG:4547 -sql "$2" 2>/dev/null; }
measure sample "$cg" sample city.sqlite --preset city
take buildings 'select id, households, population, geom from building'
take roads 'select id, class, passable, geom from barrier' -update
take regions "select code, geom from region where level = 'community'" -update
measure cells "$cg" cells in.gpkg:buildings -o cells.gpkg --boundary in.gpkg:regions --barriers in.gpkg:roads --report cells.json
measure split "$cg" split cells.gpkg:cells -o grids.gpkg --households households --within region --barriers cells.gpkg:borders --threads 1 \
    --report split.json
measure plan "$cg" plan city.sqlite split --threads 1 --report plan.json
echo '| city, one thread | CPU seconds | seconds by the clock | MB | |'
echo '|---|---|---|---|---|'
echo "| \`sample\`: land, people, 60 days of incidents, cells of the towns | $(cat sample.time) | |"
echo "| \`cells\` alone, files read and written | $(cat cells.time) | $(figure cells '{buildings} buildings, {cells} cells, cover error {area_error:.1e}') |"
divided='{grids} grids, {in_range} in range, {violations} violations'
echo "| \`split\` of these cells | $(cat split.time) | $(figure split "$divided") |"
echo "| \`plan split\` of the county's stored units | $(cat plan.time) | $(figure plan "$divided") |"
