/* Bridges and tunnels: which units they connect, worked by hand. */
#include "base/error.h"
#include "drawn_town.h"
#include "drawn_units.h"

#include <string.h>

typedef struct {
    CgBarrierClass class;
    gboolean passable;
    const char *line;
} Drawn;

static void
town_init (CgTestTown *town, guint n, const char *const *outlines, const char *empty,
           guint n_drawn, const Drawn *drawn)
{
    CgBarriers *barriers = cg_barriers_new (n_drawn);
    for (guint i = 0; i < n_drawn; i++) {
        cg_test_draw_barrier (barriers, i, drawn[i].class, drawn[i].line);
        barriers->passable[i] = (guint8) drawn[i].passable;
        barriers->row[i] = i + 1;
    }
    cg_test_town_init (town, n, outlines, empty, barriers, FALSE);
}

/* A railway that nobody may cross between A (south) and B (north). */
static void
test_one_border (void)
{
    static const char *const outlines[] = { "0 0, 100 0, 100 100, 0 100",
                                            "0 100, 100 100, 100 200, 0 200" };
    static const struct {
        const char *name;
        gboolean open;
        Drawn way[4];
    } cases[] = {
        { "none", FALSE, { { 0 } } },
        { "bridge", TRUE, { { CG_BARRIER_BRIDGE, TRUE, "50 80, 50 120" } } },
        { "tunnel", TRUE, { { CG_BARRIER_TUNNEL, TRUE, "50 120, 50 80" } } },
        { "nobody walks", FALSE, { { CG_BARRIER_TUNNEL, FALSE, "50 120, 50 80" } } },
        { "ends before", FALSE, { { CG_BARRIER_TUNNEL, TRUE, "50 80, 50 95" } } },
        { "ends on it", FALSE, { { CG_BARRIER_TUNNEL, TRUE, "50 80, 50 100" } } },
        { "ends on it, a road goes on", TRUE,
          { { CG_BARRIER_BRIDGE, TRUE, "50 80, 50 100" },
            { CG_BARRIER_STREET, TRUE, "50 100, 60 150" } } },
        { "a little beyond it", TRUE, { { CG_BARRIER_BRIDGE, TRUE, "50 80, 50 103" } } },
        { "a little beyond it, in two rows", TRUE,
          { { CG_BARRIER_BRIDGE, TRUE, "50 80, 50 103" },
            { CG_BARRIER_BRIDGE, TRUE, "50 100, 50 103" } } },
        { "the same way twice", TRUE,
          { { CG_BARRIER_BRIDGE, TRUE, "50 80, 50 102" },
            { CG_BARRIER_BRIDGE, TRUE, "50.1 80, 50.1 102" } } },
        { "ends on it, and so does its road", FALSE,
          { { CG_BARRIER_BRIDGE, TRUE, "50 80, 50 100" },
            { CG_BARRIER_STREET, TRUE, "50 80, 50 90, 50 100" } } },
        { "turns back", FALSE, { { CG_BARRIER_TUNNEL, TRUE, "40 80, 50 100, 60 80" } } },
        { "two pieces that meet on the line", TRUE,
          { { CG_BARRIER_TUNNEL, TRUE, "50 80, 50 100" },
            { CG_BARRIER_TUNNEL, TRUE, "50 120, 50 100" } } },
        { "two that meet beyond it", TRUE,
          { { CG_BARRIER_TUNNEL, TRUE, "50 80, 50 103" },
            { CG_BARRIER_TUNNEL, TRUE, "50 103, 50 120" } } },
        { "two that overlap, as tiles do", TRUE,
          { { CG_BARRIER_TUNNEL, TRUE, "50 80, 50 102" },
            { CG_BARRIER_TUNNEL, TRUE, "50 98, 50 120" } } },
        { "two that do not meet", FALSE,
          { { CG_BARRIER_TUNNEL, TRUE, "50 80, 50 99" },
            { CG_BARRIER_TUNNEL, TRUE, "50 101, 50 120" } } },
        { "a fork", TRUE,
          { { CG_BARRIER_BRIDGE, TRUE, "20 80, 50 97" },
            { CG_BARRIER_BRIDGE, TRUE, "80 80, 50 97" },
            { CG_BARRIER_BRIDGE, TRUE, "50 97, 50 120" } } },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (CgTestTown) town = { 0 };
        Drawn drawn[5] = { { CG_BARRIER_RAILWAY, FALSE, "0 100, 100 100" } };
        guint n = 1;
        for (; n <= 4 && cases[k].way[n - 1].line != NULL; n++)
            drawn[n] = cases[k].way[n - 1];
        g_test_message ("%s", cases[k].name);
        town_init (&town, 2, outlines, "", n, drawn);
        g_assert_cmpint (cg_test_town_is_open (&town, 0, 1), ==, cases[k].open);
        g_assert_cmpuint (town.ways->len, ==, 0);
    }
}

static void
assert_crossing (const CgTestTown *town, guint k, guint32 a, guint32 b, guint32 cm, guint8 by)
{
    const CgCrossing *c = &g_array_index (town->ways, CgCrossing, k);
    g_assert_cmpuint (c->a, ==, a);
    g_assert_cmpuint (c->b, ==, b);
    g_assert_cmpuint (c->length_cm, ==, cm);
    g_assert_cmpuint (c->by, ==, by);
}

/* A river C, 60 m wide, between A and B; D and E lie beside them. The river's own ground is connected
 * to nothing: it is no way. */
static const char *const river[] = { "0 0, 100 0, 100 100, 0 100",
                                     "0 160, 100 160, 100 260, 0 260",
                                     "0 100, 100 100, 200 100, 200 160, 100 160, 0 160",
                                     "100 0, 200 0, 200 100, 100 100",
                                     "100 160, 200 160, 200 260, 100 260" };
#define SHORES                                                                                     \
    { CG_BARRIER_WATER, FALSE, "0 100, 200 100" }, { CG_BARRIER_WATER, FALSE, "0 160, 200 160" }

static void
test_river (void)
{
    static const Drawn banks[] = { SHORES, { CG_BARRIER_BRIDGE, TRUE, "50 90, 50 170" } };
    /* Drawn from bank to bank, a little short of both. */
    static const Drawn within[] = { SHORES, { CG_BARRIER_BRIDGE, TRUE, "50 102, 50 158" } };
    static const Drawn shores[] = { SHORES, { CG_BARRIER_BRIDGE, TRUE, "50 100, 50 160" } };
    const struct {
        const Drawn *drawn;
        guint n;
    } cases[] = { { banks, 3 }, { within, 3 }, { shores, 3 } };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (CgTestTown) town = { 0 };
        town_init (&town, 5, river, "C", cases[k].n, cases[k].drawn);
        g_assert_cmpuint (town.ways->len, ==, 1);
        assert_crossing (&town, 0, 0, 1, 6000, CG_BARRIER_BRIDGE);
        for (guint32 bank = 0; bank < 5; bank++)
            if (bank != 2)
                g_assert_false (cg_test_town_is_open (&town, 2, bank));
    }
    /* The road runs on the border of two units on either side: each with each. */
    static const Drawn corner[] = { SHORES, { CG_BARRIER_TUNNEL, TRUE, "100 60, 100 200" } };
    g_auto (CgTestTown) four = { 0 };
    town_init (&four, 5, river, "C", 3, corner);
    g_assert_cmpuint (four.ways->len, ==, 4);
    assert_crossing (&four, 0, 0, 1, 6000, CG_BARRIER_TUNNEL);
    assert_crossing (&four, 1, 0, 4, 6000, CG_BARRIER_TUNNEL);
    assert_crossing (&four, 2, 1, 3, 6000, CG_BARRIER_TUNNEL);
    assert_crossing (&four, 3, 3, 4, 6000, CG_BARRIER_TUNNEL);
}

/* Island F in a river: a bridge to it and one on from there are two ways, and one. */
static void
test_island (void)
{
    static const char *const outlines[] = {
        "0 0, 100 0, 100 100, 0 100", "0 260, 100 260, 100 360, 0 360",
        "0 100, 100 100, 100 260, 0 260 | 40 150, 40 210, 60 210, 60 150",
        "40 150, 60 150, 60 210, 40 210"
    };
    static const Drawn drawn[] = {
        { CG_BARRIER_WATER, FALSE, "0 100, 100 100" },
        { CG_BARRIER_WATER, FALSE, "0 260, 100 260" },
        { CG_BARRIER_WATER, FALSE, "40 150, 60 150, 60 210, 40 210, 40 150" },
        { CG_BARRIER_BRIDGE, TRUE, "50 90, 50 180" },
        { CG_BARRIER_BRIDGE, TRUE, "50 180, 50 270" },
    };
    g_auto (CgTestTown) town = { 0 };
    town_init (&town, 4, outlines, "C", G_N_ELEMENTS (drawn), drawn);
    g_assert_cmpuint (town.ways->len, ==, 3);
    assert_crossing (&town, 0, 0, 1, 16000, CG_BARRIER_BRIDGE);
    assert_crossing (&town, 1, 0, 3, 5000, CG_BARRIER_BRIDGE);
    assert_crossing (&town, 2, 1, 3, 5000, CG_BARRIER_BRIDGE);
}

/* A bridge over nothing that parts connects nothing, nor does one into another region. */
static void
test_nothing (void)
{
    static const Drawn over[] = { { CG_BARRIER_STREET, TRUE, "0 100, 200 100" },
                                  { CG_BARRIER_BRIDGE, TRUE, "50 50, 50 200" } };
    g_auto (CgTestTown) plain = { 0 };
    town_init (&plain, 5, river, "C", 2, over);
    g_assert_cmpuint (plain.ways->len, ==, 0);
    static const Drawn banks[] = { SHORES, { CG_BARRIER_BRIDGE, TRUE, "50 90, 50 170" } };
    g_auto (CgTestTown) town = { 0 };
    town_init (&town, 5, river, "C", 3, banks);
    town.units->region[1] = cg_names_add (town.units->regions, "other");
    g_autoptr (GError) error = NULL;
    CgWaysInput input = { town.barriers, NULL };
    g_autoptr (GArray) none =
        cg_graph_open_ways (town.graph, town.units, &input, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (none->len, ==, 0);
}

static void
test_errors (void)
{
    g_auto (CgTestTown) town = { 0 };
    static const Drawn banks[] = { SHORES, { CG_BARRIER_BRIDGE, TRUE, "50 90, 50 170" } };
    town_init (&town, 5, river, "C", 3, banks);
    g_autoptr (GError) error = NULL;
    g_autoptr (CgUnits) fewer = cg_test_draw_units (2, river);
    CgWaysInput input = { town.barriers, NULL };
    g_assert_null (cg_graph_open_ways (town.graph, fewer, &input, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    g_cancellable_cancel (cancel);
    g_assert_null (cg_graph_open_ways (town.graph, town.units, &input, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/ways/one-border", test_one_border);
    g_test_add_func ("/graph/ways/river", test_river);
    g_test_add_func ("/graph/ways/island", test_island);
    g_test_add_func ("/graph/ways/nothing", test_nothing);
    g_test_add_func ("/graph/ways/errors", test_errors);
    return g_test_run ();
}
