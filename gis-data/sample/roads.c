#include <math.h>
#include <string.h>

#include "ways_internal.h"

enum { FIELD = 1, VILLAGE, COUNTY };

static const guint8 classes[] = { [FIELD] = CG_BARRIER_ALLEY, [VILLAGE] = CG_BARRIER_STREET,
                                  [COUNTY] = CG_BARRIER_ARTERIAL };

#define SHORE_M 24.0 /* roads pass so far from a wide river */

typedef struct {
    const CgLand *land;
    const CgSettle *settle;
    const CgWater *wide;
    guint8 (*link)[CG_LAND_SIDES]; /* [cells] grade of the road to each neighbour, 0: none */
    guint8 *grade;                 /* [cells] best road in the cell                        */
    CgSpot *at;                    /* [cells] where roads pass                             */
} Net;

static gboolean
in_core (const Net *net, guint32 cell)
{
    guint32 label = net->settle->label[cell];
    return label != CG_NONE && label >= net->settle->n_pieces;
}

static double
road_cost (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    const Net *net = user_data;
    if (!land->inside[to] && !land->inside[from])
        return G_MAXDOUBLE;
    double climb = fabs (land->height_m[to] - land->height_m[from]) / 10;
    double cost = 1 + climb + land->above_m[to] / 120 + 0.6 * cg_noise_pick (land->seed, 33, to);
    if (land->upstream[to] >= land->stream_cells)
        cost += 1.5 + (land->upstream[to] > 30 * land->stream_cells ? 2.5 : 0);
    if (net->grade[to] >= VILLAGE)
        cost *= 0.35;
    return cost;
}

static void
add_link (Net *net, guint32 a, guint32 b, guint8 grade)
{
    for (guint side = 0; side < CG_LAND_SIDES; side++)
        if (cg_land_neighbour (net->land, a, side) == b) {
            guint opposite = (side + 3) % CG_LAND_SIDES;
            net->link[a][side] = MAX (net->link[a][side], grade);
            net->link[b][opposite] = MAX (net->link[b][opposite], grade);
        }
    net->grade[a] = MAX (net->grade[a], grade);
    net->grade[b] = MAX (net->grade[b], grade);
}

/* Follows a spread back from cell to its source, or until a road of that grade is met. */
static void
lay_road (Net *net, const CgLandSpread *spread, guint32 cell, guint8 grade)
{
    while (spread->from[cell] != CG_NONE) {
        guint32 next = spread->from[cell];
        gboolean met = net->grade[next] >= grade;
        add_link (net, cell, next, grade);
        if (met && grade < COUNTY)
            return;
        cell = next;
    }
}

static CgLandSpread *
spread_from_roads (Net *net, guint8 grade)
{
    g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < net->land->n; i++)
        if (net->grade[i] >= grade)
            g_array_append_val (sources, i);
    return cg_land_spread (net->land, (const guint32 *) (void *) sources->data, NULL, sources->len,
                           0, NULL, road_cost, net);
}

/* County roads: a tree of cheap ways from the county town to the other towns, each town joined to
 * what is there already, and ways out over the border in five directions. */
static void
lay_county_roads (Net *net)
{
    const CgLand *land = net->land;
    const CgSettle *settle = net->settle;
    net->grade[land->seat] = COUNTY;
    for (guint32 t = 1; t < settle->n_towns && settle->n_villages > 0; t++) {
        g_autofree guint8 *there = g_new (guint8, land->n);
        for (guint32 i = 0; i < land->n; i++)
            there[i] = net->grade[i] >= COUNTY;
        g_autoptr (CgLandSpread) spread =
            cg_land_spread (land, &settle->town_seat[t], NULL, 1, 0, there, road_cost, net);
        guint32 met = g_array_index (spread->reached, guint32, spread->reached->len - 1);
        if (there[met])
            lay_road (net, spread, met, COUNTY);
    }
    g_autoptr (CgLandSpread) spread = spread_from_roads (net, COUNTY);
    static const double sides[][2] = {
        { 1, 0.1 }, { 0.1, -1 }, { -0.7, -0.7 }, { -0.6, 0.8 }, { 0.6, 0.8 }
    };
    CgSpot home = cg_land_centre (land, land->seat);
    for (guint k = 0; k < G_N_ELEMENTS (sides); k++) {
        guint32 best = CG_NONE;
        double best_value = -G_MAXDOUBLE;
        for (guint32 i = 0; i < land->n; i++) {
            if (land->inside[i] || spread->cost[i] == G_MAXDOUBLE)
                continue;
            CgSpot at = cg_land_centre (land, i);
            double ahead =
                ((at.x - home.x) * sides[k][0] + (at.y - home.y) * sides[k][1]) / land->width_m;
            double value = 3 * ahead - spread->cost[i];
            if (value > best_value) {
                best_value = value;
                best = i;
            }
        }
        if (best != CG_NONE)
            lay_road (net, spread, best, COUNTY);
    }
}

static void
lay_small_roads (Net *net, const guint32 *seats, guint32 n, guint8 grade)
{
    g_autoptr (CgLandSpread) spread = spread_from_roads (net, grade);
    for (guint32 i = 0; i < n; i++)
        if (spread->cost[seats[i]] != G_MAXDOUBLE && net->grade[seats[i]] < grade)
            lay_road (net, spread, seats[i], grade);
}

/* ---- from cells to lines --------------------------------------------------------------------- */

static guint
degree (const Net *net, guint32 cell)
{
    guint n = 0;
    for (guint side = 0; side < CG_LAND_SIDES; side++)
        n += net->link[cell][side] != 0;
    return n;
}

/* Streets take over inside of cores. */
static void
drop_core_links (Net *net)
{
    for (guint32 i = 0; i < net->land->n; i++)
        for (guint side = 0; side < CG_LAND_SIDES && in_core (net, i); side++) {
            guint32 next = cg_land_neighbour (net->land, i, side);
            if (net->link[i][side] == 0 || !in_core (net, next))
                continue;
            net->link[i][side] = 0;
            net->link[next][(side + 3) % CG_LAND_SIDES] = 0;
        }
}

static void
place_roads (Net *net)
{
    const CgLand *land = net->land;
    for (guint32 i = 0; i < land->n; i++) {
        CgSpot at = cg_land_centre (land, i);
        double a = cg_noise_pick (land->seed, 34, i) - 0.5,
               b = cg_noise_pick (land->seed, 35, i) - 0.5;
        net->at[i] = (CgSpot){ at.x + 0.4 * land->width_m * a, at.y + 0.4 * land->width_m * b };
    }
    g_autofree CgSpot *next = g_memdup2 (net->at, land->n * sizeof (CgSpot));
    for (guint pass = 0; pass < 3; pass++) {
        for (guint32 i = 0; i < land->n; i++) {
            CgSpot sum = { 0, 0 };
            guint n = 0;
            for (guint side = 0; side < CG_LAND_SIDES; side++) {
                if (net->link[i][side] == 0 ||
                    (net->grade[i] > FIELD && net->link[i][side] == FIELD))
                    continue;
                CgSpot other = net->at[cg_land_neighbour (land, i, side)];
                sum.x += other.x;
                sum.y += other.y;
                n++;
            }
            if (n >= 2)
                next[i] = (CgSpot){ 0.5 * net->at[i].x + 0.5 * sum.x / n,
                                    0.5 * net->at[i].y + 0.5 * sum.y / n };
        }
        memcpy (net->at, next, land->n * sizeof (CgSpot));
    }
    for (guint32 i = 0; i < land->n; i++)
        net->at[i] = cg_water_shun (net->wide, net->at[i], SHORE_M);
}

/* The last cell of a road, in a core or beyond the border, moves to where the road really ends. */
static void
place_ends (Net *net, const GPtrArray *street_ends, GArray *out_gates, GArray *out_entries)
{
    const CgLand *land = net->land;
    for (guint32 i = 0; i < land->n; i++) {
        if (degree (net, i) == 0)
            continue;
        if (in_core (net, i)) {
            const GArray *ends = street_ends->pdata[net->settle->label[i] - net->settle->n_pieces];
            double best = G_MAXDOUBLE;
            CgSpot home = net->at[i];
            for (guint k = 0; k < ends->len; k++) {
                CgSpot at = g_array_index (ends, CgSpot, k);
                double d = hypot (at.x - home.x, at.y - home.y);
                if (d < best) {
                    best = d;
                    net->at[i] = at;
                }
            }
            if (net->grade[i] == COUNTY)
                g_array_append_val (out_entries, net->at[i]);
        } else if (!land->inside[i]) {
            for (guint side = 0; side < CG_LAND_SIDES; side++)
                if (net->link[i][side] != 0) {
                    CgSpot home = net->at[cg_land_neighbour (land, i, side)];
                    net->at[i] = cg_plane_between (home, cg_land_centre (land, i), 0.4);
                    if (net->grade[i] == COUNTY)
                        g_array_append_val (out_gates, home);
                    break;
                }
        }
    }
}

/* The side on which a road goes on that came in by side `back`: as straight as there is one of the
 * same grade, or CG_LAND_SIDES. */
static guint
way_on (const Net *net, guint32 cell, guint back, guint8 grade)
{
    guint best = CG_LAND_SIDES;
    int best_turn = 9;
    for (guint side = 0; side < CG_LAND_SIDES; side++) {
        if (side == back || net->link[cell][side] != grade)
            continue;
        int turn = abs ((int) ((side + 6 - back) % 6) - 3);
        if (turn < best_turn) {
            best_turn = turn;
            best = side;
        }
    }
    return best_turn <= 2 ? best : CG_LAND_SIDES;
}

static GArray *
follow (Net *net, guint32 cell, guint side, guint8 grade)
{
    GArray *line = g_array_new (FALSE, FALSE, sizeof (CgSpot));
    g_array_append_val (line, net->at[cell]);
    while (side < CG_LAND_SIDES) {
        guint32 next = cg_land_neighbour (net->land, cell, side);
        guint back = (side + 3) % CG_LAND_SIDES;
        net->link[cell][side] = net->link[next][back] = 0;
        g_array_append_val (line, net->at[next]);
        cell = next;
        side = way_on (net, cell, back, grade);
    }
    return line;
}

static void
trace_grade (Net *net, guint8 grade, CgNamer *namer, GPtrArray *ways)
{
    /* First from the ends of roads, then what is left: loops and middles. */
    for (guint pass = 0; pass < 2; pass++)
        for (guint32 i = 0; i < net->land->n; i++) {
            guint n = 0;
            for (guint side = 0; side < CG_LAND_SIDES; side++)
                n += net->link[i][side] == grade;
            for (guint side = 0; side < CG_LAND_SIDES && (pass == 1 || n == 1); side++) {
                if (net->link[i][side] != grade)
                    continue;
                g_autoptr (GArray) line = follow (net, i, side, grade);
                CgWay *way = g_new0 (CgWay, 1);
                way->class = classes[grade];
                way->name = grade == COUNTY ? cg_namer_take (namer, CG_NAME_STREET) : NULL;
                way->line = cg_plane_bend ((const CgSpot *) (void *) line->data, line->len,
                                           grade == FIELD ? 2 : 4);
                cg_water_keep_bank (net->wide, way->line, SHORE_M);
                for (guint k = 0; k < way->line->len; k++) {
                    CgSpot *at = &g_array_index (way->line, CgSpot, k);
                    *at = cg_plane_round (*at);
                }
                g_ptr_array_add (ways, way);
            }
        }
}

GPtrArray *
cg_roads_new (const CgLand *land, const CgSettle *settle, const CgWater *wide,
              const GPtrArray *street_ends, CgNamer *namer, GArray *out_gates, GArray *out_entries)
{
    Net net = { land, settle, wide, g_malloc0 (sizeof (*net.link) * land->n), g_new0 (guint8, land->n),
                g_new (CgSpot, land->n) };
    lay_county_roads (&net);
    lay_small_roads (&net, settle->village_seat, settle->n_villages, VILLAGE);
    lay_small_roads (&net, settle->group_seat, settle->n_groups, FIELD);
    drop_core_links (&net);
    place_roads (&net);
    place_ends (&net, street_ends, out_gates, out_entries);
    GPtrArray *ways = g_ptr_array_new_with_free_func ((GDestroyNotify) cg_way_free);
    for (guint8 grade = COUNTY; grade >= FIELD; grade--)
        trace_grade (&net, grade, namer, ways);
    g_free (net.link);
    g_free (net.grade);
    g_free (net.at);
    return ways;
}
