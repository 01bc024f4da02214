/* Villager groups on a street of houses, worked out by hand: a house every 40 m, 20 m wide, in a strip
 * 60 m high. */
#include "random_town.h"
#include "support.h"

#include <math.h>

#include "base/error.h"

typedef struct {
    CgTestTown town;
    CgShapes *drawn;
    guint32 group[8], drawn_group[4];
    guint32 n_houses, n_drawn;
} Street;

static void
street_init (Street *street, guint32 n_houses, guint32 n_barriers, const char *groups)
{
    *street = (Street){ .n_houses = n_houses, .drawn = cg_shapes_new (CG_SHAPES_AREA) };
    street->town = (CgTestTown){ cg_shapes_new (CG_SHAPES_AREA), cg_shapes_new (CG_SHAPES_AREA),
                                 cg_shapes_new (CG_SHAPES_POINT), cg_shapes_new (CG_SHAPES_AREA),
                                 cg_barriers_new (n_barriers), { 0 } };
    cg_test_add_box (street->town.regions, 0, 0, 40 * n_houses, 60);
    for (guint32 i = 0; i < n_houses; i++) {
        cg_test_add_box (street->town.outlines, 40 * i + 10, 20, 20, 20);
        cg_shapes_end_shape (street->town.points);
        street->group[i] = groups[i] == '.' ? CG_NONE : (guint32) (groups[i] - 'A');
    }
}

static void
street_clear (Street *street)
{
    cg_test_town_clear (&street->town);
    cg_shapes_free (street->drawn);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Street, street_clear)

static void
draw_outline (Street *street, char group, double x, double y, double width, double height)
{
    cg_test_add_box (street->drawn, x, y, width, height);
    street->drawn_group[street->n_drawn++] = (guint32) (group - 'A');
}

static void
add_line (Street *street, guint32 i, gboolean passable, double ax, double ay, double bx, double by)
{
    CgBarriers *barriers = street->town.barriers;
    barriers->class[i] = passable ? CG_BARRIER_STREET : CG_BARRIER_WATER;
    barriers->passable[i] = (guint8) passable;
    cg_shapes_add_vertex (barriers->lines, ax, ay);
    cg_shapes_add_vertex (barriers->lines, bx, by);
    cg_shapes_end_ring (barriers->lines);
    cg_shapes_end_part (barriers->lines);
    cg_shapes_end_shape (barriers->lines);
    cg_shapes_end_shape (barriers->areas);
}

static CgCells *
build (Street *street, gboolean join)
{
    g_autoptr (GError) error = NULL;
    CgCellsOptions options = CG_CELLS_OPTIONS_DEFAULT;
    options.join_groups = join;
    options.empty_m2 = 500;
    options.sliver_m = 0;
    CgCellsInput input = { .regions = street->town.regions,
                           .n_buildings = street->n_houses,
                           .outlines = street->town.outlines,
                           .points = street->town.points,
                           .barriers = street->town.barriers,
                           .metre_x = 1,
                           .metre_y = 1,
                           .n_groups = 26,
                           .group = street->group,
                           .drawn = street->n_drawn > 0 ? street->drawn : NULL,
                           .drawn_group = street->drawn_group };
    CgCells *cells = cg_cells_build (&input, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (fabs (cells->cell_area - cells->boundary_area), <=, 1e-9 * cells->boundary_area);
    return cells;
}

/* Groups of the houses' cells as letters. */
static void
assert_groups (const CgCells *cells, const char *groups)
{
    for (guint32 i = 0; i < cells->n_buildings; i++)
        g_assert_cmpuint (cells->group[cells->cell_of[i]], ==,
                          groups[i] == '.' ? CG_NONE : (guint32) (groups[i] - 'A'));
}

static const CgCellsFinding *
find (const CgCells *cells, CgCellsFindingKind kind)
{
    g_assert_cmpuint (cells->n_findings[kind], ==, 1);
    for (guint k = 0; k < cells->findings->len; k++)
        if (g_array_index (cells->findings, CgCellsFinding, k).kind == kind)
            return &g_array_index (cells->findings, CgCellsFinding, k);
    g_assert_not_reached ();
}

/* A A B A: the last house has no way to the first two, and the report says where it stands. */
static void
test_words (void)
{
    g_auto (Street) street = { 0 };
    street_init (&street, 4, 0, "AABA");
    g_autoptr (CgCells) apart = build (&street, FALSE), joined = build (&street, TRUE);
    g_assert_cmpuint (apart->n, ==, 4);
    g_assert_cmpuint (joined->n, ==, 3);
    assert_groups (apart, "AABA");
    assert_groups (joined, "AABA");
    g_assert_cmpuint (joined->cell_of[0], ==, joined->cell_of[1]);
    g_assert_cmpuint (joined->buildings[joined->cell_of[0]], ==, 2);
    g_assert_cmpfloat (fabs (joined->area_m2[joined->cell_of[0]] - apart->area_m2[0] -
                             apart->area_m2[1]), <=, 1e-3);
    for (guint k = 0; k < 2; k++) {
        const CgCells *cells = k == 0 ? apart : joined;
        const CgCellsFinding *f = find (cells, CG_CELLS_GROUP_APART);
        g_assert_cmpuint (f->row, ==, 3);
        g_assert_cmpuint (f->other, ==, 0);
        g_assert_cmpfloat (f->x, ==, 140);
        g_assert_cmpfloat (f->y, ==, 30);
        g_assert_cmpfloat (fabs (f->amount - cells->area_m2[cells->cell_of[3]]), <=, 1e-6);
    }
}

/* Every village has a first group: of one name in two regions there are two. */
static void
test_regions (void)
{
    g_auto (Street) street = { 0 };
    street_init (&street, 4, 0, "AAAA");
    cg_shapes_free (street.town.regions);
    street.town.regions = cg_shapes_new (CG_SHAPES_AREA);
    cg_test_add_box (street.town.regions, 0, 0, 80, 60);
    cg_test_add_box (street.town.regions, 80, 0, 80, 60);
    g_autoptr (CgCells) cells = build (&street, TRUE);
    g_assert_cmpuint (cells->n, ==, 2);
    assert_groups (cells, "AAAA");
    g_assert_cmpuint (cells->n_findings[CG_CELLS_GROUP_APART], ==, 0);
}

/* Outlines by hand hold houses 0, 1 and 2, 3; house 4 lies in none. The second outline claims a
 * part of house 1 too: that ground is the first one's. */
static void
test_outlines (void)
{
    g_auto (Street) street = { 0 };
    street_init (&street, 5, 0, ".....");
    draw_outline (&street, 'C', 5, 15, 70, 30);
    draw_outline (&street, 'D', 55, 15, 98, 30);
    g_autoptr (CgCells) cells = build (&street, TRUE);
    assert_groups (cells, "CCDD.");
    g_assert_cmpuint (cells->n, ==, 3);
    const CgCellsFinding *f = find (cells, CG_CELLS_GROUPS_OVERLAP);
    g_assert_cmpuint (f->row, ==, 1);
    g_assert_cmpuint (f->other, ==, 0);
    g_assert_cmpfloat (fabs (f->amount - 600), <=, 1e-6);
    g_assert_cmpfloat (f->x, >, 55);
    g_assert_cmpfloat (f->x, <, 75);
}

/* A house is held by the outline with the most of it; by none where more lies outside. */
static void
test_majority (void)
{
    g_auto (Street) street = { 0 };
    street_init (&street, 3, 0, "...");
    draw_outline (&street, 'A', 0, 0, 21, 60);   /* 11 of 20 m of house 0 */
    draw_outline (&street, 'B', 60, 0, 9, 60);   /* 9 of 20 m of house 1, from 50 to 70 */
    g_autoptr (CgCells) cells = build (&street, FALSE);
    assert_groups (cells, "A..");
    g_assert_cmpuint (find (cells, CG_CELLS_GROUP_EMPTY)->row, ==, 1);
}

/* What a house says of itself stands against the outline that holds it. */
static void
test_differs (void)
{
    g_auto (Street) street = { 0 };
    street_init (&street, 3, 0, ".B.");
    draw_outline (&street, 'A', 0, 0, 120, 60);
    g_autoptr (CgCells) cells = build (&street, FALSE);
    assert_groups (cells, "ABA");
    const CgCellsFinding *f = find (cells, CG_CELLS_GROUP_DIFFERS);
    g_assert_cmpuint (f->row, ==, 1);
    g_assert_cmpuint (f->other, ==, 0);
    g_assert_cmpfloat (f->x, ==, 60);
    g_assert_cmpuint (find (cells, CG_CELLS_GROUP_APART)->row, ==, 2);
}

/* Over a street a group is one cell; over a river without a bridge it is two. */
static void
test_barriers (void)
{
    for (guint kind = 0; kind < 3; kind++) {
        g_auto (Street) street = { 0 };
        street_init (&street, 2, kind == 2 ? 2 : 1, "AA");
        add_line (&street, 0, kind == 0, 40, -5, 40, 65);
        if (kind == 2)
            add_line (&street, 1, TRUE, -5, 10, 85, 10);
        g_autoptr (CgCells) cells = build (&street, TRUE);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_GROUP_APART], ==, kind == 1);
        g_assert_cmpint (cells->cell_of[0] == cells->cell_of[1], ==, kind != 1);
    }
}

/* A field beside the house is of its group, one behind another group's is not. */
static void
test_fields (void)
{
    g_auto (Street) street = { 0 };
    street_init (&street, 2, 2, "..");
    cg_shapes_free (street.town.regions);
    street.town.regions = cg_shapes_new (CG_SHAPES_AREA);
    cg_test_add_box (street.town.regions, -60, 0, 200, 60);
    add_line (&street, 0, TRUE, 0, -5, 0, 65);
    add_line (&street, 1, TRUE, 80, -5, 80, 65);
    draw_outline (&street, 'A', -60, 0, 100, 60);
    draw_outline (&street, 'A', 80, 0, 60, 60);
    draw_outline (&street, 'B', 40, 0, 40, 60);
    g_autoptr (CgCells) cells = build (&street, FALSE);
    g_assert_cmpuint (cells->n, ==, 4);
    assert_groups (cells, "AB");
    guint of_a = 0, of_none = 0;
    for (guint32 c = 0; c < 4; c++)
        if (cells->content[c] == CG_CELL_EMPTY) {
            of_a += cells->group[c] == 0;
            of_none += cells->group[c] == CG_NONE;
        }
    g_assert_cmpuint (of_a, ==, 1);
    g_assert_cmpuint (of_none, ==, 1);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_GROUP_APART], ==, 0);
    g_autoptr (CgCells) joined = build (&street, TRUE);
    g_assert_cmpuint (joined->n, ==, 3);
    g_assert_cmpfloat (fabs (joined->area_m2[joined->cell_of[0]] - 6000), <=, 200);
}

static void
test_refusals (void)
{
    const guint32 wrong[] = { 0, 5 };
    g_auto (Street) street = { 0 };
    g_autoptr (GError) error = NULL;
    street_init (&street, 2, 0, "..");
    CgCellsInput input = { .regions = street.town.regions,
                           .n_buildings = 2,
                           .outlines = street.town.outlines,
                           .metre_x = 1,
                           .metre_y = 1,
                           .n_groups = 5,
                           .group = wrong };
    g_assert_null (cg_cells_build (&input, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/cells/groups/words", test_words);
    g_test_add_func ("/cells/groups/regions", test_regions);
    g_test_add_func ("/cells/groups/outlines", test_outlines);
    g_test_add_func ("/cells/groups/majority", test_majority);
    g_test_add_func ("/cells/groups/differs", test_differs);
    g_test_add_func ("/cells/groups/barriers", test_barriers);
    g_test_add_func ("/cells/groups/fields", test_fields);
    g_test_add_func ("/cells/groups/refusals", test_refusals);
    return g_test_run ();
}
