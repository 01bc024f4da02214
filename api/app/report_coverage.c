/* What is kept of camera coverage and ways to service points, beside the counts of a report. */
#include "app/report.h"

#include <math.h>

/* Rows of one plan: places by code, each once. */
typedef struct {
    gint64 plan;
    GPtrArray *codes;     /* borrowed from rows  */
    GHashTable *place_of; /* code -> place + 1   */
    CgCoverageRows *rows;
} Kept;

static void
kept_free (gpointer data)
{
    Kept *kept = data;
    g_ptr_array_unref (kept->codes);
    g_hash_table_unref (kept->place_of);
    cg_coverage_rows_free (kept->rows);
    g_free (kept);
}

/* Plans are few: one, or those that were ever in force. */
static Kept *
kept_of (GPtrArray *plans, gint64 plan)
{
    for (guint i = 0; i < plans->len; i++)
        if (((Kept *) plans->pdata[i])->plan == plan)
            return plans->pdata[i];
    Kept *kept = g_new0 (Kept, 1);
    kept->plan = plan;
    kept->codes = g_ptr_array_new ();
    kept->place_of = g_hash_table_new (g_str_hash, g_str_equal);
    g_ptr_array_add (plans, kept);
    return kept;
}

static void
add_code (Kept *kept, char *code)
{
    if (code[0] == '\0' || g_hash_table_contains (kept->place_of, code))
        return;
    g_ptr_array_add (kept->codes, code);
    g_hash_table_insert (kept->place_of, code, GUINT_TO_POINTER (kept->codes->len));
}

static gboolean
fill_row (const Kept *kept, CgReportRow *row)
{
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (kept->place_of, row->code));
    const CgCoverageRows *rows = kept->rows;
    row->seen_share = row->blind_m2 = row->buildings_share = row->housed_share = NAN;
    row->walk_minutes = row->most_minutes = row->far_share = NAN;
    if (place-- == 0)
        return FALSE;
    row->seen_share = cg_coverage_rows_value (rows, CG_COVERED_GROUND, place);
    row->buildings_share = cg_coverage_rows_value (rows, CG_COVERED_BUILDINGS, place);
    row->housed_share = cg_coverage_rows_value (rows, CG_COVERED_HOUSEHOLDS, place);
    row->walk_minutes = cg_coverage_rows_value (rows, CG_COVERED_WALK, place);
    row->most_minutes = cg_coverage_rows_value (rows, CG_COVERED_MOST, place);
    row->far_share = cg_coverage_rows_value (rows, CG_COVERED_FAR, place);
    row->blind_m2 = cg_coverage_rows_blind_m2 (rows, place);
    return isfinite (row->seen_share) || isfinite (row->walk_minutes);
}

gboolean
cg_report_add_coverage (CgReport *report, CgStore *store, GError **error)
{
    g_autoptr (GPtrArray) plans = g_ptr_array_new_with_free_func (kept_free);
    if ((report->coverage = cg_coverage_facts_load (store, report->plan, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < report->n; i++)
        add_code (kept_of (plans, report->rows[i].plan), report->rows[i].code);
    for (guint p = 0; p < plans->len; p++) {
        Kept *kept = plans->pdata[p];
        kept->rows = cg_coverage_rows_load (store, kept->plan, report->level, kept->codes->len,
                                            (char *const *) kept->codes->pdata, error);
        if (kept->rows == NULL)
            return FALSE;
    }
    for (guint i = 0; i < report->n; i++)
        report->has_coverage |= fill_row (kept_of (plans, report->rows[i].plan), &report->rows[i]);
    return TRUE;
}
