#!/usr/bin/env bash
# The job of `countygrid cells` by PostGIS: lines noded and polygonized, Voronoi diagram of outlines sampled every 8 m
# block by block, union by building, clip. A server of its own in a folder of its own, gone afterwards.
#   cells_postgis.sh DIR BUILDINGS BOUNDARY LINES [LINES ...]      each FILE:LAYER, in degrees
# Writes DIR/cells.txt (hexadecimal WKB) and prints "VERSION SECONDS" (CPU of the server's process); leaves with 77 where
# PostGIS is absent.
set -euo pipefail
dir=$1 buildings=$2 boundary=$3
shift 3
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -n "$bin" ] && ls "$bin"/../../../../share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || exit 77
text() { # FILE:LAYER -> a CSV of WKT on standard output
    ogr2ogr -f CSV /vsistdout/ "${1%%:*}" -dialect OGRSQL -sql "select FID from \"${1#*:}\"" -lco GEOMETRY=AS_WKT -lco SEPARATOR=TAB |
        tail -n +2 | cut -f1 | tr -d '"'
}
text "$buildings" >"$dir/building.txt"
text "$boundary" >"$dir/boundary.txt"
for lines in "$@"; do text "$lines"; done >"$dir/line.txt"
as=()
if [ "$(id -u)" = 0 ]; then
    as=(runuser -u postgres --)
    chown -R postgres "$dir"
    chmod 755 "$dir"
fi
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/db" -A trust >/dev/null
trap '"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -m immediate stop >/dev/null 2>&1 || true' EXIT
"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -w -o "-c listen_addresses= -k $dir -c max_parallel_workers_per_gather=0 -c shared_buffers=256MB -c fsync=off" \
    start >/dev/null
sql() { "${as[@]}" "$bin/psql" -h "$dir" -d postgres -qAt -v ON_ERROR_STOP=1 "$@"; }
sql -c "create extension postgis"
for table in building boundary line; do
    sql -c "create table ${table}_text (t text)" -c "\\copy ${table}_text from '$dir/$table.txt'" \
        -c "create table $table as select row_number () over ()::int id, st_makevalid (st_geomfromtext (t)) g from ${table}_text"
done
sql -c "update line set g = st_boundary (g) where st_dimension (g) = 2"
ticks=$(sql -f - <<'SQL' | sed -n '/^ticks /s///p' | tr '\n' ' '
select pg_backend_pid() as pid \gset
\setenv BACKEND :pid
\! echo ticks $(awk '{ print $14 + $15 }' /proc/$BACKEND/stat)
create table block as
    select row_number () over ()::int id, g
    from (select (st_dump (st_polygonize (g))).geom g
          from (select st_union (g) g
                from (select st_boundary (g) g from boundary
                      union all select st_intersection (l.g, b.g) from line l, boundary b where st_intersects (l.g, b.g)) parts) noded) blocks;
create index on block using gist (g);
analyze block;
create table home as
    select b.id, min (k.id) block from building b join block k on st_contains (k.g, st_pointonsurface (b.g)) group by b.id;
create table sample as
    select distinct on (h.block, p.geom) h.block, h.id, p.geom g
    from home h join building b using (id), lateral st_dumppoints (st_segmentize (st_boundary (b.g), 8e-5)) p
    where h.block in (select block from home group by block having count (*) > 1);
create table piece as
    select s.block, (st_dump (st_voronoipolygons (st_collect (s.g), 0, k.g))).geom g
    from sample s join block k on k.id = s.block group by s.block, k.g;
create index on piece using gist (g);
analyze sample;
analyze piece;
set enable_hashjoin = off;
set enable_mergejoin = off;
create table cell as
    select st_intersection (st_union (p.g), k.g) g
    from sample s join piece p on p.block = s.block and st_contains (p.g, s.g) join block k on k.id = s.block
    group by s.id, s.block, k.g
    union all select g from block where id not in (select block from sample);
\! echo ticks $(awk '{ print $14 + $15 }' /proc/$BACKEND/stat)
SQL
)
sql -c "select encode (st_asbinary (g), 'hex') from cell where not st_isempty (g)" >"$dir/cells.txt"
version=$(sql -c "select postgis_lib_version ()")
echo "$version $(awk -v t="$ticks" -v hz="$(getconf CLK_TCK)" 'BEGIN { split (t, v, " "); print (v[2] - v[1]) / hz }')"
