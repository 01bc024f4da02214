#include "base/error.h"
#include "base/random.h"
#include "drawn_units.h"
#include "geom/boxtree.h"
#include "graph/graph.h"
#include "graph/subset.h"
#include "graph/topology.h"
#include "support.h"

#include <math.h>
#include <string.h>

static CgGraph *
build (const CgUnits *units, double snap_m)
{
    CgGraphOptions options = { .snap_m = snap_m };
    g_autoptr (GError) error = NULL;
    CgGraph *graph = cg_graph_build (units, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    return graph;
}

/* Border between two units in centimetres, 0 when they are no neighbours; both ways alike. */
static guint32
border (const CgGraph *graph, guint32 u, guint32 v)
{
    guint32 found[2] = { 0, 0 }, ends[2] = { u, v };
    for (guint way = 0; way < 2; way++)
        for (guint32 k = graph->first[ends[way]]; k < graph->first[ends[way] + 1]; k++)
            if (graph->target[k] == ends[1 - way]) {
                found[way] = graph->border_cm[k];
                g_assert_cmpuint (graph->target[graph->reverse[k]], ==, ends[way]);
            }
    g_assert_cmpuint (found[0], ==, found[1]);
    return found[0];
}

static void
expect_error (const CgUnits *units, double snap_m, int code, const char *word, const char *word2)
{
    CgGraphOptions options = { .snap_m = snap_m };
    g_autoptr (GError) error = NULL;
    g_autoptr (CgGraph) graph = cg_graph_build (units, &options, NULL, NULL, &error);
    g_assert_error (error, CG_ERROR, code);
    g_assert_null (graph);
    g_assert_nonnull (strstr (error->message, word));
    g_assert_nonnull (strstr (error->message, word2));
}

/* 3 x 3 squares of 100 m: 12 links of 100 m; corners have 200 m outside, sides 100, the middle 0.
 */
static void
test_checkerboard (void)
{
    static const guint32 outer_cm[9] = { 20000, 10000, 20000, 10000, 0,
                                         10000, 20000, 10000, 20000 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 3, 100, 10);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_assert_cmpuint (graph->n, ==, 9);
    g_assert_cmpuint (graph->first[9], ==, 24);
    g_assert_cmpuint (cg_graph_count_links (graph, NULL), ==, 12);
    g_assert_false (graph->snapped);
    for (guint32 i = 0; i < 9; i++) {
        g_assert_cmpuint (graph->outer_cm[i], ==, outer_cm[i]);
        g_assert_cmpfloat (graph->area_m2[i], ==, 10000);
    }
    for (guint32 k = 0; k < 24; k++) {
        g_assert_cmpuint (graph->border_cm[k], ==, 10000);
        g_assert_true (graph->passable[k]);
        g_assert_cmpuint (graph->barrier[k], ==, CG_BARRIER_NONE);
    }
    units->region[0] = cg_names_add (units->regions, "S");
    g_assert_cmpuint (cg_graph_count_links (graph, units), ==, 10);
}

/* B in the hole of A; C another part away; D touches A in a corner only. Directions mixed. */
static void
test_holes (void)
{
    static const char *const texts[] = {
        "0 0, 0 30, 30 30, 30 0 | 10 10, 20 10, 20 20, 10 20 + 100 0, 110 0, 110 10, 100 10",
        "10 10, 10 20, 20 20, 20 10",
        "110 0, 120 0, 120 10, 110 10",
        "30 30, 40 30, 40 40, 30 40",
    };
    g_autoptr (CgUnits) units = cg_test_draw_units (4, texts);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_assert_cmpuint (cg_graph_count_links (graph, NULL), ==, 2);
    g_assert_cmpuint (border (graph, 0, 1), ==, 4000);
    g_assert_cmpuint (border (graph, 0, 2), ==, 1000);
    g_assert_cmpuint (border (graph, 0, 3), ==, 0);
    g_assert_cmpuint (graph->outer_cm[0], ==, 12000 + 3000);
    g_assert_cmpuint (graph->outer_cm[1], ==, 0);
    g_assert_cmpfloat (graph->area_m2[0], ==, 900);
}

/* C's corner lies in the middle of A's long side, exactly: vertices do not match. */
static void
test_t_junction (void)
{
    static const char *const texts[] = { "0 0, 20 0, 20 10, 0 10", "0 10, 10 10, 10 20, 0 20",
                                         "10 10, 20 10, 20 20, 10 20" };
    g_autoptr (CgUnits) units = cg_test_draw_units (3, texts);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_assert_true (graph->snapped);
    g_assert_cmpuint (border (graph, 0, 1), ==, 1000);
    g_assert_cmpuint (border (graph, 0, 2), ==, 1000);
    g_assert_cmpuint (border (graph, 1, 2), ==, 1000);
    g_assert_cmpuint (graph->outer_cm[0], ==, 4000);
    g_assert_cmpuint (graph->n_gaps + graph->n_overlaps, ==, 0);
    g_autoptr (CgGraph) exact = build (units, 0);
    g_assert_false (exact->snapped);
    g_assert_cmpuint (border (exact, 0, 1), ==, 0);
    g_assert_cmpuint (border (exact, 1, 2), ==, 1000);
}

/* A gap of 0.2 m over 10 m between A and B; C overlaps B by 0.1 m over 10 m. */
static void
test_sloppy (void)
{
    static const char *const texts[] = { "0 0, 10 0, 10 10, 0 10", "10.2 0, 20 0, 20 10, 10.2 10",
                                         "19.9 0, 30 0, 30 10, 19.9 10" };
    g_autoptr (CgUnits) units = cg_test_draw_units (3, texts);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_assert_true (graph->snapped);
    g_assert_cmpuint (border (graph, 0, 1), ==, 1000);
    g_assert_cmpuint (border (graph, 1, 2), ==, 1000);
    g_assert_cmpuint (border (graph, 0, 2), ==, 0);
    g_assert_cmpuint (graph->n_gaps, ==, 1);
    g_assert_cmpuint (graph->n_overlaps, ==, 1);
    g_assert_cmpfloat_with_epsilon (graph->gap_m2, 2.0, 1e-9);
    g_assert_cmpfloat_with_epsilon (graph->overlap_m2, 1.0, 1e-9);
    /* Areas stay those of the source. */
    g_assert_cmpfloat_with_epsilon (graph->area_m2[1], 98, 1e-9);
    g_autoptr (CgUnits) apart = cg_test_draw_units (2, texts);
    g_autoptr (CgGraph) narrow = build (apart, 0.15);
    g_assert_cmpuint (cg_graph_count_links (narrow, NULL), ==, 0);
}

/* B, 0.2 m thin, between A and C; each has a vertex that its neighbour lacks. A's must not be added
 * to C's border across B. */
static void
test_thin (void)
{
    static const char *const texts[] = { "0 0, 10 0, 10 5, 10 10, 0 10",
                                         "10 0, 10.2 0, 10.2 10, 10 10",
                                         "10.2 0, 20 0, 20 10, 10.2 10, 10.2 7" };
    g_autoptr (CgUnits) units = cg_test_draw_units (3, texts);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_assert_cmpuint (border (graph, 0, 1), ==, 1000);
    g_assert_cmpuint (border (graph, 1, 2), ==, 1000);
    g_assert_cmpuint (border (graph, 0, 2), ==, 0);
    g_assert_cmpuint (graph->n_gaps + graph->n_overlaps, ==, 0);
}

/* Vertices at other places on both sides, all within 0.3 m of the line x = 10. */
static void
test_wavy (void)
{
    static const char *const texts[] = {
        "0 0, 10 0, 10.1 7, 9.9 12, 10.2 21, 10 30, 0 30",
        "20 0, 20 30, 10.1 30.1, 9.9 26, 10.15 18, 10 9, 10.2 3, 10 -0.1",
    };
    g_autoptr (CgUnits) units = cg_test_draw_units (2, texts);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_assert_true (graph->snapped);
    g_assert_cmpuint (border (graph, 0, 1), >=, 2990);
    g_assert_cmpuint (border (graph, 0, 1), <=, 3040);
    g_assert_cmpuint (graph->outer_cm[0], <=, 5040);
    g_assert_cmpuint (graph->outer_cm[0], >=, 4960);
}

static void
test_overlaps (void)
{
    static const char *const deep[] = { "0 0, 10 0, 10 10, 0 10", "5 5, 15 5, 15 15, 5 15" };
    static const char *const same[] = { "0 0, 10 0, 10 10, 0 10", "0 0, 10 0, 10 10, 0 10" };
    static const char *const inside[] = { "0 0, 10 0, 10 10, 0 10", "20 0, 30 0, 30 10, 20 10",
                                          "4 4, 6 4, 6 6, 4 6" };
    static const char *const corner[] = { "0 0, 10 0, 10 10, 0 10", "0 0, 5 0, 5 5, 0 5" };
    static const char *const edge[] = { "0 0, 10 0, 10 10", "0 0, 10 0, 5 -5", "0 0, 10 0, 5 2" };
    static const char *const tip[] = { "0 0, 10 0, 10 10, 0 10", "8 8, 18 8, 18 18, 8 18" };
    static const char *const copy[] = { "0 0, 10 0, 10 10, 0 10",
                                        "1e-7 0, 10 1e-7, 10.0000001 10, 0 10.0000001" };
    g_autoptr (CgUnits) a = cg_test_draw_units (2, deep);
    g_autoptr (CgUnits) f = cg_test_draw_units (2, tip);
    g_autoptr (CgUnits) g = cg_test_draw_units (2, copy);
    g_autoptr (CgUnits) b = cg_test_draw_units (2, same);
    g_autoptr (CgUnits) c = cg_test_draw_units (3, inside);
    g_autoptr (CgUnits) d = cg_test_draw_units (2, corner);
    g_autoptr (CgUnits) e = cg_test_draw_units (3, edge);
    for (guint pass = 0; pass < 2; pass++) {
        double snap_m = pass * 0.5;
        expect_error (a, snap_m, CG_ERROR_GEOMETRY, "\"A\"", "\"B\"");
        expect_error (b, snap_m, CG_ERROR_GEOMETRY, "\"A\"", "\"B\"");
        expect_error (c, snap_m, CG_ERROR_GEOMETRY, "\"A\"", "\"C\"");
        expect_error (e, snap_m, CG_ERROR_GEOMETRY, "\"A\"", "\"C\"");
        expect_error (f, snap_m, CG_ERROR_GEOMETRY, "\"A\"", "4.00 m2");
        expect_error (g, snap_m, CG_ERROR_GEOMETRY, "\"A\"", "\"B\"");
    }
    expect_error (d, 0.5, CG_ERROR_GEOMETRY, "\"A\"", "\"B\"");
}

static void
test_hostile (void)
{
    static const char *const thin[] = { "0 0, 10 0, 10 10, 0 10",
                                        "10.1 0, 10.2 0, 10.2 10, 10.1 10",
                                        "10.3 0, 20 0, 20 10, 10.3 10" };
    g_autoptr (CgUnits) units = cg_test_draw_units (3, thin);
    /* A unit thinner than the distance keeps both its sides. */
    g_autoptr (CgGraph) kept = build (units, 0.5);
    g_assert_cmpuint (border (kept, 0, 1), ==, 1000);
    g_assert_cmpuint (border (kept, 1, 2), ==, 1000);
    g_assert_cmpuint (border (kept, 0, 2), ==, 0);
    expect_error (units, -1, CG_ERROR_ARGUMENT, "-1", "m");
    expect_error (units, NAN, CG_ERROR_ARGUMENT, "nan", "m");
    g_autoptr (CgUnits) none = cg_units_new (0);
    g_autoptr (CgGraph) empty = build (none, 0.5);
    g_assert_cmpuint (empty->first[0], ==, 0);
    /* Empty shapes and rings without area are units without neighbours. */
    static const char *const flat[] = { "0 0, 10 0, 5 0, 2 0", "0 0, 10 0, 10 10, 0 10" };
    g_autoptr (CgUnits) degenerate = cg_test_draw_units (2, flat);
    g_autoptr (CgGraph) graph = build (degenerate, 0);
    g_assert_cmpfloat (graph->area_m2[0], ==, 0);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_cancellable_cancel (cancel);
    g_assert_null (cg_graph_build (units, NULL, NULL, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

/* Hundreds of copies nearly on each other must end soon, and with an error. */
static void
test_pile (void)
{
    guint n = 3000;
    g_autofree const char **texts = g_new (const char *, n);
    g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
    for (guint i = 0; i < n; i++) {
        double d = i * 1e-7;
        char *text = g_strdup_printf ("%.9f 0, 10 %.9f, 10 10, %.9f 10", d, d, d);
        g_ptr_array_add (owned, text);
        texts[i] = text;
    }
    g_autoptr (CgUnits) units = cg_test_draw_units (n, texts);
    /* A quadratic search would meet the test's time limit. */
    expect_error (units, 0.5, CG_ERROR_GEOMETRY, "units", "\"");
    expect_error (units, 0, CG_ERROR_GEOMETRY, "units", "\"");
}

/* Same graph after turning every ring round and rotating its start. */
static void
test_directions (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (5, 4, 37.25, 10);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    CgShapes *shapes = units->shapes;
    for (guint32 r = 1; r < shapes->n_rings; r += 2) {
        guint32 first = shapes->ring_vertex[r], end = shapes->ring_vertex[r + 1];
        for (guint32 a = first, b = end - 1; a < b; a++, b--) {
            double x = shapes->x[a], y = shapes->y[a];
            shapes->x[a] = shapes->x[b];
            shapes->y[a] = shapes->y[b];
            shapes->x[b] = x;
            shapes->y[b] = y;
        }
    }
    g_autoptr (CgGraph) turned = build (units, 0.5);
    guint32 n_links = graph->first[graph->n];
    g_assert_cmpmem (graph->first, (graph->n + 1) * 4, turned->first, (graph->n + 1) * 4);
    g_assert_cmpmem (graph->target, n_links * 4, turned->target, n_links * 4);
    g_assert_cmpmem (graph->border_cm, n_links * 4, turned->border_cm, n_links * 4);
}

static guint8
class_of (const CgGraph *graph, guint32 u, guint32 v, gboolean *out_passable)
{
    for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
        if (graph->target[k] == v) {
            g_assert_cmpuint (graph->barrier[graph->reverse[k]], ==, graph->barrier[k]);
            *out_passable = graph->passable[k];
            return graph->barrier[k];
        }
    g_assert_not_reached ();
}

/* 3 x 1 squares of 100 m. Border 0|1 has a street 4 m beside 60 m of it, and an alley beside all; a
 * wall that crosses it and a building on it do not count. Border 1|2 has an impassable canal (an
 * area) along 40 m only, then along 50 m. */
static void
test_barriers (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (3, 1, 100, 10);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_autoptr (CgBarriers) barriers = cg_barriers_new (5);
    g_autoptr (GError) error = NULL;
    gboolean passable;
    cg_test_draw_barrier (barriers, 0, CG_BARRIER_STREET, "104 0, 104 60");
    cg_test_draw_barrier (barriers, 1, CG_BARRIER_ALLEY, "100 -5, 100 105");
    cg_test_draw_barrier (barriers, 2, CG_BARRIER_WALL, "50 50, 150 50");
    cg_test_draw_barrier (barriers, 3, CG_BARRIER_BUILDING, "100 0, 100 100");
    barriers->class[4] = CG_BARRIER_WATER;
    barriers->passable[4] = FALSE;
    cg_shapes_end_shape (barriers->lines);
    for (guint i = 0; i < 4; i++)
        cg_shapes_end_shape (barriers->areas);
    cg_test_draw_shape (barriers->areas, "201 0, 203 0, 203 34, 201 34");
    g_assert_true (cg_graph_mark_barriers (graph, units, barriers, 0, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (class_of (graph, 0, 1, &passable), ==, CG_BARRIER_STREET);
    g_assert_true (passable);
    g_assert_cmpuint (class_of (graph, 1, 2, &passable), ==, CG_BARRIER_NONE);
    g_assert_true (passable);
    for (guint32 v = 0; v < barriers->areas->n_vertices; v++)
        if (barriers->areas->y[v] == 34)
            barriers->areas->y[v] = 50;
    /* 3 m: the street is too far away now. */
    g_assert_true (cg_graph_mark_barriers (graph, units, barriers, 3, &error));
    g_assert_cmpuint (class_of (graph, 0, 1, &passable), ==, CG_BARRIER_ALLEY);
    g_assert_cmpuint (class_of (graph, 1, 2, &passable), ==, CG_BARRIER_WATER);
    g_assert_false (passable);
    g_assert_false (cg_graph_mark_barriers (graph, units, barriers, -1, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

static guint32
find_link (const CgGraph *graph, guint32 u, guint32 v)
{
    for (guint32 k = graph->first[u]; k < graph->first[u + 1]; k++)
        if (graph->target[k] == v)
            return k;
    g_assert_not_reached ();
}

static void
assert_pieces (const CgGraph *graph, guint32 link, guint8 barrier, guint8 line, guint32 open_m)
{
    guint32 both[] = { link, graph->reverse[link] };
    for (guint k = 0; k < 2; k++) {
        g_assert_cmpuint (graph->barrier[both[k]], ==, barrier);
        g_assert_cmpuint (cg_graph_line (graph, both[k]), ==, line);
        g_assert_cmpuint (cg_graph_open_cm (graph, both[k]), ==, 100 * open_m);
    }
}

/* 4 x 1 squares of 100 m, counted piece by piece. Border 0|1 has an alley along 20 m and a street along
 * another 10; the road under it leads away. Border 1|2 a wall along 60 m, 30 of which it lies on a row that says
 * that nothing is there. Border 2|3 has neither. */
static void
test_pieces (void)
{
    g_autoptr (CgUnits) units = cg_test_checkerboard (4, 1, 100, 10);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_autoptr (CgBarriers) barriers = cg_barriers_new (5);
    g_autoptr (GError) error = NULL;
    guint32 links[] = { find_link (graph, 0, 1), find_link (graph, 1, 2), find_link (graph, 2, 3) };
    cg_test_draw_barrier (barriers, 0, CG_BARRIER_ALLEY, "103 0, 103 20");
    cg_test_draw_barrier (barriers, 1, CG_BARRIER_STREET, "98 70, 98 80");
    cg_test_draw_barrier (barriers, 2, CG_BARRIER_ARTERIAL, "0 1, 400 1");
    cg_test_draw_barrier (barriers, 3, CG_BARRIER_WALL, "202 40, 202 100");
    cg_test_draw_barrier (barriers, 4, CG_BARRIER_NONE, "200 70, 200 100");
    assert_pieces (graph, links[1], CG_BARRIER_NONE, CG_BARRIER_NONE, 100);
    /* Samples 0.5 m apart: lines reach as far beyond their ends as they do sideways. */
    g_assert_true (cg_graph_mark_barriers (graph, units, barriers, 3.5, &error));
    g_assert_no_error (error);
    for (guint k = 0; k < 3; k++)
        g_assert_true (graph->passable[links[k]]);
    g_assert_cmpuint (graph->barrier[links[0]], ==, CG_BARRIER_NONE);
    g_assert_cmpuint (cg_graph_line (graph, links[0]), ==, CG_BARRIER_ALLEY);
    g_assert_cmpfloat_with_epsilon (cg_graph_open_cm (graph, links[0]), 6500, 500);
    g_assert_cmpuint (graph->barrier[links[1]], ==, CG_BARRIER_NONE);
    g_assert_cmpuint (cg_graph_line (graph, links[1]), ==, CG_BARRIER_WALL);
    g_assert_cmpfloat_with_epsilon (cg_graph_open_cm (graph, links[1]), 6700, 400);
    assert_pieces (graph, links[2], CG_BARRIER_NONE, CG_BARRIER_NONE, 100);
    const guint32 rows[] = { 1, 2 };
    g_autoptr (CgGraph) two = cg_graph_subset (graph, 2, rows);
    g_assert_cmpuint (cg_graph_open_cm (two, 0), ==, cg_graph_open_cm (graph, links[1]));
    g_assert_cmpuint (cg_graph_line (two, 0), ==, CG_BARRIER_WALL);
    /* Without the row that denies it, more than half runs along the wall. */
    barriers->class[4] = CG_BARRIER_BUILDING;
    g_assert_true (cg_graph_mark_barriers (graph, units, barriers, 3.5, &error));
    g_assert_cmpuint (graph->barrier[links[1]], ==, CG_BARRIER_WALL);
    g_assert_cmpfloat_with_epsilon (cg_graph_open_cm (graph, links[1]), 3700, 400);
}

/* 4 x 1 squares of 100 m; two streets from x = 0 to 250 run across the borders at y = 30 and 70: what is open
 * above, below and to the right of them lies beyond all lines. A row that says that nothing is there is no
 * line. */
static void
test_beyond (void)
{
    const guint32 beyond_m[] = { 60, 60, 100 };
    g_autoptr (CgUnits) units = cg_test_checkerboard (4, 1, 100, 10);
    g_autoptr (CgGraph) graph = build (units, 0.5);
    g_autoptr (CgBarriers) barriers = cg_barriers_new (3);
    g_autoptr (GError) error = NULL;
    g_assert_null (graph->beyond_cm);
    cg_test_draw_barrier (barriers, 0, CG_BARRIER_STREET, "0 30, 250 30");
    cg_test_draw_barrier (barriers, 1, CG_BARRIER_STREET, "0 70, 250 70");
    cg_test_draw_barrier (barriers, 2, CG_BARRIER_NONE, "0 0, 400 0, 400 100");
    g_assert_true (cg_graph_mark_barriers (graph, units, barriers, 0.5, &error));
    g_assert_no_error (error);
    for (guint32 k = 0; k < 3; k++) {
        guint32 link = find_link (graph, k, k + 1);
        g_assert_cmpuint (cg_graph_open_cm (graph, link), ==, 10000);
        g_assert_cmpfloat_with_epsilon (graph->beyond_cm[link], 100 * beyond_m[k], 150);
        g_assert_cmpuint (graph->beyond_cm[graph->reverse[link]], ==, graph->beyond_cm[link]);
    }
    const guint32 rows[] = { 2, 3 };
    g_autoptr (CgGraph) two = cg_graph_subset (graph, 2, rows);
    g_assert_cmpuint (two->beyond_cm[0], ==, graph->beyond_cm[find_link (graph, 2, 3)]);
}

/* A second way to borders: random coverages with moved corners against all pairs of segments. */
static void
test_random (void)
{
    CgRandom random;
    cg_random_init (&random, 11, 0);
    for (guint trial = 0; trial < 20; trial++) {
        guint32 columns = 2 + cg_random_below (&random, 6), rows = 2 + cg_random_below (&random, 6);
        g_autoptr (CgUnits) units = cg_test_checkerboard (columns, rows, 100, 10);
        CgShapes *s = units->shapes;
        g_autofree double *dx = g_new (double, (columns + 1) * (rows + 1));
        g_autofree double *dy = g_new (double, (columns + 1) * (rows + 1));
        for (guint k = 0; k < (columns + 1) * (rows + 1); k++) {
            dx[k] = 60 * cg_random_unit (&random) - 30;
            dy[k] = 60 * cg_random_unit (&random) - 30;
        }
        for (guint32 v = 0; v < s->n_vertices; v++) {
            guint k = (guint) (s->y[v] / 100) * (columns + 1) + (guint) (s->x[v] / 100);
            s->x[v] += dx[k];
            s->y[v] += dy[k];
        }
        g_autoptr (CgGraph) graph = build (units, 0.5);
        g_assert_false (graph->snapped);
        for (guint32 a = 0; a < units->n; a++)
            for (guint32 b = a + 1; b < units->n; b++) {
                double length = 0;
                for (guint32 p = a * 5; p < a * 5 + 4; p++)
                    for (guint32 q = b * 5; q < b * 5 + 4; q++)
                        if (s->x[p] == s->x[q + 1] && s->y[p] == s->y[q + 1] &&
                            s->x[p + 1] == s->x[q] && s->y[p + 1] == s->y[q])
                            length += hypot (s->x[p + 1] - s->x[p], s->y[p + 1] - s->y[p]);
                g_assert_cmpfloat_with_epsilon (border (graph, a, b) / 100.0, length, 0.0051);
            }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/checkerboard", test_checkerboard);
    g_test_add_func ("/graph/holes", test_holes);
    g_test_add_func ("/graph/t-junction", test_t_junction);
    g_test_add_func ("/graph/sloppy", test_sloppy);
    g_test_add_func ("/graph/thin", test_thin);
    g_test_add_func ("/graph/wavy", test_wavy);
    g_test_add_func ("/graph/overlaps", test_overlaps);
    g_test_add_func ("/graph/hostile", test_hostile);
    g_test_add_func ("/graph/pile", test_pile);
    g_test_add_func ("/graph/directions", test_directions);
    g_test_add_func ("/graph/barriers", test_barriers);
    g_test_add_func ("/graph/pieces", test_pieces);
    g_test_add_func ("/graph/beyond", test_beyond);
    g_test_add_func ("/graph/random", test_random);
    return g_test_run ();
}
