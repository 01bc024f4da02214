/* Density through a coarse lattice: events are spread to nodes, nodes are smoothed, pixels are read
 * off.
 *
 *     events --spread--> int64 nodes --taps--> float nodes --evaluate--> pixels
 *
 * Spreading and evaluating use a cubic spline, four nodes along each axis. The lattice is fixed
 * to the world (node k lies at k spacings from the origin of the CRS), so that neighbouring windows
 * agree. */
#include "analyse/density_internal.h"
#include "base/error.h"
#include "base/pages.h"

/* Events that are worth a thread of their own. */
#define SHARE 50000

typedef struct {
    const Events *events;
    const Nodes *nodes;
    guint32 from, to;
    gint64 *sum;
    EventCount count;
} Share;

static gpointer
spread_share (gpointer user_data)
{
    Share *share = user_data;
    cg_density_spread (share->events, share->from, share->to, share->nodes, share->sum,
                       &share->count);
    return NULL;
}

/* Each thread has nodes of its own; added up they are what one thread would have found, as sums of
 * integers do not ask for the order. */
static gboolean
spread (const Events *events, const Nodes *nodes, guint threads, gint64 *sum, CgDensity *density)
{
    gsize n_nodes = (gsize) nodes->n_rows * nodes->n_columns;
    guint n_shares = CLAMP (events->n / SHARE, 1, CLAMP (threads, 1, CG_DENSITY_MAX_THREADS));
    g_autofree gint64 *others = n_shares > 1 ? g_try_new0 (gint64, n_nodes * (n_shares - 1)) : NULL;
    if (n_shares > 1 && others == NULL)
        return FALSE;
    Share share[CG_DENSITY_MAX_THREADS];
    GThread *helper[CG_DENSITY_MAX_THREADS];
    for (guint k = 0; k < n_shares; k++) {
        share[k] = (Share){ events,
                            nodes,
                            (guint32) ((guint64) events->n * k / n_shares),
                            (guint32) ((guint64) events->n * (k + 1) / n_shares),
                            k == 0 ? sum : others + (k - 1) * n_nodes,
                            { density->box, 0, 0 } };
        helper[k] = k > 0 ? g_thread_new ("density", spread_share, &share[k]) : NULL;
    }
    spread_share (&share[0]);
    for (guint k = 0; k < n_shares; k++) {
        if (k > 0)
            g_thread_join (helper[k]);
        for (gsize i = 0; k > 0 && i < n_nodes; i++)
            sum[i] += share[k].sum[i];
        density->n_used += share[k].count.n_used;
        density->n_outside += share[k].count.n_outside;
    }
    return TRUE;
}

static gboolean
run (const Events *events, const CgDensityOptions *options, double spacings, const Taps *taps,
     CgDensity *density, Surface *out)
{
    cg_density_centres (options, &out->columns, &out->rows);
    out->least = events->has_negative ? -G_MAXFLOAT : 0;
    Nodes nodes;
    double spacing_m = density->bandwidth_m / spacings;
    if (!cg_nodes_cover (&nodes, spacing_m, taps->radius, &density->box))
        return FALSE;
    g_autofree gint64 *sum =
        cg_pages_try_new0 (sizeof (gint64) * nodes.n_rows * nodes.n_columns);
    return sum != NULL && spread (events, &nodes, options->threads, sum, density) &&
           cg_density_smooth (&nodes, sum, 1e6 / (spacing_m * spacing_m) / events->to_fixed, taps,
                              &out->smoothed);
}

static gboolean
no_memory (const CgDensity *density, GError **error)
{
    g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                 "not enough memory for a density of %u x %u pixels", density->width,
                 density->height);
    return FALSE;
}

gboolean
cg_density_by_spline (const Events *events, const CgDensityOptions *options, double spacings,
                      CgDensity *density, Surface *out, GError **error)
{
    g_auto (Taps) taps;
    cg_density_taps (&taps, options->kernel, spacings, 0);
    return cg_density_by_taps (events, options, spacings, &taps, density, out, error);
}

gboolean
cg_density_by_taps (const Events *events, const CgDensityOptions *options, double spacings,
                    const Taps *taps, CgDensity *density, Surface *out, GError **error)
{
    return run (events, options, spacings, taps, density, out) || no_memory (density, error);
}

gboolean
cg_density_read_surface (const Surface *surface, guint threads, CgDensity *density, GError **error)
{
    PixelSink sink = { .per_km2 = density->per_km2 };
    float peak;
    if (!cg_density_read_pixels (&surface->smoothed, &surface->columns, &surface->rows,
                                 surface->least, threads, &sink, &peak))
        return no_memory (density, error);
    density->peak_per_km2 = peak;
    return TRUE;
}

void
cg_density_surface_done (Surface *surface)
{
    cg_density_smoothed_done (&surface->smoothed);
}
