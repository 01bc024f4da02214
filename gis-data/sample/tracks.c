#include <math.h>

#include "ways_internal.h"

#define SHORE_M 40.0 /* a motorway passes so far from a wide river */

typedef struct {
    const CgSettle *settle;
    double dear_core; /* what crossing a built-up core costs more */
} Track;

static double
track_cost (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    const Track *track = user_data;
    if (!land->inside[from])
        return G_MAXDOUBLE;
    double climb = fabs (land->height_m[to] - land->height_m[from]) / 9;
    double cost = 1 + climb + land->above_m[to] / 60;
    if (land->upstream[to] >= land->stream_cells)
        cost += 4;
    guint32 label = track->settle->label[to];
    if (label != CG_NONE && label >= track->settle->n_pieces)
        cost += track->dear_core;
    return cost;
}

/* From a start to the border, to the side where (x, y) . way is largest for its cost. */
static GArray *
track_to_border (const CgLand *land, const Track *track, guint32 start, double dx, double dy)
{
    g_autoptr (CgLandSpread) spread =
        cg_land_spread (land, &start, NULL, 1, 0, NULL, track_cost, (gpointer) track);
    CgSpot home = cg_land_centre (land, start);
    guint32 best = CG_NONE;
    double best_value = -G_MAXDOUBLE;
    for (guint32 i = 0; i < land->n; i++) {
        if (land->inside[i] || spread->cost[i] == G_MAXDOUBLE)
            continue;
        CgSpot at = cg_land_centre (land, i);
        double ahead = ((at.x - home.x) * dx + (at.y - home.y) * dy) / land->width_m;
        double value = 6 * ahead - spread->cost[i];
        if (value > best_value) {
            best_value = value;
            best = i;
        }
    }
    GArray *line = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    for (guint32 cell = best; cell != CG_NONE; cell = spread->from[cell]) {
        CgSpot at = cg_land_centre (land, cell);
        if (cell == best && spread->from[cell] != CG_NONE)
            at = cg_plane_between (cg_land_centre (land, spread->from[cell]), at, 0.4);
        g_array_append_val (line, at);
    }
    return line;
}

static void
straighten (GArray *line, guint passes)
{
    CgSpot *at = (CgSpot *) (void *) line->data;
    g_autofree CgSpot *next = g_new (CgSpot, MAX (line->len, 1));
    for (guint pass = 0; pass < passes; pass++) {
        for (guint i = 1; i + 1 < line->len; i++)
            next[i] = (CgSpot){ 0.34 * at[i].x + 0.33 * (at[i - 1].x + at[i + 1].x),
                                0.34 * at[i].y + 0.33 * (at[i - 1].y + at[i + 1].y) };
        for (guint i = 1; i + 1 < line->len; i++)
            at[i] = next[i];
    }
}

static CgWay *
make_track (const CgLand *land, const Track *track, guint32 start, double dx, double dy,
            guint8 class, const char *name, guint passes)
{
    g_autoptr (GArray) line = track_to_border (land, track, start, dx, dy);
    g_autoptr (GArray) other = track_to_border (land, track, start, -dx, -dy);
    for (guint i = other->len > 0 ? other->len - 1 : 0; i-- > 0;)
        g_array_append_val (line, g_array_index (other, CgSpot, i));
    straighten (line, passes);
    CgWay *way = g_new0 (CgWay, 1);
    way->class = class;
    way->name = g_strdup (name);
    way->line = cg_plane_bend ((const CgSpot *) (void *) line->data, line->len, 3);
    for (guint i = 0; i < way->line->len; i++) {
        CgSpot *at = &g_array_index (way->line, CgSpot, i);
        *at = cg_plane_round (*at);
    }
    return way;
}

/* The station lies at the rim of the core, away from the river. */
static guint32
station_cell (const CgLand *land, const CgSettle *settle)
{
    guint32 best = land->seat;
    double best_value = -1;
    for (guint32 i = 0; i < land->n; i++) {
        if (settle->label[i] != settle->n_pieces)
            continue;
        double far = cg_land_distance (land, i, land->seat) / land->width_m;
        double value = land->above_m[i] / 10 - fabs (far - 4);
        if (best_value < 0 || value > best_value) {
            best_value = MAX (value, 0);
            best = i;
        }
    }
    return best;
}

static guint32
motorway_cell (const CgLand *land, const CgSettle *settle)
{
    guint32 best = land->seat;
    double best_value = G_MAXDOUBLE;
    for (guint32 i = 0; i < land->n; i++) {
        if (!land->inside[i] || settle->label[i] >= settle->n_pieces)
            continue;
        double far = cg_land_distance (land, i, land->seat) / land->width_m;
        double value =
            fabs (far - 16) + land->above_m[i] / 20 + 3 * cg_noise_pick (land->seed, 31, i);
        if (value < best_value) {
            best_value = value;
            best = i;
        }
    }
    return best;
}

GPtrArray *
cg_tracks_new (const CgLand *land, const CgSettle *settle, const CgWater *wide)
{
    GPtrArray *ways = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_way_free);
    Track rail = { settle, 2.0 }, fast = { settle, 60.0 };
    double turn = cg_noise_pick (land->seed, 32, 0) - 0.5;
    guint32 station = station_cell (land, settle);
    g_ptr_array_add (ways,
                     make_track (land, &rail, station, 1, turn, CG_BARRIER_RAILWAY, "铁路", 14));
    if (settle->n_villages > 0) {
        guint32 start = motorway_cell (land, settle);
        CgWay *way = make_track (land, &fast, start, -turn, 1, CG_BARRIER_ARTERIAL, "高速公路", 24);
        cg_water_keep_bank (wide, way->line, SHORE_M);
        g_ptr_array_add (ways, way);
    }
    return ways;
}
