/* Random lines, degenerate on purpose: what comes out is checked pair by pair with 128-bit signs. */
#include "random_lines.h"

#include "base/error.h"
#include "cells/mesh.h"

static int
side (CgSpot a, CgSpot b, CgSpot c)
{
    CgWide turn = cg_spot_turn (a, b, c);
    return (turn > 0) - (turn < 0);
}

static gboolean
is_between (CgSpot a, CgSpot b, CgSpot p)
{
    return side (a, b, p) == 0 && p.x >= MIN (a.x, b.x) && p.x <= MAX (a.x, b.x) &&
           p.y >= MIN (a.y, b.y) && p.y <= MAX (a.y, b.y);
}

/* Edges share nothing but nodes, and no node lies on an edge that does not end in it. */
static void
check_pairs (const CgNoding *n)
{
    for (guint32 e = 0; e < n->n_edges; e++) {
        CgSpot a = n->node[n->edge_a[e]], b = n->node[n->edge_b[e]];
        g_assert_cmpuint (n->edge_a[e], <, n->edge_b[e]);
        for (guint32 k = 0; k < n->n_nodes; k++)
            if (k != n->edge_a[e] && k != n->edge_b[e])
                g_assert_false (is_between (a, b, n->node[k]));
        for (guint32 f = 0; f < e; f++) {
            CgSpot c = n->node[n->edge_a[f]], d = n->node[n->edge_b[f]];
            g_assert_false (side (a, b, c) * side (a, b, d) < 0 && side (c, d, a) * side (c, d, b) < 0);
            g_assert_false (n->edge_a[f] == n->edge_a[e] && n->edge_b[f] == n->edge_b[e]);
        }
    }
}

/* Every source still leads from its start to its end, and its nodes lie near it. */
static void
check_sources (const CgNoding *n, const CgLines *lines)
{
    g_autofree int *flow = g_new (int, n->n_nodes + 1);
    for (guint32 s = 0; s < lines->source->len; s++) {
        CgSpot a = g_array_index (lines->ends, CgSpot, 2 * s), b = g_array_index (lines->ends, CgSpot, 2 * s + 1);
        guint32 source = g_array_index (lines->source, guint32, s);
        for (guint32 k = 0; k < n->n_nodes; k++)
            flow[k] = (n->node[k].x == b.x && n->node[k].y == b.y) - (n->node[k].x == a.x && n->node[k].y == a.y);
        double length = ABS ((double) (b.x - a.x)) + ABS ((double) (b.y - a.y));
        for (guint32 e = 0; e < n->n_edges; e++)
            for (guint32 u = n->edge_use[e]; u < n->edge_use[e + 1]; u++)
                if (n->use[u].source == source) {
                    flow[n->edge_a[e]] += n->use[u].turn;
                    flow[n->edge_b[e]] -= n->use[u].turn;
                    CgWide off = cg_spot_turn (a, b, n->node[n->edge_a[e]]);
                    g_assert_cmpfloat (ABS ((double) off), <=, length * n->n_rounds);
                }
        for (guint32 k = 0; k < n->n_nodes; k++)
            g_assert_cmpint (flow[k], ==, 0);
    }
}

static void
check_mesh (const CgNoding *n, const CgNet *m)
{
    CgWide area = 0;
    guint32 sides = 0;
    g_assert_cmpuint (m->n_triangles, ==, 2 * (n->n_nodes + 4) - 2 - 4);
    for (guint32 t = 0; t < m->n_triangles; t++) {
        CgSpot a = m->spot[m->corner[3 * t]], b = m->spot[m->corner[3 * t + 1]], c = m->spot[m->corner[3 * t + 2]];
        g_assert_true (cg_spot_turn (a, b, c) > 0);
        area += cg_spot_turn (a, b, c);
    }
    CgSpot low = m->spot[n->n_nodes], high = m->spot[n->n_nodes + 2];
    g_assert_true (area == 2 * (CgWide) (high.x - low.x) * (high.y - low.y));
    for (guint32 s = 0; s < 3 * m->n_triangles; s++) {
        guint32 a = m->corner[s], b = m->corner[cg_net_next (s)], r = m->twin[s], e = m->edge[s];
        if (r != G_MAXUINT32) {
            g_assert_cmpuint (m->twin[r], ==, s);
            g_assert_cmpuint (m->corner[r], ==, b);
            g_assert_cmpuint (m->edge[r], ==, e);
        }
        if (e != G_MAXUINT32) {
            g_assert_cmpuint (MIN (a, b), ==, n->edge_a[e]);
            g_assert_cmpuint (MAX (a, b), ==, n->edge_b[e]);
            sides++;
        }
    }
    g_assert_cmpuint (sides, ==, 2 * n->n_edges);
}

static void
run_cases (guint n_cases)
{
    for (guint c = 0; c < n_cases; c++) {
        CgRandom random;
        g_autoptr (GError) error = NULL;
        cg_random_init (&random, 4, c);
        g_autoptr (CgLines) lines =
            cg_test_random_lines (&random, c % CG_TEST_LINE_KINDS, 2 + cg_random_below (&random, 30));
        g_autoptr (CgNoding) noding = cg_noding_build (lines, NULL, &error);
        g_assert_no_error (error);
        check_pairs (noding);
        check_sources (noding, lines);
        g_autoptr (CgNet) mesh = cg_net_build (noding, NULL, &error);
        g_assert_no_error (error);
        check_mesh (noding, mesh);
    }
}

static void
test_random (void)
{
    run_cases (g_test_slow () ? 10000 : 600);
}

/* Two diagonals of a square of side 4 meet in its middle; of side 3 in a rounded place. */
static void
test_crossing (void)
{
    g_autoptr (GError) error = NULL;
    for (gint64 size = 3; size <= 4; size++) {
        g_autoptr (CgLines) lines = cg_lines_new ();
        cg_lines_add (lines, (CgSpot){ 0, 0 }, (CgSpot){ size, size }, 0);
        cg_lines_add (lines, (CgSpot){ 0, size }, (CgSpot){ size, 0 }, 1);
        g_autoptr (CgNoding) noding = cg_noding_build (lines, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (noding->n_nodes, ==, 5);
        g_assert_cmpuint (noding->n_edges, ==, 4);
        g_assert_cmpuint (noding->n_crossings, ==, 1);
        g_assert_cmpint (noding->node[4].x, ==, 2);
        g_assert_cmpint (noding->node[4].y, ==, 2);
    }
}

static void
test_overlap (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgLines) lines = cg_lines_new ();
    cg_lines_add (lines, (CgSpot){ 0, 0 }, (CgSpot){ 30, 0 }, 7);
    cg_lines_add (lines, (CgSpot){ 20, 0 }, (CgSpot){ 10, 0 }, 7);
    cg_lines_add (lines, (CgSpot){ 5, 5 }, (CgSpot){ 5, 5 }, 8);
    g_autoptr (CgNoding) noding = cg_noding_build (lines, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (noding->n_edges, ==, 3);
    g_assert_cmpuint (noding->edge_use[3], ==, 3);
    /* Nodes in order of appearance: x = 0, 30, 20, 10; so edges 0-10, 30-20 and 20-10. */
    g_assert_cmpint (noding->use[0].turn, ==, 1);
    g_assert_cmpint (noding->use[1].turn, ==, -1);
    g_assert_cmpint (noding->use[2].turn, ==, 0);
}

static void
test_refusals (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgLines) lines = cg_lines_new ();
    cg_lines_add (lines, (CgSpot){ 0, 0 }, (CgSpot){ CG_SPOT_MAX + 1, 0 }, 0);
    g_assert_null (cg_noding_build (lines, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_autoptr (CgLines) good = cg_lines_new ();
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    cg_lines_add (good, (CgSpot){ 0, 0 }, (CgSpot){ 9, 0 }, 0);
    g_cancellable_cancel (cancel);
    g_assert_null (cg_noding_build (good, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    g_clear_error (&error);
    g_autoptr (CgNoding) noding = cg_noding_build (good, NULL, &error);
    g_assert_null (cg_net_build (noding, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

/* A noding made by hand that breaks its promise is refused, not meshed. */
static void
test_bad_noding (void)
{
    g_autoptr (GError) error = NULL;
    CgSpot cross[] = { { 0, 0 }, { 9, 9 }, { 0, 9 }, { 9, 0 } };
    CgSpot through[] = { { 0, 0 }, { 10, 0 }, { 5, 0 }, { 5, 5 } };
    CgSpot repeat[] = { { 0, 0 }, { 10, 0 }, { 0, 0 }, { 5, 5 } };
    CgSpot *spots[] = { cross, through, repeat };
    guint32 a[] = { 0, 2 }, b[] = { 1, 3 }, use[] = { 0, 0, 0 };
    for (guint k = 0; k < G_N_ELEMENTS (spots); k++) {
        CgNoding noding = { .n_nodes = 4, .n_edges = 2, .node = spots[k], .edge_a = a, .edge_b = b, .edge_use = use };
        g_assert_null (cg_net_build (&noding, NULL, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_GEOMETRY);
        g_clear_error (&error);
    }
}

__extension__ typedef __float128 Quad; /* 113 bits: its error is below 2^50 here */

/* > 0: d lies inside the circle through a, b and c. Another formula than the mesh's: the angles at
 * c and d over the side a-b. */
static Quad
circle_of (CgSpot a, CgSpot b, CgSpot c, CgSpot d)
{
    Quad cos_c = (Quad) (a.x - c.x) * (b.x - c.x) + (Quad) (a.y - c.y) * (b.y - c.y);
    Quad cos_d = (Quad) (a.x - d.x) * (b.x - d.x) + (Quad) (a.y - d.y) * (b.y - d.y);
    Quad sin_c = (Quad) cg_spot_turn (c, a, b), sin_d = (Quad) cg_spot_turn (d, b, a);
    return -(sin_c * cos_d + cos_c * sin_d);
}

/* Pairs of nodes one place apart, far from each other: no long thin triangle stays where another
 * diagonal is the right one. */
static void
test_delaunay (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgLines) lines = cg_lines_new ();
    CgRandom random;
    cg_random_init (&random, 11, 0);
    for (guint k = 0; k < 400; k++) {
        CgSpot p = { (gint64) (k % 20) << 31, (gint64) (k / 20) << 31 };
        if (k % 3 == 0)
            p.x += cg_random_below (&random, 3);
        else if (k % 7 == 0)
            p = (CgSpot){ (gint64) (cg_random_bits (&random) >> 29), (gint64) (cg_random_bits (&random) >> 29) };
        cg_lines_add (lines, p, (CgSpot){ p.x + 1, p.y }, k);
    }
    g_autoptr (CgNoding) noding = cg_noding_build (lines, NULL, &error);
    g_assert_no_error (error);
    g_autoptr (CgNet) mesh = cg_net_build (noding, NULL, &error);
    g_assert_no_error (error);
    check_mesh (noding, mesh);
    guint checked = 0;
    for (guint32 s = 0; s < 3 * mesh->n_triangles; s++) {
        guint32 r = mesh->twin[s];
        if (r == G_MAXUINT32 || mesh->edge[s] != G_MAXUINT32)
            continue;
        const CgSpot *spot = mesh->spot;
        Quad inside = circle_of (spot[mesh->corner[s]], spot[mesh->corner[r]],
                                 spot[mesh->corner[cg_net_previous (s)]],
                                 spot[mesh->corner[cg_net_previous (r)]]);
        g_assert_true (inside < (Quad) ((CgWide) 1 << 60));
        checked++;
    }
    g_assert_cmpuint (checked, >, 2000);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/cells/noding/crossing", test_crossing);
    g_test_add_func ("/cells/noding/overlap", test_overlap);
    g_test_add_func ("/cells/noding/refusals", test_refusals);
    g_test_add_func ("/cells/noding/bad", test_bad_noding);
    g_test_add_func ("/cells/noding/delaunay", test_delaunay);
    g_test_add_func ("/cells/noding/random", test_random);
    return g_test_run ();
}
