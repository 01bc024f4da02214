#!/usr/bin/env bash
# County files with flipped bytes: every command ends with 0, or with 3 and a clear line; nothing crashes.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200
places=${CG_PLACES:-25} # CG_PLACES=2000 for a long look; under sanitizers other places
seed=$((7 + ${CG_SANITIZED:-0}))

/usr/bin/python3 "$oracle/make_units.py" 12 10 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
county() {
    "$cg" init c.sqlite && "$cg" import c.sqlite regions regions.geojson && "$cg" import c.sqlite units units.geojson &&
        "$cg" plan c.sqlite split --publish && "$cg" import c.sqlite incidents incidents.csv &&
        "$cg" import c.sqlite cameras cameras.csv
}
ok "county" county
ok "$places flipped bytes" /usr/bin/python3 "$CG_SOURCE/tests/cli/damage.py" "$cg" c.sqlite "$places" "$seed" 2
ok "a text that is not UTF-8 any more is named" bash -c "
    /usr/bin/python3 - <<'PY'
whole = bytearray(open('c.sqlite', 'rb').read())
at = whole.find(b'U003004')
while at >= 0:
    whole[at + 3] = 0xdb
    at = whole.find(b'U003004')
open('t.sqlite', 'wb').write(whole)
PY
    for verb in check list; do '$cg' plan t.sqlite \$verb 2>>err; done
    [ \$? -eq 0 ] && grep -q 't.sqlite: a stored text is damaged: U00.*004 (STORE)' err"
done_testing
