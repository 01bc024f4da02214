#!/usr/bin/env bash
# Two compilers, one and two threads: identical bytes of everything that the program writes.
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
# both OUTPUT COMMAND...: the program of each compiler, once with two threads where it takes a number of them; the output
# is named last, as -o NAME. What it says is to be the same, too.
both() {
    local output=$1
    shift
    "$cg" "$@" -o "1-$output" >said-1 2>&1 && "$other" "$@" -o "2-$output" >said-2 2>&1 || { cat said-1 said-2; return 1; }
    cmp "1-$output" "2-$output" && cmp <(sed 's/1-//g' said-1) <(sed 's/2-//g' said-2)
}
/usr/bin/python3 - <<'PY'
import random
r = random.Random(2)
with open("p.csv", "w") as file:
    file.write("id,type,time,lon,lat\n")
    for i in range(5000):
        file.write(f"{i},noise,2026-{1 + i % 10:02d}-{1 + i % 28:02d} {i % 24:02d}:00:00,{108.2 + r.gauss(0, .02):.6f},{36.9 + r.gauss(0, .02):.6f}\n")
with open("some.csv", "w") as file:
    file.write("".join(line for k, line in enumerate(open("p.csv")) if k % 7 == 0))
PY
ok "heat map" both h.png heatmap p.csv --size 1280x720 --legend
ok "heat map, bandwidth by a rule" both h.svg heatmap p.csv --size 1280x720 --bandwidth scott
ok "attachments" both a.csv attach p.csv --to x1.gpkg --threads 2
ok "density" both d.tif density p.csv --bandwidth diggle --cell 100 --threads 2
ok "density at points, adaptive" both d.csv density p.csv --at some.csv --bandwidth adaptive
ok "density with its border" both e.csv density p.csv --at some.csv --bandwidth 400 --edge diggle --boundary x1.gpkg:grids
ok "relative risk" both r.tif density p.csv --against some.csv --bandwidth 600 --cell 200
ok "clusters" both c.csv clusters p.csv --radius 300
ok "near repeats" both n.csv near-repeat some.csv
/usr/bin/python3 "$oracle/make_units.py" 24 20 parts.geojson
cp parts.geojson units.geojson # whose name make_county.py expects
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 "$oracle/make_houses.py" . 50
ok "cells" both z.gpkg cells houses.geojson --boundary parts.geojson --barriers roads.geojson --dwelling 50
export COUNTYGRID_NOW=1795219200
rows() {
    for table in region unit building barrier incident camera service grid member; do
        sqlite3 -cmd '.mode quote' "file:$1?mode=ro" "SELECT * FROM $table" 2>/dev/null
    done | sha256sum
}
ok "sample county" bash -c "
    '$cg' sample s1.sqlite --days 10 && '$other' sample s2.sqlite --days 10 &&
    '$cg' plan s1.sqlite split --publish --report r1.json && '$other' plan s2.sqlite split --publish --report r2.json &&
    '$cg' plan s1.sqlite export -o s1.gpkg && '$other' plan s2.sqlite export -o s2.gpkg && cmp s1.gpkg s2.gpkg"
ok "as it is stored" [ "$(rows s1.sqlite)" = "$(rows s2.sqlite)" ]
ok "its snapshot" both w.gpkg snapshot s1.sqlite
ok "its sheets" both q.csv report s1.sqlite --level grid --period week --last 1
drawn() {
    local kind
    for kind in map choropleth hexbin bivariate hotspots moran clusters change difference symbols alerts cameras contours ranking \
        trend types hours figures ring calendar flow histogram curve radar table; do
        both "$kind.svg" render s1.sqlite "$kind" --size 640x360 || { echo "$kind"; return 1; }
    done
}
ok "pictures" drawn
ok "a page as PNG" both county.png render s1.sqlite county --size 1280x720
ok "as SVG" both county.svg render s1.sqlite county --size 1280x720
ok "as PDF" both county.pdf render s1.sqlite county --size 1280x720
tiles_of() { # PROGRAM COUNTY PREFIX
    local pid url x y
    "$1" serve "$2" --listen 127.0.0.1:0 >"$3.out" 2>"$3.err" &
    pid=$!
    for _ in $(seq 300); do grep -q serving "$3.out" && break; sleep 0.1; done
    url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' "$3.out")
    read -r x y < <(curl -fsS "${url}api/tiles/grids/tilejson.json" | /usr/bin/python3 -c "
import json, math, sys
w, s, e, n = json.load(sys.stdin)['bounds']
lat = math.radians((s + n) / 2)
print(int(((w + e) / 2 + 180) / 360 * 1024), int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * 1024))")
    curl -fsS -o "$3.mvt" "${url}api/tiles/grids/10/$x/$y.mvt" && curl -fsS -o "$3-units.mvt" "${url}api/tiles/units/10/$x/$y.mvt" &&
        curl -fsS -o "$3.png" "${url}wmts/1.0.0/grid-households/dark/WebMercatorQuad/10/$y/$x.png" &&
        curl -fsS -o "$3.json" "${url}api/measures?level=town&period=week&last=1"
    local code=$?
    kill -TERM "$pid"
    wait "$pid"
    [ "$code" -eq 0 ] && [ -s "$3.mvt" ]
}
ok "tiles and measures" bash -c "$(declare -f tiles_of)
    tiles_of '$cg' s1.sqlite t1 && tiles_of '$other' s1.sqlite t2 &&
    cmp t1.mvt t2.mvt && cmp t1-units.mvt t2-units.mvt && cmp t1.png t2.png && cmp t1.json t2.json"
done_testing
