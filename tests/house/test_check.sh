#!/usr/bin/env bash
# The rules of check.sh on small trees that break them and on trees that nearly do.
. "$(dirname "$0")/../cli/tap.sh"
check=$CG_SOURCE/tests/house/check.sh
mkdir -p engine/base gis-data render api
rule_is() { bash "$check" "$PWD" | grep -q "^$1 [0-9]* - $2\$"; }
names() { bash "$check" "$PWD" | grep -q "^# $1\$"; }

# functions FILE SHORT LONG LINES: so many short functions, and long ones of so many lines.
functions() {
    awk -v short="$2" -v long="$3" -v lines="$4" 'BEGIN {
        for (i = 0; i < short + long; i++) {
            printf "static void\nwork_%d (void)\n{\n", i
            for (k = 0; k < (i < short ? 3 : lines); k++) print "    go ();"
            print "}\n"
        } }' >"$1"
}
length='95 % of functions are under 90 lines'
functions engine/base/work.c 19 1 90
ok "one long function of twenty is 5 %" rule_is ok "$length"
functions engine/base/work.c 18 1 90
ok "one of nineteen is more" rule_is 'not ok' "$length"
ok "it is named with its length" names 'engine/base/work.c:147: work_18 has 90 lines'
functions engine/base/work.c 1 3 89
ok "89 lines are not long" rule_is ok "$length"
functions engine/base/work.c 18 1 90
functions api/many.c 100 0 0
ok "each top folder counts by itself" rule_is 'not ok' "$length"

errors='public headers tell the errors of what can fail'
header() { cat >engine/base/work.h; }
header <<'END2'
/* About work. */
/* Does it. */
gboolean cg_work (guint32 n,
                  GError **error);
END2
ok "a function that may fail in an unknown way" rule_is 'not ok' "$errors"
ok "it is named" names 'engine/base/work.h:4: gboolean cg_work (guint32 n, GError \*\*error);: which Errors?'
header <<'END2'
/* About work. */
/* Does it.
 * Errors  LIMIT */
gboolean cg_work (guint32 n, GError **error);
gboolean cg_work_more (guint32 n, GError **error);
guint32 cg_work_count (void); /* never fails */
gboolean cg_work_most (guint32 n, GError **error);
END2
ok "a group of functions behind one comment" rule_is ok "$errors"
header <<'END2'
/* About work. Errors LIMIT of every function. */
gboolean cg_work (guint32 n, GError **error);
/* Does more. */
gboolean cg_work_more (guint32 n, GError **error);
END2
ok "told for the whole header" rule_is ok "$errors"
header <<'END2'
/* About work. */
/* Does it.
 * Errors  LIMIT */
gboolean cg_work (guint32 n, GError **error);
/* Does more. */
gboolean cg_work_more (guint32 n, GError **error);
END2
ok "another comment tells of its own function" rule_is 'not ok' "$errors"
header <<'END2'
/* About work. */
typedef gboolean (*CgWork) (gpointer user_data, GError **error);
static inline void cg_work (GError **error) { (void) error; }
END2
mv engine/base/work.h engine/base/work_internal.h
ok "types, bodies and internal headers are free" rule_is ok "$errors"
done_testing
