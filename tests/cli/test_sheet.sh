#!/usr/bin/env bash
# Spreadsheets read: the same as the CSV with the same rows, and what nobody should open refused in words.
. "$(dirname "$0")/tap.sh"
ok "an empty county" "$cg" init c.sqlite
mkdir pairs bad
if /usr/bin/python3 -c 'import openpyxl' 2>/dev/null; then
    # CG_PAIRS=2000 for a long look; under sanitizers other files
    from=$((1000 * ${CG_SANITIZED:-0}))
    ok "spreadsheets give what the CSV with the same rows gives" /usr/bin/python3 "$oracle/compare_sheets.py" "$cg" pairs "$from" $((from + ${CG_PAIRS:-12} / (1 + ${CG_SANITIZED:-0})))
else
    skip "spreadsheets give what the CSV with the same rows gives" "python3-openpyxl is not installed"
fi
/usr/bin/python3 "$oracle/bad_sheets.py" "$cg" bad c.sqlite >bad.txt
result=$?
ok "bad spreadsheets are refused, each with its cause" bash -c "grep '^not ok' -A1 bad.txt; grep -c '^ok' bad.txt | sed 's/^/# files: /'; tail -3 bad.txt | grep -o 'never.*' | sed 's/^/# /'; exit $result"
ok "and the county is as before" "$cg" check c.sqlite
done_testing
