#!/usr/bin/env bash
# density: values at points and rasters as a user meets them. Published values where real data is there.
. "$(dirname "$0")/tap.sh"

python=/usr/bin/python3
printf 'x,y,n\n500000,3400000,1\n500300,3400000,2\n500000,3400400,1\n' >p.csv
printf 'id,x,y\nm,500000,3400000\nfar,700000,3400000\n' >at.csv
printf '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4547"}},"features":[{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[499800,3399800],[500200,3399800],[500200,3400500],[499800,3400500],[499800,3399800]]]}}]}' >area.geojson
den() { "$cg" density p.csv --crs EPSG:4547 "$@"; }

# value FILE ROW WANTED: fourth column within 1e-9 of the wanted.
value() { awk -F, -v row="$2" -v want="$3" 'NR == row + 1 { d = $4 - want; exit !(d < 1e-9 && d > -1e-9) }' "$1"; }

# 1 / (2 pi 0.2^2) (1 + 2 exp (-9/8) + exp (-2)) for the first point, weights 1, 2, 1 and 200 m.
by_hand() {
    den -o o.csv --at at.csv --bandwidth 200 --weight n || return 1
    head -1 o.csv | grep -qx 'id,x,y,per_km2' || return 1
    value o.csv 1 "$(awk 'BEGIN { pi = atan2(0, -1); printf "%.12f", (1 + 2 * exp(-9/8) + exp(-2)) / (2 * pi * 0.04) }')" &&
        value o.csv 2 0
}
ok "values at points, by hand" by_hand

# Events of a span alone: the same as a file that has only those.
span() {
    printf 'x,y,time\n500000,3400000,2026-03-01 08:00\n500300,3400000,2026-04-01 08:00\n500000,3400400,\n' >t.csv
    printf 'x,y\n500300,3400000\n' >april.csv
    "$cg" density t.csv --crs EPSG:4547 -o span.csv --at at.csv --bandwidth 200 --when 2026-04-01/ &&
        "$cg" density april.csv --crs EPSG:4547 -o april_out.csv --at at.csv --bandwidth 200 && cmp span.csv april_out.csv
}
ok "--when counts only its span" span
ok "--when needs times" fails 1 'no column of times' den -o o.csv --bandwidth 200 --when 2026-04-01/
ok "--when that is none" fails 2 'FROM/TO' den -o o.csv --bandwidth 200 --when 2026-04-01

# What --when leaves out counts nowhere, but has a density where it lies; the column of times can be named.
left_out() {
    "$cg" density t.csv --crs EPSG:4547 -o own.csv --bandwidth 200 --when 2026-04-01/ &&
        "$cg" density april.csv --crs EPSG:4547 -o want.csv --at t.csv --bandwidth 200 && cmp own.csv want.csv &&
        sed '1s/time/zeit/' t.csv >zeit.csv && "$cg" density zeit.csv --crs EPSG:4547 -o zeit_own.csv --bandwidth 200 \
        --when 2026-04-01/ --time-column zeit && cmp own.csv zeit_own.csv &&
        sed '1s/time/when/' t.csv >when.csv && "$cg" density when.csv --crs EPSG:4547 -o when_own.csv --bandwidth 200 --when 2026-04-01/ &&
        cmp own.csv when_own.csv
}
ok "a density where events are left out; columns of times" left_out
ok "no such column of times" fails 1 'the file has: x, y, time' "$cg" density t.csv --crs EPSG:4547 -o x.csv --bandwidth 9 --time-column zeit
ok "no column of times: those that are there" fails 1 'columns not read: n' "$cg" near-repeat p.csv --crs EPSG:4547 -o x.csv

# A kernel that would fall between the cells is raised, aloud: the cells hold all events.
narrow() {
    "$python" -c 'import random
random.seed(5)
print("x,y", *(f"{500000 + random.random() * 3000},{3400000 + random.random() * 3000}" for _ in range(400)), sep="\n")' >many.csv
    for kernel in gaussian:0.001 gaussian:10 quartic:30 epanechnikov:5 triangular:1 uniform:20; do
        "$cg" density many.csv --crs EPSG:4547 -o narrow.tif --kernel "${kernel%:*}" --bandwidth "${kernel#*:}" --cell 100 \
            --report narrow.json >said.txt && grep -q 'too narrow for the cells' said.txt || return 1
        "$python" - "${kernel#*:}" <<'END' || return 1
import json, sys, numpy
from osgeo import gdal
mass = numpy.nansum(gdal.Open('narrow.tif').ReadAsArray().astype(float)) * 0.01
print('# mass', mass)
assert abs(mass / 400 - 1) < 0.03, mass
assert json.load(open('narrow.json'))['bandwidth_raised_from_m'] == float(sys.argv[1])
END
    done
}
ok "narrow kernels lose no event" narrow
ok "points of one place: no distance by chance, told" bash -c "printf '%s\n' x,y 500000,3400000{,,,,} >same.csv &&
    '$cg' clusters same.csv --crs EPSG:4547 -o same_out.csv --method nnh | grep -q 'say the area with --area'"

# A raster's cells: multiples of their side, north up, CRS and notes; sum over cells = events.
raster() {
    den -o d.tif --bandwidth 100 --cell 20 --threads 2 >said.txt && grep -q 'cells of 20 m' said.txt || return 1
    "$python" - <<'END'
from osgeo import gdal, osr
import numpy
d = gdal.Open('d.tif')
b = d.GetRasterBand(1)
a = b.ReadAsArray().astype(float)
g = d.GetGeoTransform()
assert g[1] == 20 and g[5] == -20 and g[0] % 20 == 0 and g[3] % 20 == 0, g
assert d.GetSpatialRef().GetAuthorityCode(None) == '4547'
assert d.GetMetadataItem('bandwidth_m') == '100' and d.GetMetadataItem('kernel') == 'gaussian'
assert numpy.isnan(b.GetNoDataValue()) and b.GetUnitType() == 'events per km2'
# Three bandwidths around hold all but 1.1 % of each event on two sides.
assert abs(a.sum() * 400 / 1e6 / 3 - 1) < 0.006, a.sum() * 400 / 1e6
END
}
ok "a raster" raster
ok "threads change no byte" bash -c "'$cg' density p.csv --crs EPSG:4547 -o 1.tif --bandwidth 100 --threads 1 && '$cg' density p.csv --crs EPSG:4547 -o 4.tif --bandwidth 100 --threads 4 && cmp 1.tif 4.tif"

# Two of three events lie in the area; corrected by Diggle they all stay in it; outside is no data.
edge() {
    den -o e.tif --bandwidth 100 --cell 10 --edge diggle --boundary area.geojson --report e.json >said.txt || return 1
    grep -q 'left out: 1 events outside' said.txt && grep -q '"outside": 1' e.json || return 1
    "$python" - <<'END'
from osgeo import gdal
import numpy
d = gdal.Open('e.tif')
a = d.GetRasterBand(1).ReadAsArray().astype(float)
assert a.shape == (70, 40) and not numpy.isnan(a).any(), a.shape
assert abs(a.sum() * 100 / 1e6 - 2) < 0.01, a.sum() * 100 / 1e6
END
}
ok "edge correction inside a boundary" edge

for kernel in gaussian quartic epanechnikov triangular uniform; do
    ok "kernel $kernel" den -o k.csv --kernel $kernel --bandwidth 500
done
for rule in auto scott diggle loo; do
    ok "bandwidth $rule" bash -c "'$cg' density p.csv --crs EPSG:4547 -o b.csv --bandwidth $rule | grep -q '($rule)'"
done

ok "one place: auto gives 500 m" bash -c "printf 'x,y\n500000,3400000\n500000,3400000\n' >one.csv; '$cg' density one.csv --crs EPSG:4547 -o one_out.csv | grep -q 'bandwidth 500 m'"
ok "one place: loo says why not" fails 2 'share one place' "$cg" density one.csv --crs EPSG:4547 -o one_out.csv --bandwidth loo
ok "no point" bash -c "printf 'x,y\n' >none.csv; ! '$cg' density none.csv --crs EPSG:4547 -o n.tif 2>err && grep -q '^countygrid: ' err && [ ! -e n.tif ]"
ok "kernel unknown" fails 2 'epanechnikov' den -o o.csv --kernel box
for bandwidth in 0 -5 nan 1e10 wide; do
    ok "bandwidth $bandwidth" fails 2 'neither metres' den -o o.csv --bandwidth=$bandwidth
done
ok "edge unknown" fails 2 'uniform, diggle' den -o o.csv --edge both
ok "cell too fine" fails 2 'cells' den -o o.tif --cell 0.001
ok "cell of a table" fails 2 'no cells' den -o o.csv --cell 10
ok "--at with a raster" fails 2 'go to a .csv' den -o o.tif --at at.csv
ok "other ending" fails 2 'or in .png, .svg or .pdf' den -o o.xyz
picture() {
    den -o o.png --bandwidth 200 >said.txt && grep -q 'written: o.png' said.txt &&
        "$cg" heatmap p.csv --crs EPSG:4547 --bandwidth 200 --legend -o h.png >/dev/null && cmp o.png h.png
}
ok "a picture is heatmap's with its legend" picture
ok "cells of a picture" fails 2 'no cells' den -o o.png --cell 10

# By hand: three events of weight 1, 2, 1; pilot 200 m; widths go with the roots of the pilot densities, their weighted
# geometric mean is 200 m; each event keeps its own kernel.
adaptive() {
    den -o o.csv --at at.csv --bandwidth adaptive:200 --weight n --report a.json >said.txt || return 1
    grep -q "adaptive: each event's own bandwidth" said.txt || return 1
    "$python" - <<'END'
import csv, json, math
e = [(500000, 3400000, 1), (500300, 3400000, 2), (500000, 3400400, 1)]
def k(d2, h): return math.exp(-d2 / 2 / h / h) / (2 * math.pi * h * h)
f = [sum(w * k((x - u) ** 2 + (y - v) ** 2, 200) for u, v, w in e) for x, y, _ in e]
mean = sum(w * math.log(g) for (_, _, w), g in zip(e, f)) / 4
h = [200 * min(5, math.exp((mean - math.log(g)) / 2)) for g in f]
want = 1e6 * sum(w * k((x - 500000) ** 2 + (y - 3400000) ** 2, b) for (x, y, w), b in zip(e, h))
row = list(csv.DictReader(open('o.csv')))[0]
assert abs(float(row['per_km2']) / want - 1) < 1e-9, (row, want)
a = json.load(open('a.json'))['adaptive']
assert abs(a['least_m'] / min(h) - 1) < 1e-12 and abs(a['most_m'] / max(h) - 1) < 1e-12, (a, h)
END
}
ok "adaptive bandwidth, by hand" adaptive
# About a moment: hours weighed by Epanechnikov's kernel of their middle, summed again by hand.
printf 'x,y,time,n\n' >timed.csv
for k in $(seq 1 60); do
    printf '%d,%d,2026-03-%02d %02d:%02d,%d\n' $((500000 + k * 137 % 3000)) $((3400000 + k * 211 % 2500)) $((1 + k % 9)) $((k % 24)) $((k * 7 % 60)) $((1 + k % 3)) >>timed.csv
done
# Ends before its hour does: inside a window until 20:20, the hour's middle beyond.
printf '501500,3401500,2026-03-07 20:10,2\n' >>timed.csv
moment() {
    "$cg" density timed.csv --crs EPSG:4547 -o m.tif --bandwidth 400 --cell 100 --bbox 500000,3400000,503000,3402500 --weight n \
        --moment 2026-03-05T08:00 --window 60h --report m.json >/dev/null && "$python" - <<'END'
import csv, datetime, json, math
from osgeo import gdal
import numpy
zone = datetime.timezone(datetime.timedelta(hours=8))
at = datetime.datetime(2026, 3, 5, 8, tzinfo=zone).timestamp()
dataset = gdal.Open('m.tif'); got = dataset.GetRasterBand(1).ReadAsArray()
west, step, _, north, _, _ = dataset.GetGeoTransform()
x = west + step * (numpy.arange(got.shape[1]) + .5); y = north - step * (numpy.arange(got.shape[0]) + .5)
want = numpy.zeros(got.shape); used = 0
for row in csv.DictReader(open('timed.csv')):
    t = datetime.datetime.strptime(row['time'], '%Y-%m-%d %H:%M').replace(tzinfo=zone).timestamp()
    if not at - 60 * 3600 <= t < at + 60 * 3600: continue
    u = ((t // 3600 + .5) * 3600 - at) / (60 * 3600)
    if abs(u) >= 1: continue
    used += 1
    d2 = (x[None, :] - float(row['x'])) ** 2 + (y[:, None] - float(row['y'])) ** 2
    want += float(row['n']) * .75 * (1 - u * u) / 2.5 * numpy.exp(-d2 / 2 / 400 ** 2) / (2 * math.pi * 400 ** 2) * 1e6
worst = abs(got - want).max() / want.max()
print('#', used, 'events about the moment, worst', worst, 'of the peak')
assert used > 20 and worst < 1e-3
assert json.load(open('m.json'))['moment'] == {'at': '2026-03-05T08:00:00+08:00', 'window_s': 216000}
END
}
ok "density about a moment" moment
printf 'x,y\n500500,3400500\n501700,3401900\n' >where.csv
moment_at() {
    "$cg" density timed.csv --crs EPSG:4547 -o m.csv --at where.csv --bandwidth 400 --weight n --moment "2026-03-05T$1" --window 60h >said.txt &&
        grep -q 'peak [0-9.]* per km2 and day$' said.txt && "$python" - "$1" <<'END'
import csv, datetime, math, sys
zone = datetime.timezone(datetime.timedelta(hours=8))
at = datetime.datetime.strptime('2026-03-05T' + sys.argv[1], '%Y-%m-%dT%H:%M').replace(tzinfo=zone).timestamp()
for row in csv.DictReader(open('m.csv')):
    x, y, want = float(row['x']), float(row['y']), 0
    for event in csv.DictReader(open('timed.csv')):
        t = datetime.datetime.strptime(event['time'], '%Y-%m-%d %H:%M').replace(tzinfo=zone).timestamp()
        u = ((t // 3600 + .5) * 3600 - at) / (60 * 3600)
        d2 = (x - float(event['x'])) ** 2 + (y - float(event['y'])) ** 2
        if -1 <= (t - at) / (60 * 3600) < 1 and abs(u) < 1:
            want += float(event['n']) * .75 * (1 - u * u) / 2.5 * math.exp(-d2 / 2 / 400 ** 2) / (2 * math.pi * 400 ** 2) * 1e6
    assert want > 0 and abs(float(row['per_km2_day']) / want - 1) < 1e-9, (row, want)
END
}
ok "at points too, and says its unit" moment_at 08:00
ok "about a moment inside an hour" moment_at 08:20
silent() { "$cg" density timed.csv --crs EPSG:4547 -o r.csv --against where.csv --bandwidth 400 --floor 0 >said.txt && grep -q '^risk against 2 points' said.txt && ! grep -q peak said.txt; }
ok "a risk has no peak of events" silent
ok "its picture, from both commands" bash -c "'$cg' density timed.csv --crs EPSG:4547 -o m1.png --bandwidth 400 --moment 2026-03-05 --window 2d >/dev/null &&
    '$cg' heatmap timed.csv --crs EPSG:4547 -o m2.png --bandwidth 400 --moment '2026-03-05 00:00' --window 48h --legend >/dev/null && cmp m1.png m2.png"
ok "a moment far from all events" fails 1 'no point with a place' "$cg" heatmap timed.csv --crs EPSG:4547 -o m.png --moment 2027-03-05 --window 2d
ok "a moment without times" fails 1 'no column of times' "$cg" heatmap p.csv --crs EPSG:4547 -o m.png --moment 2027-03-05 --window 2d
ok "a moment needs a window" fails 2 'goes together with --window' "$cg" heatmap timed.csv -o m.png --moment 2026-03-05
ok "no time" fails 2 'is no time' "$cg" density timed.csv -o m.tif --moment spring --window 2d
ok "no span" fails 2 'from 1h on' "$cg" density timed.csv -o m.tif --moment 2026-03-05 --window 5min
ok "a moment is no rate" fails 2 'not of a rate' "$cg" heatmap timed.csv -o m.png --moment 2026-03-05 --window 2d --per p.csv
ok "a moment and edges" fails 2 'neither --edge' "$cg" density timed.csv -o m.tif --moment 2026-03-05 --window 2d --edge uniform
ok "a moment does not move" fails 2 'is one picture' "$cg" heatmap timed.csv -o m.png --moment 2026-03-05 --window 2d --frames 3

# A column is a weight when it is asked for, and then each row needs a number from 0.
printf 'id,x,y,weight\na,500000,3400000,5\n' >named.csv
unasked() { "$cg" density named.csv --crs EPSG:4547 -o w.csv --bandwidth 100 >/dev/null && awk -F, 'NR == 2 { d = $4 / 15.915494309189533 - 1; exit !(d < 1e-9 && d > -1e-9) }' w.csv; }
ok "a column called weight weighs nothing by itself" unasked
for bad in nan inf abc -1 ''; do
    printf 'id,x,y,n\na,500000,3400000,%s\nb,500100,3400100,1\n' "$bad" >bad.csv
    ok "the weight '$bad' is a bad row" fails 1 'bad.csv:2: n: ' "$cg" density bad.csv --crs EPSG:4547 -o w.csv --weight n --bandwidth 50
    ok "also of a heat map" fails 1 'bad.csv:2: n: ' "$cg" heatmap bad.csv --crs EPSG:4547 -o w.png --weight n
    ok "left out with --skip-bad" bash -c "'$cg' density bad.csv --crs EPSG:4547 -o w.csv --weight n --bandwidth 50 --skip-bad --report w.json >/dev/null 2>err && grep -q 'left out: bad.csv:2: n: ' err && grep -q '\"events\": 1' w.json"
done

ok "adaptive raster and map" bash -c "'$cg' density p.csv --crs EPSG:4547 -o ad.tif --bandwidth adaptive && '$cg' heatmap p.csv --crs EPSG:4547 -o ad.png --bandwidth adaptive:diggle"
ok "adaptive: a bad pilot" fails 2 'adaptive:METRES' den -o o.csv --bandwidth adaptive:wide
ok "adaptive and uniform correction" fails 2 'take --edge diggle' den -o o.csv --bandwidth adaptive --edge uniform
ok "adaptive inside a boundary" den -o o.csv --bandwidth adaptive:100 --edge diggle --boundary area.geojson
for kernel in epanechnikov triangular uniform; do
    ok "heat map, kernel $kernel" "$cg" heatmap p.csv --crs EPSG:4547 -o k.png --size 320x240 --kernel $kernel
done
ok "heat map: kernel unknown" fails 2 'epanechnikov, triangular, uniform' "$cg" heatmap p.csv --crs EPSG:4547 -o k.png --kernel box
ok "heat map inside a boundary" "$cg" heatmap p.csv --crs EPSG:4547 -o k.png --size 320x240 --edge uniform --boundary area.geojson
ok "over the input" fails 2 'over the input' "$cg" density p.csv -o p.csv

# 522 arsons: every column of the published table.
arson() {
    local kernel bandwidth column
    while read -r kernel bandwidth column; do
        "$cg" density "$data/expected/kde_chicago_arson_expected.csv" --crs EPSG:26971 -o a.csv --kernel $kernel --bandwidth $bandwidth >/dev/null || return 1
        paste -d, a.csv "$data/expected/kde_chicago_arson_expected.csv" |
            awk -F, -v c=$column 'NR > 1 { d = $4 / ($(c + 4) * 1e6) - 1; if (d < 0) d = -d; if (d > m) m = d; n++ } END { exit !(n == 522 && m < 1e-9) }' || { echo "$kernel $bandwidth"; return 1; }
    done <<'END'
gaussian 500 4
gaussian 1000 5
gaussian 2000 6
quartic 1000 7
END
}
if have_data; then ok "Chicago arson, four columns" arson; else skip "Chicago arson" "no shared data"; fi

done_testing
