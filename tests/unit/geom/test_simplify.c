#include "base/error.h"
#include "base/random.h"
#include "geom/geom.h"
#include "geom/simplify.h"
#include "grid/grid.h"
#include "../graph/drawn_units.h"

#include <math.h>
#include <string.h>

#define UNIT 4096.0 /* places of random maps are whole multiples of 1 / UNIT, so that areas are exact */

static CgShapes *
draw (guint n, const char *const *texts)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint i = 0; i < n; i++)
        cg_test_draw_shape (shapes, texts[i]);
    return shapes;
}

static CgShapes *
simplify (const CgShapes *shapes, double tolerance_m)
{
    g_autoptr (GError) error = NULL;
    CgSimplifyOptions options = { tolerance_m, 1, 1 };
    CgShapes *out = NULL;
    g_assert_true (cg_simplify_run (1, &shapes, &options, NULL, &out, &error));
    g_assert_no_error (error);
    return out;
}

static void
assert_shapes (const CgShapes *got, guint n, const char *const *texts)
{
    g_autoptr (CgShapes) wanted = draw (n, texts);
    g_assert_cmpuint (got->n_shapes, ==, n);
    g_assert_cmpuint (got->n_rings, ==, wanted->n_rings);
    g_assert_cmpuint (got->n_vertices, ==, wanted->n_vertices);
    for (guint32 v = 0; v < got->n_vertices; v++) {
        g_assert_cmpfloat (got->x[v], ==, wanted->x[v]);
        g_assert_cmpfloat (got->y[v], ==, wanted->y[v]);
    }
}

/* By hand: what goes in, how far it may move, what comes out. */
typedef struct {
    const char *name;
    double tolerance_m;
    guint n;
    const char *before[3], *after[3];
} Drawing;

static const Drawing drawings[] = {
    { "straight", 0, 1, { "0 0, 5 0, 10 0, 10 10, 0 10" }, { "0 0, 10 0, 10 10, 0 10" } },
    { "shared", 1, 2,
      { "0 0, 10 0, 10.5 5, 10 10, 0 10", "10 0, 20 0, 20 10, 10 10, 10.5 5" },
      { "0 0, 10 0, 10 10, 0 10", "10 0, 20 0, 20 10, 10 10" } },
    { "too far", 0.4, 2,
      { "0 0, 10 0, 10.5 5, 10 10, 0 10", "10 0, 20 0, 20 10, 10 10, 10.5 5" },
      { "0 0, 10 0, 10.5 5, 10 10, 0 10", "10 0, 20 0, 20 10, 10 10, 10.5 5" } },
    /* The ring starts at what leaves. */
    { "start", 1, 1, { "5 0.5, 10 0, 10 10, 0 10, 0 0" }, { "10 0, 10 10, 0 10, 0 0" } },
    /* Each step is small, together they lead 3 m away: the bound is on the whole. */
    { "drift", 1.5, 1,
      { "0 0, 20 0, 20 10, 15 9.2, 10 7, 5 9.2, 0 10" },
      { "0 0, 20 0, 20 10, 10 7, 0 10" } },
    /* A triangle stays whatever the tolerance: nothing vanishes. */
    { "triangle", 1e6, 1, { "0 0, 1 0, 0 1" }, { "0 0, 1 0, 0 1" } },
    /* An island in a bay: the bay's bottom stays before it, though its distance would do. */
    { "bay", 4, 2,
      { "0 0, 30 0, 30 20, 20 20, 19.9 16, 10.1 16, 10 20, 0 20",
        "12 17, 18 17, 18 19, 12 19" },
      { "0 0, 30 0, 30 20, 19.9 16, 0 20", "18 17, 18 19, 12 19" } },
    /* Two borders between the same two nodes never become one. */
    { "lens", 0.5, 2,
      { "0 0, 10 0, 10 10, 6 10, 5 9.75, 4 10, 0 10", "4 10, 5 9.75, 6 10, 5 10.25" },
      { "0 0, 10 0, 10 10, 6 10, 4 10, 0 10", "4 10, 6 10, 5 10.25" } },
    { "empty", 5, 2, { "0 0, 1 0, 1 1, 0 1", "" }, { "1 0, 1 1, 0 1", "" } },
};

static void
test_drawing (gconstpointer data)
{
    const Drawing *d = data;
    g_autoptr (CgShapes) before = draw (d->n, d->before);
    g_autoptr (CgShapes) after = simplify (before, d->tolerance_m);
    assert_shapes (after, d->n, d->after);
}

/* Metres differ from the unit of the plane: 0.5 along x is 50 m, along y 0.5 m. */
static void
test_metres (void)
{
    static const char *const text[] = { "0 0, 5 0.5, 10 0, 10.5 5, 10 10, 0 10" };
    static const char *const wanted[] = { "0 0, 10 0, 10.5 5, 10 10, 0 10" };
    g_autoptr (CgShapes) before = draw (1, text);
    const CgShapes *table = before;
    CgSimplifyOptions options = { 1, 100, 1 };
    g_autoptr (CgShapes) after = NULL;
    g_assert_true (cg_simplify_run (1, &table, &options, NULL, &after, NULL));
    assert_shapes (after, 1, wanted);
}

/* ---- random maps ------------------------------------------------------------------------- */

/* A square of size x size pixels whose corners are moved a little; each pixel belongs to one of
 * n_parts parts, which may lie in pieces, hold each other, and touch in corners. */
typedef struct {
    guint size, n_parts;
    CgUnits *units;
    CgGrids *grids;     /* the parts, without that of number 0: the sea */
    CgShapes *land;     /* one shape: all of them together              */
    CgShapes *of_parts; /* [n_parts - 1 rows at most] outlines          */
} Map;

static void
map_clear (Map *map)
{
    cg_units_free (map->units);
    cg_shapes_free (map->land);
    cg_shapes_free (map->of_parts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Map, map_clear)

/* Moved by less than half a pixel, so that no side of a pixel meets another. */
static double
move_place (CgRandom *random, guint kind, guint at)
{
    static const guint32 reach[] = { 1, 2, 1400, 1400, 3 };
    double moved = (double) cg_random_below (random, reach[kind]) / UNIT;
    if (kind == 3 && cg_random_below (random, 3) > 0)
        moved = 0; /* long straight lines with a tooth here and there */
    return at + (cg_random_below (random, 2) ? moved : -moved);
}

static void
add_pixel (Map *map, guint32 *place_of, const double *x, const double *y, guint row, guint column)
{
    const guint32 at[] = { place_of[0], place_of[1], place_of[2], place_of[3], place_of[0] };
    for (guint k = 0; k < 5; k++)
        cg_shapes_add_vertex (map->units->shapes, x[at[k]], y[at[k]]);
    cg_shapes_end_ring (map->units->shapes);
    cg_shapes_end_part (map->units->shapes);
    cg_shapes_end_shape (map->units->shapes);
    map->units->id[row * map->size + column] = g_strdup_printf ("%u-%u", row, column);
}

static void
draw_pixels (Map *map, CgRandom *random, guint kind)
{
    guint side = map->size + 1;
    g_autofree double *x = g_new (double, side * side), *y = g_new (double, side * side);
    for (guint k = 0; k < side * side; k++) {
        x[k] = move_place (random, kind, k % side);
        y[k] = move_place (random, kind, k / side);
    }
    map->units = cg_units_new (map->size * map->size);
    for (guint row = 0; row < map->size; row++)
        for (guint column = 0; column < map->size; column++) {
            guint32 corner = row * side + column;
            guint32 places[] = { corner, corner + 1, corner + side + 1, corner + side };
            add_pixel (map, places, x, y, row, column);
        }
}

/* Parts grow pixel by pixel from seeds; kind decides how compact they are. */
static void
grow_parts (const Map *map, CgRandom *random, guint32 *part_of)
{
    guint n = map->size * map->size, left = n;
    for (guint k = 0; k < n; k++)
        part_of[k] = CG_NONE;
    for (guint p = 0; p < map->n_parts; p++) {
        guint k = cg_random_below (random, n);
        if (part_of[k] == CG_NONE)
            left--;
        part_of[k] = p;
    }
    while (left > 0) {
        guint k = cg_random_below (random, n), row = k / map->size, column = k % map->size;
        guint32 part = part_of[k];
        guint way = cg_random_below (random, 4);
        if (part == CG_NONE || (way == 0 && row == 0) || (way == 1 && row + 1 == map->size) ||
            (way == 2 && column == 0) || (way == 3 && column + 1 == map->size))
            continue;
        guint to = way == 0 ? k - map->size : way == 1 ? k + map->size : way == 2 ? k - 1 : k + 1;
        left -= part_of[to] == CG_NONE;
        part_of[to] = part; /* also over what another has: pieces and holes */
    }
}

/* The outlines of parts numbered by part_of without gaps. */
static CgShapes *
outlines_of (const Map *map, const guint32 *part_of)
{
    g_autoptr (GError) error = NULL;
    guint32 n = 0, at[64];
    memset (at, 0xff, sizeof at);
    g_autoptr (CgParts) parts = cg_parts_new (map->units->n, G_N_ELEMENTS (at));
    for (guint32 i = 0; i < map->units->n; i++) {
        if (at[part_of[i]] == CG_NONE)
            at[part_of[i]] = n++;
        parts->part_of[i] = at[part_of[i]];
    }
    parts->n_parts = n;
    g_autoptr (CgGraph) graph = cg_graph_build (map->units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (CgGrids) grids = cg_grid_build (map->units, graph, parts, NULL, NULL, &error);
    g_assert_no_error (error);
    CgShapes *out = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 g = 0; g < grids->n; g++) {
        guint32 i = 0;
        while (grids->grid_of[i] != g)
            i++;
        if (part_of[i] != 0)
            cg_shapes_add_shape (out, grids->shapes, g);
    }
    parts->n_parts = G_N_ELEMENTS (at);
    return out;
}

static void
random_map (Map *map, guint64 seed, guint kind)
{
    CgRandom random;
    cg_random_init (&random, seed, kind);
    map->size = 6 + cg_random_below (&random, 14);
    map->n_parts = 3 + cg_random_below (&random, 8);
    draw_pixels (map, &random, kind);
    g_autofree guint32 *part_of = g_new (guint32, map->units->n);
    grow_parts (map, &random, part_of);
    map->of_parts = outlines_of (map, part_of);
    for (guint32 i = 0; i < map->units->n; i++)
        part_of[i] = part_of[i] > 0;
    map->land = outlines_of (map, part_of);
}

/* Twice the area in square units of the lattice: exact. */
static gint64
whole_area (const CgShapes *s)
{
    gint64 sum = 0;
    for (guint32 p = 0; p < s->n_parts; p++)
        for (guint32 r = s->part_ring[p]; r < s->part_ring[p + 1]; r++) {
            gint64 ring = 0;
            for (guint32 v = s->ring_vertex[r]; v + 1 < s->ring_vertex[r + 1]; v++)
                ring += (gint64) (s->x[v] * UNIT) * (gint64) (s->y[v + 1] * UNIT) -
                        (gint64) (s->x[v + 1] * UNIT) * (gint64) (s->y[v] * UNIT);
            sum += r == s->part_ring[p] ? ABS (ring) : -ABS (ring);
        }
    return sum;
}

static char *
edge_text (const CgShapes *s, guint32 v)
{
    guint32 a = v, b = v + 1;
    if (s->x[a] > s->x[b] || (s->x[a] == s->x[b] && s->y[a] > s->y[b]))
        a = v + 1, b = v;
    return g_strdup_printf ("%a %a %a %a", s->x[a], s->y[a], s->x[b], s->y[b]);
}

/* "i-j" of all pairs of shapes that share an edge, and "i-" of those at the rim. */
static GHashTable *
neighbours_of (const CgShapes *s)
{
    g_autoptr (GHashTable) edges = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer key, value;
    for (guint32 i = 0; i < s->n_shapes; i++)
        for (guint32 p = s->shape_part[i]; p < s->shape_part[i + 1]; p++)
            for (guint32 r = s->part_ring[p]; r < s->part_ring[p + 1]; r++)
                for (guint32 v = s->ring_vertex[r]; v + 1 < s->ring_vertex[r + 1]; v++) {
                    char *edge = edge_text (s, v);
                    guint32 other = GPOINTER_TO_UINT (g_hash_table_lookup (edges, edge));
                    if (other > 0)
                        g_hash_table_add (pairs, g_strdup_printf ("%u-%u", other - 1, i));
                    g_hash_table_replace (edges, edge,
                                          GUINT_TO_POINTER (other > 0 ? G_MAXUINT32 : i + 1));
                }
    g_hash_table_iter_init (&iter, edges);
    while (g_hash_table_iter_next (&iter, &key, &value))
        if (GPOINTER_TO_UINT (value) != G_MAXUINT32)
            g_hash_table_add (pairs, g_strdup_printf ("%u-", GPOINTER_TO_UINT (value) - 1));
    return pairs;
}

static void
assert_same_neighbours (const CgShapes *before, const CgShapes *after)
{
    g_autoptr (GHashTable) old = neighbours_of (before), new = neighbours_of (after);
    GHashTableIter iter;
    gpointer key;
    g_assert_cmpuint (g_hash_table_size (old), ==, g_hash_table_size (new));
    g_hash_table_iter_init (&iter, old);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_assert_true (g_hash_table_contains (new, key));
}

static double
distance_to_ring (const CgShapes *s, guint32 ring, double px, double py)
{
    double best = INFINITY;
    for (guint32 v = s->ring_vertex[ring]; v + 1 < s->ring_vertex[ring + 1]; v++) {
        double dx = s->x[v + 1] - s->x[v], dy = s->y[v + 1] - s->y[v];
        double t = ((px - s->x[v]) * dx + (py - s->y[v]) * dy) / (dx * dx + dy * dy);
        t = CLAMP (t, 0, 1);
        best = MIN (best, hypot (px - s->x[v] - t * dx, py - s->y[v] - t * dy));
    }
    return best;
}

/* Rings keep their numbers, so each is measured against itself, vertices and middles of edges. */
static void
assert_near (const CgShapes *a, const CgShapes *b, double tolerance_m)
{
    for (guint32 r = 0; r < a->n_rings; r++)
        for (guint32 v = a->ring_vertex[r]; v + 1 < a->ring_vertex[r + 1]; v++) {
            double x = (a->x[v] + a->x[v + 1]) / 2, y = (a->y[v] + a->y[v + 1]) / 2;
            g_assert_cmpfloat (distance_to_ring (b, r, a->x[v], a->y[v]), <=, tolerance_m + 1e-12);
            g_assert_cmpfloat (distance_to_ring (b, r, x, y), <=, tolerance_m + 1e-12);
        }
}

static void
assert_valid (const CgShapes *s)
{
    g_autoptr (GError) error = NULL;
    for (guint32 i = 0; i < s->n_shapes; i++) {
        gboolean valid;
        g_autofree char *reason = NULL;
        g_assert_true (cg_geom_validity (s, i, &valid, &reason, NULL, NULL, &error));
        g_assert_no_error (error);
        g_assert_cmpstr (reason, ==, NULL);
        g_assert_cmpfloat (cg_shapes_area (s, i), >, 0);
    }
    g_autoptr (GArray) overlaps = cg_geom_overlaps (s, 0, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (overlaps->len, ==, 0);
}

static void
check_map (const Map *map, double tolerance_m, guint32 *inout_gone)
{
    const CgShapes *tables[] = { map->of_parts, map->land };
    CgSimplifyOptions options = { tolerance_m, 1, 1 };
    CgShapes *out[2] = { NULL, NULL };
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_simplify_run (2, tables, &options, NULL, out, &error));
    g_assert_no_error (error);
    g_autoptr (CgShapes) parts = out[0], land = out[1];
    g_assert_cmpuint (parts->n_shapes, ==, map->of_parts->n_shapes);
    g_assert_cmpuint (parts->n_rings, ==, map->of_parts->n_rings);
    g_assert_cmpint (whole_area (parts), ==, whole_area (land));
    assert_valid (parts);
    assert_valid (land);
    assert_same_neighbours (map->of_parts, parts);
    assert_near (map->of_parts, parts, tolerance_m);
    assert_near (parts, map->of_parts, tolerance_m);
    *inout_gone += map->of_parts->n_vertices - parts->n_vertices;
}

/* Corners moved not at all, by a 4096th of a pixel, freely, seldom, and by so little that three
 * places are nearly on a line. */
static void
test_random (gconstpointer data)
{
    guint kind = GPOINTER_TO_UINT (data);
    static const double tolerances[] = { 0, 1e-4, 0.3, 1, 3, 1000 };
    guint32 gone = 0;
    for (guint seed = 0; seed < (g_test_thorough () ? 2000 : 60); seed++) {
        g_auto (Map) map = { 0 };
        random_map (&map, seed, kind);
        check_map (&map, tolerances[seed % G_N_ELEMENTS (tolerances)], &gone);
    }
    g_assert_cmpuint (gone, >, 1000);
}

/* The order of rows and where rings begin make no difference to what stays. */
static void
test_order (void)
{
    g_auto (Map) map = { 0 };
    random_map (&map, 7, 2);
    g_autoptr (CgShapes) turned = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 i = map.of_parts->n_shapes; i-- > 0;)
        cg_shapes_add_shape (turned, map.of_parts, i);
    g_autoptr (CgShapes) one = simplify (map.of_parts, 1), two = simplify (turned, 1);
    g_assert_cmpuint (one->n_vertices, ==, two->n_vertices);
    for (guint32 i = 0; i < one->n_shapes; i++)
        g_assert_cmpfloat (cg_shapes_area (one, i), ==,
                           cg_shapes_area (two, one->n_shapes - 1 - i));
}

/* A million places on a line, one on a circle, one on a comb: no way to make the work explode. */
static void
test_large (void)
{
    const guint n = g_test_thorough () ? 1000000 : 50000;
    for (guint kind = 0; kind < 3; kind++) {
        g_autoptr (CgShapes) shapes = cg_shapes_new (CG_SHAPES_AREA);
        for (guint k = 0; k < n; k++) {
            double turn = 2 * G_PI * k / n;
            if (kind == 0)
                cg_shapes_add_vertex (shapes, k, 1e-7 * (k % 3));
            else if (kind == 1)
                cg_shapes_add_vertex (shapes, 1e5 * cos (turn), 1e5 * sin (turn));
            else
                cg_shapes_add_vertex (shapes, k, k % 2 ? 1000 : 1);
        }
        if (kind != 1)
            cg_shapes_add_vertex (shapes, n / 2.0, -1e6);
        cg_shapes_add_vertex (shapes, shapes->x[0], shapes->y[0]);
        cg_shapes_end_ring (shapes);
        cg_shapes_end_part (shapes);
        cg_shapes_end_shape (shapes);
        g_autoptr (CgShapes) near = simplify (shapes, 10), any = simplify (shapes, 1e9);
        static const guint most[] = { 5, 400, G_MAXUINT };
        g_assert_cmpuint (near->n_vertices, <=, most[kind]);
        g_assert_cmpuint (any->n_vertices, <=, 64);
    }
}

/* Overlapping areas, spikes and repeated places are no coverage: each area comes out as valid as it
 * went in, and nothing fails. */
static void
test_dirty (void)
{
    static const char *const texts[] = { "0 0, 10 0.1, 20 0, 20 20, 10 19.9, 0 20",
                                         "5 5, 15 5, 15.1 10, 15 15, 5 15",
                                         "30 0, 40 0, 35 0, 35 0, 40 0, 40 10, 30 10",
                                         "50 0, 60 0, 50 0", "70 0, 70 0, 70 0" };
    g_autoptr (CgShapes) before = draw (G_N_ELEMENTS (texts), texts);
    g_autoptr (CgShapes) after = simplify (before, 0.5);
    g_assert_cmpuint (after->n_shapes, ==, G_N_ELEMENTS (texts));
    g_assert_cmpuint (after->n_rings, ==, before->n_rings);
    for (guint32 i = 0; i < 2; i++) {
        gboolean valid;
        g_assert_true (cg_geom_validity (after, i, &valid, NULL, NULL, NULL, NULL));
        g_assert_true (valid);
    }
    g_assert_cmpuint (after->ring_vertex[1], ==, 5);
}

static void
test_errors (void)
{
    static const char *const text[] = { "0 0, 1 0, 1 1", "2 2, 3 2, 3 3" };
    g_autoptr (CgShapes) areas = draw (2, text), lines = cg_shapes_new (CG_SHAPES_LINE);
    const CgShapes *tables[] = { areas, lines };
    CgShapes *out[2] = { areas, lines };
    const CgSimplifyOptions wrong[] = { { -1, 1, 1 }, { NAN, 1, 1 }, { 1, 0, 1 }, { 1, 1, INFINITY } };
    g_autoptr (GError) error = NULL;
    for (guint k = 0; k < G_N_ELEMENTS (wrong); k++) {
        g_assert_false (cg_simplify_run (1, tables, &wrong[k], NULL, out, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
        g_clear_error (&error);
    }
    const CgSimplifyOptions right = { 1, 1, 1 };
    g_assert_false (cg_simplify_run (2, tables, &right, NULL, out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    g_assert_false (cg_simplify_run (1, tables, &right, cancel, out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_clear_error (&error);
    areas->x[areas->n_vertices - 2] = INFINITY;
    g_assert_false (cg_simplify_run (1, tables, &right, NULL, out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
    g_assert_nonnull (strstr (error->message, "row 1"));
    g_assert_true (out[0] == areas && out[1] == lines);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (drawings); i++) {
        g_autofree char *path = g_strdup_printf ("/geom/simplify/drawn/%s", drawings[i].name);
        g_test_add_data_func (path, &drawings[i], test_drawing);
    }
    g_test_add_func ("/geom/simplify/metres", test_metres);
    for (guint kind = 0; kind < 5; kind++) {
        g_autofree char *path = g_strdup_printf ("/geom/simplify/random/%u", kind);
        g_test_add_data_func (path, GUINT_TO_POINTER (kind), test_random);
    }
    g_test_add_func ("/geom/simplify/order", test_order);
    g_test_add_func ("/geom/simplify/large", test_large);
    g_test_add_func ("/geom/simplify/dirty", test_dirty);
    g_test_add_func ("/geom/simplify/errors", test_errors);
    return g_test_run ();
}
