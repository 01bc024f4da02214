/* Roads that end a few metres short of another line: led on straight ahead, else the shortest way
 * forward. */
#include <math.h>

#include "cells/buckets.h"
#include "cells/cells_internal.h"

#define OVERSHOOT 3.0 /* places beyond the line, so that rounding cannot fall short */
#define ABREAST 0.1   /* sine of how far behind the end a place still lies abreast of it, not behind:
                         else rounding would say whether two ends that stand side by side meet      */

typedef struct {
    const CgCellsJob *job;
    const CgNoding *noding;
    CgSpot *ends; /* of the edges, for buckets */
    CgBuckets buckets;
    GArray *found;
    guint32 *degree, *only_edge; /* by node */
} Ends;

static void
ends_done (Ends *ends)
{
    g_free (ends->ends);
    g_free (ends->degree);
    g_free (ends->only_edge);
    g_clear_pointer (&ends->found, g_array_unref);
    cg_buckets_done (&ends->buckets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ends, ends_done)

static gboolean
ends_init (Ends *ends, GError **error)
{
    const CgNoding *n = ends->noding;
    ends->ends = g_new (CgSpot, 2 * (gsize) n->n_edges + 1);
    ends->degree = g_new0 (guint32, (gsize) n->n_nodes + 1);
    ends->only_edge = g_new0 (guint32, (gsize) n->n_nodes + 1);
    ends->found = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 e = 0; e < n->n_edges; e++) {
        const guint32 node[] = { n->edge_a[e], n->edge_b[e] };
        for (guint k = 0; k < 2; k++) {
            ends->ends[2 * (gsize) e + k] = n->node[node[k]];
            ends->degree[node[k]]++;
            ends->only_edge[node[k]] = e;
        }
    }
    return cg_buckets_init (&ends->buckets, ends->ends, n->n_edges, error);
}

/* A direction and place in metres, the end itself at 0, 0. */
typedef struct {
    double x, y;
} Way;

static Way
way_to (const Ends *ends, CgSpot from, CgSpot to)
{
    double place = CG_PLACE * ends->job->step;
    return (Way){ (double) (to.x - from.x) * place * ends->job->in->metre_x,
                  (double) (to.y - from.y) * place * ends->job->in->metre_y };
}

/* How far ahead, in the direction u of length 1, the line p-q lies; NaN where it is not met. */
static double
ahead (Way u, Way p, Way q)
{
    double side_p = u.x * p.y - u.y * p.x, side_q = u.x * q.y - u.y * q.x;
    if ((side_p > 0) == (side_q > 0))
        return NAN;
    double share = side_p / (side_p - side_q);
    double x = p.x + share * (q.x - p.x), y = p.y + share * (q.y - p.y);
    return x * u.x + y * u.y;
}

/* The nearest place of p-q. */
static Way
nearest (Way p, Way q)
{
    double dx = q.x - p.x, dy = q.y - p.y, square = dx * dx + dy * dy;
    double t = square > 0 ? CLAMP (-(p.x * dx + p.y * dy) / square, 0, 1) : 0;
    return (Way){ p.x + t * dx, p.y + t * dy };
}

/* Whether edge e is the end's own last piece, or the one before it, which lies abreast of a hook. */
static gboolean
is_own (const CgNoding *n, guint32 own, guint32 behind, guint32 e)
{
    return e == own || n->edge_a[e] == behind || n->edge_b[e] == behind;
}

/* Where the end at `node` is led to; FALSE where nothing lies before or abreast of it. */
static gboolean
find_target (Ends *ends, guint32 node, Way *out)
{
    const CgNoding *n = ends->noding;
    guint32 own = ends->only_edge[node];
    guint32 behind = n->edge_a[own] == node ? n->edge_b[own] : n->edge_a[own];
    CgSpot at = n->node[node];
    Way u = way_to (ends, n->node[behind], at);
    double length = sqrt (u.x * u.x + u.y * u.y), most = ends->job->options.close_m;
    double straight = most, near = most * most, place = CG_PLACE * ends->job->step;
    gboolean found = FALSE;
    u = (Way){ u.x / length, u.y / length };
    gint64 reach_x = (gint64) (most / place / ends->job->in->metre_x) + 1;
    gint64 reach_y = (gint64) (most / place / ends->job->in->metre_y) + 1;
    cg_buckets_find (&ends->buckets, (CgSpot){ at.x - reach_x, at.y - reach_y },
                     (CgSpot){ at.x + reach_x, at.y + reach_y }, ends->found);
    for (guint k = 0; k < ends->found->len; k++) {
        guint32 e = g_array_index (ends->found, guint32, k);
        if (is_own (n, own, behind, e))
            continue;
        Way p = way_to (ends, at, n->node[n->edge_a[e]]);
        Way q = way_to (ends, at, n->node[n->edge_b[e]]);
        double distance = ahead (u, p, q);
        Way side = nearest (p, q);
        double square = side.x * side.x + side.y * side.y;
        if (distance > 0 && distance < straight) {
            straight = distance;
            *out = (Way){ u.x * distance, u.y * distance };
            found = TRUE;
        } else if (straight == most && square < near &&
                   side.x * u.x + side.y * u.y >= -ABREAST * sqrt (square)) {
            near = square;
            *out = side;
            found = TRUE;
        }
    }
    return found;
}

static void
close_end (Ends *ends, guint32 node, Way target, guint32 source, CgLines *closing)
{
    const CgCellsJob *job = ends->job;
    CgSpot at = ends->noding->node[node];
    double length = sqrt (target.x * target.x + target.y * target.y);
    double x = target.x / (CG_PLACE * job->step * job->in->metre_x),
           y = target.y / (CG_PLACE * job->step * job->in->metre_y);
    double places = sqrt (x * x + y * y), longer = 1 + OVERSHOOT / MAX (places, 1);
    CgSpot to = { at.x + (gint64) floor (x * longer + 0.5),
                  at.y + (gint64) floor (y * longer + 0.5) };
    cg_lines_add (closing, at, to, source);
    cg_cells_note ((CgCellsJob *) job, CG_CELLS_CLOSED, source - job->first_barrier, CG_NONE,
                   cg_cells_x (job, (double) at.x), cg_cells_y (job, (double) at.y), length);
}

static gboolean
is_within_reach (const CgCellsJob *job, CgSpot p)
{
    CgBox box = cg_shapes_box_all (job->in->regions);
    double x = cg_cells_x (job, (double) p.x), y = cg_cells_y (job, (double) p.y);
    return x > box.x_min && x < box.x_max && y > box.y_min && y < box.y_max;
}

gboolean
cg_cells_close_ends (CgCellsJob *job, CgLines *closing, CgCellsCuts *cuts, GError **error)
{
    g_autoptr (CgNoding) noding = cg_noding_build (job->lines, job->cancel, error);
    g_auto (Ends) ends = { .job = job, .noding = noding };
    if (noding == NULL || !ends_init (&ends, error))
        return FALSE;
    for (guint32 node = 0; node < noding->n_nodes; node++) {
        if (ends.degree[node] != 1 || !is_within_reach (job, noding->node[node]))
            continue;
        guint32 source = noding->use[noding->edge_use[ends.only_edge[node]]].source;
        Way target;
        if (source < job->first_barrier)
            continue;
        CgSpot p = noding->node[node];
        guint32 own = ends.only_edge[node], a = noding->edge_a[own], b = noding->edge_b[own];
        cg_cells_cuts_add_end (cuts, p, noding->node[a == node ? b : a]);
        if (job->options.close_m > 0 && find_target (&ends, node, &target))
            close_end (&ends, node, target, source, closing);
        else
            cg_cells_note (job, CG_CELLS_OPEN, source - job->first_barrier, CG_NONE,
                           cg_cells_x (job, (double) p.x), cg_cells_y (job, (double) p.y), 0);
    }
    return TRUE;
}
