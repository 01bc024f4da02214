#include "base/error.h"
#include "base/random.h"
#include "geom/boxtree.h"
#include "geom/geom.h"
#include "../graph/drawn_units.h"

#include <math.h>
#include <string.h>

static CgShapes *
draw (guint n, const char *const *texts)
{
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint i = 0; i < n; i++)
        cg_test_draw_shape (shapes, texts[i]);
    return shapes;
}

/* Each kind of defect: its name, where it is, the area before (outside minus holes) and after. */
typedef struct {
    const char *text, *reason; /* NULL: valid */
    double x, y, before_m2, after_m2;
} Defect;

static const Defect defects[] = {
    { "0 0, 10 0, 10 10, 0 10", NULL, NAN, NAN, 100, 100 },
    { "0 0, 0 10, 10 10, 10 0", NULL, NAN, NAN, 100, 100 },
    { "0 0, 10 10, 10 0, 0 10", "Self-intersection", 5, 5, 0, 50 },
    { "0 0, 10 0, 10 10, 5 10, 5 15, 5 10, 0 10", "Ring Self-intersection", 5, 10, 100,
      100 },
    { "0 0, 10 0, 10 10, 0 10 | 20 20, 21 20, 21 21, 20 21", "Hole lies outside shell", 20, 20, 99,
      101 },
    { "0 0, 10 0, 10 10, 0 10 + 2 2, 4 2, 4 4, 2 4", "Nested shells", 2, 2, 104, 100 },
    { "0 0, 10 0, 10 10, 0 10 | 1 1, 9 1, 9 9, 1 9 | 2 2, 4 2, 4 4, 2 4", "Holes are nested", 2, 2,
      32, 36 },
    { "0 0, 10 0, 10 10, 0 10 + 10 0, 20 0, 20 10, 10 10", "Self-intersection", 10, 10, 200, 200 },
    { "0 0, 10 0, 10 10, 0 10 | 0 5, 5 0, 10 5, 5 10", "Interior is disconnected", 0, 5, 50, 50 },
    { "0 0, 10 0, 0 0, 10 0", "Self-intersection", 10, 0, 0, 0 },
};

static void
test_defect (gconstpointer data)
{
    const Defect *defect = data;
    g_autoptr (CgShapes) shapes = draw (1, &defect->text);
    g_autoptr (CgShapes) out = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    g_autofree char *reason = NULL;
    gboolean valid;
    double x, y, change;
    g_assert_true (cg_geom_validity (shapes, 0, &valid, &reason, &x, &y, &error));
    g_assert_no_error (error);
    g_assert_cmpint (valid, ==, defect->reason == NULL);
    g_assert_cmpstr (reason, ==, defect->reason);
    if (!isnan (defect->x)) {
        g_assert_cmpfloat_with_epsilon (x, defect->x, 1e-9);
        g_assert_cmpfloat_with_epsilon (y, defect->y, 1e-9);
    }
    g_assert_true (cg_geom_repair (shapes, 0, out, &change, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (out->n_shapes, ==, 1);
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out, 0), defect->after_m2, 1e-9);
    g_assert_cmpfloat_with_epsilon (change, defect->after_m2 - defect->before_m2, 1e-9);
    g_assert_true (cg_geom_validity (out, 0, &valid, NULL, NULL, NULL, &error));
    g_assert_true (valid);
    if (defect->reason == NULL)
        g_assert_cmpmem (out->x, out->n_vertices * 8, shapes->x, shapes->n_vertices * 8);
}

static void
test_guards (void)
{
    static const char *const square[] = { "0 0, 10 0, 10 10, 0 10" };
    for (guint damage = 0; damage < 7; damage++) {
        g_autoptr (CgShapes) shapes = draw (1, square);
        g_autoptr (CgShapes) out = cg_shapes_new (CG_SHAPES_AREA);
        g_autoptr (GError) error = NULL;
        gboolean valid = FALSE;
        if (damage == 0)
            shapes->x[1] = NAN;
        if (damage == 1)
            shapes->y[2] = INFINITY;
        if (damage == 2)
            shapes->x[1] = 1e308;
        if (damage == 3)
            shapes->x[4] = 1;
        if (damage == 4)
            shapes->ring_vertex[1] = 3;
        if (damage == 5)
            shapes->kind = CG_SHAPES_LINE;
        gboolean good = cg_geom_validity (shapes, damage == 6, &valid, NULL, NULL, NULL, &error);
        g_assert_false (good);
        int code = damage < 5 ? CG_ERROR_GEOMETRY : CG_ERROR_ARGUMENT;
        g_assert_error (error, CG_ERROR, code);
        g_assert_false (valid);
        g_clear_error (&error);
        g_assert_false (cg_geom_repair (shapes, damage == 6, out, NULL, &error));
        g_assert_nonnull (error);
        g_assert_cmpuint (out->n_shapes, ==, 0);
    }
    g_autoptr (CgShapes) large = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    gboolean valid;
    for (guint32 v = 0; v <= CG_SHAPES_MAX_RING_VERTICES; v++)
        cg_shapes_add_vertex (large, v == CG_SHAPES_MAX_RING_VERTICES ? 0 : v, v % 7);
    cg_shapes_end_ring (large);
    cg_shapes_end_part (large);
    cg_shapes_end_shape (large);
    g_assert_false (cg_geom_validity (large, 0, &valid, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_LIMIT);
}

/* Squares: 0 and 1 share an edge, 2 covers a quarter of 1, 3 lies in 0, 4 far away and empty 5. */
static void
test_overlaps (void)
{
    static const char *const texts[] = {
        "0 0, 10 0, 10 10, 0 10",     "10 0, 20 0, 20 10, 10 10", "15 5, 25 5, 25 15, 15 15",
        "2 2, 4 2, 4 4, 2 4",         "90 0, 99 0, 99 9, 90 9",
    };
    g_autoptr (CgShapes) shapes = draw (5, texts);
    g_autoptr (GError) error = NULL;
    cg_shapes_end_shape (shapes);
    g_autoptr (GArray) found = cg_geom_overlaps (shapes, 0, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (found->len, ==, 2);
    const CgGeomOverlap *first = &g_array_index (found, CgGeomOverlap, 0), *second = first + 1;
    g_assert_cmpuint (first->i, ==, 0);
    g_assert_cmpuint (first->j, ==, 3);
    g_assert_cmpfloat (first->area_m2, ==, 4);
    g_assert_cmpfloat (first->width_m, ==, 1);
    g_assert_true (first->x > 2 && first->x < 4 && first->y > 2 && first->y < 4);
    g_assert_cmpuint (second->i, ==, 1);
    g_assert_cmpuint (second->j, ==, 2);
    g_assert_cmpfloat (second->area_m2, ==, 25);
    g_autoptr (GArray) large = cg_geom_overlaps (shapes, 4, NULL, &error);
    g_assert_cmpuint (large->len, ==, 1);
    cg_test_draw_shape (shapes, "0 0, 10 10, 10 0, 0 10");
    g_assert_null (cg_geom_overlaps (shapes, 0, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
    g_assert_cmpstr (error->message, ==,
                     "shape 6 is invalid: Self-intersection at (5.000000, 5.000000)");
    g_clear_error (&error);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    g_assert_null (cg_geom_overlaps (shapes, 0, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_clear_error (&error);
    g_assert_null (cg_geom_gaps (shapes, 0, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

/* A frame of four with a hole of 4 x 4, and a sliver 0.1 wide and 10 long between two. */
static void
test_gaps (void)
{
    static const char *const texts[] = {
        "0 0, 20 0, 20 3, 0 3",     "0 7, 20 7, 20 10, 0 10", "0 3, 8 3, 8 7, 0 7",
        "12 3, 20 3, 20 7, 12 7",   "0 10, 20 10, 20 20, 0 20 | 5 15, 15 15, 15 15.1, 5 15.1",
    };
    g_autoptr (CgShapes) shapes = draw (5, texts);
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) found = cg_geom_gaps (shapes, 0, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (found->len, ==, 2);
    const CgGeomGap *hole = &g_array_index (found, CgGeomGap, 0), *sliver = hole + 1;
    g_assert_cmpfloat_with_epsilon (hole->area_m2, 16, 1e-12);
    g_assert_cmpfloat_with_epsilon (hole->perimeter_m, 16, 1e-12);
    g_assert_true (hole->x > 8 && hole->x < 12 && hole->y > 3 && hole->y < 7);
    g_assert_cmpfloat_with_epsilon (sliver->area_m2, 1, 1e-12);
    g_assert_cmpfloat_with_epsilon (sliver->perimeter_m, 20.2, 1e-12);
    g_autoptr (GArray) large = cg_geom_gaps (shapes, 1.5, NULL, &error);
    g_assert_cmpuint (large->len, ==, 1);
}

static void
test_union (void)
{
    static const char *const texts[] = { "0 0, 10 0, 10 10, 0 10", "5 5, 5 15, 15 15, 15 5",
                                         "30 0, 40 0, 40 10, 30 10 | 32 2, 33 2, 33 3, 32 3" };
    static const guint32 pair[] = { 2, 0 };
    g_autoptr (CgShapes) shapes = draw (3, texts), out = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (GError) error = NULL;
    double area;
    g_assert_true (cg_geom_union (shapes, 0, NULL, out, &error));
    g_assert_true (cg_geom_union (shapes, 2, pair, out, &error));
    g_assert_true (cg_geom_union (shapes, 0, pair, out, &error));
    g_assert_no_error (error);
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out, 0), 175 + 99, 1e-9);
    g_assert_cmpfloat_with_epsilon (cg_shapes_area (out, 1), 199, 1e-9);
    g_assert_cmpuint (out->shape_part[3] - out->shape_part[2], ==, 0);
    for (guint32 p = 0; p < out->n_parts; p++)
        for (guint32 r = out->part_ring[p]; r < out->part_ring[p + 1]; r++)
            g_assert_true ((cg_shapes_ring_area (out, r) > 0) == (r == out->part_ring[p]));
    g_assert_true (cg_geom_intersection_area (shapes, 0, shapes, 1, &area, &error));
    g_assert_cmpfloat_with_epsilon (area, 25, 1e-9);
    g_assert_true (cg_geom_intersection_area (shapes, 0, shapes, 2, &area, &error));
    g_assert_cmpfloat (area, ==, 0);
    g_autoptr (CgShapes) other = draw (1, texts);
    g_assert_true (cg_geom_symmetric_difference_area (shapes, other, &area, &error));
    g_assert_cmpfloat_with_epsilon (area, 175 + 99 - 100, 1e-9);
    g_assert_true (cg_geom_symmetric_difference_area (shapes, shapes, &area, &error));
    g_assert_cmpfloat (area, ==, 0);
    g_autoptr (CgShapes) nothing = cg_shapes_new (CG_SHAPES_AREA);
    g_assert_true (cg_geom_symmetric_difference_area (nothing, other, &area, &error));
    g_assert_cmpfloat (area, ==, 100);
    /* A bow-tie has a wrong area in silence: it must be refused. */
    cg_test_draw_shape (other, "0 0, 10 10, 10 0, 0 10");
    g_assert_false (cg_geom_intersection_area (shapes, 0, other, 1, &area, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
    g_clear_error (&error);
    g_assert_false (cg_geom_union (other, 0, NULL, out, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
    g_assert_nonnull (strstr (error->message, "shape 1 is invalid"));
    g_assert_cmpuint (out->n_shapes, ==, 3);
}

static void
test_contains (void)
{
    static const char *const area[] = { "0 0, 10 0, 10 10, 0 10" };
    static const char *const inner[] = { "0 0, 5 0, 5 5, 0 5", "5 5, 10.05 5, 10.05 10, 5 10",
                                         "20 0, 30 0, 30 9, 20 9" };
    g_autoptr (CgShapes) outer = draw (1, area), shapes = draw (3, inner);
    g_autoptr (CgShapes) points = cg_shapes_new (CG_SHAPES_POINT);
    g_autoptr (GError) error = NULL;
    guint32 first;
    cg_shapes_add_point (points, 10, 10);
    cg_shapes_add_point (points, 10.2, 5);
    g_assert_true (cg_geom_contains_all (outer, 0, shapes, 0, &first, &error));
    g_assert_cmpuint (first, ==, 1);
    g_assert_true (cg_geom_contains_all (outer, 0, shapes, 0.1, &first, &error));
    g_assert_cmpuint (first, ==, 2);
    g_assert_true (cg_geom_contains_all (outer, 0, points, 0.1, &first, &error));
    g_assert_cmpuint (first, ==, 1);
    g_assert_true (cg_geom_contains_all (outer, 0, points, 0.3, &first, &error));
    g_assert_cmpuint (first, ==, G_MAXUINT32);
    g_assert_false (cg_geom_contains_all (outer, 0, points, -1, &first, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

/* The tree against a look at every box; with an outlier, an empty box and a NaN. */
static void
test_box_tree (void)
{
    CgRandom random;
    cg_random_init (&random, 3, 0);
    for (guint32 n = 0; n < 700; n = n * 3 / 2 + 1) {
        g_autofree CgBox *boxes = g_new (CgBox, n + 1);
        for (guint32 i = 0; i < n; i++) {
            double x = 100 * cg_random_unit (&random), y = 100 * cg_random_unit (&random);
            boxes[i] = (CgBox){ x, y, x + 5 * cg_random_unit (&random),
                                y + 5 * cg_random_unit (&random) };
        }
        if (n > 3) {
            boxes[1] = CG_BOX_EMPTY;
            boxes[2].x_max = NAN;
            boxes[3] = (CgBox){ 1e9, 1e9, 1e9, 1e9 };
        }
        g_autoptr (CgBoxTree) tree = cg_box_tree_new (n, boxes, NULL);
        g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
        for (guint k = 0; k < 50; k++) {
            double x = 100 * cg_random_unit (&random), y = 100 * cg_random_unit (&random);
            CgBox box = { x, y, x + 10, y + 3 };
            guint at = 0;
            cg_box_tree_find (tree, &box, found);
            for (guint32 i = 0; i < n; i++)
                if (boxes[i].x_min <= box.x_max && boxes[i].x_max >= box.x_min &&
                    boxes[i].y_min <= box.y_max && boxes[i].y_max >= box.y_min &&
                    boxes[i].x_min <= boxes[i].x_max) {
                    g_assert_cmpuint (at, <, found->len);
                    g_assert_cmpuint (g_array_index (found, guint32, at++), ==, i);
                }
            g_assert_cmpuint (at, ==, found->len);
        }
    }
}

static gpointer
repair_often (gpointer data)
{
    static const char *const bow[] = { "0 0, 10 10, 10 0, 0 10" };
    g_autoptr (CgShapes) shapes = draw (1, bow), out = cg_shapes_new (CG_SHAPES_AREA);
    for (guint k = 0; k < 300; k++)
        g_assert_true (cg_geom_repair (shapes, 0, out, NULL, NULL));
    return NULL;
}

static void
test_threads (void)
{
    GThread *threads[4];
    for (guint k = 0; k < 4; k++)
        threads[k] = g_thread_new ("repair", repair_often, NULL);
    for (guint k = 0; k < 4; k++)
        g_thread_join (threads[k]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint k = 0; k < G_N_ELEMENTS (defects); k++) {
        g_autofree char *name = g_strdup_printf ("/geom/defect/%u", k);
        g_test_add_data_func (name, &defects[k], test_defect);
    }
    g_test_add_func ("/geom/guards", test_guards);
    g_test_add_func ("/geom/overlaps", test_overlaps);
    g_test_add_func ("/geom/gaps", test_gaps);
    g_test_add_func ("/geom/union", test_union);
    g_test_add_func ("/geom/contains", test_contains);
    g_test_add_func ("/geom/box-tree", test_box_tree);
    g_test_add_func ("/geom/threads", test_threads);
    return g_test_run ();
}
