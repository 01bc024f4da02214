#!/usr/bin/env bash
# A county file that may only be read, and files that are no county.
. "$(dirname "$0")/tap.sh"
echo "no county, only words" >words.sqlite
ok "a file of words" fails 1 '^countygrid: words.sqlite: is not a county file (INPUT)' "$cg" check words.sqlite
sqlite3 other.sqlite 'create table t (x)'
ok "a file of another program" fails 1 '^countygrid: other.sqlite: .*another program.*(INPUT)' "$cg" check other.sqlite

# Rights do not bind root: then the reader is somebody else.
as_reader=()
if [ "$(id -u)" = 0 ]; then
    as_reader=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chmod 755 "$tap_dir"
    install -m 755 "$cg" countygrid
    cg=$tap_dir/countygrid
fi
mkdir shelf
"$cg" sample "shelf/c d%20?.sqlite" --preset wuqi --days 5 >/dev/null
"$cg" plan "shelf/c d%20?.sqlite" split --effort 1 --publish >/dev/null
chmod 444 shelf/*.sqlite
chmod 555 shelf
if ! "${as_reader[@]}" "$cg" --version >.version 2>&1; then
    skip "reading from a folder that may only be read" "the program cannot be run as another user here"
    done_testing
    exit 0
fi
mkdir -m 777 out
county="shelf/c d%20?.sqlite"
ok "check" "${as_reader[@]}" "$cg" check "$county"
ok "plan list" "${as_reader[@]}" "$cg" plan "$county" list
ok "plan export" "${as_reader[@]}" "$cg" plan "$county" export -o out/e.gpkg
ok "backup" "${as_reader[@]}" "$cg" backup "$county" out/b.sqlite
ok "the folder is as it was" [ "$(ls shelf | wc -l)" = 1 ]
ok "a change is refused" fails 3 'may only be read' "${as_reader[@]}" "$cg" plan "$county" split
chmod 755 shelf
echo "a log" >"$county-wal"
chmod 555 shelf
ok "a log that waits" fails 3 'log (-wal) that is not played in' "${as_reader[@]}" "$cg" check "$county"
chmod 755 shelf
done_testing
