#include <math.h>
#include <string.h>

#include "ways_internal.h"

#define OVER_RIVER 12.0 /* a step over a wide river costs as much as so many */

typedef struct {
    const CgCounty *county;
    const CgLand *land;
    const CgWater *wide;
    guint8 *shore;    /* [cells] a wide river is near */
    CgSettle *settle;
    guint32 *parent;  /* [cells] label of the level above while a level is drawn */
    guint64 seed;
    double floor_m;   /* a climb of so much costs as much as a step; low: borders seek ridges */
    double *rough;    /* [cells] cost of rough ground                                         */
} Draw;

typedef struct {
    double remainder;
    guint32 index;
} Remainder;

static int
by_remainder (gconstpointer a, gconstpointer b)
{
    const Remainder *p = a, *q = b;
    if (p->remainder != q->remainder)
        return p->remainder > q->remainder ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

guint32 *
cg_settle_share (const double *weight, guint32 n, guint32 total, guint32 floor_each)
{
    guint32 *share = g_new0 (guint32, MAX (n, 1));
    if (n == 0)
        return share;
    g_autofree Remainder *rest = g_new (Remainder, n);
    double sum = 0;
    for (guint32 i = 0; i < n; i++)
        sum += weight[i];
    guint32 free_total = total > n * floor_each ? total - n * floor_each : 0, given = 0;
    for (guint32 i = 0; i < n; i++) {
        double exact = sum > 0 ? free_total * (weight[i] / sum) : (double) free_total / n;
        guint32 whole = exact;
        share[i] = floor_each + whole;
        given += whole;
        rest[i] = (Remainder){ exact - whole, i };
    }
    qsort (rest, n, sizeof (Remainder), by_remainder);
    for (guint32 i = 0; given < free_total; i = (i + 1) % n, given++)
        share[rest[i].index]++;
    return share;
}

/* ---- cells by label -------------------------------------------------------------------------- */

typedef struct {
    guint32 *first, *cells;
} Buckets;

static void
buckets_clear (Buckets *buckets)
{
    g_free (buckets->first);
    g_free (buckets->cells);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Buckets, buckets_clear)

static Buckets
bucket_cells (const CgLand *land, const guint32 *label, guint32 n_labels)
{
    Buckets buckets = { g_new0 (guint32, n_labels + 2), g_new (guint32, land->n) };
    for (guint32 i = 0; i < land->n; i++)
        if (label[i] < n_labels)
            buckets.first[label[i] + 2]++;
    for (guint32 k = 2; k < n_labels + 2; k++)
        buckets.first[k] += buckets.first[k - 1];
    for (guint32 i = 0; i < land->n; i++)
        if (label[i] < n_labels)
            buckets.cells[buckets.first[label[i] + 1]++] = i;
    return buckets;
}

/* How much people like to settle in a cell: low above the stream, not in it, below the ridge. */
static double
comfort (const CgLand *land, guint32 cell)
{
    double above = land->above_m[cell];
    double value = 1 / (1 + above / 25);
    if (land->upstream[cell] >= land->stream_cells)
        value *= 0.1;
    guint32 down = land->down[cell];
    double basin = down != CG_NONE ? land->upstream[down] : land->upstream[cell];
    return value * (0.25 + 0.1 * log (1 + basin));
}

/* Best of many candidates, one after the other: far from the seats chosen so far (in units of the
 * spacing that n seats would have) and comfortable. */
static void
choose_seats (const Draw *draw, const guint32 *cells, guint32 n_cells, guint32 n, guint64 stream,
              double spread, guint32 *out)
{
    CgRandom random;
    cg_random_init (&random, draw->seed, stream);
    double cell_m2 = 1.5 * draw->land->edge_m * draw->land->width_m;
    double spacing = sqrt (n_cells * cell_m2 / n);
    for (guint32 k = 0; k < n; k++) {
        double best = -1;
        guint tries = MIN (n_cells, 24 + n_cells / (4 * n));
        for (guint t = 0; t < tries; t++) {
            guint32 cell = cells[cg_random_below (&random, n_cells)];
            double near = 1.2;
            for (guint32 j = 0; j < k; j++)
                near = MIN (near, cg_land_distance (draw->land, cell, out[j]) / spacing);
            double value = pow (near, spread) * comfort (draw->land, cell);
            if (value > best) {
                best = value;
                out[k] = cell;
            }
        }
        for (guint32 j = 0; j < k; j++)
            if (out[j] == out[k])
                out[k] = cells[cg_random_below (&random, n_cells)];
    }
}

/* Duplicate seats would leave an area without land. Where candidates ran into each other, the first
 * free cells of the region serve. */
static void
part_seats (const guint32 *cells, guint32 n_cells, guint32 n, guint32 *out)
{
    g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
    guint32 next = 0;
    for (guint32 k = 0; k < n; k++) {
        while (g_hash_table_contains (used, GUINT_TO_POINTER (out[k] + 1)) && next < n_cells)
            out[k] = cells[next++];
        g_hash_table_add (used, GUINT_TO_POINTER (out[k] + 1));
    }
}

static void
find_shores (Draw *draw)
{
    for (guint32 i = 0; i < draw->land->n; i++)
        draw->shore[i] = draw->land->inside[i] &&
                         !cg_water_is_dry (draw->wide, cg_land_centre (draw->land, i),
                                           draw->land->width_m);
}

/* Whether a step leads over a wide river. */
static gboolean
is_over (const Draw *draw, guint32 from, guint32 to)
{
    return draw->shore[from] && draw->shore[to] &&
           cg_water_parts (draw->wide, cg_land_centre (draw->land, from),
                           cg_land_centre (draw->land, to));
}

static double
border_cost (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    const Draw *draw = user_data;
    if (draw->parent[from] != draw->parent[to])
        return G_MAXDOUBLE;
    double climb = fabs (land->height_m[to] - land->height_m[from]) / draw->floor_m;
    double stream = land->upstream[to] >= 30 * land->stream_cells ? 2.5 : 0;
    double over = is_over (draw, from, to) ? OVER_RIVER : 0;
    return 0.4 + climb + land->above_m[to] / 70 + stream + draw->rough[to] + over;
}

/* Rough ground for the next borders; bends are up to `cells` wide. */
static void
roughen (Draw *draw, double cells)
{
    const CgLand *land = draw->land;
    for (guint32 i = 0; i < land->n; i++) {
        CgSpot at = cg_land_centre (land, i);
        if (land->inside[i])
            draw->rough[i] = exp (
                2.0 * cg_noise_rough (draw->seed + 40, at.x, at.y, cells * land->width_m, 4));
    }
}

/* Divides every region of parent among its seats. */
static guint32 *
divide (Draw *draw, guint32 *parent, const guint32 *seats, guint32 n_seats)
{
    draw->parent = parent;
    CgLandSpread *spread =
        cg_land_spread (draw->land, seats, NULL, n_seats, 0, NULL, border_cost, draw);
    guint32 *label = g_steal_pointer (&spread->source);
    cg_land_spread_free (spread);
    return label;
}

/* ---- towns and their cores ------------------------------------------------------------------- */

static double
one_step (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    return 1;
}

/* Steps from each cell to the nearest one outside of the county. (g_free) */
static double *
border_distance (const CgLand *land)
{
    g_autoptr (GArray) outside = g_array_new (FALSE, FALSE, sizeof (guint32));
    for (guint32 i = 0; i < land->n; i++)
        if (!land->inside[i])
            g_array_append_val (outside, i);
    g_autoptr (CgLandSpread) spread =
        cg_land_spread (land, (const guint32 *) (void *) outside->data, NULL, outside->len, 0, NULL,
                        one_step, NULL);
    return g_steal_pointer (&spread->cost);
}

static void
choose_towns (Draw *draw)
{
    const CgLand *land = draw->land;
    CgSettle *settle = draw->settle;
    CgRandom random;
    cg_random_init (&random, draw->seed, 101);
    settle->town_seat[0] = land->seat;
    g_autoptr (GArray) inside = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autofree double *border = border_distance (land);
    double spacing = sqrt (draw->county->land.area_km2 * 1e6 / settle->n_towns);
    for (guint32 i = 0; i < land->n; i++)
        if (land->inside[i] && land->upstream[i] >= 4 * land->stream_cells &&
            border[i] * land->width_m > 0.2 * spacing)
            g_array_append_val (inside, i);
    for (guint32 k = 1; k < settle->n_towns; k++) {
        double best = -1;
        for (guint t = 0; t < 300; t++) {
            guint32 cell = g_array_index (inside, guint32, cg_random_below (&random, inside->len));
            double near = 1.1;
            for (guint32 j = 0; j < k; j++)
                near = MIN (near,
                            cg_land_distance (land, cell, settle->town_seat[j]) / spacing);
            double value =
                near * near * log (2 + (double) land->upstream[cell] / land->stream_cells);
            if (value > best) {
                best = value;
                settle->town_seat[k] = cell;
            }
        }
    }
}

typedef struct {
    const Draw *draw;
    guint32 town;
} CoreWalk;

static double
core_cost (const CgLand *land, guint32 from, guint32 to, gpointer user_data)
{
    const CoreWalk *walk = user_data;
    if (walk->draw->settle->town[to] != walk->town ||
        (walk->town > 0 && is_over (walk->draw, from, to)))
        return G_MAXDOUBLE;
    CgSpot at = cg_land_centre (land, to);
    double n = cg_noise_rough (walk->draw->seed + 60, at.x, at.y, 8 * land->width_m, 2);
    double seat = cg_land_distance (land, to, walk->draw->settle->town_seat[walk->town]);
    return 1 + land->above_m[to] / 14 + 0.5 * exp (n) + 0.05 * seat / land->width_m;
}

/* Built-up land grows from the seat along the valley floor. */
static void
grow_core (Draw *draw, guint32 town, guint32 n_cells, guint32 *core)
{
    const CgLand *land = draw->land;
    g_autofree guint8 *set = g_new0 (guint8, land->n), *allowed = g_new0 (guint8, land->n);
    for (guint32 i = 0; i < land->n; i++)
        allowed[i] = draw->settle->town[i] == town;
    if (n_cells == 0) { /* the whole town is built up */
        memcpy (set, allowed, land->n);
    } else {
        CoreWalk walk = { draw, town };
        guint32 seat = draw->settle->town_seat[town];
        /* Somewhat farther than the core: what cannot be reached there is the other bank. */
        g_autoptr (CgLandSpread) spread =
            cg_land_spread (land, &seat, NULL, 1, 2 * n_cells + 40, NULL, core_cost, &walk);
        for (guint32 i = 0; i < land->n; i++)
            allowed[i] = allowed[i] && (town == 0 || !draw->shore[i]);
        for (guint i = 0; i < spread->reached->len; i++) {
            allowed[g_array_index (spread->reached, guint32, i)] = TRUE;
            set[g_array_index (spread->reached, guint32, i)] = i < n_cells;
        }
        cg_land_round_off (land, set, allowed, seat, 2);
    }
    for (guint32 i = 0; i < land->n; i++)
        if (set[i])
            core[i] = town;
}

static void
draw_towns (Draw *draw, guint32 *core)
{
    const CgLand *land = draw->land;
    const CgCounty *county = draw->county;
    CgSettle *settle = draw->settle;
    g_autofree guint32 *parent = g_new (guint32, land->n);
    for (guint32 i = 0; i < land->n; i++)
        parent[i] = land->inside[i] ? 0 : CG_NONE;
    gboolean all_urban = county->villages == 0;
    settle->town = all_urban ? divide (draw, parent, settle->town_seat, 1)
                             : divide (draw, parent, settle->town_seat, settle->n_towns);
    for (guint32 i = 0; i < land->n; i++) {
        core[i] = CG_NONE;
        if (!land->inside[i])
            settle->town[i] = CG_NONE;
    }
    double cell_km2 = 1.5e-6 * land->edge_m * land->width_m;
    double seat_km2 = county->seat_grids * 400 / county->urban_per_km2;
    grow_core (draw, 0, all_urban ? 0 : (guint32) (seat_km2 / cell_km2), core);
    for (guint32 t = 1; t < settle->n_towns && !all_urban; t++) {
        double grids = (double) county->town_grids / (settle->n_towns - 1);
        double km2 = grids * 400 / (0.6 * county->urban_per_km2);
        double size = km2 * (0.8 + 0.5 * cg_noise_pick (draw->seed, 61, t)) / cell_km2;
        grow_core (draw, t, MAX (size, 8), core);
    }
}

/* ---- villages, groups, pieces ---------------------------------------------------------------- */

/* Seats of the level below for every region: counts[k] of them in region k. */
static guint32 *
seats_below (Draw *draw, const guint32 *label, guint32 n_regions, const guint32 *counts,
             guint32 total, guint64 stream, double spread, guint32 *region_of)
{
    g_auto (Buckets) buckets = bucket_cells (draw->land, label, n_regions);
    guint32 *seats = g_new (guint32, MAX (total, 1));
    for (guint32 k = 0, at = 0; k < n_regions; k++) {
        const guint32 *cells = buckets.cells + buckets.first[k];
        guint32 n_cells = buckets.first[k + 1] - buckets.first[k];
        if (counts[k] == 0)
            continue;
        choose_seats (draw, cells, n_cells, counts[k], stream + k, spread, seats + at);
        part_seats (cells, n_cells, counts[k], seats + at);
        for (guint32 j = 0; j < counts[k]; j++)
            region_of[at++] = k;
    }
    return seats;
}

static double *
region_weights (const Draw *draw, const guint32 *label, guint32 n, double power, guint64 stream)
{
    double *weight = g_new0 (double, MAX (n, 1));
    for (guint32 i = 0; i < draw->land->n; i++)
        if (label[i] < n)
            weight[label[i]] += 0.2 + comfort (draw->land, i);
    for (guint32 k = 0; k < n; k++)
        weight[k] = pow (weight[k], power) * (0.6 + 0.8 * cg_noise_pick (draw->seed, stream, k));
    return weight;
}

/* Pockets that no village can reach without crossing the town's core join what lies beside them. */
static void
adopt_pockets (const Draw *draw, const guint32 *core, guint32 *village, guint32 n_villages)
{
    const CgLand *land = draw->land;
    gboolean changed = TRUE;
    while (changed) {
        changed = FALSE;
        for (guint32 i = 0; i < land->n; i++) {
            if (!land->inside[i] || village[i] != CG_NONE || core[i] != CG_NONE)
                continue;
            for (guint side = 0; side < CG_LAND_SIDES && village[i] == CG_NONE; side++) {
                guint32 next = cg_land_neighbour (land, i, side);
                if (draw->settle->town[next] != draw->settle->town[i])
                    continue;
                village[i] = core[next] != CG_NONE ? n_villages + core[next] : village[next];
                changed = changed || village[i] != CG_NONE;
            }
        }
    }
}

static guint32 *
draw_villages (Draw *draw, const guint32 *core)
{
    const CgLand *land = draw->land;
    CgSettle *settle = draw->settle;
    g_autofree guint32 *open = g_new (guint32, land->n);
    for (guint32 i = 0; i < land->n; i++)
        open[i] = core[i] == CG_NONE ? settle->town[i] : CG_NONE;
    g_autofree double *weight = region_weights (draw, open, settle->n_towns, 0.8, 70);
    g_autofree guint32 *counts = cg_settle_share (weight, settle->n_towns, settle->n_villages,
                                                  settle->n_villages > 0 ? 4 : 0);
    settle->village_seat = seats_below (draw, open, settle->n_towns, counts, settle->n_villages,
                                        1000, 1.4, settle->village_town);
    guint32 *village = divide (draw, open, settle->village_seat, settle->n_villages);
    for (guint32 i = 0; i < land->n; i++)
        if (!land->inside[i] || core[i] != CG_NONE)
            village[i] = CG_NONE;
    adopt_pockets (draw, core, village, settle->n_villages);
    for (guint32 i = 0; i < land->n; i++)
        if (core[i] != CG_NONE)
            village[i] = settle->n_villages + core[i];
    return village;
}

static guint32 *
draw_groups (Draw *draw, guint32 *village)
{
    CgSettle *settle = draw->settle;
    g_autofree double *weight = region_weights (draw, village, settle->n_villages, 0.75, 71);
    g_autofree guint32 *counts = cg_settle_share (weight, settle->n_villages, settle->n_groups,
                                                  settle->n_villages > 0 ? 2 : 0);
    settle->group_seat = seats_below (draw, village, settle->n_villages, counts, settle->n_groups,
                                      5000, 1.1, settle->group_village);
    return divide (draw, village, settle->group_seat, settle->n_groups);
}

static void
draw_pieces (Draw *draw, guint32 *group)
{
    const CgLand *land = draw->land;
    CgSettle *settle = draw->settle;
    g_autofree guint32 *counts = g_new0 (guint32, MAX (settle->n_groups, 1));
    g_autofree guint32 *cells = g_new0 (guint32, MAX (settle->n_groups, 1));
    for (guint32 i = 0; i < land->n; i++)
        if (group[i] < settle->n_groups)
            cells[group[i]]++;
    for (guint32 k = 0; k < settle->n_groups; k++) {
        guint32 most = MIN (4, 1 + cells[k] / 12);
        counts[k] = 1 + (guint32) (cg_noise_pick (draw->seed, 72, k) * most);
        settle->n_pieces += counts[k];
    }
    settle->piece_group = g_new (guint32, MAX (settle->n_pieces, 1));
    settle->piece_seat = seats_below (draw, group, settle->n_groups, counts, settle->n_pieces,
                                      50000, 1.0, settle->piece_group);
    /* The hamlet of a group stands where the group was founded. */
    for (guint32 p = 0; p < settle->n_pieces; p++) {
        guint32 g = settle->piece_group[p];
        if (p == 0 || settle->piece_group[p - 1] != g)
            settle->piece_seat[p] = settle->group_seat[g];
        else
            for (guint32 q = p; q-- > 0 && settle->piece_group[q] == g;)
                if (settle->piece_seat[q] == settle->piece_seat[p])
                    settle->piece_seat[p] = CG_NONE;
    }
}

/* A piece whose seat fell on the hamlet's is given up: the group has one piece fewer. */
static void
drop_twins (CgSettle *settle)
{
    guint32 kept = 0;
    for (guint32 p = 0; p < settle->n_pieces; p++)
        if (settle->piece_seat[p] != CG_NONE) {
            settle->piece_seat[kept] = settle->piece_seat[p];
            settle->piece_group[kept++] = settle->piece_group[p];
        }
    settle->n_pieces = kept;
}

static gboolean
is_other_bank (const Draw *draw, guint32 a, guint32 b)
{
    return cg_water_parts (draw->wide, cg_land_centre (draw->land, a),
                           cg_land_centre (draw->land, b));
}

/* Groups differ in size about as lognormal; the hamlet holds most, far fields often nobody, nor
 * do those beyond a wide river. */
static void
settle_households (Draw *draw)
{
    CgSettle *settle = draw->settle;
    CgRandom random;
    cg_random_init (&random, draw->seed, 103);
    settle->piece_households = g_new0 (guint32, MAX (settle->n_pieces, 1));
    for (guint32 p = 0; p < settle->n_pieces;) {
        guint32 end = p + 1, g = settle->piece_group[p];
        while (end < settle->n_pieces && settle->piece_group[end] == g)
            end++;
        double size =
            draw->county->group_households * exp (0.38 * cg_random_normal (&random) - 0.07);
        guint32 left = CLAMP (size, 6, 9 * draw->county->group_households);
        for (guint32 q = end - 1; q > p; q--) {
            double share = cg_random_unit (&random) < 0.45 ? 0 : 0.28 * cg_random_unit (&random);
            if (is_other_bank (draw, settle->piece_seat[p], settle->piece_seat[q]))
                share = 0;
            settle->piece_households[q] = left * share;
            left -= settle->piece_households[q];
        }
        settle->piece_households[p] = left;
        p = end;
    }
}

CgSettle *
cg_settle_new (const CgCounty *county, const CgLand *land, const CgWater *wide, guint64 seed)
{
    CgSettle *settle = g_new0 (CgSettle, 1);
    Draw draw = { .county = county,
                  .land = land,
                  .wide = wide,
                  .shore = g_new0 (guint8, land->n),
                  .settle = settle,
                  .seed = seed,
                  .floor_m = 9,
                  .rough = g_new (double, land->n) };
    find_shores (&draw);
    roughen (&draw, 40);
    settle->n_towns = county->towns;
    settle->n_villages = county->villages;
    settle->n_groups = county->groups;
    settle->town_seat = g_new0 (guint32, settle->n_towns);
    settle->core_cells = g_new0 (guint32, settle->n_towns);
    settle->village_town = g_new0 (guint32, MAX (settle->n_villages, 1));
    settle->group_village = g_new0 (guint32, MAX (settle->n_groups, 1));
    choose_towns (&draw);
    g_autofree guint32 *core = g_new (guint32, land->n);
    draw_towns (&draw, core);
    roughen (&draw, 20);
    g_autofree guint32 *village = draw_villages (&draw, core);
    roughen (&draw, 10);
    g_autofree guint32 *group = draw_groups (&draw, village);
    draw_pieces (&draw, group);
    drop_twins (settle);
    settle_households (&draw);
    settle->label = divide (&draw, group, settle->piece_seat, settle->n_pieces);
    for (guint32 i = 0; i < land->n; i++) {
        gboolean built = village[i] != CG_NONE && village[i] >= settle->n_villages;
        if (built) {
            settle->label[i] = settle->n_pieces + village[i] - settle->n_villages;
            settle->core_cells[village[i] - settle->n_villages]++;
        } else if (!land->inside[i]) {
            settle->label[i] = CG_NONE;
        }
    }
    g_free (draw.rough);
    g_free (draw.shore);
    return settle;
}

void
cg_settle_free (CgSettle *settle)
{
    if (settle == NULL)
        return;
    g_free (settle->town_seat);
    g_free (settle->core_cells);
    g_free (settle->village_town);
    g_free (settle->village_seat);
    g_free (settle->group_village);
    g_free (settle->group_seat);
    g_free (settle->piece_group);
    g_free (settle->piece_seat);
    g_free (settle->piece_households);
    g_free (settle->town);
    g_free (settle->label);
    g_free (settle);
}
