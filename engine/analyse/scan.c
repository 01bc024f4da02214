#include "analyse/scan.h"

#include "analyse/chance.h"
#include "base/error.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CIRCLES (1u << 28)
#define MIN_FOR_GUMBEL 20

/* ---- circles ------------------------------------------------------------------------------- */

typedef struct {
    guint32 n, n_periods, max_length; /* periods; of a span at most                        */
    gboolean alive;
    const double *base;
    double all_base, all_events;
    guint32 *first;     /* [n + 1] first member of the circles around each place           */
    guint32 *member;    /* by distance; a circle ends where `ends` says so                  */
    guint8 *ends;       /* [first[n]] FALSE: the next one is as far away                    */
    GCancellable *cancel;
} Circles;

static void
circles_done (Circles *circles)
{
    g_free (circles->first);
    g_free (circles->member);
    g_free (circles->ends);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Circles, circles_done)

typedef struct {
    double distance;
    guint32 place;
} Ranked;

static int
compare_ranked (const void *a, const void *b)
{
    const Ranked *p = a, *q = b;
    if (p->distance != q->distance)
        return p->distance < q->distance ? -1 : 1;
    return p->place < q->place ? -1 : p->place > q->place;
}

/* Members of the circles around a place: while all of a distance fit. Returns their number. */
static guint32
rank_around (const Circles *circles, const double *x, const double *y, guint32 centre,
             double most_base, Ranked *ranked)
{
    for (guint32 j = 0; j < circles->n; j++)
        ranked[j] = (Ranked){ hypot (x[j] - x[centre], y[j] - y[centre]), j };
    qsort (ranked, circles->n, sizeof (Ranked), compare_ranked);
    double inside = 0;
    guint32 kept = 0;
    for (guint32 k = 0; k < circles->n; k++) {
        inside += circles->base[ranked[k].place];
        if (inside > most_base)
            break;
        if (k + 1 == circles->n || ranked[k + 1].distance > ranked[k].distance)
            kept = k + 1;
    }
    return kept;
}

static gboolean
circles_init (Circles *circles, const double *x, const double *y, double max_share, GError **error)
{
    guint32 n = circles->n;
    g_autofree Ranked *ranked = g_new (Ranked, (gsize) n + 1);
    g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (GByteArray) ends = g_byte_array_new ();
    circles->first = g_new0 (guint32, (gsize) n + 1);
    for (guint32 i = 0; i < n; i++) {
        if (cg_is_stopped (circles->cancel, error))
            return FALSE;
        guint32 kept = rank_around (circles, x, y, i, max_share * circles->all_base, ranked);
        if (members->len + (guint64) kept > MAX_CIRCLES) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                         "more than %u circles around %u places: lower the largest share of %g",
                         MAX_CIRCLES, n, max_share);
            return FALSE;
        }
        for (guint32 k = 0; k < kept; k++) {
            guint8 end = k + 1 == kept || ranked[k + 1].distance > ranked[k].distance;
            g_array_append_val (members, ranked[k].place);
            g_byte_array_append (ends, &end, 1);
        }
        circles->first[i + 1] = members->len;
    }
    circles->member = (guint32 *) (void *) g_array_free (g_steal_pointer (&members), FALSE);
    circles->ends = g_byte_array_free (g_steal_pointer (&ends), FALSE);
    return TRUE;
}

/* ---- one look over all circles ------------------------------------------------------------- */

typedef struct {
    double ratio;
    guint32 centre, n_members, from, to;
} Best;

static double
log_ratio (double c, double e, double all)
{
    double inside = c > 0 ? c * log (c / e) : 0;
    double outside = all > c ? (all - c) * log ((all - c) / (all - e)) : 0;
    return inside + outside;
}

/* Takes a zone with c of all events and e expected when it beats the best so far. */
static inline gboolean
beats (double c, double e, double all, double *ratio)
{
    double over = c - e;
    if (!(over > 0) || over * over * all <= *ratio * (e * (all - e)))
        return FALSE;
    double found = e > 0 && e < all ? log_ratio (c, e, all) : 0;
    if (found <= *ratio)
        return FALSE;
    *ratio = found;
    return TRUE;
}

/* Circles of one centre without time. past: places at which to stop, or NULL. */
static void
scan_places (const Circles *circles, const double *sum, guint32 centre, const guint8 *past,
             Best *best)
{
    double c = 0, base = 0, per_base = circles->all_events / circles->all_base;
    guint32 first = circles->first[centre];
    for (guint32 k = first; k < circles->first[centre + 1]; k++) {
        guint32 j = circles->member[k];
        if (past != NULL && past[j])
            return;
        c += sum[j];
        base += circles->base[j];
        if (circles->ends[k] && beats (c, base * per_base, circles->all_events, &best->ratio)) {
            best->centre = centre;
            best->n_members = k - first + 1;
            best->from = 0;
            best->to = 1;
        }
    }
}

/* Spans of one circle: running[t] events before period t. */
static void
scan_spans (const Circles *circles, const double *running, double base, guint32 centre,
            guint32 n_members, Best *best)
{
    guint32 n = circles->n_periods;
    double each = base / circles->all_base * circles->all_events / n;
    for (guint32 to = circles->alive ? n : 1; to <= n; to++) {
        guint32 least = to > circles->max_length ? to - circles->max_length : 0;
        for (guint32 from = to; from-- > least;)
            if (beats (running[to] - running[from], each * (to - from), circles->all_events,
                       &best->ratio)) {
                best->centre = centre;
                best->n_members = n_members;
                best->from = from;
                best->to = to;
            }
    }
}

/* sum: [n * (n_periods + 1)] events before each period, of each place. */
static void
scan_centre (const Circles *circles, const double *sum, guint32 centre, const guint8 *past,
             double *running, Best *best)
{
    guint32 n = circles->n_periods, first = circles->first[centre];
    double base = 0;
    memset (running, 0, (n + 1) * sizeof (double));
    for (guint32 k = first; k < circles->first[centre + 1]; k++) {
        guint32 j = circles->member[k];
        if (past != NULL && past[j])
            return;
        const double *own = sum + (gsize) j * (n + 1);
        for (guint32 t = 1; t <= n; t++)
            running[t] += own[t];
        base += circles->base[j];
        if (circles->ends[k])
            scan_spans (circles, running, base, centre, k - first + 1, best);
    }
}

/* count: [n * n_periods]; sum: scratch of [n * (n_periods + 1)]. Ends early, with nothing that may be
 * used, once the work is stopped. */
static Best
scan_all (const Circles *circles, const double *count, const guint8 *past, double *sum)
{
    guint32 n = circles->n_periods;
    Best best = { 0 };
    if (n == 1) {
        for (guint32 i = 0; i < circles->n && !g_cancellable_is_cancelled (circles->cancel); i++)
            scan_places (circles, count, i, past, &best);
        return best;
    }
    g_autofree double *running = g_new (double, (gsize) n + 1);
    for (guint32 i = 0; i < circles->n; i++) {
        double *own = sum + (gsize) i * (n + 1);
        own[0] = 0;
        for (guint32 t = 0; t < n; t++)
            own[t + 1] = own[t] + count[(gsize) i * n + t];
    }
    for (guint32 i = 0; i < circles->n && !g_cancellable_is_cancelled (circles->cancel); i++)
        scan_centre (circles, sum, i, past, running, &best);
    return best;
}

/* ---- replicates ---------------------------------------------------------------------------- */

/* Draws places in proportion to base in constant time: each of n slots is shared by two places
 * (A. J. Walker 1977). */
typedef struct {
    guint32 n;
    double *cut;     /* share of the slot that is its own place's */
    guint32 *other;
} Lots;

static void
lots_done (Lots *lots)
{
    g_free (lots->cut);
    g_free (lots->other);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lots, lots_done)

static void
lots_init (Lots *lots, guint32 n, const double *base, double all_base)
{
    lots->n = n;
    lots->cut = g_new (double, (gsize) n + 1);
    lots->other = g_new (guint32, (gsize) n + 1);
    g_autofree guint32 *stack = g_new (guint32, (gsize) n + 1);
    guint32 n_small = 0, n_large = 0;
    for (guint32 i = 0; i < n; i++) {
        lots->cut[i] = base[i] * n / all_base;
        lots->other[i] = i;
        if (lots->cut[i] < 1)
            stack[n_small++] = i;
        else
            stack[n - ++n_large] = i;
    }
    while (n_small > 0 && n_large > 0) {
        guint32 small = stack[--n_small], large = stack[n - n_large];
        lots->other[small] = large;
        lots->cut[large] -= 1 - lots->cut[small];
        if (lots->cut[large] < 1) {
            n_large--;
            stack[n_small++] = large;
        }
    }
    /* What is left over is full but for rounding; a place without base never is. */
    while (n_large > 0)
        lots->cut[stack[n - n_large--]] = 1;
    while (n_small > 0) {
        guint32 i = stack[--n_small];
        lots->cut[i] = base[i] > 0 ? 1 : 0;
    }
}

static inline guint32
draw_place (const Lots *lots, CgRandom *random)
{
    double position = cg_random_unit (random) * lots->n;
    guint32 slot = (guint32) position;
    return position - slot < lots->cut[slot] ? slot : lots->other[slot];
}

typedef struct {
    const Circles *circles;
    const Lots *lots;
    guint64 seed;
    guint32 from, to;
    double *greatest; /* [replicates] */
    const CgProgress *progress; /* NULL: another share tells it */
} Share;

static gpointer
run_share (gpointer data)
{
    const Share *share = data;
    const Circles *circles = share->circles;
    guint32 n_periods = circles->n_periods;
    gsize n_counts = (gsize) circles->n * n_periods;
    g_autofree double *count = g_new (double, n_counts + 1);
    g_autofree double *sum = g_new (double, n_counts + circles->n + 1);
    for (guint32 r = share->from; r < share->to; r++) {
        if (g_cancellable_is_cancelled (circles->cancel))
            break;
        cg_progress_step (share->progress, "replicates", r - share->from, share->to - share->from);
        CgRandom random;
        cg_random_init (&random, share->seed, r);
        memset (count, 0, n_counts * sizeof (double));
        for (double event = 0; event < circles->all_events; event++) {
            gsize place = draw_place (share->lots, &random);
            guint32 period = n_periods > 1 ? cg_random_below (&random, n_periods) : 0;
            count[place * n_periods + period]++;
        }
        share->greatest[r] = scan_all (circles, count, NULL, sum).ratio;
    }
    return NULL;
}

static void
run_replicates (const Circles *circles, const CgScanOptions *options, double *greatest)
{
    guint threads = options->threads != 0 ? options->threads : g_get_num_processors ();
    threads = CLAMP (threads, 1, options->replicates / 8 + 1);
    g_auto (Lots) lots = { 0 };
    lots_init (&lots, circles->n, circles->base, circles->all_base);
    g_autofree Share *shares = g_new (Share, threads);
    g_autofree GThread **helpers = g_new0 (GThread *, threads);
    for (guint t = 0; t < threads; t++) {
        guint32 from = (guint64) options->replicates * t / threads;
        guint32 to = (guint64) options->replicates * (t + 1) / threads;
        shares[t] = (Share){ circles, &lots, options->seed, from,
                             to,      greatest, t == 0 ? options->progress : NULL };
        if (t > 0)
            helpers[t] = g_thread_try_new ("scan", run_share, &shares[t], NULL);
        if (t > 0 && helpers[t] == NULL)
            run_share (&shares[t]);
    }
    run_share (&shares[0]);
    for (guint t = 1; t < threads; t++)
        if (helpers[t] != NULL)
            g_thread_join (helpers[t]);
}

/* ---- the result ---------------------------------------------------------------------------- */

static void
fill_cluster (const Circles *circles, const double *count, const double *x, const double *y,
              const Best *best, CgScanCluster *out)
{
    const guint32 *member = circles->member + circles->first[best->centre];
    out->centre = best->centre;
    out->n_members = best->n_members;
    out->member = g_memdup2 (member, best->n_members * sizeof (guint32));
    out->from = best->from;
    out->to = best->to;
    out->ratio = best->ratio;
    guint32 last = member[best->n_members - 1];
    out->radius_m = hypot (x[last] - x[best->centre], y[last] - y[best->centre]);
    double base = 0;
    for (guint32 k = 0; k < best->n_members; k++) {
        base += circles->base[member[k]];
        for (guint32 t = best->from; t < best->to; t++)
            out->observed += count[(gsize) member[k] * circles->n_periods + t];
    }
    double all = circles->all_events;
    out->expected =
        base / circles->all_base * all * (best->to - best->from) / circles->n_periods;
    out->relative_risk = out->observed < all
                             ? out->observed / out->expected /
                                   ((all - out->observed) / (all - out->expected))
                             : INFINITY;
}

static void
weigh_cluster (CgScanCluster *cluster, const double *greatest, guint32 replicates)
{
    guint32 as_great = 0;
    double mean = 0, squares = 0;
    for (guint32 r = 0; r < replicates; r++) {
        /* Equal but for the order of its sums counts as equal. */
        as_great += greatest[r] >= cluster->ratio * (1 - 1e-12);
        mean += greatest[r] / replicates;
    }
    for (guint32 r = 0; r < replicates; r++)
        squares += (greatest[r] - mean) * (greatest[r] - mean);
    cluster->p = (as_great + 1.0) / (replicates + 1.0);
    cluster->p_gumbel = replicates >= MIN_FOR_GUMBEL
                            ? cg_gumbel_upper (cluster->ratio, mean,
                                               sqrt (squares / (replicates - 1)))
                            : NAN;
}

static CgScan *
collect_clusters (const Circles *circles, const double *count, const double *x, const double *y,
                  const CgScanOptions *options, const double *greatest)
{
    CgScan *scan = g_new0 (CgScan, 1);
    scan->events = circles->all_events;
    scan->base = circles->all_base;
    scan->cluster = g_new0 (CgScanCluster, MIN (options->max_clusters, circles->n) + 1);
    g_autofree guint8 *past = g_new0 (guint8, (gsize) circles->n + 1);
    g_autofree double *sum = g_new (double, (gsize) circles->n * (circles->n_periods + 1) + 1);
    while (scan->n_clusters < MIN (options->max_clusters, circles->n)) {
        Best best = scan_all (circles, count, past, sum);
        if (!(best.ratio > 0))
            break;
        CgScanCluster *cluster = &scan->cluster[scan->n_clusters++];
        fill_cluster (circles, count, x, y, &best, cluster);
        weigh_cluster (cluster, greatest, options->replicates);
        for (guint32 k = 0; k < cluster->n_members; k++)
            past[cluster->member[k]] = TRUE;
    }
    return scan;
}

void
cg_scan_free (CgScan *scan)
{
    if (scan == NULL)
        return;
    for (guint32 k = 0; k < scan->n_clusters; k++)
        g_free (scan->cluster[k].member);
    g_free (scan->cluster);
    g_free (scan);
}

/* ---- input --------------------------------------------------------------------------------- */

static gboolean
check_options (const CgScanOptions *options, guint32 n_periods, GError **error)
{
    const char *wrong = !(options->max_share > 0 && options->max_share < 1)
                            ? "the largest share of the base is not between 0 and 1"
                        : !(options->max_span > 0 && options->max_span <= 1)
                            ? "the largest share of the periods is not above 0 and at most 1"
                        : options->replicates > 99999 ? "more than 99999 replicates"
                        : options->max_clusters == 0  ? "no cluster is asked for"
                        : n_periods == 0 || n_periods > 10000 ? "the number of periods is not from 1 to 10000"
                                                              : NULL;
    if (wrong != NULL)
        g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT, wrong);
    return wrong == NULL;
}

/* Sums of events and base; a wrong number is an error that names its place. */
static gboolean
add_up (Circles *circles, const double *x, const double *y, const double *count, GError **error)
{
    double anywhere = 0;
    for (guint32 i = 0; i < circles->n; i++) {
        gboolean good = isfinite (x[i]) && isfinite (y[i]) && circles->base[i] >= 0 &&
                        isfinite (circles->base[i]);
        for (guint32 t = 0; t < circles->n_periods; t++) {
            double events = count[(gsize) i * circles->n_periods + t];
            good = good && events >= 0 && events == floor (events) && events <= 1e9;
            anywhere += events;
            circles->all_events += circles->base[i] > 0 ? events : 0;
        }
        if (!good) {
            g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "place %u: coordinates and base must be finite, counts whole numbers from "
                         "0 to a thousand million",
                         i + 1);
            return FALSE;
        }
        circles->all_base += circles->base[i];
    }
    if (circles->all_base > 0 || anywhere == 0)
        return TRUE;
    g_set_error_literal (error, CG_ERROR, CG_ERROR_ARGUMENT,
                         "there are events but no place has households or people");
    return FALSE;
}

/* The counts, 0 where nobody has base. */
static double *
without_baseless (const Circles *circles, const double *count)
{
    gsize periods = circles->n_periods;
    double *counted = g_new (double, circles->n * periods + 1);
    for (guint32 i = 0; i < circles->n; i++)
        for (gsize t = 0; t < periods; t++)
            counted[i * periods + t] = circles->base[i] > 0 ? count[i * periods + t] : 0;
    return counted;
}

CgScan *
cg_scan_run (guint32 n, const double *x, const double *y, guint32 n_periods, const double *count,
             const double *base, const CgScanOptions *options, GCancellable *cancel,
             GError **error)
{
    const CgScanOptions usual = CG_SCAN_OPTIONS_DEFAULT;
    if (options == NULL)
        options = &usual;
    g_auto (Circles) circles = { .n = n, .n_periods = n_periods, .base = base, .cancel = cancel };
    if (!check_options (options, n_periods, error) || !add_up (&circles, x, y, count, error))
        return NULL;
    if (circles.all_events == 0)
        return g_new0 (CgScan, 1);
    g_autofree double *counted = without_baseless (&circles, count);
    circles.alive = options->alive;
    circles.max_length = n_periods == 1 ? 1 : MAX (1, (guint32) (n_periods * options->max_span));
    if (!circles_init (&circles, x, y, options->max_share, error))
        return NULL;
    g_autofree double *greatest = g_new0 (double, (gsize) options->replicates + 1);
    run_replicates (&circles, options, greatest);
    if (cg_is_stopped (circles.cancel, error))
        return NULL;
    g_autoptr (CgScan) scan = collect_clusters (&circles, counted, x, y, options, greatest);
    return cg_is_stopped (circles.cancel, error) ? NULL : g_steal_pointer (&scan);
}
