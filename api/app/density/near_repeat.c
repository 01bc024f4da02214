#include "app/density/near_repeat.h"

#include <math.h>

#include "app/json.h"
#include "app/table.h"
#include "base/error.h"

/* "[101,201)": the last band is open. (g_free) */
static char *
band_text (const double *limit, guint n, guint k)
{
    char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE] = "Inf";
    g_ascii_formatd (low, sizeof low, "%.15g", limit[k]);
    if (k + 1 < n)
        g_ascii_formatd (high, sizeof high, "%.15g", limit[k + 1]);
    return g_strdup_printf ("[%s,%s)", low, high);
}

static gboolean
write_table (const CgNearRepeatFile *job, const CgKnox *knox, GError **error)
{
    g_auto (CgTable) table;
    cg_table_init (&table, knox->n_space * knox->n_time);
    const char **space = cg_table_texts (&table, "space_m");
    const char **time = cg_table_texts (&table, "time_d");
    double *pairs = cg_table_numbers (&table, "pairs", CG_COLUMN_WHOLE);
    double *expected = cg_table_numbers (&table, "expected", CG_COLUMN_REAL);
    double *ratio = cg_table_numbers (&table, "ratio", CG_COLUMN_REAL);
    double *p = cg_table_numbers (&table, "p", CG_COLUMN_REAL);
    for (guint s = 0; s < knox->n_space; s++)
        for (guint t = 0; t < knox->n_time; t++) {
            guint cell = s * knox->n_time + t;
            char *in_space = band_text (job->knox.space_m, knox->n_space, s);
            char *in_time = band_text (job->knox.time_d, knox->n_time, t);
            cg_table_keep (&table, in_space);
            cg_table_keep (&table, in_time);
            space[cell] = in_space;
            time[cell] = in_time;
            pairs[cell] = (double) knox->pairs[cell];
            expected[cell] = knox->expected[cell];
            ratio[cell] = knox->ratio[cell];
            p[cell] = job->knox.replicates > 0 ? knox->p[cell] : NAN;
        }
    return cg_table_write (&table, job->output, NULL, NULL, NULL, NULL, error);
}

static json_t *
pack_limits (guint n, const double *limit)
{
    json_t *array = json_array ();
    for (guint k = 0; k < n; k++)
        json_array_append_new (array, json_real (limit[k]));
    return array;
}

static json_t *
pack_cells (const CgNearRepeatFile *job, const CgKnox *knox)
{
    json_t *array = json_array ();
    for (guint cell = 0; cell < knox->n_space * knox->n_time; cell++) {
        if (job->knox.replicates == 0 || !(knox->p[cell] <= 0.05 && knox->ratio[cell] > 1))
            continue;
        g_autofree char *space = band_text (job->knox.space_m, knox->n_space, cell / knox->n_time);
        g_autofree char *time = band_text (job->knox.time_d, knox->n_time, cell % knox->n_time);
        json_array_append_new (array,
                               json_pack ("{s:s, s:s, s:I, s:f, s:f, s:f}", "space_m", space,
                                          "time_d", time, "pairs", (json_int_t) knox->pairs[cell],
                                          "expected", knox->expected[cell], "ratio",
                                          knox->ratio[cell], "p", knox->p[cell]));
    }
    return array;
}

static json_t *
make_report (const CgNearRepeatFile *job, const CgPlaces *points, guint32 n, const CgKnox *knox)
{
    guint32 without_place = 0;
    guint64 pairs = 0;
    for (guint32 i = 0; i < points->n; i++)
        without_place += !isfinite (points->x[i]) || !isfinite (points->y[i]);
    for (guint cell = 0; cell < knox->n_space * knox->n_time; cell++)
        pairs += knox->pairs[cell];
    return json_pack ("{s:i, s:i, s:i, s:i, s:s, s:s, s:o, s:o, s:i, s:I, s:I, s:o, s:s}", "rows",
                      (int) points->n, "events", (int) n, "without_place", (int) without_place,
                      "without_time", (int) (points->n - n - without_place), "method", "knox",
                      "distance",
                      job->knox.distance == CG_DISTANCE_EUCLIDEAN ? "euclidean" : "manhattan",
                      "space_m", pack_limits (job->knox.n_space, job->knox.space_m), "time_d",
                      pack_limits (job->knox.n_time, job->knox.time_d), "replicates",
                      (int) job->knox.replicates, "seed", (json_int_t) job->knox.seed, "pairs",
                      (json_int_t) pairs, "cells", pack_cells (job, knox), "version", CG_VERSION);
}

gboolean
cg_near_repeat_file (const CgNearRepeatFile *job, CgImportReport *import_report,
                     const CgProgress *progress, GCancellable *cancel, json_t **out_report,
                     GError **error)
{
    g_autoptr (CgPlaces) points =
        cg_points_read (&job->points, import_report, progress, cancel, error);
    if (points == NULL)
        return FALSE;
    g_autofree double *x = NULL, *y = NULL, *days = NULL;
    g_autofree guint32 *row = NULL;
    guint32 n = cg_points_usable (points, TRUE, &x, &y, &days, &row);
    if (n == 0) {
        cg_points_refuse_timeless (points, job->points.path, import_report, error);
        return FALSE;
    }
    CgKnoxOptions options = job->knox;
    options.progress = progress;
    g_autoptr (CgKnox) knox = cg_knox_run (n, x, y, days, &options, cancel, error);
    if (knox == NULL || !write_table (job, knox, error))
        return FALSE;
    g_autoptr (json_t) report = make_report (job, points, n, knox);
    if (job->report != NULL && !cg_json_write (job->report, report, error))
        return FALSE;
    if (out_report != NULL)
        *out_report = g_steal_pointer (&report);
    return TRUE;
}
