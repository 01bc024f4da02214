#!/usr/bin/env bash
# A product never takes the place of what it is made from: refused before any work, nothing touched.
. "$(dirname "$0")/tap.sh"

/usr/bin/python3 "$oracle/make_units.py" 8 8 units.geojson
printf 'id,lon,lat\n1,108.205,36.905\n2,108.21,36.91\n' >p.csv
ogr2ogr -f GPKG units.gpkg units.geojson -nln units
ogr2ogr -f 'ESRI Shapefile' -lco ENCODING=UTF-8 units.shp units.geojson
"$cg" split units.geojson -o grids.gpkg --households 户数 >/dev/null
"$cg" init c.sqlite >/dev/null
ln units.gpkg hard.gpkg
ln -s units.gpkg soft.gpkg
ln -s . here
cp p.csv p.png
cp units.geojson road.gpkg

# refused TEXT COMMAND...: exit 2, the text, and every file as it was.
refused() {
    md5sum ./*.* >before.txt 2>/dev/null
    fails 2 "$@" || return 1
    grep -q '(ARGUMENT)' .stderr || return 1
    grep -v -e before.txt before.txt | md5sum --quiet -c - && [ ! -e new.gpkg ] && [ ! -e new.png ]
}
split() { "$cg" split "$1" --households 户数 "${@:2}"; }
heat() { "$cg" heatmap "$@"; }

ok "split: the input" refused 'over the input units.gpkg' split units.gpkg -o units.gpkg
ok "split: the input named with its layer" refused 'over the input' split units.gpkg:units -o units.gpkg
ok "split: the input in another spelling" refused 'over the input' split units.gpkg -o ./here/units.gpkg
ok "split: a hard link to the input" refused 'over the input' split units.gpkg -o hard.gpkg
ok "split: a symbolic link to the input" refused 'over the input' split units.gpkg -o soft.gpkg
ok "split: the barriers" refused 'over the input' split units.gpkg -o new.gpkg --barriers p.csv --report p.csv
ok "split: the report over the input" refused 'over the input' split units.geojson -o new.gpkg --report units.geojson
ok "split: a part of a Shapefile" refused 'over the input' split units.shp -o new.gpkg --report units.dbf
ok "split: product and report" refused 'are one file' split units.geojson -o new.gpkg --report here/new.gpkg
ok "attach: the points" refused 'over the input' "$cg" attach p.csv --to grids.gpkg -o p.csv
ok "attach: the areas" refused 'over the input' "$cg" attach p.csv --to p.csv:grids -o ./p.csv
ok "attach: only a name of a table" refused 'must end in .csv' "$cg" attach p.csv --to grids.gpkg -o a.xlsx
ok "heatmap: the points" refused 'over the input' heat p.png -o p.png
ok "heatmap: the grids" refused 'over the input' heat p.csv -o new.png --grids grids.gpkg:grids --report grids.gpkg
ok "heatmap: the barriers" refused 'over the input' heat p.csv -o new.png --barriers road.gpkg --report road.gpkg
ok "heatmap: picture and report" refused 'are one file' heat p.csv -o new.png --report new.png
ok "import: the file" refused 'over the input' "$cg" import c.sqlite units units.gpkg:units --report units.gpkg
ok "import: the county" refused 'over the input' "$cg" import c.sqlite units units.gpkg --report ./c.sqlite
ok "plan: the county" refused 'over the input' "$cg" plan c.sqlite export -o c.sqlite
ok "plan: the report over the county" refused 'over the input' "$cg" plan c.sqlite split --report c.sqlite
ok "plan: the log of the county" refused 'over the input' "$cg" plan c.sqlite split --report c.sqlite-wal
cp c.sqlite c.png
ok "render: the county" refused 'over the input' "$cg" render c.png county -o c.png
ok "backup: the county" refused 'over the input' "$cg" backup c.sqlite ./c.sqlite
ok "two names of two files are taken" split units.gpkg:units -o out.gpkg --report out.json
ok "standard output is no file" bash -c "'$cg' split units.gpkg --households 户数 -o out.gpkg --report - >/dev/null"
done_testing
