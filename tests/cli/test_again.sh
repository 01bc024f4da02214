#!/usr/bin/env bash
# The same kind imported again: what gives way, what stays, what is refused, and that a dry run finds it too.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200 # 2026-11-21 08:00 in Beijing
/usr/bin/python3 "$oracle/make_units.py" 16 12 units.geojson 3
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 - <<'END'
import json
for source, target, keep in (("regions", "fewer", lambda p: p["编码"] != "990001100002"),
                             ("units", "east", lambda p: p["社区"] == "990001100001")):
    table = json.load(open(source + ".geojson", encoding="utf-8"))
    table["features"] = [f for f in table["features"] if keep(f["properties"])]
    json.dump(table, open(target + ".geojson", "w", encoding="utf-8"), ensure_ascii=False)
END
sed '4s/,[^,]*,/,火灾,/' incidents.csv >changed.csv
n_of() { sqlite3 "file:c.sqlite?mode=ro" "select count(*) from $1"; }
says() { local text=$1; shift; "$@" >.said 2>&1; grep -q -e "$text" .said || { cat .said; return 1; }; }

"$cg" init c.sqlite >/dev/null
ok "regions" says '4 of 4 rows stored;' "$cg" import c.sqlite regions regions.geojson
ok "units" says '192 of 192 rows stored;' "$cg" import c.sqlite units units.geojson
"$cg" plan c.sqlite split --publish >/dev/null
ok "regions again" says '4 of 4 rows stored, replacing 4;' "$cg" import c.sqlite regions regions.geojson --report r.json
ok "the report says so" grep -q REPLACED r.json
ok "regions in use stay" fails 1 '1 regions that units or the plan in force use would be gone: 990001100002' \
    "$cg" import c.sqlite regions fewer.geojson
ok "a dry run finds it too" fails 1 'fewer.geojson.*CONFLICT' "$cg" import c.sqlite regions fewer.geojson --dry-run
ok "they are all there" [ "$(n_of region)" = 4 ]
ok "fewer units" says 'replacing 192' "$cg" import c.sqlite units east.geojson
ok "the plan in force still uses the region" fails 1 CONFLICT "$cg" import c.sqlite regions fewer.geojson
"$cg" plan c.sqlite split --publish >/dev/null
ok "nobody uses it any more" "$cg" import c.sqlite regions fewer.geojson
ok "sound" "$cg" check c.sqlite

ok "incidents" says '500 new, 0 known' "$cg" import c.sqlite incidents incidents.csv
ok "incidents again" says '0 new, 500 known' "$cg" import c.sqlite incidents incidents.csv
ok "another content: the row of the file" fails 1 'changed.csv:4: .*same id and revision.*raise the revision' \
    "$cg" import c.sqlite incidents changed.csv
ok "found by a dry run" fails 1 'changed.csv:4: .*same id and revision' \
    "$cg" import c.sqlite incidents changed.csv --dry-run
ok "a dry run stores nothing" bash -c "
    '$cg' import c.sqlite cameras cameras.csv --dry-run | grep 'would be stored' &&
    [ \"\$(sqlite3 'file:c.sqlite?mode=ro' 'select count(*) from camera')\" = 0 ]"
ok "help says what is replaced" bash -c "'$cg' import --help | grep -q 'place of the whole table'"
ok "still sound" "$cg" check c.sqlite
done_testing
