#!/bin/sh
# page.sh PROGRAM COMMAND|countygrid > PAGE.1: the manual page of a command, from what its --help says.
# The help is the one place where a command is described; a page of its own would grow old beside it.
set -eu
program=$1
name=$2

version=$("$program" --version | awk 'NR == 1 { print $NF }')
if [ "$name" = countygrid ]; then
    title=countygrid
    help=$("$program" --help)
else
    title=countygrid-$name
    help=$("$program" "$name" --help)
fi

printf '%s\n' "$help" | awk -v title="$title" -v version="$version" '
function text(s) {                      # what roff would take for commands
    gsub(/\\/, "\\e", s)
    gsub(/-/, "\\-", s)
    gsub(/\047/, "\\(aq", s)
    if (s ~ /^\./)
        s = "\\&" s
    return s
}
function close_block() {
    if (in_block)
        print ".EE"
    in_block = 0
}
function section(s) {
    close_block()
    print ".SH " toupper(text(s))
}
function block_line(s) {
    if (!in_block) {
        print ".EX"
        in_block = 1
    }
    print text(s)
}
function head(summary) {
    printf ".TH %s 1 \"\" \"countygrid %s\" \"countygrid\"\n", toupper(text(title)), version
    print ".SH NAME"
    print text(title) " \\- " text(summary)
}
# Of the list of commands: "countygrid - summary", then "usage: ...".
NR == 1 && /^countygrid - / {
    summary = $0
    sub(/^countygrid - /, "", summary)
    head(summary)
    next
}
/^usage: / {
    section("synopsis")
    sub(/^usage: /, "")
    n = split($0, parts, /   +/)
    for (p = 1; p <= n; p++)
        print ".B " text(parts[p]) (p < n ? "\n.br" : "")
    section("commands")
    next
}
/^exit: / {
    section("exit status")
    sub(/^exit: /, "")
    print text($0)
    next
}
# Of a command: as GOption lays it out.
/^Usage:$/ { part = "usage"; next }
part == "usage" && NF > 0 && usage == "" { sub(/^ +/, ""); usage = $0; next }
part == "usage" && NF > 0 && usage != "" {
    head($0)
    section("synopsis")
    print ".B " text(usage)
    part = ""
    next
}
/^(Help|Application) Options:$/ {
    if (part != "options")
        section("options")
    part = "options"
    next
}
part == "options" && /^  +-/ {
    option = $0
    sub(/^ +/, "", option)
    at = match(option, /  +/)
    if (at == 0) {
        print ".TP\n.B " text(option)
        next
    }
    print ".TP\n.B " text(substr(option, 1, at - 1))
    print text(substr(option, at + RLENGTH))
    next
}
/^[A-Z][A-Za-z ]*[^:]*:$/ {
    line = $0
    sub(/:$/, "", line)
    part = line == "Example" ? "example" : "other"
    section(line)
    next
}
NF == 0 {
    if (part != "options" && in_block)
        print ""
    next
}
{
    if (part == "options") { section("description"); part = "other" }
    # What stands at the margin below the example is about the command, not a part of the example.
    if (part == "example" && $0 !~ /^ /) { section("notes"); part = "other" }
    block_line($0)
}
END { close_block() }
'

if [ "$name" = countygrid ]; then
    printf '.SH SEE ALSO\ncountygrid\\-COMMAND(1) of each command\n'
else
    printf '.SH EXIT STATUS\n0 done, 1 the input is wrong, 2 wrong use, 3 failure\n.SH SEE ALSO\ncountygrid(1)\n'
fi
