#!/usr/bin/env bash
# Manual pages: each command that --help lists has one, groff finds nothing wrong with it, and every option is in it.
#   test_man.sh PROGRAM COMMAND ...     COMMAND: those that pages are built for. Prints TAP.
set -u
program=$1
shift
source=${CG_SOURCE:?}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tap_n=0

# check NAME COMMAND...: holds when the command succeeds and prints nothing.
check() {
    local name=$1 said
    shift
    tap_n=$((tap_n + 1))
    if said=$("$@" 2>&1) && [ -z "$said" ]; then
        printf 'ok %d - %s\n' "$tap_n" "$name"
    else
        printf '%s\n' "$said" | head -20 | sed 's/^/# /'
        printf 'not ok %d - %s\n' "$tap_n" "$name"
    fi
}

listed() { "$program" --help | sed -n '/--version/d; s/^  \([a-z-]*\) .*/\1/p' | LC_ALL=C sort; }
lists_agree() { diff <(listed) <(printf '%s\n' "$@" | LC_ALL=C sort); }
made() { sh "$source/docs/man/pages.sh" "$program" "$folder" "$@"; }
# -ww: every warning; the pages are UTF-8.
reads_well() { groff -man -ww -Kutf8 -Tutf8 "$1" 2>&1 >/dev/null; }
options_of() { grep -oE '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | LC_ALL=C sort -u; }
has_options() {
    local page="$folder/countygrid-$1.1"
    comm -23 <("$program" "$1" --help | sed -n '/^Help Options:/,/^[A-Z][a-z]*:$/p' | grep '^  ' | options_of) \
        <(sed 's/\\-/-/g' "$page" | grep -A1 '^\.TP' | options_of)
}
sections_of() { grep -c '^\.SH \(NAME\|SYNOPSIS\|OPTIONS\|EXIT STATUS\|SEE ALSO\)$' "$1" | grep -v '^5$'; true; }

if ! command -v groff >/dev/null; then
    echo '1..0 # SKIP groff is not installed'
    exit 0
fi
check 'every command has a page, every page a command' lists_agree "$@"
check 'the pages are made' made "$@"
check 'countygrid.1 reads well' reads_well "$folder/countygrid.1"
for name in "$@"; do
    check "countygrid-$name.1 reads well" reads_well "$folder/countygrid-$name.1"
    check "countygrid-$name.1 has every option" has_options "$name"
    check "countygrid-$name.1 has its five sections" sections_of "$folder/countygrid-$name.1"
done
printf '1..%d\n' "$tap_n"
