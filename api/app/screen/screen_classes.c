/* Classes of the choropleth: how many, where they end, and the words that say so. */
#include "app/screen/screen_internal.h"

#include "analyse/breaks.h"

#include <math.h>
#include <string.h>

#define N_CLASSES 6

/* Few values make few classes: of one grid each they would rank, not classify. */
static guint
class_count (const ScreenJob *job, guint32 n_values)
{
    return job->n_classes > 0 ? job->n_classes : CLAMP (n_values / 4, 1, N_CLASSES);
}

static gboolean
reads_alike (double one, double other, guint decimals)
{
    g_autofree char *low = cg_format_number (one, decimals);
    g_autofree char *high = cg_format_number (other, decimals);
    return g_str_equal (low, high);
}

/* Decimals for two digits of the smallest bound, at least 3 and as many as can be written. */
static guint
most_decimals (const CgChoropleth *choropleth)
{
    double least = INFINITY;
    for (guint c = 0; c < choropleth->n_classes; c++)
        if (choropleth->upper[c] != 0.0 && isfinite (choropleth->upper[c]))
            least = MIN (least, fabs (choropleth->upper[c]));
    return isfinite (least) ? (guint) CLAMP (1.0 - floor (log10 (least)), 3.0, 6.0) : 3;
}

/* Decimals that tell the ends of all classes apart, as far as that says something. */
static guint
class_decimals (const CgChoropleth *choropleth)
{
    guint most = most_decimals (choropleth);
    for (guint decimals = 1; decimals < most; decimals++) {
        gboolean apart = TRUE;
        double before = choropleth->lower;
        for (guint c = 0; c < choropleth->n_classes; c++) {
            apart &= !reads_alike (before, choropleth->upper[c], decimals) ||
                     choropleth->n_classes == 1;
            before = choropleth->upper[c];
        }
        if (apart)
            return decimals;
    }
    return most;
}

/* Classes whose ends read alike are one: nobody tells 0.028–0.028 from 0.028–0.029. */
static void
join_alike (CgChoropleth *choropleth)
{
    guint n = 0;
    for (guint c = 0; c < choropleth->n_classes; c++) {
        double low = n == 0 ? choropleth->lower : choropleth->upper[n - 1];
        gboolean last = c + 1 == choropleth->n_classes;
        gboolean alike = reads_alike (low, choropleth->upper[c], choropleth->decimals);
        if (alike && !last)
            continue;
        n -= alike && n > 0; /* the last one ends where all end */
        choropleth->upper[n++] = choropleth->upper[c];
    }
    choropleth->n_classes = n;
}

static gboolean
are_fixed (const ScreenJob *job)
{
    return job->breaks != NULL && cg_breaks_find (job->breaks) == NULL;
}

static void
put_bounds (const ScreenJob *job, guint32 n, const double *value, CgChoropleth *choropleth)
{
    double lower = INFINITY;
    for (guint32 i = 0; i < n; i++)
        lower = MIN (lower, value[i]);
    choropleth->lower = n > 0 ? lower : 0;
    if (are_fixed (job) && cg_breaks_fixed (job->breaks, CG_MAP_MAX_CLASSES - 1, choropleth->upper,
                                            &choropleth->n_classes, NULL)) {
        choropleth->lower = -INFINITY;
        return;
    }
    choropleth->n_classes =
        cg_breaks_run (job->breaks, n, value, class_count (job, n), choropleth->upper);
    if (choropleth->n_classes == 0) {
        choropleth->n_classes = 1;
        choropleth->upper[0] = 1;
    }
}

/* Zero has its own colour where most places have none; classes are of what is above it. */
void
screen_classes (const ScreenJob *job, guint32 n, const double *value, CgChoropleth *choropleth)
{
    g_autofree double *above = g_new (double, MAX (n, 1));
    guint32 n_above = 0, n_zero = 0;
    gboolean whole = TRUE, negative = FALSE;
    for (guint32 g = 0; g < n; g++) {
        if (!isfinite (value[g]))
            continue;
        n_zero += value[g] == 0;
        negative |= value[g] < 0;
        whole &= value[g] == floor (value[g]);
    }
    for (guint32 g = 0; g < n; g++)
        if (isfinite (value[g]) && (negative || value[g] != 0))
            above[n_above++] = value[g];
    choropleth->zero = !negative && n_zero > 0;
    choropleth->palette = job->palette;
    choropleth->dots = job->hatch;
    put_bounds (job, n_above, above, choropleth);
    choropleth->decimals = whole ? 0 : class_decimals (choropleth);
    if (!whole && !are_fixed (job))
        join_alike (choropleth);
}

static const char *
breaks_title (const ScreenJob *job)
{
    const CgBreaksMethod *method = cg_breaks_find (job->breaks);
    return job->screen->language == CG_ENGLISH ? method->title : method->title_zh;
}

char *
screen_classes_method (const ScreenJob *job)
{
    return g_strdup (are_fixed (job) ? screen_word (job->screen, "固定界限") : breaks_title (job));
}

static gboolean
differ (guint32 n, const double *value)
{
    double first = NAN;
    for (guint32 i = 0; i < n; i++) {
        if (isfinite (value[i]) && isfinite (first) && value[i] != first)
            return TRUE;
        first = isfinite (value[i]) ? value[i] : first;
    }
    return FALSE;
}

char *
screen_classes_note (const CgScreen *screen, guint32 n, const double *value,
                     const CgChoropleth *choropleth)
{
    double upper[CG_MAP_MAX_CLASSES + 1] = { 0.0 };
    guint zero = choropleth->zero ? 1 : 0;
    if (!differ (n, value))
        return NULL; /* what is all the same was not divided */
    memcpy (upper + zero, choropleth->upper, choropleth->n_classes * sizeof (double));
    double fit = cg_breaks_fit (n, value, choropleth->n_classes + zero, upper);
    if (isnan (fit))
        return NULL;
    char text[32];
    /* Never rounded up to a fit that is not there. */
    g_ascii_formatd (text, sizeof text, "%.0f", floor (fit * 100.0 + 1e-9));
    return g_strdup_printf (screen_word (screen, "分级表达了 %s%% 的差异"), text);
}
