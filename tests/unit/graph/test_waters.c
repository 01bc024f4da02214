/* Wide rivers: what is closed, which roads lead over, what joins the banks; all drawn by hand. */
#include "base/error.h"
#include "drawn_town.h"
#include "drawn_units.h"

#include <math.h>
#include <string.h>

/* A row of barriers: a line, or an area where the text begins with '#'. */
typedef struct {
    CgBarrierClass class;
    const char *text;
    guint32 row; /* 0: its own */
} Drawn;

static CgBarriers *
draw (guint n, const Drawn *drawn)
{
    CgBarriers *barriers = cg_barriers_new (n);
    for (guint i = 0; i < n; i++) {
        gboolean area = drawn[i].text[0] == '#';
        barriers->class[i] = (guint8) drawn[i].class;
        barriers->passable[i] = TRUE;
        barriers->row[i] = drawn[i].row > 0 ? drawn[i].row : 100 + i;
        cg_test_draw_shape (area ? barriers->areas : barriers->lines, drawn[i].text + area);
        cg_shapes_end_shape (area ? barriers->lines : barriers->areas);
    }
    return barriers;
}

static CgBarriers *
prepare (guint n, const Drawn *drawn)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (CgBarriers) barriers = draw (n, drawn);
    CgBarriers *out = cg_ways_prepare (barriers, CG_WIDE_WATER_M, 1, 1, &error);
    g_assert_no_error (error);
    return out;
}

/* ---- which water is wide --------------------------------------------------------------------- */

static void
test_width (void)
{
    static const Drawn drawn[] = {
        { CG_BARRIER_WATER, "#0 0, 400 0, 400 49, 0 49" },             /* a river too narrow        */
        { CG_BARRIER_WATER, "#0 100, 400 100, 400 160, 0 160" },       /* one of 60 m               */
        { CG_BARRIER_WATER, "#400 100, 420 100, 420 160, 400 160" },   /* the same beyond a sheet   */
        { CG_BARRIER_WATER, "#420 100, 440 100, 440 160, 420 160" },   /* and beyond the next       */
        { CG_BARRIER_WATER, "#200 160, 210 160, 210 300, 200 300" },   /* a brook that joins it     */
        { CG_BARRIER_WATER, "#600 0, 605 0, 605 300, 600 300 + 700 0, 760 0, 760 60, 700 60" },
        { CG_BARRIER_STREET, "#800 0, 900 0, 900 100, 800 100" },      /* a square                  */
        { CG_BARRIER_WATER, "0 130, 400 130" },                        /* the river's middle        */
    };
    static const gboolean passable[] = { TRUE, FALSE, FALSE, FALSE, TRUE, FALSE, TRUE, TRUE };
    g_autoptr (CgBarriers) out = prepare (G_N_ELEMENTS (drawn), drawn);
    g_assert_cmpuint (out->n, ==, G_N_ELEMENTS (drawn));
    for (guint32 i = 0; i < out->n; i++) {
        g_assert_cmpuint (out->class[i], ==, drawn[i].class);
        g_assert_cmpint (out->passable[i], ==, passable[i]);
    }
}

/* Widths are metres, whatever the coordinates are; 0 closes nothing. */
static void
test_scale (void)
{
    static const Drawn drawn[] = { { CG_BARRIER_WATER, "#0 0, 1 0, 1 0.06, 0 0.06" } };
    static const struct {
        double wide_m, metre_x, metre_y;
        gboolean passable;
    } cases[] = { { 50, 1000, 1000, FALSE }, { 50, 1000, 800, TRUE }, { 61, 1000, 1000, TRUE },
                  { 0, 1000, 1000, TRUE },   { 50, 40, 1000, TRUE } };
    g_autoptr (CgBarriers) barriers = draw (1, drawn);
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CgBarriers) out = cg_ways_prepare (barriers, cases[k].wide_m, cases[k].metre_x,
                                                      cases[k].metre_y, &error);
        g_assert_no_error (error);
        g_assert_cmpint (out->passable[0], ==, cases[k].passable);
    }
    static const double bad[] = { -1, 2e6, NAN };
    for (guint k = 0; k < G_N_ELEMENTS (bad); k++) {
        g_autoptr (GError) error = NULL;
        g_assert_null (cg_ways_prepare (barriers, bad[k], 1, 1, &error));
        g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    }
}

/* ---- which roads lead over ------------------------------------------------------------------- */

#define RIVER { CG_BARRIER_WATER, "#0 100, 400 100, 400 160, 0 160" }

static void
assert_line (const CgBarriers *barriers, guint32 i, double x0, double y0, double x1, double y1)
{
    const CgShapes *lines = barriers->lines;
    guint32 ring = lines->part_ring[lines->shape_part[i]];
    guint32 a = lines->ring_vertex[ring], b = lines->ring_vertex[ring + 1] - 1;
    g_assert_cmpfloat_with_epsilon (lines->x[a], x0, 1.001);
    g_assert_cmpfloat_with_epsilon (lines->y[a], y0, 1.001);
    g_assert_cmpfloat_with_epsilon (lines->x[b], x1, 1.001);
    g_assert_cmpfloat_with_epsilon (lines->y[b], y1, 1.001);
}

/* Each road by itself: the line of the bridge that it gets, from 6 m before the water to 6 m behind, found by
 * the metre. */
static void
test_roads (void)
{
    static const struct {
        const char *what;
        Drawn road;
        gboolean over;
        double x0, y0, x1, y1;
    } cases[] = {
        { "over", { CG_BARRIER_STREET, "50 0, 50 300" }, TRUE, 50, 94, 50, 166 },
        { "alley", { CG_BARRIER_ALLEY, "50 300, 50 0" }, TRUE, 50, 166, 50, 94 },
        { "bent", { CG_BARRIER_ARTERIAL, "50 0, 50 130, 80 130, 80 300" }, TRUE, 50, 94, 80, 166 },
        { "ends in it", { CG_BARRIER_STREET, "50 0, 50 130" }, TRUE, 50, 94, 50, 130 },
        { "all in it", { CG_BARRIER_STREET, "50 110, 50 150" }, TRUE, 50, 110, 50, 150 },
        { "on the bank", { CG_BARRIER_STREET, "0 90, 400 90" }, FALSE, 0, 0, 0, 0 },
        { "along the shore", { CG_BARRIER_STREET, "0 100, 400 100" }, FALSE, 0, 0, 0, 0 },
        { "a wall", { CG_BARRIER_WALL, "50 0, 50 300" }, FALSE, 0, 0, 0, 0 },
        { "a railway", { CG_BARRIER_RAILWAY, "50 0, 50 300" }, FALSE, 0, 0, 0, 0 },
        { "below", { CG_BARRIER_TUNNEL, "50 0, 50 300" }, FALSE, 0, 0, 0, 0 },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        const Drawn drawn[] = { RIVER, cases[k].road };
        g_autoptr (CgBarriers) out = prepare (2, drawn);
        g_test_message ("%s", cases[k].what);
        g_assert_cmpuint (out->n, ==, cases[k].over ? 3 : 2);
        if (!cases[k].over)
            continue;
        g_assert_cmpuint (out->class[2], ==, CG_BARRIER_BRIDGE);
        g_assert_cmpuint (out->row[2], ==, out->row[1]);
        g_assert_true (out->passable[2]);
        assert_line (out, 2, cases[k].x0, cases[k].y0, cases[k].x1, cases[k].y1);
    }
}

/* Of a bridge that is told of, none is made up; a road over two rivers has two. */
static void
test_told (void)
{
    static const Drawn told[] = { RIVER,
                                  { CG_BARRIER_STREET, "50 90, 50 170", 7 },
                                  { CG_BARRIER_BRIDGE, "50 90, 50 170", 7 },
                                  { CG_BARRIER_STREET, "80 0, 80 600", 8 },
                                  { CG_BARRIER_WATER, "#0 400, 400 400, 400 460, 0 460" } };
    g_autoptr (CgBarriers) out = prepare (5, told);
    g_assert_cmpuint (out->n, ==, 7);
    assert_line (out, 5, 80, 94, 80, 166);
    assert_line (out, 6, 80, 394, 80, 466);
    g_assert_cmpuint (out->row[5], ==, 8);
    g_assert_cmpuint (out->row[6], ==, 8);
}

/* ---- what joins the banks -------------------------------------------------------------------- */

static void
town_init (CgTestTown *town, guint n, const char *const *outlines, const char *empty,
           guint n_drawn, const Drawn *drawn)
{
    cg_test_town_init (town, n, outlines, empty, prepare (n_drawn, drawn), TRUE);
}

static guint32
link_of (const CgTestTown *town, char from, char to)
{
    return cg_test_town_link (town, (guint32) (from - 'A'), (guint32) (to - 'A'));
}

static gboolean
is_open (const CgTestTown *town, char from, char to)
{
    return cg_test_town_is_open (town, (guint32) (from - 'A'), (guint32) (to - 'A'));
}

/* "AB AI": the crossings, in order. */
static char *
list_ways (const GArray *ways)
{
    GString *text = g_string_new (NULL);
    for (guint k = 0; k < ways->len; k++) {
        const CgCrossing *c = &g_array_index (ways, CgCrossing, k);
        g_string_append_printf (text, "%s%c%c", k > 0 ? " " : "", 'A' + (int) c->a,
                                'A' + (int) c->b);
    }
    return g_string_free (text, FALSE);
}

/* Banks A and B, the river's ground C between them, an islet D in its middle. */
static const char *const banks[] = {
    "0 0, 400 0, 400 100, 0 100", "0 160, 400 160, 400 300, 0 300",
    "0 100, 400 100, 400 160, 0 160 | 190 120, 190 140, 210 140, 210 120",
    "190 120, 210 120, 210 140, 190 140"
};

static void
test_banks (void)
{
    static const struct {
        const char *what;
        Drawn way[2];
        const char *ways;
    } cases[] = {
        { "nothing", { { 0 } }, "" },
        { "a bridge", { { CG_BARRIER_BRIDGE, "50 90, 50 170" } }, "AB" },
        { "a ferry from quay to quay", { { CG_BARRIER_BRIDGE, "50 100, 60 160" } }, "AB" },
        { "a tunnel", { { CG_BARRIER_TUNNEL, "50 60, 50 200" } }, "AB" },
        { "a street without a word", { { CG_BARRIER_STREET, "50 0, 50 300" } }, "AB" },
        { "a street that ends in mid-river", { { CG_BARRIER_STREET, "50 0, 50 130" } }, "" },
        { "a bridge that does", { { CG_BARRIER_BRIDGE, "50 90, 50 125" } }, "" },
        { "two that meet there",
          { { CG_BARRIER_BRIDGE, "50 90, 50 130" }, { CG_BARRIER_BRIDGE, "50 170, 50 130" } },
          "AB" },
        { "two that do not",
          { { CG_BARRIER_STREET, "50 0, 50 125" }, { CG_BARRIER_STREET, "50 300, 50 135" } }, "" },
        { "a little short of the bank", { { CG_BARRIER_BRIDGE, "50 92, 50 155" } }, "AB" },
        { "to the islet", { { CG_BARRIER_BRIDGE, "200 90, 200 130" } }, "AD" },
        { "over the islet", { { CG_BARRIER_STREET, "200 0, 200 300" } }, "AB" },
        { "a path on the bank", { { CG_BARRIER_ALLEY, "0 100, 400 100" } }, "" },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (CgTestTown) town = { 0 };
        Drawn drawn[3] = { RIVER, cases[k].way[0], cases[k].way[1] };
        town_init (&town, 4, banks, "C", 1u + (drawn[1].text != NULL) + (drawn[2].text != NULL),
                   drawn);
        g_autofree char *ways = list_ways (town.ways);
        g_test_message ("%s: %s", cases[k].what, ways);
        g_assert_cmpstr (ways, ==, cases[k].ways);
        for (const char *c = "ABD"; *c != '\0'; c++)
            g_assert_false (is_open (&town, 'C', *c));
    }
}

/* Ground on both sides of a road on a dam stays ground: nobody walks from bank to bank over it. */
static void
test_dam (void)
{
    static const char *const outlines[] = { "0 0, 400 0, 400 100, 0 100",
                                            "0 160, 400 160, 400 300, 0 300",
                                            "0 100, 400 100, 400 130, 0 130",
                                            "0 130, 400 130, 400 160, 0 160" };
    static const Drawn drawn[] = { RIVER, { CG_BARRIER_STREET, "0 130, 400 130" } };
    g_auto (CgTestTown) town = { 0 }, inhabited = { 0 };
    town_init (&town, 4, outlines, "CD", 2, drawn);
    g_assert_false (is_open (&town, 'C', 'D'));
    g_assert_cmpuint (town.graph->barrier[link_of (&town, 'C', 'D')], ==, CG_BARRIER_STREET);
    town_init (&inhabited, 4, outlines, "", 2, drawn); /* house boats */
    g_assert_true (is_open (&inhabited, 'C', 'D'));
}

/* Units that meet in the middle of a river: their border is water, and a bridge opens it. */
static void
test_middle (void)
{
    static const char *const halves[] = { "0 0, 400 0, 400 130, 0 130",
                                          "0 130, 400 130, 400 300, 0 300" };
    static const struct {
        Drawn way;
        gboolean open;
        CgBarrierClass class;
    } cases[] = {
        { { 0 }, FALSE, CG_BARRIER_WATER },
        { { CG_BARRIER_WATER, "0 130, 400 130" }, FALSE, CG_BARRIER_WATER },
        { { CG_BARRIER_STREET, "50 0, 50 300" }, TRUE, CG_BARRIER_WATER },
        { { CG_BARRIER_BRIDGE, "50 90, 50 170" }, TRUE, CG_BARRIER_WATER },
        { { CG_BARRIER_STREET, "50 0, 50 140" }, FALSE, CG_BARRIER_WATER },
        { { CG_BARRIER_BRIDGE, "50 90, 50 140" }, FALSE, CG_BARRIER_WATER },
        { { CG_BARRIER_STREET, "0 130, 400 130" }, TRUE, CG_BARRIER_STREET }, /* on a dam */
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        g_auto (CgTestTown) town = { 0 };
        Drawn drawn[2] = { RIVER, cases[k].way };
        g_test_message ("%s", drawn[1].text != NULL ? drawn[1].text : "");
        town_init (&town, 2, halves, "", 1u + (drawn[1].text != NULL), drawn);
        g_assert_cmpint (is_open (&town, 'A', 'B'), ==, cases[k].open);
        g_assert_cmpuint (town.graph->barrier[link_of (&town, 'A', 'B')], ==, cases[k].class);
        g_assert_cmpuint (town.ways->len, ==, 0);
    }
    /* Two thirds of the border on land: it is no water. */
    static const char *const beside[] = { "0 0, 100 0, 100 400, 0 400",
                                          "100 0, 200 0, 200 400, 100 400" };
    static const Drawn river[] = { RIVER };
    g_auto (CgTestTown) town = { 0 };
    town_init (&town, 2, beside, "", 1, river);
    g_assert_true (is_open (&town, 'A', 'B'));
    g_assert_cmpuint (town.graph->barrier[link_of (&town, 'A', 'B')], ==, CG_BARRIER_NONE);
}

/* An island that the map of the water does not know of, with people on it, is a landing. */
static void
test_afloat (void)
{
    static const char *const outlines[] = { "0 0, 400 0, 400 60, 0 60",
                                            "0 200, 400 200, 400 300, 0 300",
                                            "0 60, 400 60, 400 200, 0 200 | 190 120, 190 140, 210 140, "
                                            "210 120",
                                            "190 120, 210 120, 210 140, 190 140" };
    static const Drawn drawn[] = { { CG_BARRIER_WATER, "#0 60, 400 60, 400 200, 0 200" },
                                   { CG_BARRIER_BRIDGE, "200 50, 200 130" } };
    g_auto (CgTestTown) inhabited = { 0 }, empty = { 0 };
    town_init (&inhabited, 4, outlines, "C", 2, drawn);
    g_autofree char *ways = list_ways (inhabited.ways);
    g_assert_cmpstr (ways, ==, "AD");
    town_init (&empty, 4, outlines, "CD", 2, drawn);
    g_assert_cmpuint (empty.ways->len, ==, 0);
}

/* The shortest crossings use no ground of a river as a stepping stone; it goes to the nearest unit. */
static void
test_stones (void)
{
    static const char *const outlines[] = { "0 0, 400 0, 400 100, 0 100",
                                            "0 160, 400 160, 400 300, 0 300",
                                            "0 110, 400 110, 400 150, 0 150" };
    static const Drawn drawn[] = { RIVER };
    for (guint land = 0; land < 2; land++) {
        g_auto (CgTestTown) town = { 0 };
        g_autoptr (GError) error = NULL;
        town_init (&town, 3, outlines, "C", 1 - land, drawn);
        CgCrossingOptions options = { .barriers = town.barriers, .max_m = CG_CROSSING_MAX_M };
        g_autoptr (GArray) found =
            cg_graph_find_crossings (town.graph, town.units, &options, NULL, &error);
        g_assert_no_error (error);
        g_autofree char *text = list_ways (found);
        g_assert_cmpstr (text, ==, land ? "AC BC" : "AC");
        const CgCrossing *first = &g_array_index (found, CgCrossing, 0);
        g_assert_cmpuint (first->by, ==, land ? 0 : CG_BARRIER_WATER);
        g_assert_cmpuint (first->length_cm, ==, 1000);
    }
}

static void
test_errors (void)
{
    static const Drawn drawn[] = { RIVER };
    g_auto (CgTestTown) town = { 0 };
    g_autoptr (GError) error = NULL;
    town_init (&town, 4, banks, "C", 1, drawn);
    g_autoptr (CgUnits) fewer = cg_test_draw_units (2, banks);
    g_assert_false (cg_graph_close_water (town.graph, fewer, town.barriers, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    g_assert_true (cg_graph_close_water (town.graph, town.units, NULL, &error));
    g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/graph/waters/width", test_width);
    g_test_add_func ("/graph/waters/scale", test_scale);
    g_test_add_func ("/graph/waters/roads", test_roads);
    g_test_add_func ("/graph/waters/told", test_told);
    g_test_add_func ("/graph/waters/banks", test_banks);
    g_test_add_func ("/graph/waters/dam", test_dam);
    g_test_add_func ("/graph/waters/middle", test_middle);
    g_test_add_func ("/graph/waters/afloat", test_afloat);
    g_test_add_func ("/graph/waters/stones", test_stones);
    g_test_add_func ("/graph/waters/errors", test_errors);
    return g_test_run ();
}
