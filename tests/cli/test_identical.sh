#!/usr/bin/env bash
# Two compilers, one and two threads: identical GeoPackage bytes.
. "$(dirname "$0")/tap.sh"
other=$CG_SOURCE/build-clang/countygrid
if [ ! -x "$other" ]; then
    skip "gcc and clang agree" "no second build: CC=clang meson setup build-clang -Dtests=false && ninja -C build-clang countygrid"
    done_testing
    exit 0
fi
same() { # UNITS OPTIONS...
    local i=0 program threads
    for program in "$cg" "$other"; do
        for threads in 1 2; do
            i=$((i + 1))
            "$program" split "$1" -o "x$i.gpkg" --threads "$threads" "${@:2}" || return 1
        done
    done
    cmp x1.gpkg x2.gpkg && cmp x1.gpkg x3.gpkg && cmp x1.gpkg x4.gpkg
}
/usr/bin/python3 "$oracle/make_units.py" 40 40 units.geojson 3
ok "made-up units" same units.geojson --households 户数 --within 社区
ok "an old plan kept, several prices" same units.geojson --households 户数 --within 社区 --keep 社区 --moved-at-most 60
if have_data; then
    ok "Chiayi" same "$data/taiwan/chiayi_city_10020_base_areas.gpkg" --households households --within town_id --id codebase
    ok "Rockland" same "$data/partition/rockland_blocks.gpkg" --households population --range 750:1250 --within community --id unit_id
else
    skip "real counties" "real data absent: $data"
fi
hot() { # METHOD
    "$cg" hotspots units.geojson --id 编码 --count 人口 --per 户数 --method "$1" -o h1.gpkg &&
        "$other" hotspots units.geojson --id 编码 --count 人口 --per 户数 --method "$1" --threads 1 -o h2.gpkg && cmp h1.gpkg h2.gpkg
}
for method in gi-star local-moran eb scan; do ok "hot spots, $method" hot $method; done
ok "heat map" bash -c "
    printf 'id,lon,lat\n' >p.csv
    /usr/bin/python3 -c \"
import random
r = random.Random(2)
for i in range(5000): print(f'{i},{108.2 + r.gauss(0, .02):.6f},{36.9 + r.gauss(0, .02):.6f}')\" >>p.csv
    '$cg' heatmap p.csv -o h1.png --size 1280x720 --legend && '$other' heatmap p.csv -o h2.png --size 1280x720 --legend && cmp h1.png h2.png"
ok "sample county" bash -c "
    export COUNTYGRID_NOW=1795219200
    '$cg' sample s1.sqlite --days 10 && '$other' sample s2.sqlite --days 10 &&
    '$cg' plan s1.sqlite split --report r1.json && '$other' plan s2.sqlite split --report r2.json &&
    '$cg' plan s1.sqlite export -o s1.gpkg && '$other' plan s2.sqlite export -o s2.gpkg && cmp s1.gpkg s2.gpkg"
done_testing
