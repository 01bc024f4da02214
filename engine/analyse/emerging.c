#include "analyse/emerging.h"

#include "analyse/analyse_internal.h"
#include "analyse/chance.h"
#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- trend --------------------------------------------------------------------------------- */

static int
compare_doubles (const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

double
cg_mann_kendall (guint32 n, const double *value)
{
    if (n < 3)
        return NAN;
    double s = 0, size = n, variance = size * (size - 1) * (2 * size + 5);
    for (guint32 i = 0; i < n; i++)
        for (guint32 j = i + 1; j < n; j++)
            s += (value[j] > value[i]) - (value[j] < value[i]);
    g_autofree double *sorted = g_memdup2 (value, n * sizeof (double));
    qsort (sorted, n, sizeof (double), compare_doubles);
    for (guint32 from = 0, to; from < n; from = to) {
        to = from + 1;
        while (to < n && sorted[to] == sorted[from])
            to++;
        double ties = to - from;
        variance -= ties * (ties - 1) * (2 * ties + 5);
    }
    if (!(variance > 0))
        return NAN;
    return (s - (s > 0) + (s < 0)) / sqrt (variance / 18);
}

/* ---- Gi* in space and time ------------------------------------------------------------------- */

/* Sum over a place and its neighbours in one period. */
static double
sum_around (const CgNeighbours *near, guint32 n_periods, const double *count, guint32 i, guint32 t)
{
    double sum = count[(gsize) i * n_periods + t];
    for (guint32 k = near->first[i]; k < near->first[i + 1]; k++)
        sum += (near->weight != NULL ? near->weight[k] : 1) *
               count[(gsize) near->target[k] * n_periods + t];
    return sum;
}

static void
fill_z (CgEmerging *emerging, const CgNeighbours *near, const double *count, guint lag)
{
    guint32 n = emerging->n, n_periods = emerging->n_periods;
    gsize all = (gsize) n * n_periods;
    CgMoments moments = cg_values_moments ((guint32) all, count);
    double size = (double) all;
    for (guint32 i = 0; i < n; i++) {
        double weights = cg_neighbours_sum (near, i) + 1, squares = 1;
        for (guint32 k = near->first[i]; k < near->first[i + 1]; k++)
            squares += near->weight != NULL ? near->weight[k] * near->weight[k] : 1;
        for (guint32 t = 0; t < n_periods; t++) {
            guint32 from = t > lag ? t - lag : 0, periods = t - from + 1;
            double sum = 0, w = weights * periods;
            for (guint32 u = from; u <= t; u++)
                sum += sum_around (near, n_periods, count, i, u);
            double variance = moments.squares / size * (size * squares * periods - w * w) / (size - 1);
            emerging->z[(gsize) i * n_periods + t] =
                all >= 3 && variance > 0 ? (sum - w * moments.mean) / sqrt (variance) : NAN;
        }
    }
}

/* ---- classes ------------------------------------------------------------------------------- */

const char *
cg_emerging_name (CgEmergingClass class)
{
    static const char *const names[] = { "none",        "new",        "consecutive",
                                         "intensifying", "persistent", "diminishing",
                                         "sporadic",    "oscillating", "historical" };
    return names[class];
}

/* state[n]: 1 hot, -1 cold, 0 neither; trend: 1 z rises, -1 falls, 0 no trend. */
static CgEmergingClass
classify (const gint8 *state, guint32 n, gint8 side, int trend)
{
    guint32 same = 0, opposite = 0, run = 0;
    for (guint32 t = 0; t < n; t++) {
        same += state[t] == side;
        opposite += state[t] == -side;
    }
    while (run < n && state[n - 1 - run] == side)
        run++;
    gboolean mostly = 10 * (guint64) same >= 9 * (guint64) n;
    if (run == 0)
        return mostly ? CG_EMERGING_HISTORICAL : CG_EMERGING_NONE;
    if (same == 1)
        return CG_EMERGING_NEW;
    if (mostly)
        return trend == side    ? CG_EMERGING_INTENSIFYING
               : trend == -side ? CG_EMERGING_DIMINISHING
                                : CG_EMERGING_PERSISTENT;
    if (run == same)
        return CG_EMERGING_CONSECUTIVE;
    return opposite > 0 ? CG_EMERGING_OSCILLATING : CG_EMERGING_SPORADIC;
}

static void
classify_all (CgEmerging *emerging, double alpha)
{
    guint32 n_periods = emerging->n_periods;
    g_autofree gint8 *state = g_new (gint8, (gsize) n_periods + 1);
    for (guint32 i = 0; i < emerging->n; i++) {
        const double *z = emerging->z + (gsize) i * n_periods;
        const double *q = emerging->q + (gsize) i * n_periods;
        for (guint32 t = 0; t < n_periods; t++)
            state[t] = !(q[t] <= alpha) ? 0 : z[t] > 0 ? 1 : -1;
        emerging->trend_z[i] = isnan (z[0]) ? NAN : cg_mann_kendall (n_periods, z);
        emerging->trend_p[i] = cg_normal_two_sided (emerging->trend_z[i]);
        int trend = !(emerging->trend_p[i] <= alpha) ? 0 : emerging->trend_z[i] > 0 ? 1 : -1;
        /* What is there now comes before what has been. */
        gint8 first = state[n_periods - 1] < 0 ? -1 : 1;
        for (guint k = 0; k < 2 && emerging->class[i] == CG_EMERGING_NONE; k++) {
            gint8 side = k == 0 ? first : -first;
            emerging->class[i] = classify (state, n_periods, side, trend);
            if (emerging->class[i] != CG_EMERGING_NONE)
                emerging->side[i] = side;
        }
    }
}

CgEmerging *
cg_emerging_run (const CgNeighbours *neighbours, guint32 n_periods, const double *count,
                 const CgEmergingOptions *options, GError **error)
{
    const CgEmergingOptions usual = CG_EMERGING_OPTIONS_DEFAULT;
    if (options == NULL)
        options = &usual;
    guint64 all = (guint64) neighbours->n * n_periods;
    if (n_periods == 0 || all >= G_MAXUINT32 || !(options->alpha > 0 && options->alpha < 1)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "%u periods of %u places at alpha %g cannot be classed", n_periods,
                     neighbours->n, options->alpha);
        return NULL;
    }
    if (!cg_values_check ((guint32) all, count, error))
        return NULL;
    CgEmerging *emerging = g_new0 (CgEmerging, 1);
    emerging->n = neighbours->n;
    emerging->n_periods = n_periods;
    emerging->class = g_new0 (guint8, (gsize) neighbours->n + 1);
    emerging->side = g_new0 (gint8, (gsize) neighbours->n + 1);
    emerging->z = g_new (double, all + 1);
    emerging->q = g_new (double, all + 1);
    emerging->trend_z = g_new (double, (gsize) neighbours->n + 1);
    emerging->trend_p = g_new (double, (gsize) neighbours->n + 1);
    fill_z (emerging, neighbours, count, options->lag);
    for (gsize k = 0; k < all; k++)
        emerging->q[k] = cg_normal_two_sided (emerging->z[k]);
    cg_false_discovery ((guint32) all, emerging->q, emerging->q);
    classify_all (emerging, options->alpha);
    return emerging;
}

void
cg_emerging_free (CgEmerging *emerging)
{
    if (emerging == NULL)
        return;
    g_free (emerging->class);
    g_free (emerging->side);
    g_free (emerging->z);
    g_free (emerging->q);
    g_free (emerging->trend_z);
    g_free (emerging->trend_p);
    g_free (emerging);
}
