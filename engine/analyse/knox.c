#include "analyse/knox.h"

#include "base/error.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAIRS (1u << 27)

/* Two things near each other in space. */
typedef struct {
    guint32 a, b, band;
} Near;

static guint
band_of (const double *limit, guint n, double value)
{
    guint band = n - 1;
    while (band > 0 && value < limit[band])
        band--;
    return band;
}

typedef struct {
    double x;
    guint32 row;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
    const Ranked *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

static int
compare_doubles (const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;
    return p < q ? -1 : p > q;
}

/* Pairs nearer than the last limit of space. NULL when there are too many, or the work is stopped. */
static GArray *
list_near (guint32 n, const double *x, const double *y, const CgKnoxOptions *options,
           GCancellable *cancel)
{
    double reach = options->space_m[options->n_space - 1];
    g_autofree Ranked *ranked = g_new (Ranked, (gsize) n + 1);
    g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (Near));
    for (guint32 i = 0; i < n; i++)
        ranked[i] = (Ranked){ x[i], i };
    qsort (ranked, n, sizeof (Ranked), compare_ranked);
    for (guint32 i = 0; i < n; i++) {
        if (i % 1024 == 0 && g_cancellable_is_cancelled (cancel))
            return NULL;
        for (guint32 j = i + 1; j < n && ranked[j].x - ranked[i].x < reach; j++) {
            double dx = ranked[j].x - ranked[i].x, dy = y[ranked[j].row] - y[ranked[i].row];
            double far = options->distance == CG_DISTANCE_MANHATTAN ? dx + fabs (dy)
                                                                    : hypot (dx, dy);
            if (!(far < reach))
                continue;
            if (near->len >= MAX_PAIRS)
                return NULL;
            Near pair = { ranked[i].row, ranked[j].row,
                          band_of (options->space_m, options->n_space, far) };
            g_array_append_val (near, pair);
        }
    }
    return g_steal_pointer (&near);
}

/* Pairs of each band of time among all, from the sorted times: those below each limit by two fingers. */
static void
count_times (guint32 n, const double *time_d, const CgKnoxOptions *options, guint64 *out)
{
    g_autofree double *sorted = g_memdup2 (time_d, n * sizeof (double));
    if (n > 0)
        qsort (sorted, n, sizeof (double), compare_doubles);
    guint64 below = (guint64) n * (n - (n > 0)) / 2;
    for (guint t = options->n_time; t-- > 0;) {
        guint64 under = 0;
        for (guint32 i = 0, j = 0; t > 0 && j < n; j++) {
            while (!(sorted[j] - sorted[i] < options->time_d[t]))
                i++;
            under += j - i;
        }
        out[t] = below - under;
        below = under;
    }
}

/* Fills all cells: near pairs by looking, the last row by what is left of each column. */
static void
count_pairs (const GArray *near, const double *time_d, const CgKnoxOptions *options,
             const guint64 *by_time, guint64 *out)
{
    guint n_time = options->n_time, last = options->n_space - 1;
    memset (out, 0, (gsize) options->n_space * n_time * sizeof (guint64));
    for (guint k = 0; k < near->len; k++) {
        const Near *pair = &g_array_index (near, Near, k);
        double apart = fabs (time_d[pair->a] - time_d[pair->b]);
        out[pair->band * n_time + band_of (options->time_d, n_time, apart)]++;
    }
    for (guint t = 0; t < n_time; t++) {
        out[last * n_time + t] = by_time[t];
        for (guint s = 0; s < last; s++)
            out[last * n_time + t] -= out[s * n_time + t];
    }
}

static void
shuffle (CgRandom *random, guint32 n, double *value)
{
    for (guint32 k = n; k > 1; k--) {
        guint32 other = cg_random_below (random, k);
        double swap = value[k - 1];
        value[k - 1] = value[other];
        value[other] = swap;
    }
}

static gboolean
run_replicates (CgKnox *knox, guint32 n, const GArray *near, const double *time_d,
                const CgKnoxOptions *options, const guint64 *by_time, GCancellable *cancel)
{
    guint n_cells = knox->n_space * knox->n_time;
    g_autofree double *times = g_new (double, (gsize) n + 1);
    g_autofree guint64 *pairs = g_new (guint64, n_cells);
    g_autofree guint32 *as_many = g_new0 (guint32, n_cells);
    for (guint32 r = 0; r < options->replicates; r++) {
        if (g_cancellable_is_cancelled (cancel))
            return FALSE;
        cg_progress_step (options->progress, "replicates", r, options->replicates);
        CgRandom random;
        cg_random_init (&random, options->seed, r);
        for (guint32 i = 0; i < n; i++)
            times[i] = time_d[i];
        shuffle (&random, n, times);
        count_pairs (near, times, options, by_time, pairs);
        for (guint c = 0; c < n_cells; c++)
            as_many[c] += pairs[c] >= knox->pairs[c];
    }
    for (guint c = 0; c < n_cells; c++)
        knox->p[c] = (as_many[c] + 1.0) / (options->replicates + 1.0);
    return TRUE;
}

static void
expect_pairs (CgKnox *knox, const guint64 *by_time)
{
    double all = 0;
    for (guint t = 0; t < knox->n_time; t++)
        all += by_time[t];
    for (guint s = 0; s < knox->n_space; s++) {
        double in_space = 0;
        for (guint t = 0; t < knox->n_time; t++)
            in_space += knox->pairs[s * knox->n_time + t];
        for (guint t = 0; t < knox->n_time; t++) {
            guint cell = s * knox->n_time + t;
            knox->expected[cell] = all > 0 ? in_space * by_time[t] / all : 0;
            knox->ratio[cell] =
                knox->expected[cell] > 0 ? knox->pairs[cell] / knox->expected[cell] : NAN;
        }
    }
}

static gboolean
check_bands (const char *what, guint n, guint least, const double *limit, GError **error)
{
    gboolean good = n >= least && n <= 1000 && limit[0] == 0;
    for (guint k = 1; good && k < n; k++)
        good = limit[k] > limit[k - 1] && isfinite (limit[k]);
    if (!good)
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "limits of %s do not ascend from 0 (%u to 1000 of them)", what, least);
    return good;
}

static gboolean
check_input (guint32 n, const double *x, const double *y, const double *time_d,
             const CgKnoxOptions *options, GError **error)
{
    if (!check_bands ("space", options->n_space, 2, options->space_m, error) ||
        !check_bands ("time", options->n_time, 1, options->time_d, error))
        return FALSE;
    if (options->replicates > 99999) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT, "%u replicates are more than 99999",
                     options->replicates);
        return FALSE;
    }
    for (guint32 i = 0; i < n; i++)
        if (!isfinite (x[i]) || !isfinite (y[i]) || !isfinite (time_d[i])) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "event %u (%g, %g at %g) has no place or no time", i + 1, x[i], y[i],
                         time_d[i]);
            return FALSE;
        }
    return TRUE;
}

CgKnox *
cg_knox_run (guint32 n, const double *x, const double *y, const double *time_d,
             const CgKnoxOptions *options, GCancellable *cancel, GError **error)
{
    if (!check_input (n, x, y, time_d, options, error))
        return NULL;
    g_autoptr (GArray) near = list_near (n, x, y, options, cancel);
    if (near == NULL && cg_is_stopped (cancel, error))
        return NULL;
    if (near == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                     "more than %u pairs within %g m: take smaller bands", MAX_PAIRS,
                     options->space_m[options->n_space - 1]);
        return NULL;
    }
    g_autoptr (CgKnox) knox = g_new0 (CgKnox, 1);
    gsize n_cells = (gsize) options->n_space * options->n_time;
    knox->n_space = options->n_space;
    knox->n_time = options->n_time;
    knox->pairs = g_new0 (guint64, n_cells);
    knox->expected = g_new0 (double, n_cells);
    knox->ratio = g_new0 (double, n_cells);
    knox->p = g_new0 (double, n_cells);
    g_autofree guint64 *by_time = g_new0 (guint64, options->n_time);
    count_times (n, time_d, options, by_time);
    count_pairs (near, time_d, options, by_time, knox->pairs);
    expect_pairs (knox, by_time);
    if (!run_replicates (knox, n, near, time_d, options, by_time, cancel) &&
        cg_is_stopped (cancel, error))
        return NULL;
    return g_steal_pointer (&knox);
}

void
cg_knox_free (CgKnox *knox)
{
    if (knox == NULL)
        return;
    g_free (knox->pairs);
    g_free (knox->expected);
    g_free (knox->ratio);
    g_free (knox->p);
    g_free (knox);
}
