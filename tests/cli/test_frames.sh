#!/usr/bin/env bash
# Heat maps as contours and hexagons, and as frames through time, seen by decoders that are not ours.
. "$(dirname "$0")/tap.sh"
/usr/bin/python3 - <<'PY'
import random
rng = random.Random(5)
with open("p.csv", "w") as out:
    out.write("lon,lat,time,n\n")
    for i in range(3000):
        day = 1 + int(10 * rng.random())
        spread = 0.002 + 0.001 * day
        out.write(f"{rng.gauss(108.2 + 0.004 * day, spread):.6f},{rng.gauss(36.9, spread):.6f},"
                  f"2026-03-{day:02d} {rng.randrange(24):02d}:30:00,{rng.randint(1, 3)}\n")
PY
size=(--size 640x400 --bbox 108.15,36.86,108.30,36.94 --bandwidth 500 --legend)

whole() { # no contour is cut by the window that the events themselves set: its rim is of one colour
    "$cg" heatmap p.csv -o rim.png --style contours --bare --kernel "$1" --bandwidth 1500 --size 640x400 >/dev/null && /usr/bin/python3 - <<'PY'
from osgeo import gdal
gdal.UseExceptions()
file = gdal.Open("rim.png")
picture = file.ReadAsArray().reshape(file.RasterCount, file.RasterYSize, file.RasterXSize)
rim = {tuple(p) for edge in (picture[:, 0, :], picture[:, -1, :], picture[:, :, 0], picture[:, :, -1]) for p in edge.T}
assert len(rim) == 1 and len({tuple(p) for p in picture[:, ::7, ::7].reshape(len(picture), -1).T}) > 4, rim
PY
}
for kernel in gaussian quartic; do ok "contours keep within the window, $kernel" whole $kernel; done
ok "contours" "$cg" heatmap p.csv -o c.svg --style contours "${size[@]}"
ok "hexagons of 500 m" "$cg" heatmap p.csv -o h.png --style hexbin --hex 500 "${size[@]}" --report h.json
ok "no event is lost or counted twice" /usr/bin/python3 -c "
import json; r = json.load(open('h.json')); assert r['style'] == 'hexbin' and r['hex_m'] == 500 and r['events'] == 3000 and 1 < r['cells'] < 3000 and r['cell_most'] > 5"
# english FILE: what its notes say has no Chinese; the drawing itself has the same words (tests/unit/render/test_words.c).
english() {
    /usr/bin/python3 - "$1" <<'PY'
import re, sys
from PIL import Image
method = Image.open(sys.argv[1]).text["Options"]
assert not re.search("[\u4e00-\u9fff]", method) and ("bandwidth" in method or "Hexagons" in method), method
PY
}
ok "--lang en" "$cg" heatmap p.csv -o en.png --lang en --legend "${size[@]}"
ok "--lang en: in English" english en.png
ok "--lang en: hexagons" bash -c "'$cg' heatmap p.csv -o en-hex.png --style hexbin --lang en ${size[*]}"
ok "--lang en: hexagons in English" english en-hex.png
ok "--lang zh is the same as without" bash -c "'$cg' heatmap p.csv -o zh.png --lang zh --legend ${size[*]} && '$cg' heatmap p.csv -o plain.png --legend ${size[*]} && cmp zh.png plain.png && ! cmp -s zh.png en.png"
ok "--lang: no other" fails 1 "no language named 'fr': zh, en" "$cg" heatmap p.csv -o x.png --lang fr
ok "--hex without hexagons" fails 2 "with --style hexbin" "$cg" heatmap p.csv -o x.png --hex 500
ok "unknown style" fails 2 "none of heat, contours, hexbin" "$cg" heatmap p.csv -o x.png --style fog

ok "ten days as files" "$cg" heatmap p.csv -o days/ --frames day "${size[@]}" --report d.json
ok "ten files of one size" bash -c "[ \$(ls days | wc -l) = 10 ] && [ \$(file days/*.png | grep -c '640 x 400') = 10 ]"
ok "frames add up to the whole" /usr/bin/python3 -c "
import json
r = json.load(open('d.json'))
assert len(r['frames']) == 10 and r['step_s'] == r['window_s'] == 86400
assert sum(f['events'] for f in r['frames']) == r['events'] - r['outside'], r
assert max(f['peak_per_km2'] for f in r['frames']) == r['peak_per_km2'] <= r['full_per_km2']
assert r['frames'][0]['from'] == '2026-03-01T00:00:00+08:00'"
ok "a window of three days, moving" "$cg" heatmap p.csv -o move.png --frames day --window 3d --fps 4 "${size[@]}" --report m.json
ok "weights" "$cg" heatmap p.csv -o w.png --frames 5 --weight n "${size[@]}"
ok "the same bytes again" bash -c "'$cg' heatmap p.csv -o again.png --frames day --window 3d --fps 4 ${size[*]} && cmp move.png again.png"
if /usr/bin/python3 -c 'import PIL' 2>/dev/null; then
    ok "an outside decoder sees ten frames of 250 ms" /usr/bin/python3 -c "
from PIL import Image
i = Image.open('move.png')
assert i.is_animated and i.n_frames == 10 and i.size == (640, 400) and i.info['duration'] == 250, i.info"
    ok "and in each of them the pixels of the single file" bash -c "
        '$cg' heatmap p.csv -o three/ --frames day --window 3d ${size[*]} && /usr/bin/python3 -c \"
from PIL import Image, ImageChops
i = Image.open('move.png')
for k in range(10):
    i.seek(k)
    one = Image.open(f'three/frame-{k + 1:04d}.png').convert('RGB')
    assert ImageChops.difference(i.convert('RGB'), one).getbbox() is None, k\""
else
    skip "frames by an outside decoder" "python3-pil absent"
fi

ok "a GIF is refused with the reason" fails 2 "256 colours" "$cg" heatmap p.csv -o x.gif --frames day
ok "no frames of a full directory" fails 2 "not empty" "$cg" heatmap p.csv -o days/ --frames day
ok "no frames of contours" fails 2 "style heat only" "$cg" heatmap p.csv -o x.png --frames day --style contours
ok "too many frames" fails 1 "over 3660 frames" "$cg" heatmap p.csv -o x.png --frames 1min --when 2026-03-01/2026-03-09
ok "too many pixels" fails 1 "fewer frames" "$cg" heatmap p.csv -o x.png --frames 3000 --size 7680x2160
ok "no times, no frames" bash -c "cut -d, -f1,2 p.csv >n.csv; ! '$cg' heatmap n.csv -o x.png --frames day 2>err && grep -q 'no column of times' err"
ok "a window needs frames" fails 2 "without --frames" "$cg" heatmap p.csv -o x.png --window 3d
ok "one event is one moment" bash -c "head -2 p.csv >one.csv; '$cg' heatmap one.csv -o one.png --frames hour --report o.json && grep -q '\"frames\": \\[' o.json"

# Data that are strange: a picture, or one line that says why not.
head -2 p.csv >one.csv
{ head -1 p.csv; for _ in 1 2 3 4 5; do sed -n 2p p.csv; done; } >equal.csv
head -1 p.csv >none.csv
{ cat one.csv; echo '108.21,36.91,2026-03-01 08:00,nan'; echo ',,2026-03-01 08:00,1'; } >gaps.csv
printf 'x,y\n1e9,1e9\n1000000100,1e9\n' >far.csv
for style in contours hexbin heat; do
    for file in one equal gaps; do
        ok "$style of $file" "$cg" heatmap $file.csv -o s.png --style $style --legend --size 320x200
    done
    ok "$style of nothing" fails 1 "no rows" "$cg" heatmap none.csv -o s.png --style $style
    ok "$style 16384 pixels wide" "$cg" heatmap p.csv -o s.png --style $style --legend --size 16384x64
    ok "$style 16 pixels wide" "$cg" heatmap p.csv -o s.png --style $style --legend --size 16x16
    ok "$style a billion metres away: a picture or a reason" bash -c "
        '$cg' heatmap far.csv -o s.png --style $style --crs EPSG:4547 2>err; code=\$?
        [ \$code = 0 ] || { [ \$code = 1 ] && [ \$(grep -c '^countygrid: far.csv' err) -ge 1 ]; }"
done
ok "frames of one place and time" "$cg" heatmap equal.csv -o s.png --frames 4 --size 320x200
ok "frames of gaps" "$cg" heatmap gaps.csv -o s.png --frames 2 --weight n --skip-bad --size 320x200

# Stopped in the middle: nothing half done stays, nothing old is lost.
echo old >kept.png
"$cg" heatmap p.csv -o kept.png --frames 300 --size 1920x1080 --bandwidth 500 >/dev/null 2>err &
job=$!
for _ in $(seq 100); do ls kept.png.* >/dev/null 2>&1 && break; sleep 0.1; done
kill -INT "$job"
wait "$job"
code=$?
ok "interrupted: exit code of a cancelled command" test "$code" -ne 0
ok "interrupted: the old file as it was" bash -c "[ \$(cat kept.png) = old ]"
ok "interrupted: nothing else" bash -c "! ls kept.png.* 2>/dev/null"
mkdir many
"$cg" heatmap p.csv -o many/ --frames 300 --size 1920x1080 --bandwidth 500 >/dev/null 2>&1 &
job=$!
for _ in $(seq 100); do ls -d many.* >/dev/null 2>&1 && break; sleep 0.1; done
kill -INT "$job"
wait "$job"
ok "interrupted: no directory of some frames" bash -c "[ -z \"\$(ls many)\" ] && ! ls -d many.* 2>/dev/null"
done_testing
