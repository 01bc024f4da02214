#!/usr/bin/env bash
# The rules of the house that a compiler does not see. Prints TAP; each break is a comment line that names it.
#   check.sh [TREE]    TREE: root of the sources, default CG_SOURCE or the folder above
set -u
root=${1:-${CG_SOURCE:-$(dirname "$0")/../..}}
cd "$root" || exit 99
compiler=${CC:-cc}
tap_n=0
broken=0

# rule NAME FUNCTION: holds when FUNCTION prints nothing.
rule() {
    local breaks
    tap_n=$((tap_n + 1))
    breaks=$("$2" 2>&1)
    if [ -z "$breaks" ]; then
        printf 'ok %d - %s\n' "$tap_n" "$1"
    else
        printf '%s\n' "$breaks" | head -40 | sed 's/^/# /'
        printf 'not ok %d - %s\n' "$tap_n" "$1"
        broken=1
    fi
}

sources() { find engine gis-data render api -name '*.[ch]' -type f | LC_ALL=C sort; }
# Files under version control; of a tree without one, all but what tools leave behind.
tracked() {
    git ls-files 2>/dev/null | grep . ||
        find . -type f -not -path '*/node_modules/*' -not -path './build*' -not -path './.git/*' | sed 's#^\./##'
}

# Lines "file header" of all includes, system (<>) or own ("").
includes() { sources | xargs grep -HoE "^ *# *include *$1[^\">]+" | sed -E 's/:[^"<]*["<]/ /'; }

# ---- who may see whom ------------------------------------------------------------------------------------

# Own headers are included as "module/file.h"; the module's top folder must be one that the file may see, and inside
# the engine it must stand at or before the file's own module in the order of the arrows.
direction() {
    includes '"' | awk '
        function top_of(module,    t) {
            for (t in modules) if (index(modules[t], " " module " ")) return t
            return ""
        }
        BEGIN {
            modules["engine"] = " base model geom cells graph partition grid attach aggregate analyse "
            modules["gis-data"] = " normalise import sql store export sample "
            modules["render"] = " style map chart page "
            modules["api"] = " app cli http web "
            sees["engine"] = " engine "
            sees["gis-data"] = " engine gis-data "
            sees["render"] = " engine render "
            sees["api"] = " engine gis-data render api "
            split("base model geom cells graph partition grid attach aggregate analyse", order, " ")
            for (i in order) rank[order[i]] = i + 0
        }
        {
            split($1, path, "/")
            if (split($2, header, "/") < 2) next
            top = top_of(header[1])
            if (top == "") next
            if (!index(sees[path[1]], " " top " "))
                print $1 " includes " $2 ": " path[1] " must not see " top
            else if (path[1] == "engine" && rank[header[1]] > rank[path[2]])
                print $1 " includes " $2 ": against the order of the engine"
            else if (path[1] == "api" && path[2] == "app" && top == "api" && header[1] != "app")
                print $1 " includes " $2 ": a use case must not see a door"
        }'
}

# A system library has one home. Patterns are matched against the header as it is written between < and >.
homes() {
    includes '<' | awk '
        function home(pattern, folders) {
            if ($2 ~ pattern && $1 !~ ("^(" folders ")/"))
                print $1 " includes <" $2 ">: its home is " folders
        }
        {
            home("^geos", "engine/geom")
            home("^proj", "gis-data/normalise")
            home("^(sqlite3|spatialite|libpq)", "gis-data/store")
            home("^(gdal|ogr_|cpl_)", "gis-data/import|gis-data/export")
            home("^(cairo|pango|fontconfig)", "render/[a-z]+")
            home("^(Clp_|Coin|Cbc_)", "engine/partition")
            home("^(libdeflate|png)", "render/page")
            home("^(event2/|evhttp)", "api/http")
        }'
}

# engine, gis-data and render return what they have to say.
silence() {
    find engine gis-data render -name '*.c' -print0 |
        xargs -0 grep -nE '(^|[^_a-z])(printf|puts|putchar|perror|g_print|g_printerr|g_message|g_warning|g_info|g_debug|g_log[a-z_]*) \(|fprintf \(std(out|err)' |
        grep -vE ':[0-9]+: *(/?\*|//)'
}

# ---- headers ---------------------------------------------------------------------------------------------

headers_alone() {
    local flags header
    flags=$(pkg-config --cflags gio-2.0 geos proj gdal sqlite3 cairo pangocairo jansson libevent 2>/dev/null)
    find engine gis-data render api -name '*.h' -not -name '*_internal.h' | LC_ALL=C sort | while read -r header; do
        # shellcheck disable=SC2086
        $compiler -std=c17 -D_GNU_SOURCE -fsyntax-only -x c -Iengine -Igis-data -Irender -Iapi $flags \
            -include "$header" /dev/null 2>&1 | grep -m 1 -E 'error|warning' | sed "s#^#$header: #"
    done
}

header_guards() {
    local header
    find engine gis-data render api -name '*.h' | while read -r header; do
        grep -q '^#ifndef CG_[A-Z0-9_]*_H$' "$header" || echo "$header: no guard CG_..._H"
    done
}

# What can fail says how: the comment in front of a public function that takes GError ** (or of the group it stands in,
# or of the whole header) has the word Errors.
errors_told() {
    find engine gis-data render api -name '*.h' -not -name '*_internal.h' | LC_ALL=C sort | xargs -r awk '
        FNR == 1 { told = all = inside = 0; first = 1; text = "" }
        /\/\*/ && !inside && !/;.*\/\*.*\*\// { inside = 1; block = "" }
        inside {
            block = block " " $0
            if (!/\*\//) next
            inside = 0
            told = block ~ /Error/
            if (told && (first || block ~ /Errors (of|are) (every|all|each|those)/)) all = 1
            first = 0
            next
        }
        /^(static inline|typedef|#|\}|G_)/ { text = ""; next }
        { text = text " " $0 }
        /;/ {
            if (text ~ /GError \*\*/ && text !~ /\(\*/ && !told && !all) {
                gsub(/ +/, " ", text)
                print FILENAME ":" FNR ":" substr(text, 1, 70) ": which Errors?"
            }
            text = ""
        }'
}

# ---- texts -----------------------------------------------------------------------------------------------

# Paths of one machine and hosts of one network have no place in sources. (The pattern is written so that it does
# not find itself.)
machine_paths() {
    tracked | grep -vE '\.(png|jpg|woff2?|gz|gpkg)$' |
        xargs -d '\n' grep -InE '(^|[^A-Za-z0-9_.~$}/-])/(work|root|home|tmp)/[A-Za-z0-9_.]' |
        grep -vE '^tests/house/check\.sh:'
    tracked | xargs -d '\n' grep -InE 'https?://[^/" ]*(artifact|nexus|verdaccio|mirror|proxy)[^/" ]*' |
        grep -vE '^tests/house/check\.sh:'
    tracked | grep -E '(^|/)(package-lock\.json|\.npmrc)$' |
        xargs -r -d '\n' grep -nE '"resolved": *"https?://|^registry *='
}

# SQL is text in files; where a number must stand in a PRAGMA it may be formatted in, a string never.
formatted_sql() {
    sources | xargs grep -nE '"(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|ATTACH|VACUUM)[^"]*%[-+0-9.]*[scqwQ]'
    sources | xargs grep -nE '(strcat|g_strconcat|g_string_append[a-z_]*) \([^;]*"(SELECT|INSERT INTO|UPDATE|DELETE FROM) '
}

file_length() { sources | xargs wc -l | awk '$2 != "total" && $1 > 900 { print $2 ": " $1 " lines, 900 at most" }'; }

# Of the functions of a top folder at most 5 % have 90 lines or more between their braces.
function_length() {
    find engine gis-data render api -name '*.c' -type f | LC_ALL=C sort | xargs -r awk '
        function name_of(line) { sub(/ \(.*/, "", line); sub(/.*[ *]/, "", line); return line }
        FNR == 1 { open = 0; name = "" }
        /^[A-Za-z_][A-Za-z_0-9 *]* \(/ { name = name_of($0) }
        /^\{/ { open = FNR }
        /^\}/ && open {
            split(FILENAME, path, "/")
            n[path[1]]++
            if (FNR - open - 1 >= 90) {
                long[path[1]]++
                list[path[1]] = list[path[1]] FILENAME ":" open ": " name " has " FNR - open - 1 " lines\n"
            }
            open = 0
        }
        END { for (top in long) if (long[top] * 20 > n[top]) printf "%s", list[top] }' | LC_ALL=C sort
}

no_goto() { sources | xargs grep -nE '^ +goto [a-z_]+;'; }

unfinished() {
    # Joined from halves, so that this line does not find itself.
    sources | xargs grep -nwE "$(printf '%s|' 'TO''DO' 'FIX''ME' 'XX''X')HA""CK"
}

tabs_and_blanks() { sources | xargs grep -nP '\t| +$' | cut -c 1-100; }

echo 1..13
rule 'modules see only what the arrows allow' direction
rule 'system libraries stay in their homes' homes
rule 'engine, gis-data and render do not print' silence
rule 'public headers compile alone' headers_alone
rule 'headers are guarded' header_guards
rule 'public headers tell the errors of what can fail' errors_told
rule 'no paths or hosts of one machine' machine_paths
rule 'no text is formatted into SQL' formatted_sql
rule 'no C file over 900 lines' file_length
rule '95 % of functions are under 90 lines' function_length
rule 'no goto' no_goto
rule 'nothing is left for later' unfinished
rule 'no tabs, no blanks at line ends' tabs_and_blanks
exit $broken
