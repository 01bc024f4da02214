#include <math.h>

#include "graph/ways.h"
#include "ways_internal.h"

#define MEANDER_PASSES 5
#define SHORTEST_SPOTS 10 /* a stub of two cells at the border is no river */
#define SHORTEST_WIDTHS 25 /* nor is one that begins wide and is hardly longer than that */

typedef struct {
    const CgLand *land;
    const CgLandOptions *options;
    CgSpot *at;       /* [n] where the river passes a cell */
    guint32 *main_up; /* [n] cell above with most water    */
} Rivers;

void
cg_way_free (CgWay *way)
{
    if (way == NULL)
        return;
    g_free (way->name);
    g_array_unref (way->line);
    g_free (way);
}

static gboolean
is_stream (const CgLand *land, guint32 cell)
{
    return cell != CG_NONE && land->upstream[cell] >= land->stream_cells;
}

static void
find_main_up (Rivers *rivers)
{
    const CgLand *land = rivers->land;
    for (guint32 i = 0; i < land->n; i++)
        rivers->main_up[i] = CG_NONE;
    for (guint32 i = 0; i < land->n; i++) {
        guint32 down = land->down[i];
        if (down == CG_NONE)
            continue;
        guint32 *up = &rivers->main_up[down];
        if (*up == CG_NONE || land->upstream[i] > land->upstream[*up])
            *up = i;
    }
}

/* Rivers pass near the centres of their cells; each place moves toward the middle of its
 * neighbours up and down the river, so that joints stay joints. */
static void
place_rivers (Rivers *rivers)
{
    const CgLand *land = rivers->land;
    g_autofree CgSpot *next = g_new (CgSpot, land->n);
    for (guint32 i = 0; i < land->n; i++) {
        CgSpot at = cg_land_centre (land, i);
        double sway = 0.30 * land->width_m;
        rivers->at[i] =
            (CgSpot){ at.x + sway * cg_noise (land->seed + 21, at.x, at.y, 2.1 * land->width_m),
                      at.y + sway * cg_noise (land->seed + 22, at.x, at.y, 2.1 * land->width_m) };
        next[i] = rivers->at[i];
    }
    for (guint pass = 0; pass < MEANDER_PASSES; pass++) {
        for (guint32 i = 0; i < land->n; i++) {
            guint32 up = rivers->main_up[i], down = land->down[i];
            if (up == CG_NONE || down == CG_NONE)
                continue;
            CgSpot a = rivers->at[up], b = rivers->at[down], at = rivers->at[i];
            next[i] = (CgSpot){ 0.4 * at.x + 0.3 * (a.x + b.x), 0.4 * at.y + 0.3 * (a.y + b.y) };
        }
        for (guint32 i = 0; i < land->n; i++)
            rivers->at[i] = next[i];
    }
}

static double
width_at (const Rivers *rivers, guint32 cell)
{
    const CgLand *land = rivers->land;
    double ratio = (double) land->upstream[cell] / land->upstream[land->seat];
    return MAX (2, rivers->options->river_m * MIN (1.3, pow (ratio, 0.6)));
}

/* A place on the way to a cell out of the county, where even a wide river's corners are outside. */
static CgSpot
beyond (const Rivers *rivers, guint32 inside, guint32 outside)
{
    return cg_plane_between (rivers->at[inside], rivers->at[outside],
                             rivers->options->river_m < CG_WIDE_WATER_M ? 0.4 : 1.5);
}

/* Upwards from the mouth while it is a stream; the main river to its very spring or the border. */
static CgWay *
trace_river (const Rivers *rivers, guint32 start, gboolean to_spring)
{
    const CgLand *land = rivers->land;
    g_autoptr (GArray) line = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    guint32 down = land->down[start];
    CgSpot mouth = rivers->at[start];
    if (down != CG_NONE)
        mouth = land->inside[down] ? rivers->at[down]
                                   : beyond (rivers, start, down);
    g_array_append_val (line, mouth);
    guint32 cell = start, last = start;
    for (; cell != CG_NONE && land->inside[cell]; cell = rivers->main_up[cell]) {
        if (!to_spring && !is_stream (land, cell))
            break;
        g_array_append_val (line, rivers->at[cell]);
        last = cell;
    }
    if (cell != CG_NONE && !land->inside[cell]) {
        CgSpot entry = beyond (rivers, last, cell);
        g_array_append_val (line, entry);
    }
    for (guint i = 0; i < line->len / 2; i++) {
        CgSpot *a = &g_array_index (line, CgSpot, i);
        CgSpot *b = &g_array_index (line, CgSpot, line->len - 1 - i), keep = *a;
        *a = *b;
        *b = keep;
    }
    CgWay *way = g_new0 (CgWay, 1);
    way->class = CG_BARRIER_WATER;
    way->width_from_m = width_at (rivers, last);
    way->width_to_m = width_at (rivers, start);
    way->line = cg_plane_bend ((const CgSpot *) (void *) line->data, line->len, 4);
    for (guint i = 0; i < way->line->len; i++) {
        CgSpot *at = &g_array_index (way->line, CgSpot, i);
        *at = cg_plane_round (*at);
    }
    return way;
}

typedef struct {
    guint32 upstream, cell;
} Start;

static int
larger_first (gconstpointer a, gconstpointer b)
{
    const Start *p = a, *q = b;
    if (p->upstream != q->upstream)
        return p->upstream > q->upstream ? -1 : 1;
    return p->cell < q->cell ? -1 : p->cell > q->cell;
}

static gboolean
is_basin (const CgWay *way)
{
    double length = 0;
    for (guint i = 1; i < way->line->len; i++) {
        CgSpot a = g_array_index (way->line, CgSpot, i - 1), b = g_array_index (way->line, CgSpot, i);
        length += hypot (b.x - a.x, b.y - a.y);
    }
    return way->width_from_m >= CG_WIDE_WATER_M && length < SHORTEST_WIDTHS * way->width_to_m;
}

GPtrArray *
cg_rivers_new (const CgLand *land, const CgLandOptions *options, CgNamer *namer)
{
    g_autofree CgSpot *at = g_new (CgSpot, land->n);
    g_autofree guint32 *main_up = g_new (guint32, land->n);
    Rivers rivers = { land, options, at, main_up };
    find_main_up (&rivers);
    place_rivers (&rivers);
    g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (Start));
    for (guint32 i = 0; i < land->n; i++) {
        if (!land->inside[i] || !is_stream (land, i))
            continue;
        guint32 down = land->down[i];
        Start start = { land->upstream[i], i };
        if (down == CG_NONE || !land->inside[down] || main_up[down] != i)
            g_array_append_val (starts, start);
    }
    g_array_sort (starts, larger_first);
    GPtrArray *ways = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_way_free);
    for (guint i = 0; i < starts->len; i++) {
        g_autoptr (CgWay) way =
            trace_river (&rivers, g_array_index (starts, Start, i).cell, i == 0);
        if (i > 0 && (way->line->len < SHORTEST_SPOTS || is_basin (way)))
            continue;
        if (way->line->len > 60 || i == 0)
            way->name = cg_namer_take (namer, CG_NAME_RIVER);
        g_ptr_array_add (ways, g_steal_pointer (&way));
    }
    return ways;
}

/* ---- water as an area ------------------------------------------------------------------------ */

CgSpot
cg_river_bank (const GArray *line, guint i, double side_m)
{
    const CgSpot *at = (const CgSpot *) (void *) line->data;
    guint a = i > 0 ? i - 1 : 0, b = MIN (i + 1, line->len - 1);
    double dx = at[b].x - at[a].x, dy = at[b].y - at[a].y, length = hypot (dx, dy);
    if (length == 0)
        return at[i];
    return cg_plane_round (
        (CgSpot){ at[i].x - dy / length * side_m, at[i].y + dx / length * side_m });
}

double
cg_river_half (const CgWay *river, guint i)
{
    double t = (double) i / (river->line->len - 1);
    return 0.5 * (river->width_from_m + t * (river->width_to_m - river->width_from_m));
}

static gboolean
ring_is_simple (const GArray *ring)
{
    const CgSpot *at = (const CgSpot *) (void *) ring->data;
    guint n = ring->len;
    double t, u;
    for (guint i = 0; i < n; i++)
        for (guint j = i + 2; j < n; j++)
            if ((j + 1) % n != i &&
                cg_plane_cross (at[i], at[i + 1], at[j], at[(j + 1) % n], &t, &u))
                return FALSE;
    return cg_plane_area (at, n) > 1;
}

static guint
add_stretch (const CgWay *river, guint from, guint to, CgShapes *shapes)
{
    g_autoptr (GArray) ring = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    for (guint i = from; i <= to; i++) {
        CgSpot right = cg_river_bank (river->line, i, -cg_river_half (river, i));
        g_array_append_val (ring, right);
    }
    for (guint i = to + 1; i-- > from;) {
        CgSpot left = cg_river_bank (river->line, i, cg_river_half (river, i));
        g_array_append_val (ring, left);
    }
    if (!ring_is_simple (ring)) {
        /* A bend tighter than the river is wide: two shorter stretches, down to single ones. */
        if (to - from < 2)
            return 0;
        guint middle = (from + to) / 2;
        guint upper = add_stretch (river, from, middle, shapes);
        return upper + add_stretch (river, middle, to, shapes);
    }
    for (guint i = 0; i <= ring->len; i++) {
        const CgSpot *at = &g_array_index (ring, CgSpot, i % ring->len);
        cg_shapes_add_vertex (shapes, at->x, at->y);
    }
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
    return 1;
}

void
cg_river_areas (const CgWay *river, double least_m, CgShapes *shapes, guint32 *out_n)
{
    guint start = 0;
    *out_n = 0;
    while (start + 1 < river->line->len && 2 * cg_river_half (river, start) < least_m)
        start++;
    for (guint i = start, end; i + 1 < river->line->len; i = end) {
        end = MIN (i + 40, river->line->len - 1);
        for (guint k = i + 1; k < end; k++) /* what is wide begins an area of its own */
            if (2 * cg_river_half (river, k) < CG_WIDE_WATER_M &&
                2 * cg_river_half (river, k + 1) >= CG_WIDE_WATER_M)
                end = k;
        *out_n += add_stretch (river, i, end, shapes);
    }
}
