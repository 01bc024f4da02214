#!/usr/bin/env bash
# A county from nothing to pictures and pages.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
png() { file -b "$1" 2>/dev/null | grep -q "PNG image data, $2 x $3" || /usr/bin/python3 -c "
import struct, sys
head = open('$1', 'rb').read(24)
assert head[:8] == b'\x89PNG\r\n\x1a\n' and struct.unpack('>II', head[16:24]) == ($2, $3), head"; }

ok "sample" "$cg" sample c.sqlite --preset wuqi --seed 1 --days 60
ok "split and publish" "$cg" plan c.sqlite split --publish --report s.json
ok "87 urban + 615 rural + 1 dedicated grids" bash -c "/usr/bin/python3 -c \"
import json
r = json.load(open('s.json'))
print('#', r['kinds'], r['in_range'], r['below'], r['above'], r['unknown'])
k = r['kinds']
assert r['violations'] == 0 and k['rural'] == 615 and k['dedicated'] == 1 and 80 <= k['urban'] <= 95
\""
ok "check" "$cg" check c.sqlite
ok "plan check" "$cg" plan c.sqlite check
ok "plan list" bash -c "'$cg' plan c.sqlite list | grep -q published"
ok "the sample twice gives the same plan" bash -c "
    '$cg' sample d.sqlite --preset wuqi --seed 1 --days 60 && '$cg' plan d.sqlite split --report t.json &&
    [ \"\$(grep plan_hash s.json)\" = \"\$(grep plan_hash t.json)\" ]"
ok "sample refuses to overwrite" fails 1 'CONFLICT' "$cg" sample c.sqlite
ok "export" bash -c "'$cg' plan c.sqlite export -o e.gpkg && ogrinfo -ro -so e.gpkg grids | grep -q 'Feature Count: 70'"
ok "backup" bash -c "'$cg' backup c.sqlite b.sqlite && '$cg' check b.sqlite"
ok "render the wall" bash -c "'$cg' render c.sqlite county -o w.png --size 1920x1080"
ok "it is a PNG of that size" png w.png 1920 1080
ok "render twice, same bytes" bash -c "'$cg' render c.sqlite county -o w2.png --size 1920x1080 && cmp w.png w2.png"
ok "choropleth as PDF" bash -c "'$cg' render c.sqlite choropleth -o h.pdf --theme light && head -c4 h.pdf | grep -q PDF"
ok "charts in each format" bash -c "
    '$cg' render c.sqlite table -o t.pdf --period 2026-10-01/2026-10-31 && head -c4 t.pdf | grep -q PDF &&
    '$cg' render c.sqlite calendar -o k.svg --theme light && grep -q '<svg' k.svg &&
    '$cg' render c.sqlite histogram -o g.png --measure households --size 480x360"
ok "it is a PNG of that size, too" png g.png 480 360
ok "no such day" fails 2 'ARGUMENT' "$cg" render c.sqlite trend -o n.png --period 2026-02-30/2026-03-01
ok "unknown picture" fails 1 'NOT_FOUND' "$cg" render c.sqlite nothing -o n.png

cat >scenes.json <<'END'
{"scenes": [{"name": "own", "title": {"zh": "城区"}, "place": "busiest", "panels": [
  {"at": [0, 0, 16, 12], "picture": "map", "parameters": {"period": "7"}},
  {"at": [16, 0, 8, 12], "live": "ticker"}]}]}
END
sed 's/"map"/"mpa"/' scenes.json >wrong.json
ok "a wrong scene file is told with its place" fails 1 "wrong.json: /scenes/0/panels/0/picture: 'mpa' is none of map" \
    "$cg" serve c.sqlite --scenes wrong.json
ok "an unknown place" fails 1 'NOT_FOUND' "$cg" render c.sqlite map -o n.png --place 999
ok "an unknown scene" fails 1 'NOT_FOUND' "$cg" render c.sqlite scene -o n.png --scene none

"$cg" serve c.sqlite --listen 127.0.0.1:0 --scenes scenes.json >serve.out 2>serve.err &
server=$!
for _ in $(seq 100); do grep -q serving serve.out && break; sleep 0.1; done
url=$(sed -n 's/^serving \(http[^ ]*\) .*/\1/p' serve.out)
get() { curl -fsS --max-time 60 "$@"; }
ok "the server says where" [ -n "$url" ]
ok "healthz" bash -c "curl -fsS '${url}healthz' | grep -q '\"ok\"'"
ok "page" bash -c "curl -fsS '${url}screen/county' | grep -qi '<!doctype html>'"
ok "overview" bash -c "curl -fsS '${url}api/overview' | /usr/bin/python3 -c 'import json,sys; json.load(sys.stdin)'"
ok "picture by URL = picture by command line" bash -c "curl -fsS '${url}api/render/county?w=1920&h=1080' -o u.png && cmp u.png w.png"
ok "so it is with a period, classes and colours" bash -c "
    '$cg' render c.sqlite choropleth -o p.png --size 640x480 --period 45 --breaks jenks --classes 4 --palette cividis &&
    curl -fsS '${url}api/render/choropleth?w=640&h=480&period=45&breaks=jenks&classes=4&palette=cividis' -o q.png && cmp p.png q.png"
ok "so it is of one place" bash -c "
    '$cg' render c.sqlite map -o p.png --size 640x480 --place busiest &&
    curl -fsS '${url}api/render/map?w=640&h=480&place=busiest' -o q.png && cmp p.png q.png && ! cmp -s p.png w.png"
ok "and a scene of the file" bash -c "
    '$cg' render c.sqlite scene -o p.png --size 960x540 --scenes scenes.json --scene own &&
    curl -fsS '${url}api/render/scene?w=960&h=540&scene=own' -o q.png && cmp p.png q.png"
ok "the scenes are told" bash -c "curl -fsS '${url}api/scenes' | grep -q '\"own\"' && curl -fsS '${url}api/scenes/schema' | grep -q '\$defs'"
ok "a picture refuses what it has no use for" bash -c "curl -s '${url}api/render/trend?breaks=jenks' | grep -q 'no use for breaks'"
ok "unknown page is problem+json" bash -c "curl -s -D h.txt '${url}nothing' | grep -q '\"code\"' && grep -qi 'application/problem+json' h.txt"
kill -TERM "$server"
wait "$server"
ok "the server stops cleanly" [ $? -eq 0 ]
done_testing
