#!/usr/bin/env bash
# Rates and relative risks: counted again with plain sums, chances beside shuffled labels, rings beside their raster.
. "$(dirname "$0")/tap.sh"

python=/usr/bin/python3
# Houses in six villages; calls follow the houses, thefts gather in two of the villages.
"$python" - <<'END'
import random
r = random.Random(11)
villages = [(1000 + 8000 * r.random(), 1000 + 6000 * r.random(), 200 + 500 * r.random()) for _ in range(6)]
def near(k):
    x, y, s = villages[k]
    return 500000 + r.gauss(x, s), 3400000 + r.gauss(y, s)
with open('houses.csv', 'w') as f:
    f.write('id,x,y,households\n')
    for i in range(700): f.write('h%d,%.2f,%.2f,%d\n' % (i, *near(i % 6), r.randrange(0, 9)))
with open('calls.csv', 'w') as f:
    f.write('id,x,y\n')
    for i in range(500): f.write('c%d,%.2f,%.2f\n' % (i, *near(i % 6)))
with open('thefts.csv', 'w') as f:
    f.write('id,x,y\n')
    for i in range(160): f.write('t%d,%.2f,%.2f\n' % (i, *near(r.choice([0, 1, 0, 1, 2, 3, 4, 5]))))
with open('at.csv', 'w') as f:
    f.write('id,x,y\n')
    for i in range(21):
        for j in range(17): f.write(f'{i}-{j},{500025 + 500 * i},{3400025 + 500 * j}\n')
END
den() { "$cg" density thefts.csv --crs EPSG:4547 "$@"; }
check() { "$python" "$oracle/check_risk.py" "$@"; }

rate() {
    den -o rate.csv --at at.csv --bandwidth 400 --per houses.csv --per-column households --floor 60 >said.txt &&
        grep -q 'no value on .* %: fewer than 60' said.txt && check rate rate.csv thefts.csv houses.csv households 400 60
}
ok "rates at points" rate
risk() {
    den -o risk.csv --at at.csv --bandwidth 400 --against calls.csv >said.txt &&
        grep -q 'risk against 500 points' said.txt && check risk risk.csv thefts.csv calls.csv 400 10
}
ok "risk at points, chances beside shuffles" risk
raster() {
    den -o risk.tif --bbox 500000,3400000,510500,3408500 --cell 50 --bandwidth 400 --against calls.csv --contours tol.gpkg --report risk.json &&
        check raster risk.tif risk.csv 400 && check contours risk.tif tol.gpkg
}
ok "risk as a raster, rings on their level" raster
ok "rings as GeoJSON" bash -c "'$cg' density thefts.csv --crs EPSG:4547 -o risk2.tif --bandwidth 400 --against calls.csv --contours tol.geojson && grep -q LineString tol.geojson"
again() {
    den -o risk3.tif --bbox 500000,3400000,510500,3408500 --cell 50 --bandwidth 400 --against calls.csv --contours tol3.gpkg --threads 4 &&
        cmp risk.tif risk3.tif && cmp tol.gpkg tol3.gpkg
}
ok "the same bytes with four threads" again

# Both sides turned around: log ratio and z change their sign (the skewness too).
turned() {
    "$cg" density calls.csv --crs EPSG:4547 -o turned.csv --at at.csv --bandwidth 400 --against thefts.csv >/dev/null || return 1
    paste -d, risk.csv turned.csv | awk -F, 'NR > 1 && $4 != "" { d = $4 + $12; e = $6 + $14; n++; if (d * d > 1e-18 || e * e > 1e-14) bad++ } END { exit !(n > 50 && !bad) }'
}
ok "cases and others turned around" turned
inside() {
    printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4547"}},"features":[{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[501000,3401000],[508000,3401000],[508000,3407000],[501000,3407000],[501000,3401000]]]}}]}' >area.geojson
    den -o in.tif --bandwidth 400 --cell 50 --edge uniform --boundary area.geojson --against calls.csv && den -o in_rate.tif --bandwidth 400 --cell 50 --edge uniform --boundary area.geojson --per houses.csv --per-column households || return 1
    "$python" - <<'END'
from osgeo import gdal
import numpy
d = gdal.Open('in.tif'); z = d.GetRasterBand(3).ReadAsArray()
assert z.shape == (120, 140) and numpy.isfinite(z).any()
e = gdal.Open('in_rate.tif')
assert [e.GetRasterBand(k + 1).GetDescription() for k in range(5)] == ['per_1000', 'per_1000_low', 'per_1000_high', 'per_km2', 'base_per_km2']
r = [e.GetRasterBand(k + 1).ReadAsArray() for k in range(3)]
ok = numpy.isfinite(r[0])
assert ok.any() and not ok.all() and (r[1][ok] <= r[0][ok]).all() and (r[0][ok] <= r[2][ok]).all() and not numpy.isinf(r[0]).any()
END
}
ok "inside a boundary" inside

printf 'id,x,y\n' >empty.csv
# Pictures: every pixel has the colour of its class in the raster of the same cells.
window=(--bbox 500000,3400000,510500,3408500 --bandwidth 400)
painted() { # KIND RASTER PICTURE REPORT SHARE
    "$python" - "$@" <<'END'
import json, sys
import numpy
from osgeo import gdal
from PIL import Image
kind, raster, picture, report, least = sys.argv[1:]
dataset = gdal.Open(raster)
value = dataset.GetRasterBand(1).ReadAsArray()
value = numpy.exp(value) if kind == 'risk' else value
bounds = json.load(open(report))['ratio']['bounds']
pixel = numpy.array(Image.open(picture).convert('RGB')).astype(int)
assert pixel.shape[:2] == value.shape, (pixel.shape, value.shape)
code = pixel[..., 0] * 65536 + pixel[..., 1] * 256 + pixel[..., 2]
known = numpy.isfinite(value)
band = numpy.digitize(numpy.where(known, value, 0), bounds)
seen = {}
right = 0
for b in range(len(bounds) + 1):
    here = code[known & (band == b)]
    if here.size:
        colours, counts = numpy.unique(here, return_counts=True)
        seen[b] = colours[counts.argmax()]
        right += counts.max()
print('#', kind, len(seen), 'classes,', right / known.sum(), 'of the pixels,', (~known).mean(), 'hatched')
assert len(seen) >= 4 and len(set(seen.values())) == len(seen), seen
assert right / known.sum() >= float(least)
assert not numpy.isin(code[~known], list(seen.values())).mean() > 0.05
END
}
pictures() {
    den -o rate.tif "${window[@]}" --cell 50 --per houses.csv --per-column households || return 1
    "$cg" heatmap thefts.csv --crs EPSG:4547 -o rate.png --bare --size 210x170 "${window[@]}" --per houses.csv --per-column households --report p.json &&
        painted rate rate.tif rate.png p.json 0.999 &&
        "$cg" heatmap thefts.csv --crs EPSG:4547 -o risk.png --bare --size 210x170 "${window[@]}" --against calls.csv --report p.json &&
        painted risk risk.tif risk.png p.json 0.75
}
ok "pictures of a rate and a risk" pictures
legend() {
    for to in png svg pdf; do
        "$cg" heatmap thefts.csv --crs EPSG:4547 -o l.$to --size 900x700 --theme light --legend --against calls.csv >/dev/null &&
            "$cg" heatmap thefts.csv --crs EPSG:4547 -o l.$to --size 900x700 --legend --per houses.csv --edge diggle >/dev/null || return 1
    done
    den -o by_density.png --against calls.csv && "$cg" heatmap thefts.csv --crs EPSG:4547 -o by_heatmap.png --legend --against calls.csv && cmp by_density.png by_heatmap.png
}
ok "with legends, in every format; density draws the same" legend
ok "a picture needs no contours file" fails 2 'draws them itself' den -o z.png --against calls.csv --contours t.gpkg
ok "pictures: a risk has its own colours" fails 2 'its own colours' "$cg" heatmap thefts.csv -o z.png --against calls.csv --palette magma
ok "pictures: a rate does not move" fails 2 'does not move' "$cg" heatmap thefts.csv -o z.png --per houses.csv --frames 3
ok "pictures: one of both" fails 2 'not both' "$cg" heatmap thefts.csv -o z.png --per houses.csv --against calls.csv
ok "pictures: an empty comparison" fails 1 'NO_ROWS' "$cg" heatmap thefts.csv --crs EPSG:4547 -o z.png --against empty.csv

# Households of areas lie on their ground: a square's density is a product of two error functions.
square() { printf '{"type":"Feature","properties":{"households":%d},"geometry":{"type":"Polygon","coordinates":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}}' $5 $1 $2 $3 $2 $3 $4 $1 $4 $1 $2; }
ground() {
    printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4547"}},"features":[%s,%s]}' \
        "$(square 500500 3400500 504500 3403000 4000)" "$(square 505000 3404000 505040 3404030 900)" >blocks.geojson
    den -o on_ground.tif "${window[@]}" --cell 50 --per blocks.geojson --per-column households --report g.json || return 1
    "$python" - <<'END'
import json, math
from osgeo import gdal
import numpy
dataset = gdal.Open('on_ground.tif'); got = dataset.GetRasterBand(5).ReadAsArray()
west, step, _, north, _, _ = dataset.GetGeoTransform()
x = west + step * (numpy.arange(got.shape[1]) + .5); y = north - step * (numpy.arange(got.shape[0]) + .5)
def share(at, low, high): return numpy.array([(math.erf((high - a) / 400 / 2 ** .5) - math.erf((low - a) / 400 / 2 ** .5)) / 2 for a in at])
want = 4000 / (4 * 2.5) * share(y, 3400500, 3403000)[:, None] * share(x, 500500, 504500)[None, :]
want += 900 / (.04 * .03) * share(y, 3404000, 3404030)[:, None] * share(x, 505000, 505040)[None, :]
worst = abs(got - want).max() / want.max()
print('# base on its ground: worst', worst, 'of the peak')
assert worst < 2e-3, worst
r = json.load(open('g.json'))['ratio']
assert r['base'] == 4900 and r['base_rows'] == 2, r
END
}
ok "households of areas lie on their ground" ground

# Edges: defined results, never infinite.
finite() { ! grep -qi 'inf\|nan' "$1"; }
printf 'id,x,y,households\nh,500500,3400500,0\n' >none.csv
printf 'id,x,y\na,500500,3400500\n' >one.csv
ok "no household anywhere: no rate anywhere" bash -c "'$cg' density thefts.csv --crs EPSG:4547 -o z.csv --bandwidth 400 --per none.csv --per-column households --floor 0 && [ \$(awk -F, 'NR > 1 && \$4 != \"\"' z.csv | wc -l) = 0 ]"
ok "one case, one other" bash -c "'$cg' density one.csv --crs EPSG:4547 -o z.csv --bandwidth 400 --against one.csv --floor 0"
ok "nothing infinite in it" finite z.csv
ok "a kernel as wide as the world" bash -c "'$cg' density thefts.csv --crs EPSG:4547 -o z.csv --bandwidth 1e8 --against calls.csv"
ok "its log ratio is 0, its chance is not known" bash -c "awk -F, 'NR > 1 { if (\$4 * \$4 > 1e-9 || \$5 != \"\") exit 1 }' z.csv"
ok "an empty comparison" fails 1 'NO_ROWS' den -o z.csv --against empty.csv
printf 'id,x,y,households\nh,500500,3400500,-3\n' >minus.csv
ok "a negative base" fails 1 'minus.csv:2: households: the weight is negative' den -o z.csv --per minus.csv --per-column households
ok "a column that is not there" fails 1 '--per-column nope' den -o z.csv --per houses.csv --per-column nope
ok "not both" fails 2 'not both' den -o z.csv --per houses.csv --against calls.csv
ok "column without a file" fails 2 'column of --per FILE' den -o z.csv --per-column households
ok "floor without a ratio" fails 2 'serves --per and --against' den -o z.csv --floor 5
ok "contours of a raster" fails 2 'as a raster' den -o z.csv --against calls.csv --contours t.gpkg
ok "risk takes one kernel" fails 2 'gaussian kernel' den -o z.csv --against calls.csv --kernel quartic
ok "risk takes one bandwidth" fails 2 'one bandwidth for all' den -o z.csv --against calls.csv --bandwidth adaptive
ok "risk and Diggle" fails 2 'edge uniform' den -o z.csv --against calls.csv --edge diggle
for kernel in quartic epanechnikov triangular uniform; do
    ok "rate, kernel $kernel" den -o z.csv --per houses.csv --per-column households --kernel $kernel
done

if have_data; then
    arson() {
        local e=$data/expected/kde_chicago_arson_expected.csv
        awk -F, 'NR == 1 || NR % 2' "$e" >odd.csv; awk -F, 'NR == 1 || !(NR % 2)' "$e" >even.csv
        "$cg" density odd.csv --crs EPSG:26971 -o a.tif --bandwidth 1500 --against even.csv --edge uniform --boundary "$data/us/chicago_community_areas.gpkg" --contours a.gpkg --report a.json >/dev/null || return 1
        # Every second arson against the others: nothing but chance.
        "$python" -c "
import json; r = json.load(open('a.json'))['ratio']; print('#', r)
assert r['high_05'] < 0.15 and r['low_05'] < 0.15"
    }
    ok "Chicago: every second arson against the others" arson
else
    skip "Chicago" "no shared data"
fi
done_testing
