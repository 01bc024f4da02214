#!/usr/bin/env bash
# Every bad file gets a clear error that names it, and the county is as before. Run with the sanitizer build too.
. "$(dirname "$0")/tap.sh"
/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
/usr/bin/python3 "$oracle/make_hostile.py" .

dump() { sqlite3 "file:c.sqlite?mode=ro" .dump 2>/dev/null | sha256sum; }
ok "county" "$cg" init c.sqlite
ok "regions" "$cg" import c.sqlite regions regions.geojson
ok "units" "$cg" import c.sqlite units units.geojson
ok "incidents" "$cg" import c.sqlite incidents incidents.csv
ok "cameras" "$cg" import c.sqlite cameras cameras.csv
before=$(dump)
ok "the same incidents again change nothing" bash -c "'$cg' import c.sqlite incidents incidents.csv"

refused() { # NAME KIND FILE OPTIONS TEXT
    local code
    # shellcheck disable=SC2086
    "$cg" import c.sqlite "$2" "$3" $4 --report "r_$1.json" >"$tap_dir/.stdout" 2>"$tap_dir/.stderr"
    code=$?
    cat "$tap_dir/.stderr"
    [ "$code" -eq 1 ] || { echo "exit $code, not 1"; return 1; }
    grep -q -e "$5" "$tap_dir/.stderr" || { echo "no '$5' in the error"; return 1; }
    grep -q "$3" "$tap_dir/.stderr" || { echo "the error does not name the file"; return 1; }
    ! grep -v '^countygrid: ' "$tap_dir/.stderr" | grep -q . || { echo "foreign text on stderr"; return 1; }
    grep -qE '\([A-Z0-9_]+\)' "$tap_dir/.stderr" || { echo "no code"; return 1; }
    [ "$(dump)" = "$before" ] || { echo "the county changed"; return 1; }
}
before=$(dump)
while IFS=$'\t' read -r name kind file options text; do
    [ "$options" = - ] && options=
    ok "refused: $name" refused "$name" "$kind" "$file" "$options" "$text"
done <hostile.tsv
ok "a bow-tie is repaired and reported, or refused" bash -c "
    /usr/bin/python3 - <<'PY'
import json
t = json.load(open('units.geojson', encoding='utf-8'))
ring = t['features'][7]['geometry']['coordinates'][0]
ring[1], ring[2] = ring[2], ring[1]
json.dump(t, open('bow.geojson', 'w', encoding='utf-8'), ensure_ascii=False)
PY
    '$cg' import c.sqlite units bow.geojson --dry-run --report bow.json 2>err; code=\$?
    grep -q 8 err || grep -q '\"row\": 8' bow.json; exit \$(( code > 1 ))"
ok "--dry-run stores nothing" bash -c "'$cg' import c.sqlite units units.geojson --dry-run"
ok "still as before" bash -c "[ \"\$(sqlite3 'file:c.sqlite?mode=ro' .dump 2>/dev/null | sha256sum)\" = '$before' ]"
ok "the county is sound" "$cg" check c.sqlite
ok "not a county file" bash -c "echo garbage >g.sqlite; ! '$cg' check g.sqlite 2>err; grep -q g.sqlite err"
ok "no such county" fails 1 'none.sqlite' "$cg" check none.sqlite
ok "no such county is not made by accident" bash -c "! '$cg' import none.sqlite units units.geojson 2>/dev/null; [ ! -e none.sqlite ]"
done_testing
