#!/usr/bin/env bash
# Cells from real buildings, roads and rivers, with every kind of dirt that such files have.
. "$(dirname "$0")/tap.sh"
box='{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"420325001001"},"geometry":{"type":"Polygon","coordinates":[[[110,32],[110.01,32],[110.01,32.01],[110,32.01],[110,32]]]}}]}'
feature() { printf '{"type":"Feature","properties":{%s},"geometry":{"type":"%s","coordinates":%s}}' "$1" "$2" "$3"; }
house() { feature "\"id\":\"$1\",\"levels\":$4" Polygon "[[[$2,$3],[110.00$5,$3],[110.00$5,32.00$6],[$2,32.00$6],[$2,$3]]]"; }
printf '%s' "$box" >box.geojson
printf '{"type":"FeatureCollection","features":[%s,%s]}' "$(house a 110.001 32.001 3 2 2)" "$(house b 110.006 32.006 6 7 7)" >two.geojson
printf '{"type":"FeatureCollection","features":[%s]}' "$(feature '"highway":"primary"' LineString '[[110.0041,31.99],[110.0041,32.00995]]')" >road.geojson
says() { "$cg" cells "$@" -o o.gpkg --report o.json >out 2>err || { cat err; return 1; }; }
field() { /usr/bin/python3 -c "import json,sys; r=json.load(open('o.json')); print(eval('r'+sys.argv[1]))" "$1" | grep -qx -e "$2" || { cat o.json; return 1; }; }
roads_stay() { /usr/bin/python3 -W ignore "$oracle/roads_inside.py" o.gpkg "$@" 2>/dev/null; }
nearest_says() { /usr/bin/python3 -W ignore "$oracle/check_nearest.py" o.gpkg "$@" 2>/dev/null; }
oracle_says() { /usr/bin/python3 -W ignore "$oracle/check_cells.py" "$@" 2>/dev/null; }

ok "two houses share a box" says two.geojson --boundary box.geojson --empty 1e7
ok "two cells" field "['cells']" 2
ok "the checker agrees" oracle_says two.geojson box.geojson o.gpkg o.json --expect-all
ok "households are estimates" field "['estimated']" True
ok "a known total is shared out, three storeys to six" says two.geojson --boundary box.geojson --total 900
ok "nothing is lost" field "['households']" 900
ok "no word is said of it" field "['warnings']" '\[\]'
ok "a total beyond what could live there" says two.geojson --boundary box.geojson --total 90000
ok "is told" field "['warnings'][0]['code'] == 'TOTAL_FAR' and r['warnings'][0]['total'] == 90000 > 5 * r['warnings'][0]['by_floor'] > 0" True
ok "a road that ends five metres short is led on" says two.geojson --boundary box.geojson --barriers road.geojson
ok "and told" field "['counts']['END_CLOSED']" 1
ok "two blocks" field "['blocks']" 2
ok "left open where asked" says two.geojson --boundary box.geojson --barriers road.geojson --close 0 --empty 1e7
ok "one block" field "['blocks']" 1
ok "two cells all the same" field "['cells']" 2
ok "roads of another place" bash -c "sed 's/110\\.0041/111.0041/g' road.geojson >faraway.geojson"
ok "are told of" says two.geojson --boundary box.geojson --barriers faraway.geojson
ok "as a warning" bash -c "grep -q 'all 1 roads.*lie outside the boundary' err"
ok "roads may be no barrier" says two.geojson --boundary box.geojson --barriers road.geojson --cut water
ok "then no border is on one" field "['borders_m']['arterial']" 0.0
ok "the same bytes again" bash -c "'$cg' cells two.geojson --boundary box.geojson -o a.gpkg >/dev/null && '$cg' cells two.geojson --boundary box.geojson -o b.gpkg >/dev/null && cmp a.gpkg b.gpkg"

block() { feature "$1" Polygon "[[[$2,$3],[$4,$3],[$4,$5],[$2,$5],[$2,$3]]]"; }
rectangle() { feature "\"code\":\"$1\"" Polygon "[[[$2,$3],[$4,$3],[$4,$5],[$2,$5],[$2,$3]]]"; }
collect() { local IFS=,; printf '{"type":"FeatureCollection","features":[%s]}' "$*"; }
collect "$(rectangle east 110.005 32.003 110.009 32.009)" "$(rectangle both 110.0005 32.0005 110.0062 32.0062)" "$(rectangle far 110.0001 32.008 110.0004 32.009)" >groups.geojson
ok "groups drawn by hand" says two.geojson --boundary box.geojson --groups groups.geojson
ok "their overlap is told" field "['counts']['GROUPS_OVERLAP']" 1
ok "with its place" field "['findings'][[f['code'] for f in r['findings']].index('GROUPS_OVERLAP')]['group']" both
ok "one without a house too" field "['counts']['GROUP_WITHOUT_HOUSE']" 1
ok "houses are theirs" bash -c "ogrinfo -q -ro o.gpkg -sql \"select villager_group from cells where villager_group is not null order by 1\" | grep -c -e '= both' -e '= east' | grep -qx 2"
ok "houses of one group make one cell" bash -c "sed 's/\"levels\":/\"team\":7,\"levels\":/g' two.geojson >team.geojson && '$cg' cells team.geojson --boundary box.geojson --empty 1e7 --group team --join-groups -o o.gpkg --report o.json >/dev/null"
ok "one" field "['cells']" 1
ok "over a road, which is passed" bash -c "'$cg' cells team.geojson --boundary box.geojson --barriers road.geojson --empty 1e7 --group team --join-groups -o o.gpkg --report o.json >/dev/null"
ok "one cell" field "['cells']" 1
ok "the checker agrees with joined cells" oracle_says team.geojson box.geojson o.gpkg o.json --expect-all
ok "groups that are not there" fails 1 'nothere' "$cg" cells two.geojson --boundary box.geojson --groups nothere.geojson -o o.gpkg
says two.geojson --boundary box.geojson --barriers road.geojson >/dev/null
picture() { "$cg" draw o.gpkg:cells -o "$@" --buildings two.geojson --barriers road.geojson --size 200x160; }
ok "cells as a picture" bash -c "$(declare -f picture); cg='$cg'; picture a.png && picture b.png && cmp a.png b.png && file a.png 2>/dev/null || head -c 4 a.png | grep -q PNG"
ok "with grids, and a number in each" bash -c "'$cg' split o.gpkg:cells -o g.gpkg --households households >/dev/null && '$cg' draw o.gpkg:cells -o g.svg --grids g.gpkg:grids --label households --bbox 110,32,110.005,32.005 && grep -q '<path' g.svg"
ok "the picture says whose numbers are estimates" bash -c "'$cg' draw o.gpkg:cells -o e.svg --grids g.gpkg:grids && '$cg' draw o.gpkg:cells -o f.svg --grids g.gpkg:grids --label households && ! cmp -s e.svg f.svg && ogr2ogr -f GPKG counted.gpkg g.gpkg grids -sql 'select geom, grid_id, households, 0 as households_estimated from grids' -nln grids 2>/dev/null && '$cg' draw o.gpkg:cells -o h.svg --grids counted.gpkg:grids --label households && [ \$(grep -c '<use' h.svg) -lt \$(grep -c '<use' f.svg) ]"
ok "a number needs grids" fails 2 'label needs --grids' "$cg" draw o.gpkg:cells -o a.png --label households
ok "a picture of another kind" fails 2 'must end in' "$cg" draw o.gpkg:cells -o a.gif
ok "a theme that is none" fails 1 "theme 'pink'" "$cg" draw o.gpkg:cells -o a.png --theme pink
ok "grids that are not there" fails 1 'nothere' "$cg" draw o.gpkg:cells -o a.png --grids nothere.gpkg
ok "a window upside down" fails 2 'WEST,SOUTH' "$cg" draw o.gpkg:cells -o a.png --bbox 3,2,1,0

ok "a window beside the cells names both" fails 2 'bbox: nothing lies in the window 111.00000,32.00000,111.10000,32.10000 (degrees); the cells lie in 109.9[0-9]*,31.9[0-9]*,110.010[0-9]*,32.010[0-9]* (degrees)' "$cg" draw o.gpkg:cells -o away.png --bbox 111,32,111.1,32.1
ok "and leaves no picture" [ ! -e away.png ]
ok "a number that is not there is named as it was written" fails 1 'label nix: there is no such column' "$cg" draw o.gpkg:cells -o a.png --grids g.gpkg:grids --label nix
collect "$(feature '"code":"A"' Polygon '[[[111,32],[111.01,32],[111.01,32.01],[111,32.01],[111,32]]]')" >away.geojson
ok "buildings beside the boundary: both are named" fails 1 'two.geojson lies in 110.00100,32.00100,110.00[0-9]*,32.00[0-9]*, beside away.geojson, which lies in 111.00000,32.00000,111.01000,32.01000' "$cg" cells two.geojson --boundary away.geojson -o away.gpkg
ok "and nothing is written" [ ! -e away.gpkg ]
ok "boundary is needed" fails 2 'boundary FILE is needed' "$cg" cells two.geojson -o o.gpkg
ok "output is needed" fails 2 'CELLS.gpkg is needed' "$cg" cells two.geojson --boundary box.geojson
ok "unknown class" fails 2 'hedge' "$cg" cells two.geojson --boundary box.geojson -o o.gpkg --cut hedge
ok "an input is no output" fails 2 'box' bash -c "cp '$tap_dir/two.geojson' box.gpkg; '$cg' cells box.gpkg --boundary box.geojson -o box.gpkg"
ok "missing boundary" fails 1 'nothere' "$cg" cells two.geojson --boundary nothere.geojson -o o.gpkg
ok "missing barriers" fails 1 'nothere' "$cg" cells two.geojson --boundary box.geojson --barriers nothere.geojson -o o.gpkg
ok "close out of range" fails 2 'close' "$cg" cells two.geojson --boundary box.geojson -o o.gpkg --close -1
ok "nothing half done" bash -c '! ls -a | grep -q countygrid-'

# A map delivered in tiles: roads cut at the edges, and the tile in the middle missing.
way() { feature '"highway":"primary"' LineString "[[$1,$2],[$3,$4]]"; }
collect "$(house a 110.001 32.001 3 2 2)" "$(house b 110.008 32.008 6 9 9)" >corners.geojson
at() { /usr/bin/python3 -c "import json,sys; r=json.load(open('o.json')); a=sorted((f['code'], f['row'], round(f['x'], 5), round(f['y'], 5)) for f in r['findings'] if f['code'].startswith('END')); assert a == eval(sys.argv[1]), a" "$1"; }
over() { ogrinfo -q -ro o.gpkg -dialect sqlite -sql "select content from cells where st_contains(geom, makepoint(110.005, 32.005))" | grep -q "content (String) = $1"; }
collect "$(way 109.99 32.005 110.0052 32.005)" "$(way 110.0048 32.005 110.02 32.005)" >tiles.geojson
ok "tiles with a margin: a road in two pieces over each other" says corners.geojson --boundary box.geojson --barriers tiles.geojson
ok "is one road" field "['blocks']" 2
ok "without a fault" at '[]'
collect "$(way 109.99 32.005 110.00498 32.005)" "$(way 110.00502 32.005 110.02 32.005)" >tiles.geojson
ok "a road cut at a tile's edge, four metres apart" says corners.geojson --boundary box.geojson --barriers tiles.geojson
ok "is put together" field "['blocks']" 2
ok "and told with both places" at '[("END_CLOSED", 1, 110.00498, 32.005), ("END_CLOSED", 2, 110.00502, 32.005)]'
collect "$(way 109.99 32.005 110.005 32.005)" "$(way 110.005 32.00502 110.02 32.00502)" >tiles.geojson
ok "cut and shifted by two metres: the ends stand side by side" says corners.geojson --boundary box.geojson --barriers tiles.geojson
ok "and are put together" field "['blocks']" 2
ok "and told" at '[("END_CLOSED", 1, 110.005, 32.005), ("END_CLOSED", 2, 110.005, 32.00502)]'
collect "$(way 109.99 32.005 110.004 32.005)" "$(way 110.006 32.005 110.02 32.005)" "$(way 110.005 31.99 110.005 32.004)" "$(way 110.005 32.006 110.005 32.02)" >tiles.geojson
ok "a tile is missing: four roads end at its edges" says corners.geojson --boundary box.geojson --barriers tiles.geojson
ok "each is told with its place" at '[("END_OPEN", 1, 110.004, 32.005), ("END_OPEN", 2, 110.006, 32.005), ("END_OPEN", 3, 110.005, 32.004), ("END_OPEN", 4, 110.005, 32.006)]'
ok "nothing is made up: the ground is an empty cell" over empty
ok "of one block with all around" field "['blocks']" 1
ok "and covered: the checker agrees" oracle_says corners.geojson box.geojson o.gpkg o.json --expect-all

# A town without a road: its borders are no barriers, which is no mistake.
says two.geojson --boundary box.geojson --empty 1e7 >/dev/null
collect >empty.geojson
collect "$(feature '"class":"hedge"' LineString '[[110,32],[110.01,32.01]]')" >hedge.geojson
collect "$(feature '"class":"hedge"' LineString '[[110,32],[110.01,32.01]]')" "$(feature '"class":"Hedge"' LineString '[[110,32],[110.01,32.01]]')" "$(feature '"class":"street"' LineString '[[110.005,31],[110.005,33]]')" "$(feature '"class":"moat"' LineString '[[110,32],[110.01,32.01]]')" >mixed.geojson
collect "$(feature '"railway":"rail","passable":0' LineString '[[109.99,32.004],[110.02,32.004]]')" >railway.geojson
collect "$(feature '"highway":"residential","tunnel":"yes"' LineString '[[110.003,32.0035],[110.003,32.0045]]')" >tunnel.geojson
collect "$(feature '"highway":"residential","layer":-1' LineString '[[110.003,31.9],[110.003,32.1]]')" >lower.geojson
collect "$(feature '"waterway":"stream","tunnel":"culvert"' LineString '[[110.003,32.0035],[110.003,32.0045]]')" >culvert.geojson
warns() { local text=$1; shift; "$@" >out 2>err && grep -q "warning: $text (NO_ROWS)" err || { cat out err; return 1; }; }
divide() { "$cg" split o.gpkg:cells -o g.gpkg --households households --report g.json --barriers "$1"; }
ok "borders along nothing are no barriers" warns 'o.gpkg:borders: no row is a barrier' divide o.gpkg:borders
ok "then no border is asked to follow one" grep -q '"border_on_barrier": null' g.json
ok "nor by the name of the file alone" warns 'o.gpkg: no row is a barrier' divide o.gpkg
ok "a layer without rows" warns 'empty.geojson: the layer holds no rows' divide empty.geojson
ok "for cells too" warns 'empty.geojson: the layer holds no rows' "$cg" cells two.geojson -o o.gpkg --boundary box.geojson --barriers empty.geojson
ok "and one after another" bash -c "'$cg' cells two.geojson --boundary box.geojson --barriers empty.geojson --barriers road.geojson -o o.gpkg --report o.json 2>/dev/null"
ok "two blocks again" field "['blocks']" 2
ok "in a picture" warns 'empty.geojson: the layer holds no rows' "$cg" draw o.gpkg:cells -o a.png --barriers empty.geojson --size 100x80
ok "kinds that nobody knows are a mistake" fails 1 'hedge.geojson: no row is a barrier: class "hedge" (row 1) (NO_ROWS)' divide hedge.geojson
ok "each word is told with file, row and cause" bash -c "'$cg' cells two.geojson --boundary box.geojson --barriers mixed.geojson -o o.gpkg --report o.json 2>err >/dev/null; grep -q 'warning: mixed.geojson:1: class: \"hedge\" is no kind of barrier that is known .*(UNKNOWN_CLASS)' err && [ \$(grep -c UNKNOWN_CLASS err) = 2 ]"
ok "and each further row of it in the report" /usr/bin/python3 -c "import json; f=json.load(open('o.json'))['other_files'][1]['findings']; assert [i['row'] for i in f if i['code'] == 'UNKNOWN_CLASS'] == [1, 2, 4], f"
ok "nothing but tunnels is nothing that parts" "$cg" cells two.geojson --boundary box.geojson --barriers tunnel.geojson -o o.gpkg --report o.json
ok "no warning about roads" bash -c "'$cg' cells two.geojson --boundary box.geojson --barriers tunnel.geojson -o o.gpkg 2>&1 >/dev/null | grep -c . | grep -qx 0"
ok "culverts alone are a layer of nothing" warns 'culvert.geojson: no row is a barrier' "$cg" cells two.geojson --boundary box.geojson --barriers culvert.geojson -o o.gpkg
connected() { "$cg" cells two.geojson --boundary box.geojson --barriers railway.geojson "$@" --empty 1e7 -o o.gpkg --report o.json >/dev/null 2>&1 && ogrinfo -q -ro o.gpkg -sql "select distinct passable from borders" | grep -o '= [01]' | tr -d '= \n'; }
ok "a railway that nobody may cross" [ "$(connected)" = 0 ]
ok "may be crossed where a road runs below it" [ "$(connected --barriers tunnel.geojson)" = 1 ]
ok "a road that merely lies lower does as well" [ "$(connected --barriers lower.geojson | tail -c 1)" = 1 ]
ok "a county keeps tunnels" bash -c "'$cg' init under.sqlite >/dev/null && '$cg' import under.sqlite regions box.geojson --map name=code >/dev/null && '$cg' import under.sqlite barriers tunnel.geojson | grep -q 1"
# Two banks of 200 households each: one grid where a bridge or a tunnel leads over, whatever classes cut.
bank() { feature "\"id\":\"$1\",\"households\":200" Polygon "[[[110,$2],[110.01,$2],[110.01,$3],[110,$3],[110,$2]]]"; }
collect "$(bank s 32 32.005)" "$(bank n 32.005 32.01)" >banks.geojson
collect "$(block '"id":"s","households":200' 110.005 32.002 110.006 32.0025)" "$(block '"id":"n","households":200' 110.005 32.007 110.006 32.0075)" >shores.geojson
river=$(feature '"waterway":"river","passable":0' LineString '[[109.99,32.005],[110.02,32.005]]')
over() { feature "\"highway\":\"residential\",\"$1\":\"yes\"" LineString "[[110.003,$2],[110.003,$3]]"; }
held() { /usr/bin/python3 -c "import json; r=json.load(open('g.json')); print(r['grids'], r['certified'], len(r['parted']))"; }
from_cells() { collect "$river" "$@" >over.geojson; "$cg" cells shores.geojson --households households --boundary box.geojson --barriers over.geojson --cut water --empty 1e7 -o o.gpkg >/dev/null && "$cg" split o.gpkg:cells -o g.gpkg --households households --barriers o.gpkg:borders --report g.json >/dev/null && held; }
from_units() { collect "$river" "$@" >over.geojson; "$cg" split banks.geojson -o g.gpkg --id id --households households --barriers over.geojson --report g.json >/dev/null && held; }
for from in from_cells from_units; do
    ok "$from: a river parts two banks, with a proof each" [ "$($from)" = '2 2 1' ]
    ok "$from: over a bridge they are one" [ "$($from "$(over bridge 32.004 32.006)")" = '1 0 0' ]
    ok "$from: over one in two pieces" [ "$($from "$(over bridge 32.004 32.005)" "$(over bridge 32.006 32.005)")" = '1 0 0' ]
    ok "$from: through a tunnel in two pieces" [ "$($from "$(over tunnel 32.004 32.0051)" "$(over tunnel 32.0051 32.006)")" = '1 0 0' ]
    ok "$from: by a ferry" [ "$($from "$(feature '"class":"ferry"' LineString '[[110.003,32.006],[110.003,32.004]]')")" = '1 0 0' ]
    ok "$from: not by one that ends in the water" [ "$($from "$(over bridge 32.004 32.0049)")" = '2 2 1' ]
done
# A river of 66 m as an area: a bridge whose far end stands on the bank, or little beyond it, in either path.
line=$river
for end in 32.0053 32.005309 32.005327 32.005345 32.00536; do
    for from in from_cells from_units; do
        river=$(feature '"natural":"water"' Polygon '[[[109.99,32.0047],[110.02,32.0047],[110.02,32.0053],[109.99,32.0053],[109.99,32.0047]]]')
        [ $from = from_units ] && river=$line
        ok "$from: over a bridge that ends at $end" bash -c "[[ '$($from "$(over bridge 32.004 $end)")' == '1 0 '* ]]"
    done
done
river=$line
ok "the proofs hold where units have a river between them" /usr/bin/python3 "$oracle/check_certificates.py" banks.geojson g.json g.gpkg --id id --households households
ok "land without a building" warns 'empty.geojson: the file holds no rows' "$cg" cells empty.geojson --boundary box.geojson --barriers road.geojson -o o.gpkg --report o.json
ok "is two empty cells beside the road" field "['cells']" 2
ok "that cover it" oracle_says empty.geojson box.geojson o.gpkg o.json
ok "nobody lives there" field "['households']" 0
ok "divided, it is one grid below its range, with a proof" bash -c "'$cg' split o.gpkg:cells -o g.gpkg --households households | grep -q '1 below, 0 above (1 with a proof, 0 without)'"
ok "there is nothing to share households out by" fails 1 'no building has a dwelling' "$cg" cells empty.geojson --boundary box.geojson --total 9 -o o.gpkg
collect "$(feature '"id":1' Polygon '[[[110.001,32.001],[110.002,32.002],[110.001,32.001]]]')" >bad.geojson
ok "bad rows are another matter" fails 1 'NO_ROWS' "$cg" cells bad.geojson --boundary box.geojson -o o.gpkg
"$cg" init town.sqlite >/dev/null
ok "a county's barriers do not give way to nothing" fails 1 'empty.geojson: .*NO_ROWS' "$cg" import town.sqlite barriers empty.geojson

collect "$(feature '"code":"420325001001"' Polygon '[[[110,32],[110.01,32],[110.01,32.01],[110.005,31.9999],[110,32.01],[110,32]]]')" >crossed.geojson
collect "$(rectangle half 109.9999 32.004 110.0001 32.0042)" "$(rectangle away 110.2 32.004 110.2001 32.0042)" >edge.geojson
ok "a boundary that crosses itself is repaired" says edge.geojson --boundary crossed.geojson
ok "and told with its place" bash -c "grep -q 'Self-intersection at (110.00505, 32)' o.json"
found() { /usr/bin/python3 -c "import json; r=json.load(open('o.json')); f=next(f for f in r['findings'] if f['code'] == '$1'); assert (f['row'], round(f['x'], 5), round(f['y'], 5)) == ($2, $3, $4), f"; }
ok "half a building at the edge is told with its place" found PARTLY_OUTSIDE 1 109.9999 32.004
ok "one outside too" found OUTSIDE 2 110.20005 32.0041

# What a building says about its households counts once, however often it is delivered.
place() { printf '{"type":"Feature","properties":{%s},"geometry":{"type":"Point","coordinates":[%s,%s]}}' "$1" "$2" "$3"; }
counted() { printf '"id":"%s","households":%s' "$1" "$2"; }
collect "$(block "$(counted a 12)" 110.001 32.001 110.002 32.002)" "$(block "$(counted a 15)" 110.001 32.001 110.002 32.002)" \
    "$(block "$(counted x 9)" 110.003 32.001 110.004 32.002)" "$(block "$(counted y 9)" 110.003 32.001 110.004 32.002)" \
    "$(block "$(counted b 20)" 110.005 32.005 110.006 32.006)" "$(block "$(counted b 20)" 110.006 32.005 110.007 32.006)" \
    "$(block "$(counted c 3)" 110.001 32.008 110.0015 32.0085)" "$(block "$(counted c 4)" 110.008 32.008 110.0085 32.0085)" \
    "$(place "$(counted p 7)" 110.0095 32.0095)" "$(place "$(counted p 7)" 110.0095 32.0095)" \
    "$(block "$(counted e 5)" 110.0098 32.002 110.0108 32.0025)" "$(block "$(counted f 5)" 110.0098 32.002 110.0108 32.0025)" >twice.geojson
ok "buildings delivered twice, cut at a tile's edge, half outside" says twice.geojson --boundary box.geojson
ok "each counts once, the larger count of two" field "['households']" $((15 + 9 + 20 + 3 + 4 + 7 + 5))
ok "the rows that are taken for another say so" bash -c "ogrinfo -q -ro o.gpkg -sql \"select row, part_of from buildings where part_of is not null order by row\" | grep -o '= [0-9]*' | tr -d '= ' | tr '\n' ' ' | grep -qx '2 1 4 3 6 5 10 9 12 11 '"
ok "two counts of one building are told" grep -q 'warning: twice.geojson:1: 12 households, but row 2 of the same building says 15: the larger count is taken (COUNTS_DIFFER)' err
ok "so is one id in two places" field "['counts']['ID_APART']" 1
ok "with file, row and cause" /usr/bin/python3 -c "import json; f=json.load(open('o.json'))['findings']; assert all(i['file'] == 'twice.geojson' and i['row'] > 0 and i['text'] for i in f), f; assert [(i['row'], i['other']) for i in f if i['code'] == 'ID_APART'] == [(8, 7)], f"
ok "the checker agrees" oracle_says twice.geojson box.geojson o.gpkg o.json
ok "scaled to a total" says twice.geojson --boundary box.geojson --total 1000
ok "buildings add up to their cells then too, and are estimates" oracle_says twice.geojson box.geojson o.gpkg o.json
ok "all of them" bash -c "ogrinfo -q -ro -dialect sqlite o.gpkg -sql 'select sum(households) as s, min(estimated) as e from buildings' | tr -d ' \n' | grep -q 's(Integer)=1000e(Integer)=1'"

# A village is rural: its ground goes to its groups, or is one grid.
sed 's/"code":/"name":"西岭村","code":/' box.geojson >village.geojson
ok "a village, by its name" says two.geojson --boundary village.geojson
ok "has no groups, which is told" grep -q 'warning: village.geojson: villages with ground of no villager group, which becomes one rural grid each: 1 (the first: 420325001001) (NO_GROUPS)' err
kinds() { [ "$(ogrinfo -q -ro o.gpkg -sql "select distinct kind, villager_group from cells" | grep -o '= .*' | tr -d '\n')" = "$1" ] || { ogrinfo -q -ro o.gpkg cells; return 1; }; }
ok "all of it is rural" kinds '= rural= (null)'
ok "one grid, in a county" bash -c "'$cg' init v.sqlite && '$cg' import v.sqlite regions village.geojson && '$cg' import v.sqlite units o.gpkg:cells && '$cg' plan v.sqlite split --report g.json && /usr/bin/python3 -c \"import json; r = json.load(open('g.json')); assert r['grids'] == r['kinds']['rural'] == 1, r\""
sed 's/"id":"a",/"id":"a","group":"一组",/' two.geojson >named.geojson
ok "a house that names its group" says named.geojson --boundary village.geojson
ok "gives the ground around it to the group" kinds '= rural= 一组'
ok "not in a community of the town" says named.geojson --boundary box.geojson
ok "where only its own cell is" kinds '= rural= 一组= urban= (null)'
sed 's/"code":/"城乡":"怎样","code":/' box.geojson >word.geojson
ok "a word that nobody knows" fails 1 'word.geojson:1: 城乡' "$cg" cells two.geojson --boundary word.geojson -o o.gpkg

# Shapefiles without .prj are the rule, not the exception.
bare() { mkdir -p bare && ogr2ogr -f "ESRI Shapefile" "bare/$1.shp" "$2" -t_srs EPSG:4546 -nln "$1" 2>/dev/null && rm -f "bare/$1.prj"; }
bare_files() { bare houses two.geojson && bare edge box.geojson && bare road road.geojson; }
ok "files that name no coordinate system" bare_files
ok "are one plane" says bare/houses.shp --boundary bare/edge.shp --barriers bare/road.shp
ok "two blocks there" field "['blocks']" 2
ok "a window in its metres" bash -c "'$cg' draw o.gpkg:cells -o p.png --barriers bare/road.shp --buildings bare/houses.shp --bbox \$(ogrinfo -ro -so o.gpkg cells | sed -n 's/^Extent: (\([0-9.-]*\), \([0-9.-]*\)) - (\([0-9.-]*\), \([0-9.-]*\))/\1,\2,\3,\4/p')"
ok "but for a road that names one" fails 1 'road.geojson: only one of this file and the boundary names' "$cg" cells bare/houses.shp --boundary bare/edge.shp --barriers road.geojson -o o.gpkg
ok "nor in a picture" fails 1 'road.geojson: only one of this file and the cells names' "$cg" draw o.gpkg:cells -o p.png --barriers road.geojson
ok "where the user names it, all fit" says bare/houses.shp --boundary bare/edge.shp --barriers bare/road.shp --barriers road.geojson --crs EPSG:4546
ok "the rest is told" grep -q 'warning: edge.shp: the file does not name its CRS: taken as EPSG:4546, as the user said (CRS_ASSUMED)' err
ok "split takes the name too" "$cg" split o.gpkg:cells -o g.gpkg --households households --barriers bare/road.shp --crs EPSG:4546

# Maps from online services: one option for all files that name no system, GeoJSON too.
collect "$(block '"name":"estate"' 110.0055 32.0055 110.008 32.008)" >estate.geojson
all_files() { says two.geojson --boundary "$1" --barriers road.geojson --compounds estate.geojson --empty 1e7 "${@:2}"; }
from() { /usr/bin/python3 -c "import json,sys; r=json.load(open('o.json')); a=' '.join(f['crs_from'] for f in [r['input'], *r['other_files']]); assert a == sys.argv[1], a" "$1"; }
corners() { ogrinfo -ro -so "$1" cells | grep '^Extent' | tr -d 'a-zA-Z:(),-'; }
# The way back from GCJ-02 by the formula in general use, each place once.
shifted() { /usr/bin/python3 - "$@" <<'PY'
import math
import sys

def shift(lon, lat):
    x, y, pi = lon - 105, lat - 35, math.pi
    wave = (20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)) * 2 / 3
    dy = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    dy += (20 * math.sin(y * pi) + 40 * math.sin(y / 3 * pi) + 160 * math.sin(y / 12 * pi) + 320 * math.sin(y * pi / 30)) * 2 / 3
    dx = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    dx += (20 * math.sin(x * pi) + 40 * math.sin(x / 3 * pi) + 150 * math.sin(x / 12 * pi) + 300 * math.sin(x / 30 * pi)) * 2 / 3
    a, ee, s = 6378245.0, 0.00669342162296594323, math.sin(lat / 180 * pi)
    m = 1 - ee * s * s
    return dx * 180 / (a / math.sqrt(m) * math.cos(lat / 180 * pi) * pi), dy * 180 / (a * (1 - ee) / (m * math.sqrt(m)) * pi)

def back(lon, lat):
    u, v = lon, lat
    for _ in range(50):
        dx, dy = shift(u, v)
        u, v = lon - dx, lat - dy
    return u, v

corners = [back(x, y) for x in (110, 110.01) for y in (32, 32.01)]
wanted = [pick(c[k] for c in corners) for pick in (min, max) for k in (0, 1)]
got = [float(n) for n in sys.argv[1:]]
assert len(got) == 4 and max(abs(g - w) for g, w in zip(got, wanted)) < 1e-6, (got, wanted)
PY
}
ok "files of WGS 84" all_files box.geojson
ok "three of them by their format's default" from 'default default default default'
cells_before=$(/usr/bin/python3 -c "import json; r=json.load(open('o.json')); print(r['cells'], r['blocks'])")
ok "the same files as GCJ-02" all_files box.geojson --crs gcj02
ok "all by the option" from 'option option option option'
ok "make the same cells" [ "$(/usr/bin/python3 -c "import json; r=json.load(open('o.json')); print(r['cells'], r['blocks'])")" = "$cells_before" ]
ok "all of them moved, as an independent formula moves the corners" shifted $(corners o.gpkg)
ok "none is left behind" field "['counts']['PARTLY_OUTSIDE'] + r['counts']['OUTSIDE']" 0
ok "in WGS 84, which files can carry" bash -c "ogrinfo -ro -so o.gpkg cells | grep -q 'ID\[\"EPSG\",4326\]'"
sed 's/{"type":"FeatureCollection",/&"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},/' box.geojson >named_box.geojson
ok "a boundary that names its system" all_files named_box.geojson --crs gcj02
ok "keeps it" from 'option file option option'
ok "which is told" bash -c "grep -q CRS_KEPT o.json"
ok "split takes barriers along" bash -c "'$cg' split banks.geojson -o g.gpkg --id id --households households --barriers road.geojson --crs gcj02 --report g.json >/dev/null 2>&1 && /usr/bin/python3 -c \"import json; f=json.load(open('g.json'))['other_files'][0]; assert f['crs_from'] == 'option' and 'gcj02' in f['crs'], f\""

# Known totals that nobody can hold are told, not lost.
rectangle_of() { feature "\"code\":\"$1\",\"hh\":$2" Polygon "[[[$3,$4],[$5,$4],[$5,$6],[$3,$6],[$3,$4]]]"; }
collect "$(rectangle_of A 100 110 32 110.01 32.01)" "$(rectangle_of N 40 110 32 110.01 32.01)" "$(rectangle_of E 33 110.02 32 110.03 32.01)" >regions.geojson
ok "totals of three communities" says twice.geojson --boundary regions.geojson --total hh
ok "one lies on another's ground" grep -q 'warning: regions.geojson:2: community N: its 40 known households are in no unit, since all of its ground belongs to communities before it (NOT_SHARED)' err
ok "and is named as having no cell" grep -q 'warning: regions.geojson:2: community N has no cell: [0-9]* m2 of it are community A.s (REGIONS_OVERLAP)' err
ok "one is empty" grep -q 'warning: regions.geojson:3: community E: its 33 known households are in no unit, since no dwelling stands there (NOT_SHARED)' err
ok "the report has them" field "['not_shared'][1]['households'] == r['warnings'][1]['households'] == 33" True
collect "$(rectangle_of A -5 110 32 110.01 32.01)" >below.geojson
ok "a total below nothing" fails 1 'below.geojson:1: hh: -5 known households' "$cg" cells twice.geojson --boundary below.geojson --total hh -o o.gpkg
ok "a column that is not there is named as it was written" fails 1 'boundary-id nix: there is no such column' "$cg" cells twice.geojson --boundary regions.geojson --boundary-id nix -o o.gpkg
ok "of totals too" fails 1 'total nix: there is no such column' "$cg" cells twice.geojson --boundary regions.geojson --total nix -o o.gpkg
ok "of groups too" fails 1 'groups-id nix: there is no such column' "$cg" cells twice.geojson --boundary box.geojson --groups groups.geojson --groups-id nix -o o.gpkg
ok "a boundary that crosses itself is told on the spot" bash -c "'$cg' cells edge.geojson --boundary crossed.geojson -o o.gpkg 2>&1 >/dev/null | grep -q 'warning: crossed.geojson:1: boundary repaired: .*Self-intersection at (110.00505, 32)'"

# Communities that claim the same ground, an enclave in either order, a strip that nobody claims.
enclave=$(rectangle_of E 1 110.002 32.002 110.004 32.004)
village=$(rectangle_of V 1 110 32 110.01 32.01)
overlaps_agree() { /usr/bin/python3 -W ignore "$oracle/region_overlaps.py" "$@" 2>/dev/null; }
ground() { ogrinfo -q -ro -dialect sqlite o.gpkg -sql "select region, round(sum(area_m2)) as a from cells group by region order by region" | grep -o '= .*' | tr -d '\n'; }
collect "$village" "$enclave" >outer_first.geojson
collect "$enclave" "$village" >inner_first.geojson
ok "an enclave after the village around it" says two.geojson --boundary outer_first.geojson
ok "has its ground" bash -c "ogrinfo -q -ro o.gpkg -sql \"select distinct region from cells where region = 'E'\" | grep -q '= E'"
outer_ground=$(ground)
ok "before it" says two.geojson --boundary inner_first.geojson
ok "the same" [ "$(ground)" = "$outer_ground" ]
collect "$village" "$(rectangle_of W 1 110.008 32 110.02 32.01)" "$(rectangle_of X 1 110.005 32.009 110.012 32.02)" "$(rectangle_of G 1 110.020002 32 110.03 32.01)" >claims.geojson
ok "three claims and a strip of 20 cm" says two.geojson --boundary claims.geojson
ok "each pair has its own ground, by a second implementation" overlaps_agree claims.geojson o.json
ok "the strip is told on the spot" grep -q 'warning: claims.geojson:2: [0-9]* m2 between the communities W and G belong to neither: left out (REGIONS_GAP)' err

# Values that are no numbers, each with its row.
level() { printf '"id":"%s","levels":%s' "$1" "$2"; }
collect "$(block "$(level a '"many"')" 110.001 32.001 110.002 32.002)" "$(block "$(level b -3)" 110.003 32.001 110.004 32.002)" \
    "$(block "$(level n 0)" 110.0032 32.003 110.004 32.004)" "$(block "$(level c 1e6)" 110.005 32.001 110.006 32.002)" "$(block "$(level d '"13812345678"')" 110.007 32.001 110.008 32.002)" >odd.geojson
ok "odd storeys" says odd.geojson --boundary box.geojson
ok "are told by row, column and value" grep -q 'warning: odd.geojson:1: levels: "many" is no number from 0 to 300: taken as not known (BAD_VALUES)' err
ok "no storeys are none that are known" grep -q 'warning: odd.geojson:3: levels: "0" is no number of storeys: taken as not known (BAD_VALUES)' err
ok "each of them, a telephone number without itself" /usr/bin/python3 -c "import json; t=open('o.json').read(); f=[i for i in json.loads(t)['input']['findings'] if i['code'] == 'BAD_VALUES' and i['row']]; assert [i['row'] for i in f] == [1, 2, 3, 4, 5] and '138123' not in t, f"

# Barriers of several files: a finding says which.
collect "$(way 109.99 32.005 110.004 32.005)" >one.geojson
collect "$(way 110.006 32.005 110.02 32.005)" >other.geojson
ok "two files of roads" says corners.geojson --boundary box.geojson --barriers one.geojson --barriers other.geojson
ok "an open end names its file" /usr/bin/python3 -c "import json; f=json.load(open('o.json'))['findings']; assert sorted((i['file'], i['row'], i['text'] != '') for i in f if i['code'] == 'END_OPEN') == [('one.geojson', 1, True), ('other.geojson', 1, True)], f"
ok "the screen says what a code means and where the rest is" bash -c "'$cg' cells corners.geojson --boundary box.geojson --barriers one.geojson -o o.gpkg >out && grep -q 'END_OPEN: 1 (the line ends' out && grep -q 'report FILE lists each' out"

if ! have_data; then
    skip "real towns" "real data absent: $data"
    done_testing
    exit 0
fi
hull() { ogr2ogr -f GPKG "$2" "$1" -dialect sqlite -sql "select st_convexhull(st_collect(st_centroid(geom))) as geom from buildings" -nln hull 2>/dev/null; }
extent() { ogr2ogr -f GPKG "$2" "$1" -dialect sqlite -sql "select st_envelope(st_collect(geom)) as geom from buildings" -nln hull 2>/dev/null; }
town=$data/osm/north_bayreuth.gpkg
ok "north of Bayreuth: hull" extent "$town" nb.gpkg
ok "north of Bayreuth" says "$town:buildings" --boundary nb.gpkg --barriers "$town:roads" --barriers "$town:waterways" --barriers "$town:water_areas"
ok "north of Bayreuth: checker" oracle_says "$town:buildings" nb.gpkg o.gpkg o.json --expect-all
estimates() { /usr/bin/python3 -W ignore "$oracle/check_estimates.py" "$@" 2>/dev/null; }
ok "north of Bayreuth: households worked out again" estimates "$town:buildings" o.gpkg 32632
ok "north of Bayreuth: split" "$cg" split o.gpkg:cells -o g.gpkg --households households --within region --barriers o.gpkg:borders --report g.json
in_range() { /usr/bin/python3 -c "import json; r=json.load(open('g.json')); assert r['violations'] == 0 and r['unknown'] == 0 and r['border_on_barrier'] >= 0.9, r"; }
ok "north of Bayreuth: all in range, borders on roads and rivers" in_range
pieces() { /usr/bin/python3 -W ignore "$oracle/border_pieces.py" o.gpkg g.gpkg g.json 2>/dev/null; }
ok "north of Bayreuth: border by pieces measured again" pieces
town=$data/osm/helsinki_centre.gpkg
ok "Helsinki: hull through buildings" hull "$town" hel.gpkg
ok "Helsinki" says "$town:buildings" --boundary hel.gpkg --barriers "$town:roads" --barriers "$town:water_areas"
ok "Helsinki: checker" oracle_says "$town:buildings" hel.gpkg o.gpkg o.json --expect-all
split_cells() { "$cg" split o.gpkg:cells -o g.gpkg --households households --within region --barriers o.gpkg:borders --report g.json; }
ok "Helsinki: split" split_cells
ok "Helsinki: all in range, borders on roads" in_range
ok "Helsinki: border by pieces measured again" pieces
ok "Helsinki: no tile is missing" field "['counts']['TILE_MISSING']" 0
ok "Helsinki: no main road inside a cell" roads_stay "$town:buildings" "$town:roads" "$town:water_areas" --most 0.01
ok "Helsinki: ground goes to the nearest building in sight" nearest_says "$town:buildings" "$town:roads" "$town:water_areas" --step 20 --most 0.005 --spikes 1
ok "Helsinki: all layers of a file that can be barriers" says "$town:buildings" --boundary hel.gpkg --barriers "$town"
ok "Helsinki: as many cells as with the three named" bash -c "cp o.gpkg all.gpkg && '$cg' cells '$town:buildings' --boundary hel.gpkg --barriers '$town:roads' --barriers '$town:waterways' --barriers '$town:water_areas' -o o.gpkg --report o.json >/dev/null && [ \"\$(ogrinfo -ro -so o.gpkg cells | grep Count)\" = \"\$(ogrinfo -ro -so all.gpkg cells | grep Count)\" ]"
ok "Helsinki: no layer that can be barriers" fails 1 'no layer has lines.*buildings, communities' "$cg" cells "$town:buildings" --boundary hel.gpkg --barriers "$data/china/kunming_buildings.gpkg" -o n.gpkg
short() { [ "$(grep -o SHORT_RING o.json | wc -l)" -ge 12 ]; }
ok "Helsinki: rings of two and three points are told" short
town=$data/china/shanghai_osm_tiles.gpkg
ok "Shanghai: extent" extent "$town" sh.gpkg
ok "Shanghai" says "$town:buildings" --boundary sh.gpkg --barriers "$town:roads" --barriers "$town:water"
ok "Shanghai: split" split_cells
# Towers that share a block have to be parted through it: the report proves how much can be on roads.
cannot() { /usr/bin/python3 -c "import json; r=json.load(open('g.json')); p=r['border_on_barrier_proof']; assert r['violations'] == 0 and r['unknown'] == 0 and 0.86 <= r['border_on_barrier'] <= r['border_on_barrier_at_most'] < 0.98 and p['blocks'] >= 20 and p['open_at_least_m'] <= (1 - r['border_on_barrier']) * r['internal_boundary_m'], r"; }
ok "Shanghai: not all of the border can be on roads" cannot
ok "Shanghai: border by pieces measured again" pieces
ok "Shanghai: offices and their towers have no households" bash -c "grep -q '53 without a use are taller than 27 m and deeper than 36 m' err"
ok "Shanghai: the missing tile is named" bash -c "grep -q 'from 121.49780, 31.23629 to 121.50330, 31.24099 .*a tile of the map may be missing (TILE_MISSING)' err"
ok "Shanghai: and no other" field "['counts']['TILE_MISSING']" 1
ok "Shanghai: no main road inside a cell but those that end freely" roads_stay "$town:buildings" "$town:roads" "$town:water" --most 0.08
ok "Shanghai: checker" oracle_says "$town:buildings" sh.gpkg o.gpkg o.json --expect-all
repeated() { /usr/bin/python3 -c "import json; r=json.load(open('o.json')); assert r['counts']['REPEATED'] > 50 and r['counts']['MERGED'] > 50, r['counts']"; }
ok "Shanghai: repeated buildings and podiums are told" repeated
town=$data/china/kunming_buildings.gpkg
ok "Kunming: hull" hull "$town" km.gpkg
ok "Kunming" says "$town:buildings" --boundary km.gpkg
ok "Kunming: checker" oracle_says "$town:buildings" km.gpkg o.gpkg o.json --expect-all
ok "Kunming: ground goes to the nearest building, without spikes" nearest_says "$town:buildings" --step 10 --most 0.0005 --spikes 0
extent "$town" km.gpkg
ok "Kunming: all of it" says "$town:buildings" --boundary km.gpkg
ok "Kunming: households worked out again" estimates "$town:buildings" o.gpkg 4543
done_testing
