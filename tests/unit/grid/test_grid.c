#include "base/error.h"
#include "base/random.h"
#include "../graph/drawn_units.h"
#include "geom/geom.h"
#include "grid/grid.h"
#include "support.h"

#include <math.h>
#include <string.h>

static CgParts *
new_parts (guint32 n_units, guint32 n_parts, const guint32 *part_of)
{
    CgParts *parts = cg_parts_new (n_units, n_parts);
    memcpy (parts->part_of, part_of, n_units * sizeof *part_of);
    return parts;
}

/* Builds graph and grids; every polygon must be valid in the eyes of another library, and together
 * they must cover what the units cover. */
static CgGrids *
build (const CgUnits *units, const CgParts *parts, double slack_m2, CgGridCheck *out_check)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    CgGrids *grids = cg_grid_build (units, graph, parts, NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint32 g = 0; g < grids->n; g++) {
        gboolean valid;
        g_autofree char *reason = NULL;
        g_assert_true (cg_geom_validity (grids->shapes, g, &valid, &reason, NULL, NULL, &error));
        g_assert_cmpstr (reason, ==, NULL);
        g_assert_true (valid);
        for (guint32 p = grids->shapes->shape_part[g]; p < grids->shapes->shape_part[g + 1]; p++)
            for (guint32 r = grids->shapes->part_ring[p]; r < grids->shapes->part_ring[p + 1]; r++)
                g_assert_true ((cg_shapes_ring_area (grids->shapes, r) > 0) ==
                               (r == grids->shapes->part_ring[p]));
    }
    double difference;
    g_assert_true (cg_geom_symmetric_difference_area (units->shapes, grids->shapes, &difference,
                                                      &error));
    g_assert_no_error (error);
    g_assert_cmpfloat (difference, <=, slack_m2);
    g_autoptr (GArray) overlaps = cg_geom_overlaps (grids->shapes, 1e-3, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (overlaps->len, ==, 0);
    CgGridCheck check;
    cg_grid_check (units, graph, NULL, grids, out_check != NULL ? out_check : &check);
    if (out_check == NULL) {
        g_assert_cmpstr (check.first, ==, NULL);
        g_assert_cmpuint (check.violations, ==, 0);
    }
    return grids;
}

static void
count_rings (const CgGrids *grids, guint32 g, guint32 n_parts, guint32 n_rings, guint32 n_vertices)
{
    const CgShapes *s = grids->shapes;
    guint32 first = s->shape_part[g], end = s->shape_part[g + 1];
    guint32 first_ring = s->part_ring[first], end_ring = s->part_ring[end];
    g_assert_cmpuint (end - first, ==, n_parts);
    g_assert_cmpuint (end_ring - first_ring, ==, n_rings);
    g_assert_cmpuint (s->ring_vertex[end_ring] - s->ring_vertex[first_ring], ==, n_vertices);
}

/* 3 x 3 squares of 100 m: the west column with the south row (an L of 5), and the other 4. */
static void
test_checkerboard (void)
{
    static const guint32 part_of[9] = { 0, 0, 0, 0, 1, 1, 0, 1, 1 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 90);
    g_autoptr (CgParts) parts = new_parts (9, 2, part_of);
    parts->reason[1] = CG_REASON_WINDOW;
    parts->certificate[1] = g_strdup ("no number fits / 无解");
    units->kind[0] = units->kind[1] = CG_UNIT_RURAL;
    units->kind[4] = units->kind[5] = units->kind[7] = CG_UNIT_DEDICATED;
    for (guint32 i = 0; i < 9; i++) {
        units->population[i] = 100 + i;
        units->estimated[i] = i == 0   ? CG_ESTIMATED_HOUSEHOLDS
                              : i == 1 ? CG_ESTIMATED_POPULATION
                              : i == 8 ? CG_ESTIMATED_HOUSEHOLDS | CG_ESTIMATED_POPULATION
                                       : 0;
    }
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, NULL);
    g_assert_cmpuint (grids->n, ==, 2);
    /* Rows of sqrt(90000 / 2) = 212 m from the north: the square's label (200, 200) is in the first
     * row, down to y = 88; the L's, near (58.6, 58.6) where it is widest, in the second. */
    g_assert_cmpuint (grids->grid_of[8], ==, 0);
    g_assert_cmpuint (grids->grid_of[0], ==, 1);
    g_assert_cmpuint (grids->grid_id[0], ==, 1);
    g_assert_cmpfloat (grids->area_m2[0], ==, 40000);
    g_assert_cmpfloat (grids->perimeter_m[0], ==, 800);
    g_assert_cmpfloat_with_epsilon (grids->compactness[0], G_PI / 4, 1e-12);
    g_assert_cmpfloat (grids->area_m2[1], ==, 50000);
    g_assert_cmpfloat (grids->perimeter_m[1], ==, 1200);
    count_rings (grids, 0, 1, 1, 9); /* a vertex every 100 m, as the units have them */
    count_rings (grids, 1, 1, 1, 13);
    g_assert_cmpuint (grids->households[0], ==, 360);
    g_assert_cmpuint (grids->households[1], ==, 450);
    g_assert_cmpuint (grids->households_estimated[0], ==, 90);
    g_assert_cmpuint (grids->households_estimated[1], ==, 90);
    g_assert_cmpuint (grids->population_estimated[0], ==, 108);
    g_assert_cmpuint (grids->population_estimated[1], ==, 101);
    g_assert_cmpuint (grids->units[1], ==, 5);
    g_assert_cmpuint (grids->status[0], ==, CG_GRID_OK);
    g_assert_cmpuint (grids->kind[0], ==, CG_UNIT_DEDICATED);
    g_assert_cmpuint (grids->kind[1], ==, CG_UNIT_URBAN);
    g_assert_cmpuint (grids->reason[0], ==, CG_REASON_WINDOW);
    g_assert_cmpstr (grids->certificate[0], ==, "no number fits / 无解");
    g_assert_cmpstr (grids->certificate[1], ==, NULL);
    g_assert_cmpstr (grids->code[0], ==, "000000000001001");
    g_assert_cmpstr (grids->code[1], ==, "000000000001002");
    g_assert_cmpstr (grids->name[1], ==, "第2网格");
    g_assert_cmpstr (grids->within[1], ==, "R");
}

/* A ring of eight squares around one. */
static void
test_ring (void)
{
    static const guint32 part_of[9] = { 0, 0, 0, 0, 1, 0, 0, 0, 0 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 10);
    g_autoptr (CgParts) parts = new_parts (9, 2, part_of);
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, NULL);
    guint32 ring = grids->grid_of[0];
    g_assert_cmpfloat (grids->area_m2[ring], ==, 80000);
    g_assert_cmpfloat (grids->perimeter_m[ring], ==, 1600);
    count_rings (grids, ring, 1, 2, 13 + 5);
    count_rings (grids, 1 - ring, 1, 1, 5);
    g_assert_cmpuint (grids->status[ring], ==, CG_GRID_BELOW);
}

/* Seven squares in the shape of a C that closes in a point: the hole touches the outside there.
 *     . X X        the hole is the middle square with the corner (100, 200) ... the square r2c0 is
 *     X o X        free too, so the two free squares touch in that corner
 *     X X X */
static void
test_touching_hole (void)
{
    static const guint32 part_of[9] = { 0, 0, 0, 0, 1, 0, 2, 0, 0 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 10);
    g_autoptr (CgParts) parts = new_parts (9, 3, part_of);
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, NULL);
    count_rings (grids, grids->grid_of[0], 1, 2, 13 + 5);
    g_assert_cmpfloat (grids->area_m2[grids->grid_of[0]], ==, 70000);
}

/* Two squares that touch in a corner: two polygons, and the check says so. */
static void
test_two_pieces (void)
{
    static const guint32 part_of[4] = { 0, 1, 1, 0 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (2, 2, 100, 10);
    g_autoptr (CgParts) parts = new_parts (4, 2, part_of);
    CgGridCheck check;
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, &check);
    count_rings (grids, 0, 2, 2, 10);
    count_rings (grids, 1, 2, 2, 10);
    g_assert_cmpuint (check.violations, ==, 2);
    g_assert_nonnull (strstr (check.first, "several pieces"));
    g_free (check.first);
}

/* Rings in rings, two parts in turn: outside, hole, island in the hole, hole of the island. */
static void
test_nested (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (7, 7, 100, 10);
    g_autoptr (CgParts) parts = cg_parts_new (49, 2);
    for (guint32 i = 0; i < 49; i++) {
        guint32 c = i % 7, r = i / 7, edge = MIN (MIN (c, 6 - c), MIN (r, 6 - r));
        parts->part_of[i] = edge % 2;
    }
    CgGridCheck check;
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, &check);
    guint32 outer = grids->grid_of[0];
    count_rings (grids, outer, 2, 4, 29 + 21 + 13 + 5);
    count_rings (grids, 1 - outer, 2, 3, 21 + 13 + 5);
    g_assert_cmpfloat (grids->area_m2[outer], ==, 320000);
    g_assert_cmpuint (check.violations, ==, 2);
    g_free (check.first);
}

/* Units with a hole and of several parts, drawn in both directions; B fills A's hole. */
static void
test_multipart (void)
{
    static const char *const texts[] = {
        "0 0, 0 30, 30 30, 30 0 | 10 10, 20 10, 20 20, 10 20 + 40 0, 50 0, 50 10, 40 10",
        "10 10, 10 20, 20 20, 20 10",
        "30 0, 30 30, 40 30, 40 10, 40 0",
    };
    static const guint32 all[3] = { 0, 0, 0 }, two[3] = { 0, 1, 0 };
    g_autoptr (CgUnits) units = cg_test_draw_units (3, texts);
    g_autoptr (CgParts) one = new_parts (3, 1, all);
    g_autoptr (CgGrids) whole = build (units, one, 1e-6, NULL);
    count_rings (whole, 0, 1, 1, 10);
    g_assert_cmpfloat (whole->area_m2[0], ==, 1300);
    g_autoptr (CgParts) split = new_parts (3, 2, two);
    g_autoptr (CgGrids) grids = build (units, split, 1e-6, NULL);
    count_rings (grids, grids->grid_of[0], 1, 2, 10 + 5);
}

/* The delivered polygon has the same vertices in the other coordinates. */
static void
test_delivered (void)
{
    static const guint32 part_of[9] = { 0, 0, 0, 0, 1, 0, 0, 0, 0 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 10);
    g_autoptr (CgParts) parts = new_parts (9, 2, part_of);
    units->delivered = cg_shapes_copy (units->shapes);
    units->delivered_crs = g_strdup ("EPSG:4490");
    units->working_crs = g_strdup ("EPSG:4545");
    for (guint32 v = 0; v < units->delivered->n_vertices; v++) {
        units->delivered->x[v] = 108 + units->shapes->x[v] / 1e5;
        units->delivered->y[v] = 36 + units->shapes->y[v] / 1e5;
    }
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, NULL);
    g_assert_cmpuint (grids->delivered->n_vertices, ==, grids->shapes->n_vertices);
    g_assert_cmpstr (grids->delivered_crs, ==, "EPSG:4490");
    g_assert_cmpstr (grids->working_crs, ==, "EPSG:4545");
    for (guint32 v = 0; v < grids->shapes->n_vertices; v++) {
        g_assert_cmpfloat (grids->delivered->x[v], ==, 108 + grids->shapes->x[v] / 1e5);
        g_assert_cmpfloat (grids->delivered->y[v], ==, 36 + grids->shapes->y[v] / 1e5);
    }
}

/* Borders that match only after snapping: a T-junction, a gap of 0.2 m and an overlap of 0.1 m. */
static void
test_sloppy (void)
{
    static const char *const texts[] = {
        "0 0, 10 0, 10 10, 0 10", "10.2 0, 20 0, 20 10, 10.2 10", "19.9 0, 30 0, 30 10, 19.9 10",
        "0 10, 30 10, 30 20, 0 20",
    };
    static const guint32 all[4] = { 0, 0, 0, 0 }, two[4] = { 0, 0, 1, 1 };
    g_autoptr (CgUnits) units = cg_test_draw_units (4, texts);
    g_autoptr (CgParts) one = new_parts (4, 1, all);
    g_autoptr (CgGrids) whole = build (units, one, 3.1, NULL);
    g_assert_cmpuint (whole->shapes->n_parts, ==, 1);
    g_assert_cmpuint (whole->shapes->n_rings, ==, 1);
    g_assert_cmpfloat_with_epsilon (whole->area_m2[0], 600, 1e-9);
    g_autoptr (CgParts) split = new_parts (4, 2, two);
    g_autoptr (CgGrids) grids = build (units, split, 3.1, NULL);
    g_assert_cmpuint (grids->shapes->n_rings, ==, 2);
    g_assert_cmpfloat_with_epsilon (grids->area_m2[0] + grids->area_m2[1], 600, 1e-9);
}

/* Codes of four communities: 12 digits, shorter digits, a name, and one with 1002 grids. */
static void
test_codes (void)
{
    guint32 columns = 1007;
    g_autoptr (CgUnits) units = cg_test_checkerboard (columns, 1, 10, 10);
    g_autoptr (CgParts) parts = cg_parts_new (columns, columns);
    static const char *const names[] = { "000000000001", "42", "东门社区", "420325001200", "4200" };
    for (guint32 i = 0; i < columns; i++) {
        parts->part_of[i] = i;
        units->region[i] = cg_names_add (units->regions, names[i < 5 ? i : 3]);
    }
    units->region[5] = CG_NONE;
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_autoptr (CgGrids) grids = cg_grid_build (units, graph, parts, NULL, NULL, &error);
    g_assert_no_error (error);
    /* No community comes first, by its empty name; 000000000001 is a code, so numbers begin at 2. */
    g_assert_cmpstr (grids->code[grids->grid_of[5]], ==, "000000000002001");
    g_assert_cmpuint (grids->grid_of[5], ==, 0);
    g_assert_cmpstr (grids->code[grids->grid_of[0]], ==, "000000000001001");
    /* 42 and 4200 fill up to the same, so both are numbered; 420325001200 has too many grids. */
    g_assert_cmpstr (grids->code[grids->grid_of[1]], ==, "000000000003001");
    g_assert_cmpstr (grids->code[grids->grid_of[4]], ==, "000000000004001");
    g_assert_cmpstr (grids->code[grids->grid_of[3]], ==, "000000000005001");
    g_assert_cmpstr (grids->code[grids->grid_of[1003]], ==, "000000000005999");
    g_assert_cmpstr (grids->code[grids->grid_of[1006]], ==, "000000000006003");
    g_assert_cmpstr (grids->code[grids->grid_of[2]], ==, "000000000007001");
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
    for (guint32 g = 0; g < grids->n; g++) {
        g_assert_cmpuint (strlen (grids->code[g]), ==, 15);
        g_assert_true (g_hash_table_add (seen, grids->code[g]));
    }
    g_autoptr (CgUnits) few = cg_test_checkerboard (2, 1, 10, 10);
    g_autoptr (CgParts) halves = cg_parts_new (2, 2);
    halves->part_of[0] = 0;
    halves->part_of[1] = 1;
    few->region[0] = few->region[1] = cg_names_add (few->regions, "10020010");
    g_autoptr (CgGrids) short_codes = build (few, halves, 1e-6, NULL);
    g_assert_cmpstr (short_codes->code[1], ==, "100200100000002");
}

/* Six grids in a row, two communities; some go on with an old code. */
static void
test_kept_codes (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (6, 1, 100, 10);
    g_autoptr (CgParts) parts = cg_parts_new (6, 6);
    g_autoptr (CgNames) used = cg_names_new ();
    g_autoptr (GError) error = NULL;
    for (guint32 i = 0; i < 6; i++) {
        parts->part_of[i] = i;
        units->region[i] = cg_names_add (units->regions, i < 3 ? "420325001001" : "东门社区");
    }
    const char *code[] = { "420325001001007", NULL, NULL, NULL, "000000000009003", NULL };
    cg_names_add (used, "420325001001011");
    cg_names_add (used, "old name");
    CgGridOptions options = { .min = 300, .max = 500, .code = code, .used = used };
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_autoptr (CgGrids) grids = cg_grid_build (units, graph, parts, &options, NULL, &error);
    g_assert_no_error (error);
    static const char *const expected[] = { "420325001001007", "420325001001012",
                                            "420325001001013", "000000000009004",
                                            "000000000009003", "000000000009005" };
    for (guint32 i = 0; i < 6; i++)
        g_assert_cmpstr (grids->code[grids->grid_of[i]], ==, expected[i]);
    g_assert_cmpstr (grids->name[grids->grid_of[1]], ==, "第12网格");
    /* When the highest is 999, a number that was never used comes next; then there is none. */
    for (guint32 k = 1; k <= 999; k++) {
        g_autofree char *taken = g_strdup_printf ("420325001001%03u", k);
        if (k != 5)
            cg_names_add (used, taken);
    }
    const char *two[] = { "420325001001007", "420325001001008", NULL, NULL, NULL, NULL };
    options.code = two;
    g_autoptr (CgGrids) last = cg_grid_build (units, graph, parts, &options, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (last->code[last->grid_of[2]], ==, "420325001001005");
    options.code = code;
    g_assert_null (cg_grid_build (units, graph, parts, &options, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
    g_assert_nonnull (strstr (error->message, "420325001001"));
}

/* 3 x 3 grids of one unit: from the north-west, row by row. */
static void
test_order (void)
{
    static const guint32 order[9] = { 6, 7, 8, 3, 4, 5, 0, 1, 2 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 10);
    g_autoptr (CgParts) parts = cg_parts_new (9, 9);
    for (guint32 i = 0; i < 9; i++)
        parts->part_of[i] = 8 - i;
    g_autoptr (CgGrids) grids = build (units, parts, 1e-6, NULL);
    for (guint32 g = 0; g < 9; g++)
        g_assert_cmpuint (grids->grid_of[order[g]], ==, g);
}

static void
test_errors (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (2, 1, 100, 10);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
    g_autoptr (CgParts) parts = cg_parts_new (2, 2);
    parts->part_of[0] = parts->part_of[1] = 0;
    g_assert_null (cg_grid_build (units, graph, parts, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    parts->part_of[1] = 2;
    g_assert_null (cg_grid_build (units, graph, parts, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    parts->part_of[1] = 1;
    g_assert_null (cg_grid_build (units, graph, parts, NULL, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_autoptr (CgUnits) none = cg_units_new (0);
    g_autoptr (CgParts) nothing = cg_parts_new (0, 0);
    g_autoptr (CgGrids) grids = build (none, nothing, 0, NULL);
    g_assert_cmpuint (grids->n, ==, 0);
}

/* The check finds each kind of damage done to sound grids. */
static void
test_check (void)
{
    static const guint32 part_of[4] = { 0, 0, 1, 1 };
    for (guint damage = 0; damage < 7; damage++) {
        g_autoptr (CgUnits) units = cg_test_checkerboard (2, 2, 100, 10);
        g_autoptr (CgParts) parts = new_parts (4, 2, part_of);
        g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, NULL);
        g_autoptr (CgGrids) grids = cg_grid_build (units, graph, parts, NULL, NULL, NULL);
        guint32 g = grids->grid_of[0];
        CgGridCheck check;
        if (damage == 1)
            grids->grid_of[0] = CG_NONE;
        if (damage == 2)
            grids->households[g]++;
        if (damage == 3)
            grids->population[g]++;
        if (damage == 4)
            grids->grid_of[0] = 1 - g;
        for (guint32 v = 0; v < grids->shapes->n_vertices; v++) {
            if (damage == 5 && grids->shapes->x[v] == 200)
                grids->shapes->x[v] -= 1;
            if (damage == 6)
                grids->shapes->y[v] += 1;
        }
        cg_grid_check (units, graph, NULL, grids, &check);
        g_assert_cmpint (check.violations > 0, ==, damage > 0);
        g_assert_cmpint (check.first != NULL, ==, damage > 0);
        g_assert_cmpint (check.overlap_m2 + check.uncovered_m2 > 1, ==,
                         damage == 1 || damage == 4 || damage == 5);
        g_free (check.first);
    }
}

/* A grid in two pieces is sound where a true crossing joins it, and only there. */
static void
test_check_crossings (void)
{
    static const struct {
        CgCrossing crossing;
        guint32 violations;
    } cases[] = { { { 0, 2, 10000 }, 0 }, { { 2, 0, 10000 }, 0 }, { { 0, 2, 9000 }, 2 },
                  { { 0, 7, 10000 }, 2 }, { { 1, 3, 10000 }, 1 } };
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (CgUnits) units = cg_test_checkerboard (4, 1, 100, 100);
        g_autoptr (CgParts) parts = cg_parts_new (4, 3);
        for (guint32 u = 0; u < 4; u++)
            parts->part_of[u] = u % 2 == 0 ? 0 : u == 1 ? 1 : 2;
        g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, NULL);
        g_autoptr (CgGrids) grids = cg_grid_build (units, graph, parts, NULL, NULL, NULL);
        g_autoptr (GArray) crossings = g_array_new (FALSE, FALSE, sizeof (CgCrossing));
        g_array_append_val (crossings, cases[i].crossing);
        CgGridCheck check;
        cg_grid_check (units, graph, crossings, grids, &check);
        g_assert_cmpuint (check.violations, ==, cases[i].violations);
        g_assert_cmpuint (check.multipart, ==, 1);
        g_free (check.first);
    }
}

/* Random parts, connected or not, on coverages whose corners are moved at random, some squares left
 * out (holes): valid, no overlap, same union, same area. */
static void
test_random (void)
{
    CgRandom random;
    cg_random_init (&random, 7, 0);
    for (guint trial = 0; trial < 60; trial++) {
        guint32 columns = 2 + cg_random_below (&random, 7), rows = 2 + cg_random_below (&random, 7);
        guint32 n_parts = 1 + cg_random_below (&random, 4);
        g_autoptr (CgUnits) all = cg_test_checkerboard (columns, rows, 100, 10);
        g_autofree double *dx = g_new (double, (columns + 1) * (rows + 1));
        g_autofree double *dy = g_new (double, (columns + 1) * (rows + 1));
        for (guint k = 0; k < (columns + 1) * (rows + 1); k++) {
            dx[k] = 500000 + 60 * cg_random_unit (&random) - 30;
            dy[k] = 4000000 + 60 * cg_random_unit (&random) - 30;
        }
        for (guint32 v = 0; v < all->shapes->n_vertices; v++) {
            guint k = (guint) (all->shapes->y[v] / 100) * (columns + 1) +
                      (guint) (all->shapes->x[v] / 100);
            all->shapes->x[v] += dx[k];
            all->shapes->y[v] += dy[k];
        }
        g_autoptr (CgUnits) units = cg_units_new (all->n);
        g_autoptr (CgParts) parts = cg_parts_new (all->n, n_parts);
        for (guint32 i = 0; i < all->n; i++) {
            units->id[i] = g_strdup (all->id[i]);
            parts->part_of[i] = i < n_parts ? i : cg_random_below (&random, n_parts);
            if (cg_random_below (&random, 8) == 0 && i >= n_parts)
                cg_shapes_end_shape (units->shapes);
            else
                cg_shapes_add_shape (units->shapes, all->shapes, i);
        }
        CgGridCheck check;
        g_autoptr (CgGrids) grids = build (units, parts, 1e-4, &check);
        g_free (check.first);
        double area = 0;
        for (guint32 i = 0; i < units->n; i++)
            area += cg_shapes_area (units->shapes, i);
        for (guint32 g = 0; g < grids->n; g++)
            area -= grids->area_m2[g];
        g_assert_cmpfloat_with_epsilon (area, 0, 1e-5);
        g_assert_cmpfloat_with_epsilon (check.overlap_m2 + check.uncovered_m2, 0, 1e-4);
    }
}

/* Random small moves of each unit's own corners: gaps and overlaps up to 0.3 m everywhere. */
static void
test_random_sloppy (void)
{
    CgRandom random;
    cg_random_init (&random, 8, 0);
    for (guint trial = 0; trial < 200; trial++) {
        guint32 columns = 2 + cg_random_below (&random, 5), rows = 2 + cg_random_below (&random, 5);
        g_autoptr (CgUnits) units = cg_test_checkerboard (columns, rows, 100, 10);
        CgShapes *s = units->shapes;
        for (guint32 v = 0; v < s->n_vertices; v++) {
            gboolean closes = v % 5 == 4;
            s->x[v] = closes ? s->x[v - 4] : s->x[v] + 0.2 * cg_random_unit (&random) - 0.1;
            s->y[v] = closes ? s->y[v - 4] : s->y[v] + 0.2 * cg_random_unit (&random) - 0.1;
        }
        guint32 n_parts = 1 + cg_random_below (&random, 2);
        g_autoptr (CgParts) parts = cg_parts_new (units->n, n_parts);
        for (guint32 i = 0; i < units->n; i++)
            parts->part_of[i] = (i / columns) * n_parts / rows;
        g_autoptr (GError) error = NULL;
        g_autoptr (CgGraph) graph = cg_graph_build (units, NULL, NULL, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (cg_graph_count_links (graph, NULL), ==,
                          (columns - 1) * rows + columns * (rows - 1));
        g_autoptr (CgGrids) grids = build (units, parts, 0.15 * 100 * 4 * units->n, NULL);
        if (n_parts == 1) {
            g_assert_cmpuint (grids->shapes->n_parts, ==, 1);
            g_assert_cmpuint (grids->shapes->n_rings, ==, 1);
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/grid/checkerboard", test_checkerboard);
    g_test_add_func ("/grid/ring", test_ring);
    g_test_add_func ("/grid/touching-hole", test_touching_hole);
    g_test_add_func ("/grid/two-pieces", test_two_pieces);
    g_test_add_func ("/grid/nested", test_nested);
    g_test_add_func ("/grid/multipart", test_multipart);
    g_test_add_func ("/grid/delivered", test_delivered);
    g_test_add_func ("/grid/sloppy", test_sloppy);
    g_test_add_func ("/grid/codes", test_codes);
    g_test_add_func ("/grid/kept-codes", test_kept_codes);
    g_test_add_func ("/grid/order", test_order);
    g_test_add_func ("/grid/errors", test_errors);
    g_test_add_func ("/grid/check", test_check);
    g_test_add_func ("/grid/random", test_random);
    g_test_add_func ("/grid/random-sloppy", test_random_sloppy);
    g_test_add_func ("/grid/check-crossings", test_check_crossings);
    return g_test_run ();
}
