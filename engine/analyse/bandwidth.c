#include "analyse/bandwidth.h"

#include "analyse/bandwidth_internal.h"
#include "analyse/density_internal.h"
#include "base/error.h"

#include <string.h>

#define EVENTS_A_CELL 4
#define LOO_VALUES 32
#define LOO_RANGE 32 /* AUTO / 32 .. AUTO * 2 */
#define K_STEPS 512
#define K_EVENTS 1000 /* on average within the greatest distance that K is asked for */

static const char *const rule_names[] = {
    [CG_BANDWIDTH_AUTO] = "auto",
    [CG_BANDWIDTH_SCOTT] = "scott",
    [CG_BANDWIDTH_DIGGLE] = "diggle",
    [CG_BANDWIDTH_LOO] = "loo",
};

const char *
cg_bandwidth_rule_name (CgBandwidthRule rule)
{
    g_return_val_if_fail ((guint) rule < G_N_ELEMENTS (rule_names), "");
    return rule_names[rule];
}

gboolean
cg_bandwidth_rule_parse (const char *name, CgBandwidthRule *out)
{
    for (guint i = 0; i < G_N_ELEMENTS (rule_names); i++)
        if (name != NULL && strcmp (rule_names[i], name) == 0) {
            *out = i;
            return TRUE;
        }
    return FALSE;
}

gboolean
cg_bandwidth_is_cancelled (GCancellable *cancel, GError **error)
{
    if (!g_cancellable_is_cancelled (cancel))
        return FALSE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_CANCELLED,
                         "the search for a bandwidth was stopped");
    return TRUE;
}

/* ---- events by cells --------------------------------------------------------------------------
 */

static guint32
cell_along (double at, double first, double cell_m, guint32 n)
{
    double cell = floor ((at - first) / cell_m);
    return (guint32) CLAMP (cell, 0, n - 1.0);
}

void
cg_point_index_cells (const CgPointIndex *index, double x_min, double x_max, double y_min,
                      double y_max, guint32 *out_left, guint32 *out_right, guint32 *out_bottom,
                      guint32 *out_top)
{
    *out_left = cell_along (x_min, index->box.x_min, index->cell_m, index->n_columns);
    *out_right = cell_along (x_max, index->box.x_min, index->cell_m, index->n_columns);
    *out_bottom = cell_along (y_min, index->box.y_min, index->cell_m, index->n_rows);
    *out_top = cell_along (y_max, index->box.y_min, index->cell_m, index->n_rows);
}

static gboolean
lay_cells (CgPointIndex *index)
{
    double width = index->box.x_max - index->box.x_min,
           height = index->box.y_max - index->box.y_min;
    double side = MAX (width, height), cells = index->n / (double) EVENTS_A_CELL + 1;
    index->cell_m = MAX (sqrt (width * height / cells), side / cells);
    if (!(index->cell_m > 0))
        index->cell_m = 1;
    index->n_columns = (guint32) (width / index->cell_m) + 1;
    index->n_rows = (guint32) (height / index->cell_m) + 1;
    index->start = g_try_new0 (guint32, (gsize) index->n_columns * index->n_rows + 2);
    return index->start != NULL;
}

/* Counting sort of the events that keep[i] names; order within a cell is that of the input. */
static void
sort_events (CgPointIndex *index, const guint32 *keep, const double *x, const double *y,
             const double *weight)
{
    for (guint pass = 0; pass < 2; pass++) {
        for (guint32 k = 0; k < index->n; k++) {
            guint32 i = keep[k];
            gsize cell = (gsize) cell_along (y[i], index->box.y_min, index->cell_m, index->n_rows) *
                             index->n_columns +
                         cell_along (x[i], index->box.x_min, index->cell_m, index->n_columns);
            if (pass == 0) {
                index->start[cell + 2]++;
                continue;
            }
            guint32 at = index->start[cell + 1]++;
            index->x[at] = x[i];
            index->y[at] = y[i];
            if (weight != NULL)
                index->weight[at] = weight[i];
            index->row[at] = i;
        }
        for (gsize c = 1; pass == 0 && c <= (gsize) index->n_columns * index->n_rows; c++)
            index->start[c + 1] += index->start[c];
    }
}

CgPointIndex *
cg_point_index_new (guint32 n, const double *x, const double *y, const double *weight,
                    const CgDensityRegion *region, GError **error)
{
    g_autoptr (CgPointIndex) index = g_new0 (CgPointIndex, 1);
    g_autofree guint32 *keep = g_try_new (guint32, (gsize) n + 1);
    Events events = { n, x, y, weight, 1, FALSE };
    double largest = 0;
    index->box = CG_BOX_EMPTY;
    for (guint32 i = 0; keep != NULL && i < n; i++) {
        if (!event_is_usable (&events, i) || !(event_weight (&events, i) > 0) ||
            (region != NULL && !cg_density_region_holds (region, x[i], y[i])))
            continue;
        keep[index->n++] = i;
        index->sum += event_weight (&events, i);
        largest = MAX (largest, event_weight (&events, i));
        cg_box_add (&index->box, x[i], y[i]);
    }
    if (keep != NULL && index->n < 2) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a bandwidth cannot be found from %u event(s)%s", index->n,
                     region != NULL ? " in the region" : "");
        return NULL;
    }
    gboolean enough = keep != NULL && lay_cells (index);
    if (enough) {
        index->x = g_try_new (double, index->n);
        index->y = g_try_new (double, index->n);
        index->weight = weight != NULL ? g_try_new (double, index->n) : NULL;
        index->row = g_try_new (guint32, index->n);
        enough = index->x != NULL && index->y != NULL && index->row != NULL &&
                 (weight == NULL || index->weight != NULL);
    }
    if (!enough) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "not enough memory for %u events", n);
        return NULL;
    }
    sort_events (index, keep, x, y, weight);
    int bits_n, bits_weight;
    frexp (index->n, &bits_n);
    frexp (largest, &bits_weight);
    index->to_fixed = ldexp (1, CLAMP (MIN (61 - bits_n, 50) - bits_weight, -1000, 1000));
    return g_steal_pointer (&index);
}

void
cg_point_index_free (CgPointIndex *index)
{
    if (index == NULL)
        return;
    g_free (index->x);
    g_free (index->row);
    g_free (index->y);
    g_free (index->weight);
    g_free (index->start);
    g_free (index);
}

/* ---- Scott ------------------------------------------------------------------------------------
 */

static double
deviation (const CgPointIndex *p, const double *at, double n_effective)
{
    double mean = 0, square = 0;
    for (guint32 i = 0; i < p->n; i++)
        mean += (p->weight != NULL ? p->weight[i] : 1) / p->sum * at[i];
    for (guint32 i = 0; i < p->n; i++)
        square += (p->weight != NULL ? p->weight[i] : 1) / p->sum * (at[i] - mean) * (at[i] - mean);
    return sqrt (square * n_effective / (n_effective - 1));
}

static double
scott (const CgPointIndex *p)
{
    double squares = 0;
    for (guint32 i = 0; i < p->n; i++) {
        double share = (p->weight != NULL ? p->weight[i] : 1) / p->sum;
        squares += share * share;
    }
    double n = 1 / squares;
    return sqrt (deviation (p, p->x, n) * deviation (p, p->y, n)) * pow (n, -1.0 / 6);
}

/* ---- Berman and Diggle ------------------------------------------------------------------------
 */

/* Ripley's K as steps: sums of pairs by distance, each pair over the share of its circle in the
 * region. */
static gboolean
count_pairs (const CgPointIndex *p, const CgDensityRegion *region, double reach,
             const CgProgress *progress, GCancellable *cancel, double *out_sums, GError **error)
{
    double step = reach / (K_STEPS - 1);
    for (guint32 i = 0; i < p->n; i++) {
        guint32 left, right, bottom, top;
        cg_progress_step (progress, "events", i, p->n);
        if (i % 64 == 0 && cg_bandwidth_is_cancelled (cancel, error))
            return FALSE;
        cg_point_index_cells (p, p->x[i] - reach, p->x[i] + reach, p->y[i] - reach, p->y[i] + reach,
                              &left, &right, &bottom, &top);
        for (guint32 row = bottom; row <= top; row++)
            for (guint32 j = p->start[row * p->n_columns + left];
                 j < p->start[row * p->n_columns + right + 1]; j++) {
                double distance = hypot (p->x[j] - p->x[i], p->y[j] - p->y[i]);
                if (j == i || distance > reach)
                    continue;
                double share = cg_density_region_circle (region, p->x[i], p->y[i], distance);
                guint k = (guint) ceil (distance / step);
                out_sums[MIN (k, K_STEPS - 1)] += 1 / MAX (share, 0.01);
            }
    }
    return TRUE;
}

/* Area that two discs of radius r have in common, at a distance. */
static double
overlap (double r, double distance)
{
    double y = distance / (2 * r);
    return y >= 1 ? 0 : 2 * r * r * (acos (y) - y * sqrt (1 - y * y));
}

/* The mean square error of a uniform kernel of radius r at an event of a Cox process, less what
 * does not depend on r; sigma = r / 2 has its variance. */
static double
least_error (const double *k, double reach, double intensity)
{
    double step = reach / (K_STEPS - 1), best = G_MAXDOUBLE, best_r = 0;
    for (guint i = 1; i < K_STEPS && i * step <= reach / 2; i++) {
        double r = i * step, area = G_PI * r * r, sum = 0;
        for (guint j = 0; j + 1 < K_STEPS && j * step < 2 * r; j++)
            sum += overlap (r, j * step) * (k[j + 1] - k[j]);
        double error = (1 / intensity - 2 * k[i]) / area + sum / (area * area);
        if (error < best)
            best = error, best_r = r;
    }
    return best_r / 2;
}

static gboolean
diggle (const CgPointIndex *p, const CgDensityRegion *region, const CgProgress *progress,
        GCancellable *cancel, double *out,
        GError **error)
{
    double area = cg_density_region_area_m2 (region), intensity = p->n / area, k[K_STEPS] = { 0 };
    CgBox box = cg_density_region_box (region);
    double reach = MIN (MIN (box.x_max - box.x_min, box.y_max - box.y_min) / 4,
                        sqrt (K_EVENTS / (G_PI * intensity)));
    if (!count_pairs (p, region, reach, progress, cancel, k, error))
        return FALSE;
    for (guint i = 1; i < K_STEPS; i++)
        k[i] += k[i - 1];
    for (guint i = 0; i < K_STEPS; i++)
        k[i] *= area / ((double) p->n * (p->n - 1));
    *out = least_error (k, reach, intensity);
    return TRUE;
}

/* ---- choice -----------------------------------------------------------------------------------
 */

static gboolean
best_of_loo (guint32 n, const double *x, const double *y, const double *weight,
             const CgDensityRegion *region, const CgProgress *progress, GCancellable *cancel,
             double *out, GError **error)
{
    double sigma[LOO_VALUES], score[LOO_VALUES];
    double middle = cg_density_bandwidth_m (n, x, y, weight, CG_KERNEL_GAUSSIAN);
    for (guint k = 0; k < LOO_VALUES; k++)
        sigma[k] = MAX (middle / LOO_RANGE, CG_DENSITY_MIN_BANDWIDTH_M) *
                   pow (2 * LOO_RANGE, k / (LOO_VALUES - 1.0));
    if (!cg_bandwidth_loo (n, x, y, weight, region, LOO_VALUES, sigma, progress, cancel, score,
                           error))
        return FALSE;
    guint best = LOO_VALUES - 1;
    for (guint k = LOO_VALUES; k-- > 0;)
        best = score[k] > score[best] ? k : best;
    *out = sigma[best];
    return TRUE;
}

gboolean
cg_bandwidth_find (CgBandwidthRule rule, guint32 n, const double *x, const double *y,
                   const double *weight, CgKernel kernel, const CgDensityRegion *region,
                   const CgProgress *progress, GCancellable *cancel, double *out_bandwidth_m,
                   GError **error)
{
    double sigma = 0;
    if (rule == CG_BANDWIDTH_AUTO) {
        *out_bandwidth_m = cg_density_bandwidth_m (n, x, y, weight, kernel);
        return TRUE;
    }
    g_autoptr (CgPointIndex) points = cg_point_index_new (n, x, y, weight, region, error);
    if (points == NULL)
        return FALSE;
    if (points->box.x_min == points->box.x_max && points->box.y_min == points->box.y_max) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a bandwidth cannot be found: all %u events share one place", points->n);
        return FALSE;
    }
    if (rule == CG_BANDWIDTH_SCOTT) {
        sigma = scott (points);
    } else if (rule == CG_BANDWIDTH_LOO) {
        if (!best_of_loo (n, x, y, weight, region, progress, cancel, &sigma, error))
            return FALSE;
    } else {
        g_autoptr (CgDensityRegion) box =
            region == NULL ? cg_density_region_new (NULL, &points->box, error) : NULL;
        if ((region == NULL && box == NULL) ||
            !diggle (points, region != NULL ? region : box, progress, cancel, &sigma, error))
            return FALSE;
    }
    if (!(sigma > 0)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "a bandwidth cannot be found: the events lie on one line along an axis");
        return FALSE;
    }
    *out_bandwidth_m = CLAMP (sigma * cg_kernel_sigmas (kernel), CG_DENSITY_MIN_BANDWIDTH_M,
                              CG_DENSITY_MAX_BANDWIDTH_M);
    return TRUE;
}
