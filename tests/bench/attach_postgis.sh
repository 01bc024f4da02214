#!/usr/bin/env bash
# The same points in the same polygons by PostGIS: a server of its own in a folder of its own, gone afterwards.
#   attach_postgis.sh DIR     DIR holds areas.csv and points.csv of bench-attach --write
# Prints "VERSION SECONDS POINTS" (CPU seconds of the server's process); leaves with 77 where PostGIS is absent.
set -euo pipefail
dir=$1
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -n "$bin" ] && ls "$bin"/../../../../share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || exit 77
as=()
if [ "$(id -u)" = 0 ]; then
    as=(runuser -u postgres --)
    chown -R postgres "$dir"
    chmod 755 "$dir"
fi
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/db" -A trust >/dev/null
trap '"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -m immediate stop >/dev/null 2>&1 || true' EXIT
"${as[@]}" "$bin/pg_ctl" -D "$dir/db" -w -o "-c listen_addresses= -k $dir -c max_parallel_workers_per_gather=0 -c shared_buffers=512MB -c fsync=off" \
    start >/dev/null
sql() { "${as[@]}" "$bin/psql" -h "$dir" -d postgres -qAt -v ON_ERROR_STOP=1 "$@"; }
sql -c "create extension postgis; create table area (id int, g geometry); create table raw (id int, x float8, y float8)"
sql -c "\\copy area from '$dir/areas.csv' csv" -c "\\copy raw from '$dir/points.csv' csv"
sql -c "create table point as select id, st_makepoint (x, y) g from raw" -c "create index on area using gist (g)" -c "vacuum analyze area" -c "vacuum analyze point"
best=
for _ in 1 2 3; do
    ticks=$(sql -f - <<'SQL' | sed -n '/^ticks /s///p' | tr '\n' ' '
select pg_backend_pid() as pid \gset
\setenv BACKEND :pid
\! echo ticks $(awk '{ print $14 + $15 }' /proc/$BACKEND/stat)
create temp table found as select p.id, a.id area from point p join area a on st_contains (a.g, p.g);
\! echo ticks $(awk '{ print $14 + $15 }' /proc/$BACKEND/stat)
SQL
    )
    best=$(awk -v t="$ticks" -v hz="$(getconf CLK_TCK)" -v b="${best:-1e18}" 'BEGIN { split(t, v, " "); s = (v[2] - v[1]) / hz; print s < b ? s : b }')
done
version=$(sql -c "select postgis_lib_version ()")
echo "$version $best $(wc -l <points.csv)"
