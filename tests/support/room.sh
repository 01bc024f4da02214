#!/usr/bin/env bash
# Runs one test in a TMPDIR of its own. What the test leaves there makes it fail, and goes away with it, also when the
# test dies or is stopped.
#   room.sh PROGRAM ARGUMENT...
set -u
shopt -s nullglob dotglob
room=$(mktemp -d "${TMPDIR:-/tmp}/countygrid-room-XXXXXX") || exit 99
# Some tests run a part as another user, who must come in.
chmod 755 "$room"
trap 'rm -rf "$room"' EXIT
# In the background, for bash hears no signal while it waits for a command in front.
TMPDIR=$room "$@" &
child=$!
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 143' TERM INT HUP
wait "$child"
code=$?
left=("$room"/*)
if [ ${#left[@]} -gt 0 ]; then
    echo "left behind in TMPDIR: ${left[*]##*/}" >&2
    [ "$code" -ne 0 ] || code=98
fi
exit "$code"
