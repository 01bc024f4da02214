#include "analyse/backtest.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double score;
    guint32 place;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
    const Ranked *p = a, *q = b;
    if (p->score != q->score)
        return p->score > q->score ? -1 : 1;
    return p->place < q->place ? -1 : p->place > q->place;
}

/* Places with a score, highest first; returns their number. */
static guint32
rank_places (guint32 n, const double *score, const double *per_area, Ranked *ranked)
{
    guint32 kept = 0;
    for (guint32 i = 0; i < n; i++) {
        double value = per_area != NULL ? score[i] / per_area[i] : score[i];
        if (!isnan (value))
            ranked[kept++] = (Ranked){ value, i };
    }
    qsort (ranked, kept, sizeof (Ranked), compare_ranked);
    return kept;
}

typedef struct {
    guint32 n_places;
    double area_m2, events, old;
} Choice;

static Choice
choose (const Ranked *ranked, guint32 n, const double *area_m2, const double *events,
        const double *old, double room_m2)
{
    Choice choice = { 0 };
    for (guint32 k = 0; k < n; k++) {
        guint32 i = ranked[k].place;
        /* Sums of all areas in another order than their total may pass it by a rounding. */
        if (choice.area_m2 + area_m2[i] > room_m2 * (1 + 1e-12))
            break;
        choice.area_m2 += area_m2[i];
        choice.events += events[i];
        choice.old += old != NULL ? old[i] : 0;
        choice.n_places++;
    }
    return choice;
}

static gboolean
check_places (guint32 n, const double *area_m2, const double *events, const double *old,
              GError **error)
{
    for (guint32 i = 0; i < n; i++) {
        gboolean good = area_m2[i] > 0 && isfinite (area_m2[i]) && events[i] >= 0 &&
                        isfinite (events[i]) &&
                        (old == NULL || (old[i] >= 0 && isfinite (old[i])));
        if (good)
            continue;
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "place %u: ground must be above 0 and events not below it", i + 1);
        return FALSE;
    }
    return TRUE;
}

static double
ratio (double a, double b)
{
    return b > 0 ? a / b : NAN;
}

gboolean
cg_backtest_run (guint32 n, const double *score, const double *area_m2, const double *events,
                 const double *old, guint n_shares, const double *share, CgBacktest *out,
                 GError **error)
{
    if (!check_places (n, area_m2, events, old, error))
        return FALSE;
    for (guint s = 0; s < n_shares; s++)
        if (!(share[s] > 0 && share[s] <= 1)) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "a share of the ground of %g is not above 0 and at most 1", share[s]);
            return FALSE;
        }
    double all_area = 0, all_events = 0, all_old = 0;
    for (guint32 i = 0; i < n; i++) {
        all_area += area_m2[i];
        all_events += events[i];
        all_old += old != NULL ? old[i] : 0;
    }
    g_autofree Ranked *by_score = g_new (Ranked, (gsize) n + 1);
    g_autofree Ranked *by_events = g_new (Ranked, (gsize) n + 1);
    guint32 n_score = rank_places (n, score, NULL, by_score);
    guint32 n_events = rank_places (n, events, area_m2, by_events);
    for (guint s = 0; s < n_shares; s++) {
        double room = share[s] * all_area;
        Choice made = choose (by_score, n_score, area_m2, events, old, room);
        Choice best = choose (by_events, n_events, area_m2, events, old, room);
        double hit = ratio (made.events, all_events), area = ratio (made.area_m2, all_area);
        double most =
            ratio (ratio (best.events, all_events), ratio (best.area_m2, all_area));
        out[s] = (CgBacktest){ .share = share[s],
                               .n_places = made.n_places,
                               .area_share = area,
                               .events = made.events,
                               .hit_rate = hit,
                               .pai = ratio (hit, area),
                               .pai_most = most,
                               .pei = ratio (ratio (hit, area), most),
                               .rri = ratio (hit, ratio (made.old, all_old)) };
    }
    return TRUE;
}
