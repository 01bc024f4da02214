# Shared by ./run and ./test: what a fresh Debian 12 lacks, and the builds. Sourced, not run.
# shellcheck shell=bash

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 3; }

# Names in the blocks of packages.txt. run: block 1; all: 1 and 2; bench: the opponents in benches alone.
package_names() {
    awk -v want="$1" '/^# -- / { block++ }
        /^[a-z0-9]/ && (want == "bench" ? block == 3 : block <= (want == "all" ? 2 : 1)) { print $1 }' \
        "$top/.ci/packages.txt"
}

have_package() { dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii'; }

# Node and npm may come from elsewhere than Debian; then their packages are not wanted.
wanted_package() {
    case $1 in
        nodejs) ! command -v node >/dev/null ;;
        npm) ! command -v npm >/dev/null ;;
        *) ! have_package "$1" ;;
    esac
}

# install_packages run|all|bench
install_packages() {
    local missing=() name as=()
    for name in $(package_names "$1"); do
        if wanted_package "$name"; then missing+=("$name"); fi
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "  installing with apt: ${missing[*]}"
    command -v apt-get >/dev/null || die "countygrid: no apt-get here; please install by hand: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "countygrid: these packages are missing and only root may install them: ${missing[*]}"
        as=(sudo)
    fi
    "${as[@]}" apt-get update -qq || die "countygrid: apt-get update failed; is the package server reachable?"
    "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null || die "countygrid: apt-get could not install: ${missing[*]}"
}

# npm packages of a folder, again only when its lock file changed.
install_npm() {
    local dir=$1 stamp=$1/node_modules/.countygrid-lock
    if [ -f "$stamp" ] && cmp -s "$dir/package-lock.json" "$stamp"; then return 0; fi
    say "  npm packages of ${dir#"$top"/}"
    (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error) >/dev/null ||
        die "countygrid: npm ci failed in ${dir#"$top"/}"
    cp "$dir/package-lock.json" "$stamp"
}

# build DIR TARGET... -- MESON-OPTION... ; CC is taken from the environment at the first set-up.
build() {
    local name=$1 dir=$top/$1 targets=() werror=false
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do targets+=("$1"); shift; done
    [ $# -gt 0 ] && shift
    [ "${CI:-}" = true ] && werror=true
    if [ ! -f "$dir/build.ninja" ]; then
        meson setup "$dir" "$top" -Dwerror=$werror "$@" >"$dir.log" 2>&1 ||
            { tail -30 "$dir.log" >&2; die "countygrid: the build could not be set up"; }
        mv "$dir.log" "$dir/setup.log"
    fi
    ninja -C "$dir" "${targets[@]}" >"$dir/build.log" 2>&1 ||
        { grep -E 'error|warning|FAILED' -A3 "$dir/build.log" | head -60 >&2; die "countygrid: the build failed; all of it in $name/build.log"; }
}
