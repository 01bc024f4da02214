#!/usr/bin/env bash
. "$(dirname "$0")/tap.sh"

/usr/bin/python3 "$oracle/make_units.py" 24 20 units.geojson
run_split() { "$cg" split units.geojson -o "$1" --id 编码 --households 户数 --population 人口 --within 社区 --report "$2" "${@:3}"; }
check() { /usr/bin/python3 "$oracle/check_grids.py" units.geojson "$1" "$2" --id 编码 --households 户数 --population 人口 --within 社区 "${@:3}"; }

ok "split of a made-up coverage" run_split a.gpkg a.json
ok "an independent checker agrees" check a.gpkg a.json
ok "same seed, same bytes" bash -c "$(declare -f run_split); cg='$cg'; run_split b.gpkg b.json && cmp a.gpkg b.gpkg"
ok "one and two threads, same bytes" bash -c "$(declare -f run_split); cg='$cg'; run_split c.gpkg c.json --threads 1 && run_split d.gpkg d.json --threads 2 && cmp c.gpkg d.gpkg && cmp a.gpkg c.gpkg"
ok "another seed, another plan hash or the same optimum, still a partition" bash -c "$(declare -f run_split check); cg='$cg'; oracle='$oracle'; run_split e.gpkg e.json --seed 9 && check e.gpkg e.json"
ok "another range" run_split f.gpkg f.json --range 600:900
ok "checked" check f.gpkg f.json --range 600:900
ok "keep: the same plan again moves nobody" bash -c "
    ogr2ogr -f GPKG kept.gpkg units.geojson -nln units &&
    ogr2ogr -f GPKG -update -append kept.gpkg a.gpkg assignment &&
    ogr2ogr -f GPKG joined.gpkg kept.gpkg -nln units -dialect SQLite -sql 'select u.geom, u.\"编码\" as code, u.\"户数\" as hh, u.\"社区\" as community, a.grid_id as old from units u join assignment a on a.unit_id = u.\"编码\"' &&
    '$cg' split joined.gpkg -o k.gpkg --id code --households hh --within community --keep old --report k.json &&
    grep -q '\"moved_households\": 0' k.json"
ok "nothing is left beside the product" bash -c "! ls -A | grep -E 'a.gpkg.|\.tmp|journal'"
ok "a failed split leaves the old product" bash -c "cp a.gpkg before.gpkg; ! '$cg' split units.geojson -o a.gpkg --households 没有 2>/dev/null; cmp a.gpkg before.gpkg"
ok "missing column is named" fails 1 '没有' "$cg" split units.geojson -o x.gpkg --households 没有
ok "missing directory is named" fails 3 'nodir' "$cg" split units.geojson -o nodir/x.gpkg --households 户数
ok "--json" bash -c "'$cg' split units.geojson -o j.gpkg --households 户数 --json | /usr/bin/python3 -c 'import json,sys; assert json.load(sys.stdin)[\"violations\"] == 0'"
ok "attach to the product" bash -c "printf 'id,lon,lat\n1,108.205,36.905\n2,0,0\n' >p.csv; '$cg' attach p.csv --to a.gpkg -o p_out.csv && grep -qE '^1,[0-9]+' p_out.csv && grep -qE '^2,\r?$' p_out.csv"
done_testing
