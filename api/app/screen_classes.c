/* Classes of the choropleth: how many, where they end, and the words that say so. */
#include "app/screen_internal.h"

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

/* Decimals that tell the ends of all classes apart, at most 3. */
static guint
class_decimals (const CgChoropleth *choropleth)
{
    for (guint decimals = 1; decimals < 3; decimals++) {
        gboolean apart = TRUE;
        double before = choropleth->lower;
        for (guint c = 0; c < choropleth->n_classes; c++) {
            g_autofree char *low = cg_format_number (before, decimals);
            g_autofree char *high = cg_format_number (choropleth->upper[c], decimals);
            apart &= !g_str_equal (low, high) || choropleth->n_classes == 1;
            before = choropleth->upper[c];
        }
        if (apart)
            return decimals;
    }
    return 3;
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
}

char *
screen_classes_method (const ScreenJob *job)
{
    return g_strdup (are_fixed (job) ? "固定界限" : cg_breaks_find (job->breaks)->title_zh);
}

char *
screen_classes_note (guint32 n, const double *value, const CgChoropleth *choropleth)
{
    double upper[CG_MAP_MAX_CLASSES + 1] = { 0.0 };
    guint zero = choropleth->zero ? 1 : 0;
    memcpy (upper + zero, choropleth->upper, choropleth->n_classes * sizeof (double));
    double fit = cg_breaks_fit (n, value, choropleth->n_classes + zero, upper);
    if (isnan (fit))
        return NULL;
    char text[32];
    /* Never rounded up to a fit that is not there. */
    g_ascii_formatd (text, sizeof text, "%.2f", floor (fit * 100.0 + 1e-9) / 100.0);
    return g_strconcat ("拟合优度 GVF ", text, NULL);
}
