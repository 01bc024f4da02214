#!/usr/bin/env bash
# Stopped, killed, or out of disk in the middle: what was there stays whole, or the new is there whole; never half.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795219200
strike=$CG_SOURCE/tests/cli/strike.py
n_many=${CG_MANY:-6000} # CG_MANY=100000 for the full size

/usr/bin/python3 "$oracle/make_units.py" 24 20 units.geojson
/usr/bin/python3 "$oracle/make_county.py" .
make_points() { # N FILE
    /usr/bin/python3 - "$1" "$2" <<'PY'
import random, sys
rng = random.Random(3)
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write("编号,类型,发生时间,经度,纬度,来源\n")
    for i in range(int(sys.argv[1])):
        out.write(f"N{i:06d},噪音,2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d} 10:00:00,"
                  f"{rng.uniform(108.2, 108.22):.6f},{rng.uniform(36.9, 36.92):.6f},12345\n")
PY
}
make_points "$n_many" many.csv
make_points 2000 more.csv

count() { sqlite3 "file:$1?mode=ro" "select count(*) from $2" 2>/dev/null; }
dump() { sqlite3 "file:$1?mode=ro" .dump 2>/dev/null | sha256sum; }
size_of() { stat -c %s "$1" 2>/dev/null || echo 0; }
litter() { find . -maxdepth 1 \( -name '*.new*' -o -name '*-part-*' -o -name '.countygrid-*' -o -name '*-writer' \) | grep .; }
swept() { ! litter; }

# struck SIGNAL FILES BYTES COMMAND...: see strike.py. The exit code is in $struck_code; fails when the command was faster.
struck() {
    local hit
    /usr/bin/python3 "$strike" "$@" >"$tap_dir/.stdout" 2>"$tap_dir/.stderr"
    hit=$?
    struck_code=$(tail -1 "$tap_dir/.stdout")
    return $hit
}

told() { # CODE: the program said why in lines of its own
    [ "$struck_code" -eq "$1" ] || { echo "exit $struck_code, not $1"; cat "$tap_dir/.stderr"; return 1; }
    grep -q '^countygrid: ' "$tap_dir/.stderr" && ! grep -qv '^countygrid: ' "$tap_dir/.stderr"
}

# ---- split from file to file -------------------------------------------------------------------------------
split=("$cg" split units.geojson -o p.gpkg --id 编码 --households 户数 --within 社区)
"${split[@]}" >/dev/null
cp p.gpkg old.gpkg
killed_split() {
    local k hits=0
    for k in 0 8192 98304; do
        if struck KILL '.countygrid-*/draft.gpkg' "$k" "${split[@]}" --seed 5; then
            hits=$((hits + 1))
            cmp p.gpkg old.gpkg || return 1
        fi
        cp old.gpkg p.gpkg
        rm -rf .countygrid-*
    done
    echo "# struck in time: $hits of 3"
    [ "$hits" -ge 1 ]
}
ok "split killed while it writes: the old product is untouched" killed_split
# Hundredths of a second of the processor that a running program has had so far, in $ticks; 9999 once it has ended.
ticks_of() {
    local -a field
    ticks=9999
    { read -r -a field <"/proc/$1/stat"; } 2>/dev/null && [ "${field[2]}" != Z ] && ticks=$((field[13] + field[14]))
}
# worked SIGNAL TICKS TIMES COMMAND...: the signal, so many times, once the program has worked for so long.
worked() {
    local signal=$1 enough=$2 times=$3 pid k
    shift 3
    "$@" >"$tap_dir/.stdout" 2>"$tap_dir/.stderr" &
    pid=$!
    for (( ; ; )); do
        ticks_of "$pid"
        [ "$ticks" -lt "$enough" ] || break
        sleep 0.01
    done
    for ((k = 0; k < times; k++)); do
        kill "-$signal" "$pid" 2>/dev/null
        [ $((k + 1)) -eq "$times" ] || sleep 0.05 # a signal that is still waiting would take the next one in
    done
    wait "$pid" 2>/dev/null
    struck_code=$?
}
hurried() { worked INT "$@"; }
# work_of COMMAND...: how many ticks the whole of it takes, in $work.
work_of() {
    local -a before after
    read -r -a before <"/proc/$$/stat"
    "$@" >/dev/null 2>"$tap_dir/.stderr" || { cat "$tap_dir/.stderr"; return 1; }
    read -r -a after <"/proc/$$/stat"
    work=$((after[15] + after[16] - before[15] - before[16])) # of children that ended
}
# Some ten seconds of search; reading takes a tenth of one. Micro-units keep it busy for a while after the search.
/usr/bin/python3 "$oracle/make_units.py" 80 60 many.geojson
columns=(--id 编码 --households 户数 --population 人口 --within 社区)
long=("$cg" split many.geojson -o q.gpkg "${columns[@]}" --effort 100 --threads 1 --report q.json)
hurried_split() {
    hurried 60 1 "${long[@]}"
    told 0 && grep -q '(INTERRUPTED)$' "$tap_dir/.stderr" && grep -q '"status": "interrupted"' q.json &&
        /usr/bin/python3 "$oracle/check_grids.py" many.geojson q.gpkg q.json "${columns[@]}" && swept
}
ok "split stopped by Ctrl-C while it searches: the plan so far, whole and valid" hurried_split
stopped_split() {
    rm -f q.gpkg q.json
    hurried 60 2 "${long[@]}" --micro 5:15
    told 3 && [ ! -e q.gpkg ] && [ ! -e q.json ] || return 1
    hurried 1 1 "$cg" split many.geojson -o q.gpkg "${columns[@]}" --effort 1
    [ "$struck_code" -eq 0 ] || { told 3 && [ ! -e q.gpkg ]; } || return 1
    worked TERM 20 1 "${long[@]}"
    [ "$struck_code" -eq 143 ] || told 3 && [ ! -e q.json ] && swept
}
ok "by two, while it reads, or by another program: nothing lies about" stopped_split

# ---- cells -------------------------------------------------------------------------------------------------
/usr/bin/python3 "$oracle/make_houses.py" . 38
cells=("$cg" cells houses.geojson -o z.gpkg --boundary units.geojson --barriers roads.geojson)
work_of "${cells[@]}"
cp z.gpkg old-z.gpkg
struck_cells() {
    local k signal hits=0
    for signal in KILL INT; do
        for k in 0 98304; do
            if struck $signal '.countygrid-*/draft.gpkg' "$k" "${cells[@]}" --dwelling 50 --report z.json; then
                hits=$((hits + 1))
                [ "$signal" = KILL ] || [ "$struck_code" -eq 0 ] || { told 3 && swept && [ ! -e z.json ]; } || return 1
                [ "$struck_code" -eq 0 ] || cmp z.gpkg old-z.gpkg || return 1
            fi
            cp old-z.gpkg z.gpkg
            rm -rf .countygrid-* z.json
        done
    done
    echo "# struck in time: $hits of 4"
    [ "$hits" -ge 2 ]
}
ok "cells killed or stopped while they are written: the old product is untouched" struck_cells
stopped_cells() {
    local k
    for k in 1 2 3 4; do
        worked INT $((work * k / 5)) 1 "${cells[@]}" --report z.json -o y.gpkg
        [ "$struck_code" -eq 0 ] || { told 3 && [ ! -e y.gpkg ] && [ ! -e z.json ]; } || return 1
        rm -f y.gpkg z.json
    done
    swept
}
ok "cells stopped by Ctrl-C: exit 3 or done, nothing lies about" stopped_cells

# ---- import into a county ------------------------------------------------------------------------------------
new_county() {
    rm -f "$1" "$1"-*
    "$cg" init "$1" && "$cg" import "$1" regions regions.geojson && "$cg" import "$1" units units.geojson &&
        "$cg" import "$1" incidents incidents.csv && "$cg" plan "$1" split --publish
}
ok "a county with a plan in force" new_county c.sqlite
old_or_new() { # COUNTY OLD NEW: that many incidents, each attached and in the import log, nothing between
    local n logs
    n=$(count "$1" incident)
    logs=$(sqlite3 "file:$1?mode=ro" "select count(*) from import_log where kind = 'incidents'" 2>/dev/null)
    "$cg" check "$1" || return 1
    [ "$n:$logs" = "$2:1" ] || [ "$n:$logs" = "$3:2" ] || { echo "$n incidents, $logs imports"; return 1; }
}
killed_import() {
    local k hits=0
    for k in 0 $((n_many * 40)) $((n_many * 120)) $((n_many * 300)); do
        cp c.sqlite k.sqlite
        struck KILL k.sqlite-wal "$k" "$cg" import k.sqlite incidents many.csv && hits=$((hits + 1))
        old_or_new k.sqlite 500 $((n_many + 500)) || return 1
        "$cg" import k.sqlite incidents incidents.csv || return 1
        rm -f k.sqlite k.sqlite-*
    done
    echo "# struck in time: $hits of 4"
    [ "$hits" -ge 2 ]
}
ok "import of $n_many incidents killed: old or new, and the next import goes on" killed_import
stopped_import() {
    local k
    for k in 0 $((n_many * 40)); do
        cp c.sqlite k.sqlite
        if struck INT k.sqlite-wal "$k" "$cg" import k.sqlite incidents many.csv && [ "$struck_code" -ne 0 ]; then
            told 3 && grep -q CANCELLED "$tap_dir/.stderr" && [ "$(count k.sqlite incident)" = 500 ] || return 1
        fi
        old_or_new k.sqlite 500 $((n_many + 500)) || return 1
        rm -f k.sqlite k.sqlite-*
    done
    swept
}
ok "import stopped by Ctrl-C: nothing stored, exit 3" stopped_import
killed_first_import() {
    rm -f f.sqlite*
    "$cg" init f.sqlite || return 1
    struck KILL 'f.sqlite.new*' 0 "$cg" import f.sqlite regions regions.geojson || return 1
    "$cg" check f.sqlite && "$cg" import f.sqlite regions regions.geojson && "$cg" check f.sqlite &&
        [ "$(count f.sqlite region)" = 4 ]
    rm -f f.sqlite*
}
ok "first import, which makes the file anew, killed: the next one works" killed_first_import

# ---- sample --------------------------------------------------------------------------------------------------
sample=("$cg" sample s.sqlite --preset wuqi --days 20)
killed_sample() {
    local k hits=0
    for k in 3000000 6000000; do # after the first transactions, so that the log holds commits
        struck KILL s.sqlite.new "$k" "${sample[@]}" && hits=$((hits + 1))
        [ ! -e s.sqlite ] || return 1
        if [ "$k" = 6000000 ]; then
            "${sample[@]}" --seed 3 && "$cg" check s.sqlite || return 1
        fi
    done
    [ "$hits" -ge 1 ] && swept
}
ok "sample killed twice: no county, and the next sample is sound" killed_sample
stopped_sample() {
    rm -f s.sqlite
    struck INT s.sqlite.new 1000000 "${sample[@]}" --seed 4 || return 1
    told 3 && [ ! -e s.sqlite ] && swept
}
ok "sample stopped by Ctrl-C: exit 3, nothing lies about" stopped_sample

# ---- plan ------------------------------------------------------------------------------------------------------
plan_states() { "$cg" plan "$1" list --json | sed -n 's/.*"state": "\(.*\)".*/\1/p' | tr '\n' ' '; }
killed_plan() {
    local k states
    for k in 0 60000 200000; do
        cp c.sqlite k.sqlite
        struck KILL k.sqlite-wal "$k" "$cg" plan k.sqlite split --seed 7 --publish
        "$cg" check k.sqlite && "$cg" plan k.sqlite check || return 1
        states=$(plan_states k.sqlite)
        case $states in
        'published ' | 'published draft ' | 'archived published ') ;;
        *) echo "plans: $states"; return 1 ;;
        esac
        "$cg" plan k.sqlite split --publish && "$cg" check k.sqlite || return 1
        rm -f k.sqlite k.sqlite-*
    done
}
ok "plan split --publish killed: one plan in force, whole, and the next split works" killed_plan
stopped_plan() { # a draft of what was found or none, but never in force
    cp c.sqlite k.sqlite
    struck INT k.sqlite-writer 0 "$cg" plan k.sqlite split --seed 7 --publish --effort 100
    [ "$struck_code" -eq 0 ] || told 3 || return 1
    "$cg" check k.sqlite && "$cg" plan k.sqlite check && swept || return 1
    [ "$struck_code" -eq 0 ] || case $(plan_states k.sqlite) in 'published ' | 'published draft ') ;; *) return 1 ;; esac
}
ok "plan split --publish stopped by Ctrl-C" stopped_plan
hurried_plan() {
    rm -f k.sqlite k.sqlite-* h.json
    cp c.sqlite k.sqlite
    hurried 60 1 "$cg" plan k.sqlite split --seed 7 --effort 100 --threads 1 --report h.json "$@"
    "$cg" check k.sqlite && "$cg" plan k.sqlite check && [ "$(plan_states k.sqlite)" = 'published draft ' ] &&
        grep -q '"status": "interrupted"' h.json
}
ok "plan split stopped by Ctrl-C while it searches: a draft of the plan so far" hurried_plan
ok "exit 0, told" told 0
ok "with --publish" hurried_plan --publish
ok "exit 3: a draft, not in force" told 3

made_county() {
    rm -f e.sqlite e.sqlite-*
    "$cg" init e.sqlite && "$cg" import e.sqlite regions regions.geojson && "$cg" import e.sqlite barriers roads.geojson &&
        "$cg" import e.sqlite buildings houses.geojson
}
ok "a county without units" made_county
cp e.sqlite all.sqlite
ok "whose split makes them" work_of "$cg" plan all.sqlite split --effort 1
all_units=$(count all.sqlite unit)
ok "some thousands" [ "$all_units" -gt 2000 ]
struck_made() { # units are all there or none, and no plan without its units; the next split works
    local k units plans
    for k in 1 3 5; do
        cp e.sqlite k.sqlite
        worked "$1" $((work * k / 6)) 1 "$cg" plan k.sqlite split --effort 1
        [ "$1" = KILL ] || [ "$struck_code" -eq 0 ] || told 3 || return 1
        units=$(count k.sqlite unit)
        plans=$(count k.sqlite plan)
        "$cg" check k.sqlite || return 1
        [ "$units:$plans" = 0:0 ] || [ "$units" = "$all_units" ] || { echo "$units units, $plans plans"; return 1; }
        "$cg" plan k.sqlite split --effort 1 && "$cg" plan k.sqlite check && "$cg" check k.sqlite || return 1
        [ "$units" = 0 ] || [ "$units" = "$(count k.sqlite unit)" ] || { echo "$units units, then others"; return 1; }
        rm -f k.sqlite k.sqlite-*
    done
    swept
}
ok "plan split that makes units stopped by Ctrl-C" struck_made INT
ok "or killed" struck_made KILL

# ---- no room -----------------------------------------------------------------------------------------------------
# full KILOBYTES TEXT COMMAND...: with files that may not grow beyond that: exit 3, TEXT in the one line of the error.
full() {
    local limit=$1 text=$2
    shift 2
    (
        ulimit -f "$limit"
        fails 3 "$text" "$@"
    )
}
small_disk() { mkdir -p full && mount -t tmpfs -o "size=$1" none full 2>/dev/null; }
free_disk() { umount full; }
trap 'umount "$tap_dir/full" 2>/dev/null; tap_end' EXIT

ok "split, file limit" full 64 'p.gpkg' "${split[@]}" --seed 5
ok "the old product is untouched" cmp p.gpkg old.gpkg
cp c.sqlite k.sqlite
before=$(dump k.sqlite)
ok "import, file limit" full $(($(size_of k.sqlite) / 1024 + 64)) 'k.sqlite' "$cg" import k.sqlite incidents many.csv
ok "the county is as before" [ "$(dump k.sqlite)" = "$before" ]
ok "and sound" "$cg" check k.sqlite
ok "and takes an import again" "$cg" import k.sqlite incidents more.csv
ok "backup, file limit" full 256 'b.sqlite' "$cg" backup c.sqlite b.sqlite
ok "no half backup" [ ! -e b.sqlite ]
ok "sample, file limit" full 1024 'n.sqlite' "$cg" sample n.sqlite --preset wuqi --days 20
ok "no half sample" [ ! -e n.sqlite ]
ok "heatmap, file limit" full 8 'h.png' "$cg" heatmap incidents.csv -o h.png --size 800x600
ok "no half picture" [ ! -e h.png ]
ok "nothing lies about" swept
ok "standard output full" bash -c "'$cg' plan c.sqlite list --json >/dev/full 2>err; [ \$? -eq 3 ] && grep -q '(IO)' err"

if small_disk 2m; then
    cp p.gpkg full/p.gpkg
    head -c 3000000 /dev/zero >full/fill 2>/dev/null
    ok "split on a full disk" fails 3 'full/p.gpkg' "$cg" split units.geojson -o full/p.gpkg --households 户数
    ok "the old product is untouched there" cmp full/p.gpkg old.gpkg
    ok "heatmap on a full disk" fails 3 'full/h.png' "$cg" heatmap incidents.csv -o full/h.png --size 800x600
    ok "backup on a full disk" fails 3 'full/b.sqlite' "$cg" backup c.sqlite full/b.sqlite
    ok "sample on a full disk" fails 3 'full/s.sqlite' "$cg" sample full/s.sqlite --preset wuqi --days 20
    ok "report on a full disk" fails 3 'full/r.json' "$cg" import c.sqlite incidents incidents.csv --report full/r.json
    ok "init on a full disk" fails 3 'full/i.sqlite' "$cg" init full/i.sqlite
    ok "only what was there is there" [ "$(ls -A full | tr '\n' ' ')" = "fill p.gpkg " ]
    free_disk
    small_disk "$(($(size_of c.sqlite) / 1024 + 1500))k"
    cp c.sqlite full/c.sqlite
    before=$(dump full/c.sqlite)
    ok "import on a disk that fills up" fails 3 'full/c.sqlite' "$cg" import full/c.sqlite incidents many.csv
    ok "the county there is as before" [ "$(dump full/c.sqlite)" = "$before" ]
    ok "and sound there" "$cg" check full/c.sqlite
    free_disk
else
    skip "a full disk" "no right to mount a small one"
fi
done_testing
