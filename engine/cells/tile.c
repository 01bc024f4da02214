/* A tile of the map that was not delivered shows by what is cut at its rim: roads end there, and
 * walls of slanting buildings run there, on four straight lines along the axes. */
#include "cells/cells_internal.h"

#include <math.h>
#include <stdlib.h>

#define ALIGNED_M 0.02  /* cuts so near to each other lie on one line     */
#define LEAST_WALL_M 1.0
#define LEAST_CUTS 3    /* on each side of a tile                         */
#define LEAST_AROUND 5  /* buildings in the rectangle beyond each side    */
#define MOST_LINES 32   /* of one facing: those with most cuts            */
#define MOST_TILES 100u

typedef enum { WEST, EAST, SOUTH, NORTH, N_FACINGS } Facing; /* where what was cut lies */

/* Both in places: of the line that it lies on, and along it. */
typedef struct {
    gint64 line, along;
} Cut;

typedef struct {
    gint64 line;
    guint from, to; /* of the cuts of the facing, by place along the line */
} Rim;

typedef struct {
    gint64 low_x, low_y, high_x, high_y;
    double m2;
} Tile;

struct CgCellsCuts {
    GArray *cut[N_FACINGS]; /* of Cut */
};

CgCellsCuts *
cg_cells_cuts_new (void)
{
    CgCellsCuts *cuts = g_new0 (CgCellsCuts, 1);
    for (guint f = 0; f < N_FACINGS; f++)
        cuts->cut[f] = g_array_new (FALSE, FALSE, sizeof (Cut));
    return cuts;
}

void
cg_cells_cuts_free (CgCellsCuts *cuts)
{
    if (cuts == NULL)
        return;
    for (guint f = 0; f < N_FACINGS; f++)
        g_array_unref (cuts->cut[f]);
    g_free (cuts);
}

static void
add_cut (CgCellsCuts *cuts, Facing facing, gint64 line, gint64 along)
{
    Cut cut = { line, along };
    g_array_append_val (cuts->cut[facing], cut);
}

void
cg_cells_cuts_add_end (CgCellsCuts *cuts, CgSpot at, CgSpot behind)
{
    if (behind.x != at.x)
        add_cut (cuts, behind.x < at.x ? WEST : EAST, at.x, at.y);
    if (behind.y != at.y)
        add_cut (cuts, behind.y < at.y ? SOUTH : NORTH, at.y, at.x);
}

/* ---- walls ------------------------------------------------------------------------------- */

typedef struct {
    const CgCellsJob *job;
    double place_x_m, place_y_m;
} Scale;

static gboolean
lies_along (double across_m, double along_m)
{
    return fabs (across_m) <= ALIGNED_M && fabs (along_m) >= LEAST_WALL_M;
}

/* Walls along the axes of a building most of whose walls are not; what stands straight anyway says
 * nothing. Inside is on the left of `turn` times the ring's own direction. */
static void
add_walls (CgCellsCuts *cuts, const Scale *scale, const CgShapes *shapes, guint32 ring)
{
    guint32 from = shapes->ring_vertex[ring], to = shapes->ring_vertex[ring + 1];
    double straight_m = 0, all_m = 0;
    for (guint pass = 0; pass < 2; pass++) {
        gboolean left = cg_shapes_ring_area (shapes, ring) > 0;
        if (pass == 1 && 2 * straight_m > all_m)
            return;
        for (guint32 v = from; v + 1 < to; v++) {
            CgSpot a = cg_cells_spot (scale->job, shapes->x[v], shapes->y[v]),
                   b = cg_cells_spot (scale->job, shapes->x[v + 1], shapes->y[v + 1]);
            double dx_m = (double) (b.x - a.x) * scale->place_x_m,
                   dy_m = (double) (b.y - a.y) * scale->place_y_m;
            gboolean upright = lies_along (dx_m, dy_m), level = lies_along (dy_m, dx_m);
            double length_m = sqrt (dx_m * dx_m + dy_m * dy_m);
            all_m += length_m;
            straight_m += upright || level ? length_m : 0;
            if (pass == 1 && upright)
                add_cut (cuts, (dy_m > 0) == left ? WEST : EAST, a.x, (a.y + b.y) / 2);
            else if (pass == 1 && level)
                add_cut (cuts, (dx_m > 0) == left ? NORTH : SOUTH, a.y, (a.x + b.x) / 2);
        }
    }
}

static void
add_all_walls (CgCellsCuts *cuts, const Scale *scale)
{
    const CgCellsJob *job = scale->job;
    const CgShapes *shapes = job->in->outlines;
    for (guint32 s = 0; s < job->sites->len; s++) {
        const CgSite *site = &g_array_index (job->sites, CgSite, s);
        if (!site->was_point)
            add_walls (cuts, scale, shapes, shapes->part_ring[site->part]);
    }
}

/* ---- lines of cuts ----------------------------------------------------------------------- */

static int
compare_cuts (gconstpointer x, gconstpointer y)
{
    const Cut *a = x, *b = y;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->along > b->along) - (a->along < b->along);
}

static int
compare_along (gconstpointer x, gconstpointer y)
{
    const Cut *a = x, *b = y;
    return (a->along > b->along) - (a->along < b->along);
}

static int
compare_rims (gconstpointer x, gconstpointer y)
{
    const Rim *a = x, *b = y;
    guint n_a = a->to - a->from, n_b = b->to - b->from;
    if (n_a != n_b)
        return n_a > n_b ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

/* Lines with enough cuts, those with most first. (transfer full) */
static GArray *
find_rims (GArray *cuts, gint64 near)
{
    GArray *rims = g_array_new (FALSE, FALSE, sizeof (Rim));
    if (cuts->len > 1)
        qsort (cuts->data, cuts->len, sizeof (Cut), compare_cuts);
    for (guint k = 0, end; k < cuts->len; k = end) {
        gint64 line = g_array_index (cuts, Cut, k).line;
        for (end = k + 1; end < cuts->len && g_array_index (cuts, Cut, end).line - line <= near;)
            end++;
        if (end - k < LEAST_CUTS)
            continue;
        Rim rim = { g_array_index (cuts, Cut, k + (end - k) / 2).line, k, end };
        qsort (&g_array_index (cuts, Cut, k), end - k, sizeof (Cut), compare_along);
        g_array_append_val (rims, rim);
    }
    g_array_sort (rims, compare_rims);
    if (rims->len > MOST_LINES)
        g_array_set_size (rims, MOST_LINES);
    return rims;
}

static gboolean
has_cuts (const GArray *cuts, const Rim *rim, gint64 low, gint64 high)
{
    guint from = rim->from, to = rim->to;
    while (from < to) {
        guint half = from + (to - from) / 2;
        if (g_array_index (cuts, Cut, half).along < low)
            from = half + 1;
        else
            to = half;
    }
    return from + LEAST_CUTS <= rim->to &&
           g_array_index (cuts, Cut, from + LEAST_CUTS - 1).along <= high;
}

/* ---- tiles ------------------------------------------------------------------------------- */

/* Nothing is built in the middle half of it each way, and a town stands all around. */
static gboolean
is_hole_in_town (const CgCellsJob *job, const Tile *tile)
{
    const CgShapes *kinds[] = { job->in->outlines, job->in->points };
    guint32 around[N_FACINGS] = { 0 };
    double x = cg_cells_x (job, (double) tile->low_x), y = cg_cells_y (job, (double) tile->low_y);
    double width = cg_cells_x (job, (double) tile->high_x) - x,
           height = cg_cells_y (job, (double) tile->high_y) - y;
    for (guint k = 0; k < 2; k++)
        for (guint32 i = 0; kinds[k] != NULL && i < kinds[k]->n_shapes; i++) {
            CgBox box = cg_shapes_box (kinds[k], i);
            if (cg_box_is_empty (&box))
                continue;
            double u = (box.x_min / 2 + box.x_max / 2 - x) / width,
                   v = (box.y_min / 2 + box.y_max / 2 - y) / height;
            if (box.x_max > x + width / 4 && box.x_min < x + 0.75 * width &&
                box.y_max > y + height / 4 && box.y_min < y + 0.75 * height)
                return FALSE;
            if (v >= 0 && v < 1)
                around[u < 0 ? WEST : EAST] += (u >= -1 && u < 0) || (u >= 1 && u < 2);
            if (u >= 0 && u < 1)
                around[v < 0 ? SOUTH : NORTH] += (v >= -1 && v < 0) || (v >= 1 && v < 2);
        }
    for (guint f = 0; f < N_FACINGS; f++)
        if (around[f] < LEAST_AROUND)
            return FALSE;
    return TRUE;
}

static int
compare_tiles (gconstpointer x, gconstpointer y)
{
    const Tile *a = x, *b = y;
    if (a->m2 != b->m2)
        return a->m2 < b->m2 ? -1 : 1;
    if (a->low_x != b->low_x)
        return a->low_x < b->low_x ? -1 : 1;
    return (a->low_y > b->low_y) - (a->low_y < b->low_y);
}

/* All rectangles with cuts on all four sides. (transfer full) */
static GArray *
list_tiles (const CgCellsCuts *cuts, GArray *const *rims, const Scale *scale)
{
    GArray *tiles = g_array_new (FALSE, FALSE, sizeof (Tile));
    guint n[N_FACINGS], k[N_FACINGS];
    for (guint f = 0; f < N_FACINGS; f++)
        n[f] = rims[f]->len;
    for (k[WEST] = 0; k[WEST] < n[WEST]; k[WEST]++)
        for (k[EAST] = 0; k[EAST] < n[EAST]; k[EAST]++)
            for (k[SOUTH] = 0; k[SOUTH] < n[SOUTH]; k[SOUTH]++)
                for (k[NORTH] = 0; k[NORTH] < n[NORTH]; k[NORTH]++) {
                    const Rim *rim[N_FACINGS];
                    for (guint f = 0; f < N_FACINGS; f++)
                        rim[f] = &g_array_index (rims[f], Rim, k[f]);
                    Tile tile = { rim[WEST]->line, rim[SOUTH]->line, rim[EAST]->line,
                                  rim[NORTH]->line, 0 };
                    gboolean good = tile.low_x < tile.high_x && tile.low_y < tile.high_y;
                    for (guint f = 0; f < N_FACINGS && good; f++)
                        good = f < SOUTH ? has_cuts (cuts->cut[f], rim[f], tile.low_y, tile.high_y)
                                         : has_cuts (cuts->cut[f], rim[f], tile.low_x, tile.high_x);
                    tile.m2 = (double) (tile.high_x - tile.low_x) * scale->place_x_m *
                              (double) (tile.high_y - tile.low_y) * scale->place_y_m;
                    if (good)
                        g_array_append_val (tiles, tile);
                }
    g_array_sort (tiles, compare_tiles);
    return tiles;
}

static gboolean
overlaps (const Tile *a, const Tile *b)
{
    return a->low_x < b->high_x && b->low_x < a->high_x && a->low_y < b->high_y &&
           b->low_y < a->high_y;
}

static void
note_tiles (CgCellsJob *job, const GArray *tiles)
{
    g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (Tile));
    for (guint k = 0, tried = 0; k < tiles->len && tried < MOST_TILES; k++) {
        const Tile *tile = &g_array_index (tiles, Tile, k);
        gboolean fresh = TRUE;
        for (guint i = 0; i < told->len && fresh; i++)
            fresh = !overlaps (tile, &g_array_index (told, Tile, i));
        tried += fresh;
        if (!fresh || !is_hole_in_town (job, tile))
            continue;
        g_array_append_val (told, *tile);
        double x = cg_cells_x (job, (double) tile->low_x), y = cg_cells_y (job, (double) tile->low_y);
        double width = cg_cells_x (job, (double) tile->high_x) - x,
               height = cg_cells_y (job, (double) tile->high_y) - y;
        cg_cells_note (job, CG_CELLS_TILE, CG_NONE, CG_NONE, x + width / 2, y + height / 2, tile->m2);
        CgCellsFinding *finding =
            &g_array_index (job->out->findings, CgCellsFinding, job->out->findings->len - 1);
        finding->width = width;
        finding->height = height;
    }
}

void
cg_cells_find_tiles (CgCellsJob *job, CgCellsCuts *cuts)
{
    double place = CG_PLACE * job->step;
    Scale scale = { job, place * job->in->metre_x, place * job->in->metre_y };
    GArray *rims[N_FACINGS];
    add_all_walls (cuts, &scale);
    for (guint f = 0; f < N_FACINGS; f++)
        rims[f] = find_rims (cuts->cut[f], (gint64) (ALIGNED_M / (f < SOUTH ? scale.place_x_m
                                                                          : scale.place_y_m)));
    g_autoptr (GArray) tiles = list_tiles (cuts, rims, &scale);
    note_tiles (job, tiles);
    for (guint f = 0; f < N_FACINGS; f++)
        g_array_unref (rims[f]);
}
