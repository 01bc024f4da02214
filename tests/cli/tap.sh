# Tests of the program as a user meets it. Each script sources this and prints TAP.
# shellcheck shell=bash
set -u
tap_n=0
tap_dir=$(mktemp -d)
# However the script ends, no server of it stays and nothing on the disk.
tap_end() {
    local running
    running=$(jobs -p)
    # shellcheck disable=SC2086
    [ -z "$running" ] || kill -KILL $running 2>/dev/null
    wait 2>/dev/null
    rm -rf "$tap_dir"
}
trap tap_end EXIT
cd "$tap_dir" || exit 99
cg=$COUNTYGRID
data=$CG_SHARED_DATA
oracle=$CG_SOURCE/tests/oracle

# ok NAME COMMAND...: the command must succeed; its output is shown when it does not.
ok() {
    local name=$1
    shift
    tap_n=$((tap_n + 1))
    if "$@" >"$tap_dir/.out" 2>&1; then
        grep '^#' "$tap_dir/.out"
        printf 'ok %d - %s\n' "$tap_n" "$name"
    else
        sed 's/^/# /' "$tap_dir/.out" | head -40
        printf 'not ok %d - %s\n' "$tap_n" "$name"
    fi
}

skip() {
    tap_n=$((tap_n + 1))
    printf 'ok %d - %s # SKIP %s\n' "$tap_n" "$1" "$2"
}

# fails CODE TEXT COMMAND...: must exit with CODE and print TEXT (a basic regular expression) on stderr, one line a cause.
fails() {
    local code=$1 text=$2 found
    shift 2
    "$@" >"$tap_dir/.stdout" 2>"$tap_dir/.stderr"
    found=$?
    if [ "$found" -ne "$code" ]; then
        echo "exit $found, not $code"
        cat "$tap_dir/.stderr"
        return 1
    fi
    if ! grep -q -e "$text" "$tap_dir/.stderr"; then
        echo "no '$text' in:"
        cat "$tap_dir/.stderr"
        return 1
    fi
    # Every line of stderr is ours: no library speaks for itself.
    if grep -v '^countygrid: ' "$tap_dir/.stderr" | grep -q .; then
        echo "foreign text on stderr:"
        cat "$tap_dir/.stderr"
        return 1
    fi
}

# had_nothing_to_say FILE: a server's log. Answers that took a busy machine more than 5 s are told and no fault.
had_nothing_to_say() {
    ! grep -vE '"level":"warning","message":"[A-Z]+ [^ ]+ [1-4][0-9][0-9], ([5-9][0-9]{3}|[0-9]{5,})\.[0-9] ms' "$1"
}

have_data() { [ -d "$data" ]; }

done_testing() { printf '1..%d\n' "$tap_n"; }
