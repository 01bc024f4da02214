#!/usr/bin/env bash
# What nobody has counted is told as an estimate, of households and of people each by itself, from the cell to the wall.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 16 12 units.geojson 3
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 "$oracle/make_houses.py" .
# Houses as three counters deliver them.
/usr/bin/python3 -c "
import json
for name, columns in (('households', {'户数': 9}), ('people', {'人口': 23}), ('neither', {})):
    t = json.load(open('houses.geojson'))
    for f in t['features']: f['properties'].update(columns)
    json.dump(t, open(name + '.geojson', 'w'), ensure_ascii=False)
t = json.load(open('regions.geojson'))
t['features'] = [f for f in t['features'] if f['properties']['级别'] == 'community']
json.dump(t, open('communities.geojson', 'w'), ensure_ascii=False)"
sum_of() { ogrinfo -ro -q -dialect sqlite -sql "select sum($2) as s from $3" "$1" | sed -n 's/.*s .* = //p'; }
is() { /usr/bin/python3 -c "import json; r = json.load(open('$1')); h, p = r['households'], r['population']; he, pe = r['estimated_households'], r['estimated_population']; assert $2, [h, he, p, pe, r['estimated_grids'], r['estimated_population_grids'], r['grids']]"; }
# $1: households, people: which are counted; $2 and $3: how many of the households and of the people are then estimates.
go() {
    local name=$1 households=$2 people=$3 columns=()
    [ "$name" = neither ] || columns=(--"$([ "$name" = people ] && echo population || echo households)" "$([ "$name" = people ] && echo 人口 || echo 户数)")
    ok "$name counted: cells" "$cg" cells "$name.geojson" -o "$name.gpkg" --boundary communities.geojson --barriers roads.geojson "${columns[@]}"
    ok "$name counted: a split of the cells" "$cg" split "$name.gpkg:cells" -o "$name-file.gpkg" --households households --population population --within region --report "$name-file.json"
    ok "$name counted: its report" is "$name-file.json" "he == $households and pe == $people and h > 0 and p > 0"
    { "$cg" init "$name.sqlite" && "$cg" import "$name.sqlite" regions regions.geojson && "$cg" import "$name.sqlite" units "$name.gpkg:cells" && "$cg" import "$name.sqlite" incidents incidents.csv; } >import.out 2>&1
    ok "$name counted: a plan of the county" "$cg" plan "$name.sqlite" split --report "$name.json" --publish
    ok "$name counted: its report too" is "$name.json" "he == $households and pe == $people and h > 0 and p > 0"
    ok "$name counted: check" "$cg" check "$name.sqlite"
    ok "$name counted: export" "$cg" plan "$name.sqlite" export -o "$name-plan.gpkg"
    for file in "$name-file" "$name-plan"; do
        ok "$name counted: grids of $file" is "$name.json" "he == $(sum_of "$file.gpkg" households_estimated grids) and pe == $(sum_of "$file.gpkg" population_estimated grids)"
    done
    : >serve.out
    "$cg" serve "$name.sqlite" --listen 127.0.0.1:0 >serve.out 2>serve.err &
    local server=$!
    for _ in $(seq 200); do grep -q serving serve.out && break; sleep 0.1; done
    local port
    port=$(sed -n 's/^serving http:[^ ]*:\([0-9]*\)\/ .*/\1/p' serve.out)
    ok "$name counted: overview" bash -c "curl -s 'http://127.0.0.1:$port/api/overview' | /usr/bin/python3 -c \"import json, sys; n = json.load(sys.stdin)['numbers']; h, p = n['households'], n['population']; assert n['households_estimated'] == $households and n['population_estimated'] == $people, n\""
    ok "$name counted: rankings" bash -c "curl -s 'http://127.0.0.1:$port/api/overview' | /usr/bin/python3 -c \"import json, sys; r = json.load(sys.stdin)['towns']; e = sum(t['households_estimated'] for t in r); assert r and (e > 0) == ('$households' == 'h'), r\""
    kill -TERM "$server"
    wait "$server"
    for of in households population; do
        "$cg" render "$name.sqlite" choropleth -o "$name-$of.svg" --measure "$of" --size 800x600 >/dev/null
        "$cg" draw "$name.gpkg:cells" -o "$name-$of-file.svg" --grids "$name-file.gpkg:grids" --label "$of" --size 800x600 >/dev/null
    done
}
go households 0 p
go people h 0
go neither h p

# The table of towns says so in a line at its foot.
for who in households people neither; do "$cg" render "$who.sqlite" table -o "$who-table.svg" --size 900x600 --lang en >/dev/null; done
glyphs() { grep -c '<use' "$1"; }
for who in people neither; do
    ok "rates of a table: marked where $who are counted" [ "$(glyphs "$who-table.svg")" -gt $(($(glyphs households-table.svg) + 12)) ]
done

# The mark has letters that nothing else on these pictures has.
letters() { grep -c -e '<symbol' -e '<g id="glyph' "$1"; }
for kind in "" -file; do
    for who in people neither; do
        ok "households: marked where $who are counted$kind" [ "$(letters "$who-households$kind.svg")" -gt "$(letters "households-households$kind.svg")" ]
    done
    for who in households neither; do
        ok "people: marked where $who are counted$kind" [ "$(letters "$who-population$kind.svg")" -gt "$(letters "people-population$kind.svg")" ]
    done
done

# Grids divided once more: how many of a grid's figures are estimates is a mark of the grid as a unit.
ok "grids as units" "$cg" split neither-file.gpkg:grids -o again.gpkg --households households --population population --range 600:1400 --report again.json
ok "keep their marks" is again.json "he == h and pe == p"
ok "a mark that is none" fails 1 'population_estimated.*perhaps' bash -c "printf 'id,households,population_estimated,wkt\n1,400,perhaps,\"POLYGON((0 0,1 0,1 1,0 0))\"\n' >odd.csv && '$cg' split odd.csv -o odd.gpkg --households households --crs EPSG:4545"
done_testing
