#!/usr/bin/env bash
# The analyst's pictures and what they are made of: by URL the bytes that the command line writes.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
ok "county" bash -c "'$cg' init c.sqlite && '$cg' import c.sqlite regions regions.geojson && '$cg' import c.sqlite units units.geojson &&
    '$cg' plan c.sqlite split --publish && '$cg' import c.sqlite incidents incidents.csv"

"$cg" serve c.sqlite --listen 127.0.0.1:0 >serve.out 2>serve.err &
server=$!
for _ in $(seq 300); do grep -q serving serve.out && break; sleep 0.1; done
url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)

# same ENDING PICTURE NAME=VALUE...: the same words as parameters of the URL and as options
same() {
    local ending=$1 picture=$2 word query=() options=()
    shift 2
    for word in "$@"; do
        query+=(--data-urlencode "$word")
        options+=("--${word%%=*}" "${word#*=}")
    done
    curl -sf -G -o url.out "${url}api/render/$picture" --data-urlencode "format=$ending" "${query[@]}" || return 1
    rm -f "command.$ending"
    "$cg" render c.sqlite "$picture" -o "command.$ending" "${options[@]}" >/dev/null || return 1
    [ -s url.out ] && cmp url.out "command.$ending"
}
type=$(/usr/bin/python3 -c "import csv; print(next(csv.DictReader(open('incidents.csv', encoding='utf-8-sig')))['类型'])")
town=$(curl -s "${url}api/overview" | /usr/bin/python3 -c "import json,sys; print(json.load(sys.stdin)['place']['children'][0]['code'])")
curl -s "${url}api/outlines/map?w=400&h=300" >outlines.json
box=$(/usr/bin/python3 -c "
import json; o = json.load(open('outlines.json')); x, y = o['origin_m']; m = o['m_per_px']
print('%.0f,%.0f,%.0f,%.0f' % (x + 120 * m, y - 220 * m, x + 280 * m, y - 90 * m))")
when=2026-06-01/2026-10-28 before=2026-01-01/2026-05-31
for picture in map choropleth hotspots moran clusters change difference; do
    against=("against=$before")
    case $picture in hotspots | moran | clusters) against=() ;; esac
    endings="png json"
    [ $picture = difference ] && endings="png svg pdf json xlsx csv"
    for ending in $endings; do
        ok "$picture.$ending" same $ending $picture "period=$when" "${against[@]}"
    done
done
for picture in map difference contours; do ok "$picture.tif" same tif $picture "period=$when" bandwidth=300 kernel=quartic; done
for picture in map choropleth hotspots clusters change; do ok "$picture.gpkg" same gpkg $picture "period=$when"; done
for picture in trend types hours ranking calendar; do ok "$picture.png" same png $picture "period=$when" "types=$type"; done
for picture in trend types hours ranking; do ok "$picture.xlsx" same xlsx $picture "period=$when" "types=$type"; done
ok "a type, in a town" same png map "types=$type" "place=$town" "period=$when" theme=light
ok "a box drawn by hand" same png hotspots "box=$box" "period=$when" theme=light
ok "its figures" same json map "box=$box" "types=$type" "period=$when" bandwidth=auto
area=$(/usr/bin/python3 -c "
x0, y0, x1, y1 = map(float, '$box'.split(','))
print('POLYGON((%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f))' % (x0, y0, x1, y0, (x0 + x1) / 2, (y0 + y1) / 2, x0, y1))")
for picture in map contours choropleth hotspots; do ok "an area drawn by hand: $picture" same png $picture "area=$area" "period=$when"; done
ok "its density" same tif map "area=$area" "period=$when" bandwidth=300
ok "its figures" same json types "area=$area" "period=$when"
"$cg" render c.sqlite hotspots -o text.png --area "$area" --period "$when" >/dev/null
echo "$area" >area.wkt
ok "an area in a file" bash -c "'$cg' render c.sqlite hotspots -o file.png --area area.wkt --period $when && cmp text.png file.png"
/usr/bin/python3 - "$area" "$(/usr/bin/python3 -c "import json; print(json.load(open('outlines.json'))['crs'])")" >area.geojson <<'PY'
import json, sys
from osgeo import ogr, osr
systems = [osr.SpatialReference(), osr.SpatialReference()]
systems[0].SetFromUserInput(sys.argv[2])
systems[1].ImportFromEPSG(4326)
for system in systems:
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
turn = osr.CoordinateTransformation(*systems)
places = [tuple(map(float, pair.split())) for pair in sys.argv[1][9:-2].split(",")]
ring = [[round(value, 9) for value in turn.TransformPoint(*place)[:2]] for place in places]
print(json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring + ring[:1]]}}))
PY
ok "an area in degrees is the same to the byte" bash -c "'$cg' render c.sqlite hotspots -o degrees.png --area area.geojson --period $when && cmp text.png degrees.png"
ok "other than the box around it" bash -c "'$cg' render c.sqlite hotspots -o box.png --box $box --period $when && ! cmp -s text.png box.png"
middle=$(/usr/bin/python3 -c "x0, y0, x1, y1 = map(float, '$box'.split(',')); print('%.1f,%.1f' % ((x0 + x1) / 2, (y0 + y1) / 2))")
ok "one point" same json map "at=$middle" "period=$when"
ok "the point lies in a grid" grep -q '"grid":{"code"' url.out

# The layer is one that others read, with as many rows as the county has grids.
"$cg" render c.sqlite hotspots -o hot.gpkg --period "$when" >/dev/null
"$cg" plan c.sqlite export -o grids.gpkg >/dev/null
ok "a layer for others" /usr/bin/python3 - <<'PY'
from osgeo import ogr
ogr.UseExceptions()
hot, grids = ogr.Open("hot.gpkg"), ogr.Open("grids.gpkg")
rows = {f["code"]: f for f in hot.GetLayer(0)}
plan = {f["code"]: f for f in grids.GetLayerByName("grids")}
assert rows.keys() == plan.keys() and len(rows) > 5
assert all(rows[c].geometry().Equals(plan[c].geometry()) and rows[c]["households"] == plan[c]["households"] for c in plan)
PY
# Hot spots of the same grids and incidents, the other way round: from file to file.
/usr/bin/python3 - <<'PY'
import csv
rows = list(csv.DictReader(open("incidents.csv", encoding="utf-8-sig")))
kept = [r for r in rows if "2026-06-01" <= r["发生时间"][:10] <= "2026-10-28"]
with open("kept.csv", "w", encoding="utf-8", newline="") as out:
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(kept)
PY
cat >agree.py <<'PY'
import csv
here = {r["code"]: r for r in csv.DictReader(open("hot.csv", encoding="utf-8-sig"))}
there = {r["grid_id"]: r for r in csv.DictReader(open("again.csv", encoding="utf-8-sig"))}
assert here.keys() == there.keys()
number = lambda t: float(t) if t else None
for code in here:
    for a, b in (("incidents", "count"), ("per_1000", "per_1000"), ("per_1000_low", "per_1000_low"), ("z", "z"), ("p", "p"), ("q", "q")):
        x, y = number(here[code][a]), number(there[code][b])
        assert (x is None) == (y is None) and (x is None or abs(x - y) <= 1e-9 * max(1, abs(y))), (code, a, x, y)
PY
agree() { # METHOD MEASURE...
    "$cg" hotspots grids.gpkg:grids --events kept.csv --per households --id code --method "$1" -o again.csv >hotspots.out 2>&1 &&
        "$cg" render c.sqlite hotspots -o hot.csv --period "$when" "${@:2}" >/dev/null && /usr/bin/python3 agree.py
}
ok "hotspots of files find the same" agree excess
ok "and of rates" agree gi-star --measure incidents_per_1000

# In English: the drawing, its rows, words and headings, and no Chinese beside names of places and types.
ok "english: a picture" same png hotspots "period=$when" lang=en theme=light
ok "english: a sheet" same xlsx hotspots "period=$when" lang=en
ok "english: rows" same csv hotspots "period=$when" lang=en
ok "english: headings and results" /usr/bin/python3 - <<'PY'
import csv, re, zipfile
han = re.compile("[\u4e00-\u9fff]")
with open("url.out", encoding="utf-8-sig") as file:
    rows = list(csv.DictReader(file))
titles = list(rows[0])
assert not any(han.search(title) for title in titles), titles
for row in rows:
    left = {key: value for key, value in row.items() if key not in ("name", "town") and han.search(value or "")}
    assert not left, left
with zipfile.ZipFile("command.xlsx") as book:
    sheets = book.read("xl/workbook.xml").decode()
    texts = re.findall("<t[^>]*>(.*?)</t>", book.read("xl/sharedStrings.xml").decode())
assert 'name="analysis"' in sheets and not han.search(sheets), sheets
told = [text for text in texts if "period:" in text or "Rate =" in text or "false discovery" in text]
assert len(told) >= 3, texts[-12:]
PY
ok "english: figures" same json hours "period=$when" lang=en
ok "english: weekdays" grep -q '"Monday"' url.out
ok "a language that is none" fails 1 NOT_FOUND "$cg" render c.sqlite hotspots -o x.csv --lang fr

problem() { # STATUS CODE TARGET
    curl -s -o problem.json -w '%{http_code} %{content_type}' "${url}$3" | grep -q "^$1 application/problem+json" &&
        grep -q "\"code\":\"$2\"" problem.json
}
ok "problem: a file it has not" problem 400 ARGUMENT "api/render/trend?format=gpkg"
ok "problem: a format that is none" problem 400 ARGUMENT "api/render/trend?format=doc"
ok "problem: a type that is none" problem 404 NOT_FOUND "api/render/map?types=nothing"
ok "problem: an area that crosses itself" problem 400 ARGUMENT "api/render/map?area=POLYGON((0+0,9000+9000,9000+0,0+9000))"
ok "problem: an area elsewhere" problem 400 ARGUMENT "api/render/map?area=POLYGON((0+0,900+0,0+900))"
ok "problem: a box that is none" problem 400 ARGUMENT "api/render/map?box=1,2,3"
ok "problem: a bandwidth out of range" problem 400 ARGUMENT "api/render/map?bandwidth=1"
ok "problem: a point with a picture" problem 400 ARGUMENT "api/render/map?at=1,2"
ok "command: a name that says nothing" fails 2 'must end in .png' "$cg" render c.sqlite map -o map.doc
ok "command: a file it has not" fails 2 'gives no tif' "$cg" render c.sqlite hotspots -o hot.tif
kill -TERM $server
wait $server
done_testing
