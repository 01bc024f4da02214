#!/usr/bin/env bash
# What has no ordinary answer: no data, one point, one place, no number, far away, no width, no households, one area, no neighbour.
# Each command gives a defined result or says what is wrong; nothing is infinite and nothing crashes.
. "$(dirname "$0")/tap.sh"

python=/usr/bin/python3
near='500000,3400000'
printf 'id,x,y,n,time\n' >empty.csv
printf 'id,x,y,n,time\na,%s,1,2025-01-01 08:00\n' $near >one.csv
{ printf 'id,x,y,n,time\n'; for i in 1 2 3 4 5 6; do printf '%s,%s,1,2025-0%s-01 08:00\n' $i $near $i; done; } >equal.csv
printf 'id,x,y,n,time\na,,,1,\nb,,,1,\n' >placeless.csv
printf 'id,x,y,n,time\na,500000,3400000,nan,2025-01-01 08:00\nb,500100,3400100,1,2025-01-02 08:00\n' >nan.csv
printf 'id,x,y,n,time\na,500000,3400000,,2025-01-01 08:00\nb,500100,3400100,1,2025-02-02 08:00\nc,500300,3400100,2,2025-03-02 08:00\n' >gap.csv
printf 'id,x,y,n,time\na,1000000000,1000000000,1,2025-01-01 08:00\nb,1000000500,1000000100,1,2025-02-01 08:00\nc,1000000900,1000000700,1,2025-03-01 08:00\n' >far.csv
printf 'id,x,y,n,time\na,500000,3400000,1,2025-01-01 08:00\nb,500100,3400000,1,2025-02-01 08:00\nc,500400,3400000,1,2025-03-01 08:00\nd,500900,3400000,1,2025-04-01 08:00\n' >line.csv
"$python" - <<'END'
import json
def area(x, y, **p):
    return {'type': 'Feature', 'properties': p, 'geometry': {'type': 'Polygon', 'coordinates': [[[x, y], [x + 100, y], [x + 100, y + 100], [x, y + 100], [x, y]]]}}
crs = {'type': 'name', 'properties': {'name': 'urn:ogc:def:crs:EPSG::4547'}}
def put(name, *areas):
    json.dump({'type': 'FeatureCollection', 'crs': crs, 'features': list(areas)}, open(name, 'w'))
put('single.geojson', area(500000, 3400000, code='A', n=3, hh=50))
put('islands.geojson', *[area(500000 + 1000 * i, 3400000, code=f'A{i}', n=i, hh=50) for i in range(6)])
put('empty_homes.geojson', *[area(500000 + 100 * i, 3400000, code=f'A{i}', n=i % 3, hh=0) for i in range(6)])
put('no_areas.geojson')
END
finite() { [ ! -e "$1" ] || ! grep -qiE '(^|,|: )-?(inf|nan)(,|\}|$)' "$1"; }
# defined COMMAND...: exit 0 and only finite numbers, or exit 1 or 2 and one clear line.
defined() {
    rm -f o.csv o.json
    "$@" >said.txt 2>err.txt
    code=$?
    if [ $code = 0 ]; then finite o.csv && finite o.json && ! grep -qiE '[ =](inf|-?nan)' said.txt || { echo "not finite"; cat said.txt; return 1; }
    elif [ $code -le 2 ]; then [ -s err.txt ] && ! grep -v '^countygrid: ' err.txt || { echo "exit $code"; cat err.txt; return 1; }
    else echo "exit $code"; cat err.txt; return 1; fi
}
# works COMMAND...: the same, and it must be a result.
works() { defined "$@" && [ "$code" = 0 ] || { cat err.txt; return 1; }; }
cg() { "$cg" "$@"; }
den() { "$cg" density "$1" --crs EPSG:4547 -o o.csv --report o.json "${@:2}"; }
ras() { "$cg" density "$1" --crs EPSG:4547 -o o.tif --report o.json "${@:2}"; }
map() { "$cg" heatmap "$1" --crs EPSG:4547 -o o.png --size 320x240 --report o.json "${@:2}"; }
hot() { "$cg" hotspots "$1" --id code -o o.csv --report o.json "${@:2}"; }

for file in one equal gap line; do
    for bandwidth in auto 0.001 1e9 adaptive; do
        ok "density at points: $file, $bandwidth" defined den $file.csv --bandwidth $bandwidth
    done
    for kernel in gaussian uniform; do
        ok "raster: $file, $kernel" defined ras $file.csv --kernel $kernel
    done
    ok "heat map: $file" defined map $file.csv --weight n --skip-bad
    ok "clusters: $file" defined cg clusters $file.csv --crs EPSG:4547 -o o.csv --report o.json --radius 200 --min-points 2
    ok "nnh: $file" defined cg clusters $file.csv --crs EPSG:4547 -o o.gpkg --report o.json --method nnh --min-points 2
    ok "near-repeat: $file" defined cg near-repeat $file.csv --crs EPSG:4547 -o o.csv --report o.json --replicates 9
    ok "backtest: $file" defined cg backtest $file.csv --crs EPSG:4547 -o o.csv --report o.json --split 2025-02-15 --cell 100
done

for command in density:o.csv density:o.tif heatmap:o.png clusters:o.csv near-repeat:o.csv backtest:o.csv; do
    name=${command%:*} extra=
    [ $name = clusters ] && extra='--radius 5'
    [ $name = backtest ] && extra='--split 2025-02-01'
    ok "$name ${command#*:}: no rows" fails 1 'NO_ROWS' cg $name empty.csv --crs EPSG:4547 -o "${command#*:}" $extra
    ok "$name ${command#*:}: no row with a place" fails 1 'place' cg $name placeless.csv --crs EPSG:4547 -o "${command#*:}" $extra
done

# Values that are known.
at() { awk -F, -v want="$2" 'NR == 2 { d = $4 / want - 1; exit !(d < 1e-9 && d > -1e-9) }' "$1"; }
one_point() { works den one.csv --bandwidth 100 && at o.csv 15.915494309189533; }
ok "one point: the kernel's height" one_point
all_equal() { works den equal.csv --bandwidth 100 && at o.csv 95.4929658551372; }
ok "six at one place: six times that" all_equal
adaptive_equal() { works den equal.csv --bandwidth adaptive:100 && at o.csv 95.4929658551372; }
ok "adaptive at one place: the pilot" adaptive_equal
default_width() { works den equal.csv && grep -q '"bandwidth_m": 500.0' o.json; }
ok "all equal: 500 m" default_width
huge() { works den gap.csv --bandwidth 1e9 && awk -F, 'NR > 1 && !($4 > 0 && $4 < 1e-9) { exit 1 }' o.csv; }
ok "a kernel as wide as the world: nearly nothing, everywhere" huge
for command in density:o.csv density:o.tif heatmap:o.png clusters:o.csv near-repeat:o.csv backtest:o.csv; do
    extra=
    [ ${command%:*} = clusters ] && extra='--radius 5'
    [ ${command%:*} = backtest ] && extra='--split 2025-02-01'
    ok "${command%:*} ${command#*:}: 1e9 m away" fails 1 'far.csv: 3 of 3 rows lie outside the range' cg ${command%:*} far.csv --crs EPSG:4547 -o "${command#*:}" $extra
done
ok "a raster of too many cells" fails 2 'cells' ras line.csv --bandwidth 100 --cell 0.01
ok "a bandwidth of 0" fails 2 'neither metres' den one.csv --bandwidth 0
ok "a weight that is no number is an error and named" fails 1 'nan.csv:2: n: "nan" is not a finite number' den nan.csv --weight n --bandwidth 50
no_number() { works den nan.csv --weight n --bandwidth 50 --skip-bad && grep -q 'nan.csv:2: n: "nan" is not a finite number' err.txt && grep -q '"events": 1' o.json; }
ok "with --skip-bad it is left out and named" no_number
one_cluster() { works cg clusters equal.csv --crs EPSG:4547 -o o.gpkg --radius 10 && [ "$(ogrinfo -ro -q o.gpkg -sql 'SELECT points FROM clusters' | grep -c 'points (Integer64) = 6')" = 1 ]; }
ok "six at one place are one cluster" one_cluster

# Areas.
for method in gi-star gi local-moran global eb scan; do
    per=
    [ $method = eb ] || [ $method = scan ] && per='--per hh'
    for file in single islands empty_homes; do
        ok "hotspots $method: $file" defined hot $file.geojson --count n --method $method $per
    done
    ok "hotspots $method: rates, $method" defined hot islands.geojson --count n --per hh --method $method
    ok "hotspots $method: no areas" fails 1 'NO_ROWS' hot no_areas.geojson --count n --method $method $per
done
islands() { works hot islands.geojson --count n && [ "$(awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "p") c = k } NR > 1 && $c != ""' o.csv | wc -l)" = 0 ]; }
ok "no neighbours: nobody has a chance" islands
for method in gi-star gi local-moran global; do
    said() { works hot islands.geojson --count n --method $method && grep -q 'no grid has a neighbour' err.txt && grep -q '"links": 0' o.json; }
    ok "no neighbours: $method says so" said
done
flagged() {
    [ $1 = eb ] || [ $1 = scan ] && set -- $1 --per hh
    works hot islands.geojson --count n --method "$@" && head -1 o.csv | grep -qE '(count|per_1000)_low,(count|per_1000)_high,small' && awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == "small") c = k } NR > 1 && $c != "1" { exit 1 }' o.csv
}
for method in gi-star gi local-moran global eb scan; do
    ok "small counts are flagged, with their interval: $method" flagged $method
done
printf 'x,y\n600000,3400000\n' >outside.csv
ok "no events in the areas" works hot islands.geojson --events outside.csv --crs EPSG:4547
ok "rates where nobody lives" works den line.csv --per one.csv --per-column n --floor 1000
ok "risk against itself" works den line.csv --against line.csv --floor 0
done_testing
