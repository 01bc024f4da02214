#!/usr/bin/env bash
# Cells of four towns by ours, looked over by the independent checker and divided into grids; and the first of them by GEOS
# and PostGIS too. Prints the tables of docs/benchmarks.md.
#   cells.sh COUNTYGRID DATA DIR     DIR is empty and may be written to
set -euo pipefail
cg=$1 data=$2 dir=$3 here=$(cd "$(dirname "$0")" && pwd)
python() { /usr/bin/python3 -W ignore "$@" 2>/dev/null; }
seconds() { # FILE COMMAND... -> CPU seconds on standard output, the command's own into FILE
    local file=$1 TIMEFORMAT='%U %S'
    shift
    { time "$@" >"$file" 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}
shape() { # TOWN FUNCTION: its boundary
    ogr2ogr -f GPKG "$dir/$1.gpkg" "$2" -dialect sqlite -sql "select $3 as geom from ${boundary_from:-buildings}" -nln hull 2>/dev/null
}
extent='st_envelope (st_collect (geom))' hull='st_convexhull (st_collect (st_centroid (geom)))'

# town NAME FILE BOUNDARY LINES...
town() {
    local name=$1 file=$data/$2 cpu checked roads='no lines'
    shape "$name" "$file" "$3"
    shift 3
    local lines=() layer
    for layer; do lines+=(--barriers "$file:$layer"); done
    cpu=$(seconds "$dir/out" "$cg" cells "$file:buildings" -o "$dir/$name.cells.gpkg" --boundary "$dir/$name.gpkg" \
        --report "$dir/$name.json" "${lines[@]}")
    checked=$(python "$here/../oracle/check_cells.py" "$file:buildings" "$dir/$name.gpkg" "$dir/$name.cells.gpkg" "$dir/$name.json" --expect-all |
        grep -vc '^#' || true)
    local borders=() named=()
    for layer; do named+=("$file:$layer"); done
    [ ${#lines[@]} -eq 0 ] || roads=$(python "$here/../oracle/roads_inside.py" "$dir/$name.cells.gpkg" "$file:buildings" "${named[@]}" |
        sed -n 's/^main road: [^,]*, on \([^,]*\), beside \([^,]*\), .*inside \(.*\)$/\1, \2, \3/p')
    [ ${#lines[@]} -eq 0 ] || borders=(--barriers "$dir/$name.cells.gpkg:borders")
    "$cg" split "$dir/$name.cells.gpkg:cells" -o "$dir/$name.grids.gpkg" --households households --within region "${borders[@]}" \
        --report "$dir/$name.split.json" >/dev/null
    python - "$name" "$dir/$name.json" "$dir/$name.split.json" "$cpu" "$checked" "$roads" <<'END'
import json, sys
name, cells, split = sys.argv[1], json.load(open(sys.argv[2])), json.load(open(sys.argv[3]))
share = split["border_on_barrier"]
def percent(name):
    return "no lines" if share is None else format(split[name], ".1%")
print(f"| {name} | {cells['buildings']} | {cells['cells']} | {float(sys.argv[4]):.2f} | {cells['area_error']:.1e} | {sys.argv[5]} | "
      f"{split['grids']} | {split['in_range']} | {split['certified']} | {split['unknown']} | {split['violations']} | "
      f"{percent('border_on_barrier')} | {percent('border_on_barrier_among_lines')} | {percent('border_on_barrier_at_most')} | {sys.argv[6]} | {split['mean_compactness']:.2f} |")
END
    [ ${#lines[@]} -eq 0 ] || python "$here/cells_open.py" "$name" "$dir/$name.cells.gpkg" "$dir/$name.grids.gpkg" "$dir/$name.split.json" >>"$dir/open.md"
}

echo '| town | buildings | cells | seconds | cover error | faults found by the checker | grids | in range | proved out of range | unknown | violations | grid borders on barriers | where there are lines | at most (proved) | main roads on, beside, inside | compactness |'
echo '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|'
town bayreuth osm/north_bayreuth.gpkg "$extent" roads waterways water_areas
town helsinki osm/helsinki_centre.gpkg "$hull" roads water_areas
town shanghai china/shanghai_osm_tiles.gpkg "$extent" roads water
# Buildings of this map reach 50 to 100 m beyond its roads, which end at the rim of the tiles.
boundary_from=roads town shanghai-tiles china/shanghai_osm_tiles.gpkg "$extent" roads water
town kunming china/kunming_buildings.gpkg "$hull"
echo
echo '| open border of | of | in all | beyond all lines | in blocks above 500 households | in other blocks | ends of borders along lines | needed (proved) | share on lines at most, with as much border (proved) |'
echo '|---|---|---|---|---|---|---|---|---|'
cat "$dir/open.md"
echo
file=$data/osm/north_bayreuth.gpkg
lines=("$file:roads" "$file:waterways" "$file:water_areas")
echo '| north of Bayreuth by | cells | in several pieces | seconds | cover error | lies twice | segments that the neighbour lacks | inner borders along lines |'
echo '|---|---|---|---|---|---|---|---|'
cpu=$(seconds "$dir/out" "$cg" cells "$file:buildings" -o "$dir/bayreuth.cells.gpkg" --boundary "$dir/bayreuth.gpkg" \
    --barriers "${lines[0]}" --barriers "${lines[1]}" --barriers "${lines[2]}")
echo "| countygrid, with files read and written $(python "$here/cells_measure.py" "$dir/bayreuth.cells.gpkg:cells" "$cpu" "$dir/bayreuth.gpkg:hull" "${lines[@]}")"
echo "| GEOS through shapely $(python "$here/cells_geos.py" "$file:buildings" "$dir/bayreuth.gpkg:hull" "${lines[@]}")"
server=$(mktemp -d) # the server's user must reach it
if answer=$("$here/cells_postgis.sh" "$server" "$file:buildings" "$dir/bayreuth.gpkg:hull" "${lines[@]}"); then
    echo "| PostGIS ${answer% *} $(python "$here/cells_measure.py" "$server/cells.txt" "${answer#* }" "$dir/bayreuth.gpkg:hull" "${lines[@]}")"
fi
rm -rf "$server"
