#include "generate.h"

#include "base/random.h"

#include <string.h>

#define PITCH_LEAST_MM 24000u
#define PITCH_SPREAD_MM 22000u
#define JITTER_MM 10000
#define ORIGIN_E_MM G_GINT64_CONSTANT (500000000)
#define ORIGIN_N_MM G_GINT64_CONSTANT (3400000000)
#define EMPTY_PERCENT 12
#define MEDIAN_HOUSEHOLDS 16.4
#define SPREAD_HOUSEHOLDS 0.7
#define MOST_HOUSEHOLDS 250

typedef struct {
    gint64 x, y; /* millimetres */
} Spot;

typedef struct {
    guint32 side;
    Spot *at;        /* [side * side] crossings of the street grid */
    guint8 *falling; /* [side * side] the square north-east of a crossing is cut from its
                        south-east to its north-west corner; else south-west to north-east */
} Streets;

/* ---- streets ---- */

static gint64
cross (Spot a, Spot b, Spot c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static gint64
squared (Spot a, Spot b)
{
    return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

/* The shorter diagonal, unless a corner of the square is pushed in so far that it lies outside. */
static gboolean
is_falling (const Streets *streets, guint32 v)
{
    Spot a = streets->at[v], b = streets->at[v + 1];
    Spot c = streets->at[v + streets->side + 1], d = streets->at[v + streets->side];
    gboolean rising_fits = cross (a, b, c) > 0 && cross (a, c, d) > 0;
    gboolean falling_fits = cross (a, b, d) > 0 && cross (b, c, d) > 0;
    return !rising_fits || (falling_fits && squared (b, d) < squared (a, c));
}

static void
streets_init (Streets *streets, guint32 side, CgRandom *random)
{
    streets->side = side;
    streets->at = g_new (Spot, (gsize) side * side);
    streets->falling = g_new0 (guint8, (gsize) side * side);
    g_autofree gint64 *x = g_new (gint64, side), *y = g_new (gint64, side);
    for (guint32 i = 0; i < side; i++) {
        x[i] = (i > 0 ? x[i - 1] : ORIGIN_E_MM) + PITCH_LEAST_MM +
               cg_random_below (random, PITCH_SPREAD_MM);
        y[i] = (i > 0 ? y[i - 1] : ORIGIN_N_MM) + PITCH_LEAST_MM +
               cg_random_below (random, PITCH_SPREAD_MM);
    }
    for (guint32 v = 0; v < side * side; v++) {
        gint64 east = cg_random_below (random, 2 * JITTER_MM + 1),
               north = cg_random_below (random, 2 * JITTER_MM + 1);
        streets->at[v] = (Spot){ x[v % side] + east - JITTER_MM, y[v / side] + north - JITTER_MM };
    }
    for (guint32 row = 0; row + 1 < side; row++)
        for (guint32 column = 0; column + 1 < side; column++)
            streets->falling[row * side + column] = is_falling (streets, row * side + column);
}

static void
streets_done (Streets *streets)
{
    g_free (streets->at);
    g_free (streets->falling);
}

/* ---- cells ---- */

static void
add_spot (CgShapes *shapes, gint64 x, gint64 y)
{
    cg_shapes_add_vertex (shapes, (double) x / 1000, (double) y / 1000);
}

static void
add_centre (CgShapes *shapes, Spot a, Spot b, Spot c)
{
    add_spot (shapes, (a.x + b.x + c.x) / 3, (a.y + b.y + c.y) / 3);
}

/* The centres of the triangles at one corner of the square whose south-west corner is v, counter-
 * clockwise round that corner. Corners: 0 south-west, 1 south-east, 2 north-east, 3 north-west. */
static void
add_centres (CgShapes *shapes, const Streets *streets, guint32 v, guint corner)
{
    const Spot at[4] = { streets->at[v], streets->at[v + 1], streets->at[v + streets->side + 1],
                         streets->at[v + streets->side] };
    Spot here = at[corner], next = at[(corner + 1) % 4], opposite = at[(corner + 2) % 4];
    Spot last = at[(corner + 3) % 4];
    if (streets->falling[v] == (corner % 2 == 1)) {
        add_centre (shapes, here, next, opposite);
        add_centre (shapes, here, opposite, last);
    } else {
        add_centre (shapes, here, next, last);
    }
}

/* On the edge of the county a cell ends at the middle of the streets there, and at its crossing. */
static void
add_cell (CgShapes *shapes, const Streets *streets, guint32 v)
{
    guint32 side = streets->side, column = v % side, row = v / side;
    const gboolean east = column + 1 < side, north = row + 1 < side, west = column > 0,
                   south = row > 0;
    /* Squares round v counter-clockwise from the north-east; v is corner k of square k. */
    const gboolean there[4] = { east && north, west && north, west && south, east && south };
    const guint32 square[4] = { v, v - 1, v - 1 - side, v - side };
    const guint32 street[4] = { v + 1, v + side, v - 1, v - side };
    guint start = 0;
    gboolean inside = there[0] && there[1] && there[2] && there[3];
    while (!inside && !(there[start] && !there[(start + 3) % 4]))
        start++;
    Spot here = streets->at[v];
    for (guint k = 0, q = start; k < 4 && there[q]; k++, q = (q + 1) % 4) {
        Spot to = streets->at[street[q]], end = streets->at[street[(q + 1) % 4]];
        if (!inside && k == 0)
            add_spot (shapes, (here.x + to.x) / 2, (here.y + to.y) / 2);
        add_centres (shapes, streets, square[q], q);
        if (!inside && !there[(q + 1) % 4]) {
            add_spot (shapes, (here.x + end.x) / 2, (here.y + end.y) / 2);
            add_spot (shapes, here.x, here.y);
        }
    }
    guint32 first = shapes->ring_vertex[shapes->n_rings];
    cg_shapes_add_vertex (shapes, shapes->x[first], shapes->y[first]);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
}

/* ---- households and communities ---- */

/* e to the x by ten squarings: multiplication alone, so no library's rounding enters. */
static double
exponential (double x)
{
    double power = 1 + x / 1024;
    for (guint i = 0; i < 10; i++)
        power *= power;
    return power;
}

static guint32
draw_households (CgRandom *random)
{
    double size = MEDIAN_HOUSEHOLDS * exponential (SPREAD_HOUSEHOLDS * cg_random_normal (random));
    if (cg_random_below (random, 100) < EMPTY_PERCENT)
        return 0;
    return (guint32) CLAMP (size + 0.5, 1, MOST_HOUSEHOLDS);
}

/* The crossing at which each community begins: one in the middle of every square of a coarse
 * grid, give or take. */
static guint32 *
draw_seeds (const Streets *streets, guint32 communities, CgRandom *random)
{
    guint32 *seed = g_new (guint32, (gsize) communities * communities);
    for (guint32 c = 0; c < communities * communities; c++) {
        guint32 at[2], place[2] = { c % communities, c / communities };
        for (guint a = 0; a < 2; a++) {
            guint32 from = place[a] * streets->side / communities;
            guint32 width = (place[a] + 1) * streets->side / communities - from;
            at[a] = from + width / 8 + cg_random_below (random, MAX (width - width / 4, 1));
        }
        seed[c] = at[1] * streets->side + at[0];
    }
    return seed;
}

static guint32
nearest_seed (const Streets *streets, const guint32 *seed, guint32 communities, guint32 v)
{
    gint32 n = (gint32) communities,
           column = (gint32) (v % streets->side * communities / streets->side);
    gint32 row = (gint32) (v / streets->side * communities / streets->side);
    guint32 best = 0;
    gint64 best_squared = G_MAXINT64;
    for (gint32 y = MAX (row - 2, 0); y <= MIN (row + 2, n - 1); y++)
        for (gint32 x = MAX (column - 2, 0); x <= MIN (column + 2, n - 1); x++) {
            guint32 c = (guint32) (y * n + x);
            gint64 far = squared (streets->at[v], streets->at[seed[c]]);
            if (far < best_squared) {
                best_squared = far;
                best = c;
            }
        }
    return best;
}

/* Crossings whose cells share border with that of v; returns how many, at most 8. */
static guint
neighbours (const Streets *streets, guint32 v, guint32 *out)
{
    guint32 side = streets->side, column = v % side, row = v / side;
    guint n = 0;
    for (gint y = -1; y <= 1; y++)
        for (gint x = -1; x <= 1; x++) {
            gint64 c = (gint64) column + x, r = (gint64) row + y;
            if ((x == 0 && y == 0) || c < 0 || r < 0 || c >= side || r >= side)
                continue;
            guint32 south_west = (guint32) ((r - (y > 0)) * side + c - (x > 0));
            if (x == 0 || y == 0 || streets->falling[south_west] == (x != y))
                out[n++] = (guint32) (r * side + c);
        }
    return n;
}

/* What does not hang together with the seed of its community joins one that it touches: a
 * breadth-first walk from all seeds, first inside communities, then over what is left. */
static void
connect_communities (const Streets *streets, const guint32 *seed, guint32 n_seeds,
                     guint32 *community)
{
    gsize n = (gsize) streets->side * streets->side;
    g_autofree guint32 *queue = g_new (guint32, n);
    guint32 head = 0, tail = 0;
    g_autofree guint8 *reached = g_new0 (guint8, n);
    for (guint32 c = 0; c < n_seeds; c++) {
        queue[tail++] = seed[c];
        reached[seed[c]] = 1;
    }
    for (guint round = 0; round < 2; round++)
        for (head = 0; head < tail; head++) {
            guint32 near[8], m = neighbours (streets, queue[head], near);
            for (guint k = 0; k < m; k++)
                if (!reached[near[k]] &&
                    (round > 0 || community[near[k]] == community[queue[head]])) {
                    community[near[k]] = community[queue[head]];
                    reached[near[k]] = 1;
                    queue[tail++] = near[k];
                }
        }
}

CgUnits *
bench_generate (guint32 side, guint32 communities, guint64 seed)
{
    CgRandom random;
    Streets streets;
    cg_random_init (&random, seed, side);
    streets_init (&streets, side, &random);
    g_autofree guint32 *seeds = draw_seeds (&streets, communities, &random);
    CgUnits *units = cg_units_new (side * side);
    for (guint32 c = 0; c < communities * communities; c++) {
        g_autofree char *name = g_strdup_printf ("c%05u", c + 1);
        cg_names_add (units->regions, name);
    }
    for (guint32 v = 0; v < units->n; v++) {
        add_cell (units->shapes, &streets, v);
        units->id[v] = g_strdup_printf ("u%07u", v + 1);
        units->households[v] = draw_households (&random);
        units->region[v] = nearest_seed (&streets, seeds, communities, v);
        units->row[v] = v + 1;
    }
    connect_communities (&streets, seeds, communities * communities, units->region);
    units->working_crs = g_strdup ("EPSG:4547");
    streets_done (&streets);
    return units;
}
