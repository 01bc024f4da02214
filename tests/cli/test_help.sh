#!/usr/bin/env bash
. "$(dirname "$0")/tap.sh"

helps() { "$cg" "$1" --help | grep -q Example; }
ok "countygrid --help lists commands" bash -c "'$cg' --help | grep -q heatmap"
ok "--version" bash -c "'$cg' --version | grep -q '^countygrid [0-9]'"
for command in split cells attach density heatmap hotspots clusters near-repeat backtest init sample import plan render serve check backup snapshot; do
    ok "$command --help has an example" helps "$command"
    ok "$command refuses an unknown option" fails 2 'ARGUMENT' "$cg" "$command" --no-such-option
    ok "$command without arguments is wrong use" fails 2 'ARGUMENT' "$cg" "$command"
done
ok "no command is wrong use" bash -c "'$cg' 2>/dev/null; [ \$? = 2 ]"
ok "unknown command" fails 2 "no command 'splat'" "$cg" splat
ok "import help names the synonyms" bash -c "'$cg' import --help | grep -q 户数"
ok "bad range" fails 2 '500:300' "$cg" split x.gpkg -o y.gpkg --households hh --range 500:300
ok "target outside the range" fails 2 'outside the range' "$cg" split x.gpkg -o y.gpkg --households hh --target 900
ok "households column is needed" fails 2 'households COL is needed' "$cg" split x.gpkg -o y.gpkg
ok "missing file" fails 1 'nothere.gpkg' "$cg" split nothere.gpkg -o y.gpkg --households hh
ok "bad size" fails 2 '0x10' "$cg" heatmap a.csv -o b.png --size 0x10
ok "bad window" fails 2 'WEST,SOUTH,EAST,NORTH' "$cg" heatmap a.csv -o b.png --bbox 1,2,3
ok "bad time span" fails 2 'FROM/TO' "$cg" heatmap a.csv -o b.png --when yesterday
ok "persons are refused" bash -c "'$cg' init c.sqlite && ! '$cg' import c.sqlite persons p.csv 2>err && grep -q FORBIDDEN err"
ok "serve only on loopback" fails 2 'loopback' "$cg" serve c.sqlite --listen 0.0.0.0:1
# `[section] key` in the documents is one that the program knows.
"$cg" init --print-config | awk '/^\[/ { s = $1; print s } /^#? *[a-z_]+ *=/ { sub(/^# */, ""); print s " " $1 }' FS='[ =]+' >known.txt
ok "init --print-config lists sections and keys" grep -qx '\[screen\] heat_days' known.txt
grep -ohE '`\[[a-z]+\]( [a-z_]+)?' "$CG_SOURCE"/docs/*.md "$CG_SOURCE"/docs/handbook/*.md | tr -d '`' | sort -u >named.txt
ok "documents name settings" test -s named.txt
ok "settings that documents name are known" bash -c "! grep -vxFf known.txt named.txt"
done_testing
