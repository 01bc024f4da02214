#!/usr/bin/env bash
# The bars of splitting and attaching on real counties.
. "$(dirname "$0")/tap.sh"
if ! have_data; then
    skip "real counties" "real data absent: $data"
    done_testing
    exit 0
fi
chiayi=$data/taiwan/chiayi_city_10020_base_areas.gpkg
nantou=$data/taiwan/nantou_10008_base_areas.gpkg
split() { "$cg" split "$1" --layer base_areas -o "$2.gpkg" --report "$2.json" --id codebase --households households --population population "${@:3}"; }
check() { /usr/bin/python3 "$oracle/check_grids.py" "$1" "$2.gpkg" "$2.json" --layer base_areas --id codebase --households households --population population "${@:3}"; }
links() { grep -q "\"links\": $2," "$1.json"; }
attach() { "$cg" attach "$1" --to "$2:$3" -o "$4.csv" --area-id "$5"; }
compare() { /usr/bin/python3 "$oracle/compare_join.py" "$data/expected/$1" "$2" "$3" "$4.csv"; }

ok "Chiayi within towns" split "$chiayi" c --within town_id
ok "Chiayi: checker" check "$chiayi" c --within town_id
ok "Chiayi without communities" split "$chiayi" cw
ok "Chiayi: 4053 links" links cw 4053
ok "Chiayi without communities: checker" check "$chiayi" cw --sample 10
ok "Nantou within towns" split "$nantou" n --within town_id
ok "Nantou: checker" check "$nantou" n --within town_id --sample 10
ok "Nantou without communities" split "$nantou" nw --effort 5
ok "Nantou: 11671 links" links nw 11671
accidents=$data/taiwan/traffic_accidents_2018_2026.csv.gz cameras=$data/taiwan/speed_cameras.geojson
for county in chiayi nantou; do
    file=${!county} name=$(basename "${!county}" _base_areas.gpkg)
    ok "$county: accidents" attach "$accidents" "$file" base_areas "a_$county" codebase
    ok "$county: accidents as expected" compare "${name}_join_expected.csv" codebase accidents "a_$county"
    ok "$county: cameras" attach "$cameras" "$file" base_areas "k_$county" codebase
    ok "$county: cameras as expected" compare "${name}_join_expected.csv" codebase cameras "k_$county"
done
ok "Chicago crimes" attach "$data/us/chicago_crimes_2017_2019.csv.gz" "$data/us/chicago_community_areas.gpkg" community_areas crimes area_num
ok "Chicago crimes as expected" compare chicago_join_expected.csv area_num crimes_in_polygon crimes
done_testing
