#include "land_internal.h"

#include <math.h>
#include <string.h>

#define MARGIN 3 /* rows and columns at the rim of the map that are never in the county */

/* Neighbours as (column, row) steps, for even and odd rows. */
static const int steps[2][CG_LAND_SIDES][2] = {
    { { 1, 0 }, { 0, 1 }, { -1, 1 }, { -1, 0 }, { -1, -1 }, { 0, -1 } },
    { { 1, 0 }, { 1, 1 }, { 0, 1 }, { -1, 0 }, { 0, -1 }, { 1, -1 } },
};

guint32
cg_land_neighbour (const CgLand *land, guint32 cell, guint side)
{
    gint64 row = cell / land->columns, column = cell % land->columns;
    const int *step = steps[row & 1][side];
    column += step[0];
    row += step[1];
    if (column < 0 || row < 0 || column >= land->columns || row >= land->rows)
        return CG_NONE;
    return row * land->columns + column;
}

CgSpot
cg_land_centre (const CgLand *land, guint32 cell)
{
    guint32 row = cell / land->columns, column = cell % land->columns;
    return (CgSpot){ land->x0 + land->width_m * (column + 0.5 * (row & 1)),
                     land->y0 + 1.5 * land->edge_m * row };
}

/* A cell owns its north (even) and south (odd) corner; the other four belong to neighbours. */
guint32
cg_land_corner (const CgLand *land, guint32 cell, guint side)
{
    static const struct {
        int owner; /* -1: the cell itself */
        guint south;
    } corners[CG_LAND_SIDES] = {
        { 5, 0 }, { 1, 1 }, { -1, 0 }, { 2, 1 }, { 4, 0 }, { -1, 1 },
    };
    guint32 owner = corners[side].owner < 0 ? cell
                                            : cg_land_neighbour (land, cell, corners[side].owner);
    g_return_val_if_fail (owner != CG_NONE, 0);
    return 2 * owner + corners[side].south;
}

CgSpot
cg_land_corner_spot (const CgLand *land, guint32 corner)
{
    CgSpot spot = cg_land_centre (land, corner / 2);
    spot.y += corner % 2 == 0 ? land->edge_m : -land->edge_m;
    return spot;
}

guint32
cg_land_cell_at (const CgLand *land, double x, double y)
{
    gint64 near_row = llround ((y - land->y0) / (1.5 * land->edge_m));
    guint32 best = 0;
    double best_d = G_MAXDOUBLE;
    for (gint64 row = near_row - 1; row <= near_row + 1; row++) {
        gint64 r = CLAMP (row, 0, (gint64) land->rows - 1);
        gint64 c = llround ((x - land->x0) / land->width_m - 0.5 * (r & 1));
        guint32 cell = r * land->columns + CLAMP (c, 0, (gint64) land->columns - 1);
        CgSpot at = cg_land_centre (land, cell);
        double d = (at.x - x) * (at.x - x) + (at.y - y) * (at.y - y);
        if (d < best_d) {
            best_d = d;
            best = cell;
        }
    }
    return best;
}

double
cg_land_distance (const CgLand *land, guint32 a, guint32 b)
{
    CgSpot p = cg_land_centre (land, a), q = cg_land_centre (land, b);
    return sqrt ((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
}

/* ---- water ----------------------------------------------------------------------------------- */

static double
drain_cost (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    const double *resistance = user_data;
    return resistance[from] + resistance[to];
}

static void
count_upstream (CgLand *land, const CgLandSpread *spread)
{
    memcpy (land->down, spread->from, land->n * sizeof (guint32));
    memcpy (land->order, spread->reached->data, land->n * sizeof (guint32));
    for (guint32 i = 0; i < land->n; i++)
        land->upstream[i] = 1;
    for (guint32 i = land->n; i-- > 0;) {
        guint32 cell = land->order[i];
        if (land->down[cell] != CG_NONE)
            land->upstream[land->down[cell]] += land->upstream[cell];
    }
}

/* Every cell drains to one outlet along the cheapest way over rough ground. Ways that carry much
 * water become cheaper and the tree is drawn again, as streams deepen their beds: that gives the
 * branching of real basins (optimal channel networks; Rinaldo et al. 1992, doi:10.1029/92WR00801,
 * in a greedy form). */
static void
draw_streams (CgLand *land)
{
    g_autofree double *resistance = g_new (double, land->n);
    g_autofree double *ground = g_new (double, land->n);
    for (guint32 i = 0; i < land->n; i++) {
        CgSpot at = cg_land_centre (land, i);
        double n = cg_noise_rough (land->seed, at.x, at.y, 60 * land->width_m, 5);
        ground[i] = exp (1.6 * n + 0.9 * cg_noise_pick (land->seed + 77, i, 1));
        resistance[i] = ground[i];
    }
    guint32 outlet = 1 * land->columns + land->columns * 7 / 10;
    for (guint pass = 0; pass < 3; pass++) {
        g_autoptr (CgLandSpread) spread =
            cg_land_spread (land, &outlet, NULL, 1, 0, NULL, drain_cost, resistance);
        count_upstream (land, spread);
        for (guint32 i = 0; i < land->n; i++)
            resistance[i] = ground[i] / pow (land->upstream[i], 0.22);
    }
}

/* Heights follow from the water: the slope of a bed falls with its catchment (Flint 1974,
 * doi:10.1029/WR010i005p00969), so valleys are wide and flat below, steep at their heads. */
static void
raise_ground (CgLand *land, const CgLandOptions *options)
{
    for (guint32 i = 0; i < land->n; i++) {
        guint32 cell = land->order[i], down = land->down[cell];
        if (down == CG_NONE) {
            land->height_m[cell] = options->base_m;
            land->above_m[cell] = 0;
            continue;
        }
        double slope = options->steep * pow (land->upstream[cell], -0.45);
        double rise = land->width_m * slope * (0.7 + 0.6 * cg_noise_pick (land->seed + 5, cell, 2));
        land->height_m[cell] = land->height_m[down] + rise;
        land->above_m[cell] =
            land->upstream[cell] >= land->stream_cells ? 0 : land->above_m[down] + rise;
    }
}

/* ---- the county's outline -------------------------------------------------------------------- */

static void
choose_seat (CgLand *land, const CgLandOptions *options)
{
    guint32 best = cg_land_cell_at (land, options->x, options->y);
    double reach = 0.11 * land->columns * land->width_m;
    guint32 middle = best;
    for (guint32 i = 0; i < land->n; i++)
        if (cg_land_distance (land, i, middle) < reach && land->upstream[i] > land->upstream[best])
            best = i;
    /* The largest stream near the middle, then up along it to the point nearest to the middle. */
    guint32 at = best;
    for (;;) {
        guint32 up = CG_NONE;
        for (guint side = 0; side < CG_LAND_SIDES; side++) {
            guint32 next = cg_land_neighbour (land, at, side);
            if (next != CG_NONE && land->down[next] == at &&
                (up == CG_NONE || land->upstream[next] > land->upstream[up]))
                up = next;
        }
        if (up == CG_NONE || land->upstream[up] * 2 < land->upstream[best])
            break;
        at = up;
        if (cg_land_distance (land, at, middle) < cg_land_distance (land, best, middle))
            best = at;
    }
    land->seat = best;
}

typedef struct {
    double rough, radius_m;
    double *grain; /* [cells] cost of rough ground */
} Outline;

/* Growth slows down on ridges and rough ground, and far out everywhere, so that the outline follows
 * watersheds but the county stays in one broad piece. */
static double
outline_cost (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    const Outline *outline = user_data;
    guint32 row = to / land->columns, column = to % land->columns;
    if (row < MARGIN || column < MARGIN || row + MARGIN >= land->rows ||
        column + MARGIN >= land->columns)
        return G_MAXDOUBLE;
    double climb = fabs (land->height_m[to] - land->height_m[from]) / land->width_m;
    double far = cg_land_distance (land, to, land->seat) / outline->radius_m;
    double cost = 0.5 + outline->rough * (14 * climb + land->above_m[to] / 60 + outline->grain[to]);
    return cost * (1 + 0.6 * far * far * far);
}

static void
draw_outline (CgLand *land, const CgLandOptions *options)
{
    g_autofree double *grain = g_new (double, land->n);
    Outline outline = { options->rough, sqrt (options->area_km2 * 1e6 / G_PI), grain };
    for (guint32 i = 0; i < land->n; i++) {
        CgSpot at = cg_land_centre (land, i);
        grain[i] =
            exp (2.6 * cg_noise_rough (land->seed + 900, at.x, at.y, 0.45 * outline.radius_m, 5));
    }
    guint32 n = options->area_km2 * 1e6 / (1.5 * land->edge_m * land->width_m);
    g_autoptr (CgLandSpread) spread =
        cg_land_spread (land, &land->seat, NULL, 1, n, NULL, outline_cost, &outline);
    for (guint i = 0; i < spread->reached->len; i++)
        land->inside[g_array_index (spread->reached, guint32, i)] = TRUE;
    cg_land_round_off (land, land->inside, NULL, land->seat, 2);
}

CgLand *
cg_land_new (const CgLandOptions *options, guint64 seed)
{
    CgLand *land = g_new0 (CgLand, 1);
    double side_m = sqrt (options->area_km2 * 1e6) * 1.75;
    land->seed = seed;
    land->width_m = options->cell_m;
    land->edge_m = options->cell_m / sqrt (3.0);
    land->columns = side_m / land->width_m;
    land->rows = side_m / (1.5 * land->edge_m);
    land->n = land->columns * land->rows;
    land->x0 = options->x - side_m / 2;
    land->y0 = options->y - side_m / 2;
    land->down = g_new0 (guint32, land->n);
    land->upstream = g_new0 (guint32, land->n);
    land->order = g_new0 (guint32, land->n);
    land->height_m = g_new0 (double, land->n);
    land->above_m = g_new0 (double, land->n);
    land->inside = g_new0 (guint8, land->n);
    double cell_km2 = 1.5e-6 * land->edge_m * land->width_m;
    land->stream_cells = MAX (3, options->stream_km2 / cell_km2);
    draw_streams (land);
    raise_ground (land, options);
    choose_seat (land, options);
    draw_outline (land, options);
    return land;
}

void
cg_land_free (CgLand *land)
{
    if (land == NULL)
        return;
    g_free (land->down);
    g_free (land->upstream);
    g_free (land->order);
    g_free (land->height_m);
    g_free (land->above_m);
    g_free (land->inside);
    g_free (land);
}

/* ---- shapes of cell sets --------------------------------------------------------------------- */

/* Keeps in set only what can be reached from start inside it; with invert, what start cannot reach
 * outside of it joins the set (that fills holes). */
static void
flood (const CgLand *land, guint8 *set, const guint8 *allowed, guint32 start, gboolean invert)
{
    g_autofree guint8 *seen = g_new0 (guint8, land->n);
    g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_array_append_val (stack, start);
    seen[start] = TRUE;
    while (stack->len > 0) {
        guint32 cell = g_array_index (stack, guint32, stack->len - 1);
        g_array_set_size (stack, stack->len - 1);
        for (guint side = 0; side < CG_LAND_SIDES; side++) {
            guint32 next = cg_land_neighbour (land, cell, side);
            if (next == CG_NONE || seen[next] || (set[next] != 0) == invert)
                continue;
            seen[next] = TRUE;
            g_array_append_val (stack, next);
        }
    }
    for (guint32 i = 0; i < land->n; i++)
        if (!invert)
            set[i] = set[i] && seen[i];
        else if (!seen[i] && (allowed == NULL || allowed[i]))
            set[i] = TRUE;
}

void
cg_land_round_off (const CgLand *land, guint8 *set, const guint8 *allowed, guint32 keep,
                   guint passes)
{
    g_autofree guint8 *next = g_new0 (guint8, land->n);
    for (guint pass = 0; pass < passes; pass++) {
        for (guint32 i = 0; i < land->n; i++) {
            guint around = 0;
            for (guint side = 0; side < CG_LAND_SIDES; side++) {
                guint32 other = cg_land_neighbour (land, i, side);
                around += other != CG_NONE && set[other];
            }
            next[i] = set[i] ? around >= 3 || i == keep
                             : around >= 4 && (allowed == NULL || allowed[i]);
        }
        memcpy (set, next, land->n);
    }
    flood (land, set, NULL, keep, FALSE);
    flood (land, set, allowed, 0, TRUE);
}
