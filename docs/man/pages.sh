#!/bin/sh
# pages.sh PROGRAM FOLDER COMMAND ...: the page of the program and one of each command.
set -eu
program=$1
folder=$2
shift 2
here=$(dirname "$0")
for name in countygrid "$@"; do
    file=countygrid
    [ "$name" = countygrid ] || file=countygrid-$name
    sh "$here/page.sh" "$program" "$name" > "$folder/$file.1"
done
