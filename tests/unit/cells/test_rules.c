/* Each rule of cells.h on ground small enough to work out by hand. */
#include "random_town.h"
#include "support.h"

#include <math.h>

#include "base/error.h"
#include "cells/estimate.h"
#include "graph/graph.h"

static void
town_init (CgTestTown *town, guint32 n_barriers)
{
    *town = (CgTestTown){ cg_shapes_new (CG_SHAPES_AREA), cg_shapes_new (CG_SHAPES_AREA),
                          cg_shapes_new (CG_SHAPES_POINT), cg_shapes_new (CG_SHAPES_AREA),
                          cg_barriers_new (n_barriers), { 0 } };
}

static void
add_line (CgTestTown *town, guint32 i, CgBarrierClass class, double ax, double ay, double bx, double by)
{
    town->barriers->class[i] = (guint8) class;
    town->barriers->passable[i] = TRUE;
    cg_shapes_add_vertex (town->barriers->lines, ax, ay);
    cg_shapes_add_vertex (town->barriers->lines, bx, by);
    cg_shapes_end_ring (town->barriers->lines);
    cg_shapes_end_part (town->barriers->lines);
    cg_shapes_end_shape (town->barriers->lines);
    cg_shapes_end_shape (town->barriers->areas);
}

static void
add_house (CgTestTown *town, double x, double y, double width, double height)
{
    cg_test_add_box (town->outlines, x, y, width, height);
    cg_shapes_end_shape (town->points);
}

static CgCells *
build_with (CgTestTown *town, const CgCellsOptions *options)
{
    g_autoptr (GError) error = NULL;
    town->input = (CgCellsInput){ .regions = town->regions,
                                  .n_buildings = town->outlines->n_shapes,
                                  .outlines = town->outlines,
                                  .points = town->points,
                                  .barriers = town->barriers,
                                  .compounds = town->compounds,
                                  .metre_x = 1,
                                  .metre_y = 1 };
    CgCells *cells = cg_cells_build (&town->input, options, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (fabs (cells->cell_area - cells->boundary_area), <=, 1e-9 * cells->boundary_area);
    return cells;
}

/* Two walls that face each other: the border runs half way between them, and ends at the nearest sixth of
 * a piece of the boundary, which are at most 8 m long. */
static void
test_half_way (void)
{
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 100, 60);
    add_house (&town, 0, 5, 40, 50);
    add_house (&town, 60, 5, 40, 50);
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n, ==, 2);
    g_assert_cmpfloat (fabs (cells->area_m2[0] - 3000), <=, 10);
    for (guint32 v = 0; v < cells->borders->n_vertices; v++)
        g_assert_cmpfloat (fabs (cells->borders->x[v] - 50), <=, 0.7);
    for (guint32 b = 0; b < cells->n_borders; b++)
        g_assert_cmpint (cells->class[b], ==, CG_BARRIER_NONE);
    cg_test_town_clear (&town);
}

/* Distance from a place to a box. */
static double
box_distance (double x, double y, double west, double south, double width, double height)
{
    double dx = MAX (MAX (west - x, x - west - width), 0), dy = MAX (MAX (south - y, y - south - height), 0);
    return sqrt (dx * dx + dy * dy);
}

/* Three houses wall to wall and one across a wide yard: where a border has a corner, the two cells
 * beside it are equally far, and no third is nearer. Corners on the rim lie on sixths of its pieces,
 * and those where three cells meet lie in one triangle: some are less exact. */
static void
test_equally_far (void)
{
    static const double box[][4] = { { 40, 40, 20, 10 }, { 60, 40, 10, 20 }, { 40, 50, 20, 25 }, { 100, 20, 6, 90 } };
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 140, 120);
    for (guint k = 0; k < G_N_ELEMENTS (box); k++)
        add_house (&town, box[k][0], box[k][1], box[k][2], box[k][3]);
    CgCellsOptions exact = CG_CELLS_OPTIONS_DEFAULT;
    exact.simplify_m = 0;
    g_autoptr (CgCells) cells = build_with (&town, &exact);
    g_assert_cmpuint (cells->n, ==, 4);
    guint n_equal = 0;
    for (guint32 b = 0; b < cells->n_borders; b++)
        for (guint32 v = cells->borders->ring_vertex[b]; v < cells->borders->ring_vertex[b + 1]; v++) {
            double x = cells->borders->x[v], y = cells->borders->y[v], d[4], nearest = INFINITY;
            gboolean rim = x < 1e-6 || y < 1e-6 || x > 140 - 1e-6 || y > 120 - 1e-6;
            for (guint k = 0; k < 4; k++) {
                d[k] = box_distance (x, y, box[k][0], box[k][1], box[k][2], box[k][3]);
                nearest = MIN (nearest, d[k]);
            }
            double most = MAX (d[cells->left[b]], d[cells->right[b]]);
            g_assert_cmpfloat (most, <=, rim ? nearest + 7 : 1.25 * nearest + 1);
            n_equal += fabs (d[cells->left[b]] - d[cells->right[b]]) <= 0.1;
        }
    g_assert_cmpuint (4 * n_equal, >=, 3 * cells->borders->n_vertices);
    cg_test_town_clear (&town);
}

/* Lines are given places between their ends for the triangles over them; where rounding moves these
 * off the line they are no corners of cells all the same, and the ground adds up. */
static void
test_joints (void)
{
    CgTestTown town;
    CgCellsOptions options = CG_CELLS_OPTIONS_DEFAULT;
    options.empty_m2 = 1e7;
    town_init (&town, 1);
    const double x[] = { 0, 307.3, 311.9, 2.1, 0 }, y[] = { 0, 4.7, 303.1, 299.3, 0 };
    for (guint k = 0; k < 5; k++)
        cg_shapes_add_vertex (town.regions, x[k], y[k]);
    cg_shapes_end_ring (town.regions);
    cg_shapes_end_part (town.regions);
    cg_shapes_end_shape (town.regions);
    add_house (&town, 20, 150, 30, 30);
    add_house (&town, 250, 120, 30, 30);
    add_line (&town, 0, CG_BARRIER_STREET, 111.1, -17.3, 197.7, 331.9);
    g_autoptr (CgCells) cells = build_with (&town, &options);
    g_assert_cmpuint (cells->n, ==, 2);
    g_assert_cmpuint (cells->shapes->n_vertices, ==, 2 * 5);
    g_assert_cmpuint (cells->borders->n_vertices, ==, 2);
    g_assert_cmpfloat (fabs (cells->cell_area - cells->boundary_area), <=, 1e-4);
    cg_test_town_clear (&town);
}

/* A road nearer to one of them is the border all the same, and says so. */
static void
test_road (void)
{
    CgTestTown town;
    town_init (&town, 1);
    cg_test_add_box (town.regions, 0, 0, 100, 10);
    add_house (&town, 0, 0, 40, 10);
    add_house (&town, 60, 0, 40, 10);
    add_line (&town, 0, CG_BARRIER_STREET, 45, -5, 45, 15);
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n, ==, 2);
    g_assert_cmpuint (cells->n_blocks, ==, 2);
    g_assert_cmpfloat (fabs (cells->area_m2[0] - 450), <=, 1e-5);
    g_assert_cmpint (cells->class[0], ==, CG_BARRIER_STREET);
    cg_test_town_clear (&town);
}

/* A road that ends in the middle: no block of its own, but the border as far as it goes. */
static void
test_dead_end (void)
{
    CgTestTown town;
    CgCellsOptions open = CG_CELLS_OPTIONS_DEFAULT;
    open.close_m = 0;
    town_init (&town, 1);
    cg_test_add_box (town.regions, 0, 0, 100, 100);
    add_house (&town, 0, 0, 30, 100);
    add_house (&town, 60, 0, 40, 100);
    add_line (&town, 0, CG_BARRIER_ALLEY, 50, -5, 50, 50);
    g_autoptr (CgCells) cells = build_with (&town, &open);
    double along = 0;
    g_assert_cmpuint (cells->n_blocks, ==, 1);
    g_assert_cmpuint (cells->n, ==, 2);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_OPEN], ==, 1);
    for (guint32 b = 0; b < cells->n_borders; b++)
        if (cells->class[b] == CG_BARRIER_ALLEY)
            along += cg_shapes_length (cells->borders, b);
    g_assert_cmpfloat (fabs (along - 50), <=, 1e-5);
    cg_test_town_clear (&town);
}

/* The same road 5 m short of the far side is led on; 9 m short it is not. */
static void
test_closing (void)
{
    const double end[] = { 95, 91 };
    for (guint k = 0; k < 2; k++) {
        CgTestTown town;
        town_init (&town, 1);
        cg_test_add_box (town.regions, 0, 0, 100, 100);
        add_line (&town, 0, CG_BARRIER_ALLEY, 50, -5, 50, end[k]);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n_blocks, ==, 2 - k);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_CLOSED], ==, 1 - k);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_OPEN], ==, k);
        cg_test_town_clear (&town);
    }
}

/* Two roads from both sides that end abreast of each other, 4 m apart, are one; two that come from
 * the same side get a link; and the hook at the end of a road is not led back to the road itself. */
static void
test_abreast (void)
{
    const double from[] = { -5, 105 };
    for (guint k = 0; k < 2; k++) {
        CgTestTown town;
        town_init (&town, 2);
        cg_test_add_box (town.regions, 0, 0, 100, 100);
        add_line (&town, 0, CG_BARRIER_STREET, -5, 50, 50, 50);
        add_line (&town, 1, CG_BARRIER_STREET, from[k], 54, 50, 54);
        CgCellsOptions all = CG_CELLS_OPTIONS_DEFAULT;
        all.sliver_m = 0;
        g_autoptr (CgCells) cells = build_with (&town, &all);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_CLOSED], ==, 2);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_OPEN], ==, 0);
        g_assert_cmpuint (cells->n_blocks, ==, 2);
        cg_test_town_clear (&town);
    }
    CgTestTown town;
    town_init (&town, 2);
    cg_test_add_box (town.regions, 0, 0, 100, 100);
    add_line (&town, 0, CG_BARRIER_STREET, -5, 50, 50, 50);
    add_line (&town, 1, CG_BARRIER_STREET, 50, 50, 49, 55);
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_OPEN], ==, 1);
    cg_test_town_clear (&town);
}

/* A road under a building: the cell keeps the building and lives on the larger side. */
static void
test_across (void)
{
    CgTestTown town;
    town_init (&town, 1);
    cg_test_add_box (town.regions, 0, 0, 100, 100);
    add_house (&town, 40, 40, 30, 10);
    add_line (&town, 0, CG_BARRIER_STREET, 50, -5, 50, 105);
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_ACROSS], ==, 1);
    const CgCellsFinding *found = &g_array_index (cells->findings, CgCellsFinding, 0);
    g_assert_cmpfloat (fabs (found->amount - 100), <=, 1e-5);
    g_assert_cmpuint (cells->n, ==, 2);
    /* East of the road, and the 10 x 10 m of the building to the west of it. */
    g_assert_cmpfloat (fabs (cells->area_m2[0] - 5100), <=, 1e-5);
    g_assert_cmpint (cells->content[1], ==, CG_CELL_EMPTY);
    cg_test_town_clear (&town);
}

/* Twice the same, a tower on its podium, a corner over the neighbour's wall, one half outside. */
static void
test_overlaps (void)
{
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 100, 100);
    add_house (&town, 10, 10, 20, 20);
    add_house (&town, 10, 10, 20, 20);
    add_house (&town, 15, 15, 5, 5);
    add_house (&town, 29, 10, 20, 20);
    add_house (&town, 90, 50, 20, 20);
    add_house (&town, 150, 50, 20, 20);
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_REPEATED], ==, 1);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_MERGED], ==, 1);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_OVERLAP], ==, 1);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_PARTLY_OUTSIDE], ==, 1);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_OUTSIDE], ==, 1);
    g_assert_cmpuint (cells->cell_of[0], ==, cells->cell_of[1]);
    g_assert_cmpuint (cells->cell_of[0], ==, cells->cell_of[2]);
    g_assert_cmpuint (cells->cell_of[0], !=, cells->cell_of[3]);
    g_assert_cmpuint (cells->cell_of[5], ==, CG_NONE);
    const double share[] = { 1, 0, 1, 1, 0.5, 0 };
    for (guint32 i = 0; i < 6; i++)
        g_assert_cmpfloat (fabs (cells->share[i] - share[i]), <=, 1e-9);
    cg_test_town_clear (&town);
}

/* Rows of one key that a map tile cut apart are one building; of different keys they are two. */
static void
test_pieces (void)
{
    for (guint same = 0; same < 2; same++) {
        CgTestTown town;
        g_autoptr (GError) error = NULL;
        const guint32 key[] = { 7, same ? 7 : 8 };
        town_init (&town, 0);
        cg_test_add_box (town.regions, 0, 0, 100, 100);
        add_house (&town, 10, 10, 20, 20);
        add_house (&town, 30, 10, 20, 20);
        g_clear_pointer (&town.points, cg_shapes_free);
        town.input = (CgCellsInput){ .regions = town.regions,
                                     .n_buildings = 2,
                                     .outlines = town.outlines,
                                     .key = key,
                                     .metre_x = 1,
                                     .metre_y = 1 };
        g_autoptr (CgCells) cells = cg_cells_build (&town.input, NULL, NULL, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_PIECES], ==, same);
        g_assert_cmpint (cells->cell_of[0] == cells->cell_of[1], ==, same);
        cg_test_town_clear (&town);
    }
}

/* A sheet of water cut into two overlapping areas is one cell. */
static void
test_water (void)
{
    CgTestTown town;
    town_init (&town, 2);
    cg_test_add_box (town.regions, 0, 0, 100, 100);
    for (guint32 i = 0; i < 2; i++) {
        town.barriers->class[i] = CG_BARRIER_WATER;
        town.barriers->passable[i] = TRUE;
        cg_test_add_box (town.barriers->areas, i == 0 ? -50 : 45, 40, i == 0 ? 100 : 200, 20);
        cg_shapes_end_shape (town.barriers->lines);
    }
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n, ==, 3);
    guint water = 0;
    for (guint32 c = 0; c < 3; c++)
        if (cells->content[c] == CG_CELL_WATER) {
            water++;
            g_assert_cmpfloat (fabs (cells->area_m2[c] - 2000), <=, 1e-5);
        }
    g_assert_cmpuint (water, ==, 1);
    cg_test_town_clear (&town);
}

/* An impassable river with one bridge: both sides are connected there; a road along the bank that
 * touches it is no bridge. */
static void
test_bridge (void)
{
    for (guint bridge = 0; bridge < 2; bridge++) {
        CgTestTown town;
        town_init (&town, 3);
        cg_test_add_box (town.regions, 0, 0, 100, 100);
        add_line (&town, 0, CG_BARRIER_WATER, -10, 50, 110, 50);
        town.barriers->passable[0] = FALSE;
        add_line (&town, 1, CG_BARRIER_STREET, 50, bridge ? -10 : 50, 50, 110);
        add_line (&town, 2, CG_BARRIER_STREET, 50, 50, 110, 80);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        guint open = 0, closed = 0;
        for (guint32 b = 0; b < cells->n_borders; b++)
            if (cells->class[b] == CG_BARRIER_WATER) {
                open += cells->passable[b];
                closed += !cells->passable[b];
            }
        g_assert_cmpint (open > 0, ==, bridge);
        g_assert_cmpint (closed > 0, ==, !bridge);
        cg_test_town_clear (&town);
    }
}

static guint
count_passable (const CgCells *cells, CgBarrierClass class)
{
    guint n = 0;
    for (guint32 b = 0; b < cells->n_borders; b++)
        n += cells->class[b] == class && cells->passable[b];
    return n;
}

/* An impassable railway over a road in a tunnel: both sides are connected, and the cells are those
 * without the tunnel. One that ends on the railway or turns back there leads nowhere; one with a corner
 * on it does; one that may not be passed does not. */
static void
test_tunnel (void)
{
    static const struct {
        double y[3];
        gboolean walked, open;
    } cases[] = {
        { { 30, 60, 70 }, TRUE, TRUE },  { { 30, 50, 70 }, TRUE, TRUE },   { { 30, 40, 50 }, TRUE, FALSE },
        { { 30, 50, 30 }, TRUE, FALSE }, { { 70, 50, 30 }, TRUE, TRUE },   { { 50, 60, 70 }, TRUE, FALSE },
        { { 30, 60, 70 }, FALSE, FALSE }, { { 30, 35, 40 }, TRUE, FALSE },
    };
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++) {
        CgTestTown town;
        town_init (&town, 2);
        cg_test_add_box (town.regions, 0, 0, 100, 100);
        add_house (&town, 20, 20, 20, 20);
        add_house (&town, 60, 70, 20, 20);
        add_line (&town, 0, CG_BARRIER_RAILWAY, -10, 50, 110, 50);
        town.barriers->passable[0] = FALSE;
        town.barriers->class[1] = CG_BARRIER_TUNNEL;
        town.barriers->passable[1] = (guint8) cases[k].walked;
        for (guint i = 0; i < 3; i++)
            cg_shapes_add_vertex (town.barriers->lines, 47 + 3 * i, cases[k].y[i]);
        cg_shapes_end_ring (town.barriers->lines);
        cg_shapes_end_part (town.barriers->lines);
        cg_shapes_end_shape (town.barriers->lines);
        cg_shapes_end_shape (town.barriers->areas);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n, ==, 2);
        g_assert_cmpuint (cells->n_blocks, ==, 2);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_OPEN], ==, 0);
        g_assert_cmpint (count_passable (cells, CG_BARRIER_RAILWAY) > 0, ==, cases[k].open);
        g_assert_cmpfloat (fabs (cells->area_m2[0] - 5000), <=, 1e-4);
        cg_test_town_clear (&town);
    }
}

/* A house in a lake, one with a corner in it, a point in it: the lake stays water. */
static void
test_in_water (void)
{
    CgTestTown town;
    town_init (&town, 1);
    cg_test_add_box (town.regions, 0, 0, 200, 200);
    town.barriers->class[0] = CG_BARRIER_WATER;
    town.barriers->passable[0] = TRUE;
    cg_test_add_box (town.barriers->areas, 50, 50, 100, 100);
    cg_shapes_end_shape (town.barriers->lines);
    add_house (&town, 80, 80, 20, 10);
    add_house (&town, 30, 60, 30, 10);
    cg_shapes_end_shape (town.outlines);
    cg_shapes_add_vertex (town.points, 120, 120);
    cg_shapes_end_ring (town.points);
    cg_shapes_end_part (town.points);
    cg_shapes_end_shape (town.points);
    CgCellsOptions all = CG_CELLS_OPTIONS_DEFAULT;
    all.empty_m2 = 1e7;
    g_autoptr (CgCells) cells = build_with (&town, &all);
    g_assert_cmpuint (cells->n, ==, 3);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_IN_WATER], ==, 2);
    guint32 told = 0;
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *found = &g_array_index (cells->findings, CgCellsFinding, k);
        if (found->kind == CG_CELLS_IN_WATER)
            told |= 1u << found->row;
    }
    g_assert_cmpuint (told, ==, 1u << 0 | 1u << 2);
    g_assert_cmpfloat (fabs (cells->area_m2[cells->cell_of[0]] - 200), <=, 1e-4);
    g_assert_cmpfloat (fabs (cells->area_m2[cells->cell_of[1]] - (30000 + 100)), <=, 1e-4);
    g_assert_cmpfloat (fabs (cells->area_m2[cells->cell_of[2]] - (10000 - 200 - 100)), <=, 1e-4);
    cg_test_town_clear (&town);
}

/* The strip between two carriageways joins a side; a park of that shape, but wide, does not. */
static void
test_sliver (void)
{
    const double width[] = { 5, 50 };
    for (guint k = 0; k < 2; k++) {
        CgTestTown town;
        town_init (&town, 2);
        cg_test_add_box (town.regions, 0, 0, 400, 400);
        add_house (&town, 20, 20, 150, 360);
        add_house (&town, 270, 20, 110, 360);
        add_line (&town, 0, CG_BARRIER_ARTERIAL, 200, -10, 200, 410);
        add_line (&town, 1, CG_BARRIER_ARTERIAL, 200 + width[k], -10, 200 + width[k], 410);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n, ==, 2 + k);
        cg_test_town_clear (&town);
    }
}

static double
border_length (const CgCells *cells, CgBarrierClass class)
{
    double sum = 0;
    for (guint32 b = 0; b < cells->n_borders; b++)
        sum += cells->class[b] == class ? cg_shapes_length (cells->borders, b) : 0;
    return sum;
}

/* A footway and a cycleway beside a main road: the ground between them goes to the houses behind
 * them, to each what lies before it, and the main road stays the border. */
static void
test_footway (void)
{
    for (guint n = 2; n < 4; n++) {
        CgTestTown town;
        town_init (&town, n);
        cg_test_add_box (town.regions, 0, 0, 400, 400);
        add_house (&town, 20, 10, 170, 380);
        add_house (&town, 230, 10, 150, 180);
        add_house (&town, 230, 210, 150, 180);
        add_line (&town, 0, CG_BARRIER_ARTERIAL, 200, -10, 200, 410);
        add_line (&town, 1, CG_BARRIER_ALLEY, 206, -10, 206, 410);
        if (n > 2)
            add_line (&town, 2, CG_BARRIER_ALLEY, 214, -10, 214, 410);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n, ==, 3);
        g_assert_cmpfloat (fabs (border_length (cells, CG_BARRIER_ARTERIAL) - 400), <=, 1e-4);
        g_assert_cmpfloat (border_length (cells, CG_BARRIER_ALLEY), ==, 0);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_STRIP], ==, 0);
        g_assert_cmpfloat (fabs (cells->area_m2[1] - cells->area_m2[2]), <=, 200);
        cg_test_town_clear (&town);
    }
}

/* Four carriageways, 8 m apart: all ground between them goes one way, to the south or east, and is
 * told; one carriageway stays the border. */
static void
test_carriageways (void)
{
    for (guint north = 0; north < 2; north++) {
        CgTestTown town;
        town_init (&town, 4);
        cg_test_add_box (town.regions, 0, 0, 400, 400);
        for (guint32 i = 0; i < 4; i++) {
            double at = 200 + 8 * i;
            if (north)
                add_line (&town, i, CG_BARRIER_ARTERIAL, at, -10, at, 410);
            else
                add_line (&town, i, CG_BARRIER_ARTERIAL, -10, at, 410, at);
        }
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n, ==, 2);
        double lesser = MIN (cells->area_m2[0], cells->area_m2[1]);
        g_assert_cmpfloat (fabs (lesser - (north ? 200 : 400 - 224) * 400), <=, 1e-4);
        g_assert_cmpfloat (fabs (border_length (cells, CG_BARRIER_ARTERIAL) - 400), <=, 1e-4);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_STRIP], ==, 3);
        cg_test_town_clear (&town);
    }
}

/* The pavement outside the wall of a compound is its own, up to the road; ground inside its wall
 * never leaves it. */
static void
test_pavement (void)
{
    const double road[] = { 92, 108 };
    for (guint k = 0; k < 2; k++) {
        CgTestTown town;
        town_init (&town, 1);
        cg_test_add_box (town.regions, 0, 0, 300, 300);
        cg_test_add_box (town.compounds, 100, -10, 210, 320);
        add_house (&town, 10, 10, 70, 280);
        add_house (&town, 130, 10, 160, 280);
        add_line (&town, 0, CG_BARRIER_STREET, road[k], -10, road[k], 310);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n, ==, 2);
        g_assert_cmpfloat (fabs (cells->area_m2[0] - 300 * (k == 0 ? 92 : 100)), <=, 1e-4);
        cg_test_town_clear (&town);
    }
}

/* Lanes between walls are a net without two long sides: they stay a cell of their own. */
static void
test_net_of_lanes (void)
{
    CgTestTown town;
    town_init (&town, 9);
    cg_test_add_box (town.regions, 0, 0, 308, 308);
    for (guint32 i = 0; i < 9; i++) {
        double x = 6 + i % 3 * 100, y = 6 + i / 3 * 100;
        add_house (&town, x + 20, y + 20, 56, 56);
        town.barriers->class[i] = CG_BARRIER_STREET;
        town.barriers->passable[i] = TRUE;
        cg_test_add_box (town.barriers->areas, x, y, 96, 96);
        cg_shapes_end_shape (town.barriers->lines);
    }
    g_autoptr (CgCells) cells = build_with (&town, NULL);
    g_assert_cmpuint (cells->n, ==, 10);
    g_assert_cmpint (cells->content[9], ==, CG_CELL_EMPTY);
    g_assert_cmpfloat (fabs (cells->area_m2[9] - (308 * 308 - 9 * 96 * 96)), <=, 1e-4);
    cg_test_town_clear (&town);
}

/* A town of 900 x 900 m whose middle ninth is missing. cut: 0 roads end at its rim; 1 each ends
 * half a metre further out than the one before; 2 walls of slanting houses run along it; 3 roads end at its rim,
 * but a house stands in the middle; 4 roads end there, but come from inside. */
enum { ROADS, RAGGED, WALLS, BUILT, FROM_INSIDE, N_CUTS };

static void
add_wedge (CgTestTown *town, gboolean upright, double line, double at, double away)
{
    const double u[] = { 0, 0, away, 0 }, v[] = { 0, 12, 5, 0 };
    for (guint k = 0; k < 4; k++)
        cg_shapes_add_vertex (town->outlines, upright ? line + u[k] : at + v[k],
                              upright ? at + v[k] : line + u[k]);
    cg_shapes_end_ring (town->outlines);
    cg_shapes_end_part (town->outlines);
    cg_shapes_end_shape (town->outlines);
    cg_shapes_end_shape (town->points);
}

static void
add_rim (CgTestTown *town, guint cut, gboolean upright, gboolean high, guint32 *line)
{
    double rim = high ? 600 : 300, way = high ? 1 : -1;
    for (guint k = 0; k < 3; k++) {
        double at = 340 + 90.0 * k, end = rim + (cut == RAGGED ? way * 0.5 * k : 0);
        double from = cut == FROM_INSIDE ? rim - way * 60 : rim + way * 200;
        if (cut == WALLS)
            add_wedge (town, upright, rim, at, way * 30);
        else
            add_line (town, (*line)++, CG_BARRIER_STREET, upright ? from : at, upright ? at : from,
                      upright ? end : at, upright ? at : end);
    }
    for (guint k = 0; k < 5; k++) {
        double at = 310 + 55.0 * k, beyond = rim + way * 150;
        add_house (town, upright ? beyond : at, upright ? at : beyond, 20, 20);
    }
}

static void
test_missing_tile (void)
{
    for (guint cut = 0; cut < N_CUTS; cut++) {
        CgTestTown town;
        guint32 line = 0;
        town_init (&town, cut == WALLS ? 0 : 12);
        cg_test_add_box (town.regions, 0, 0, 900, 900);
        for (guint side = 0; side < 4; side++)
            add_rim (&town, cut, side < 2, side % 2 == 1, &line);
        if (cut == BUILT)
            add_house (&town, 440, 440, 20, 20);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n_findings[CG_CELLS_TILE], ==, cut == ROADS || cut == WALLS);
        for (guint k = 0; k < cells->findings->len; k++) {
            const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
            if (f->kind != CG_CELLS_TILE)
                continue;
            g_assert_cmpfloat (fabs (f->x - 450) + fabs (f->y - 450), <=, 0.05);
            g_assert_cmpfloat (fabs (f->width - 300) + fabs (f->height - 300), <=, 0.05);
            g_assert_cmpfloat (fabs (f->amount - 90000), <=, 30);
        }
        cg_test_town_clear (&town);
    }
}

/* Corners of a cell's outline that turn in by more than 30 degrees. */
static guint
count_dents (const CgShapes *shapes, guint32 ring)
{
    guint32 first = shapes->ring_vertex[ring], n = shapes->ring_vertex[ring + 1] - first - 1;
    double side = cg_shapes_ring_area (shapes, ring) > 0 ? 1 : -1;
    guint dents = 0;
    for (guint32 k = 0; k < n; k++) {
        const double *x = shapes->x + first, *y = shapes->y + first;
        double ax = x[(k + 1) % n] - x[k], ay = y[(k + 1) % n] - y[k];
        double bx = x[(k + 2) % n] - x[(k + 1) % n], by = y[(k + 2) % n] - y[(k + 1) % n];
        dents += side * (ax * by - ay * bx) < -0.5 * hypot (ax, ay) * hypot (bx, by);
    }
    return dents;
}

/* A house alone in a field: its garden ends 60 to 142 m from its walls (two squares of 40 m whose
 * corners lie anywhere, and their diagonal), wherever walls lie among the squares, and has none of their
 * stairs; the field is a cell of its own around it. */
static void
test_open_ground (void)
{
    guint dents = 0;
    for (guint k = 0; k < 12; k++) {
        CgTestTown town;
        town_init (&town, 0);
        double x = 480 + 7 * (k % 6), y = 490 + 17 * (k / 6);
        cg_test_add_box (town.regions, 0, 0, 1000, 1000);
        add_house (&town, x, y, 40, 20);
        g_autoptr (CgCells) cells = build_with (&town, NULL);
        g_assert_cmpuint (cells->n, ==, 2);
        g_assert_cmpint (cells->content[0], ==, CG_CELL_BUILT);
        g_assert_cmpint (cells->content[1], ==, CG_CELL_EMPTY);
        for (guint32 v = 0; v < cells->borders->n_vertices; v++) {
            double dx = MAX (fabs (cells->borders->x[v] - x - 20) - 20, 0);
            double dy = MAX (fabs (cells->borders->y[v] - y - 10) - 10, 0);
            g_assert_cmpfloat (hypot (dx, dy), >=, 60);
            g_assert_cmpfloat (hypot (dx, dy), <=, 142);
        }
        dents += count_dents (cells->shapes, 0);
        cg_test_town_clear (&town);
    }
    g_assert_cmpuint (dents, <=, 3);
}

static void
test_regions (void)
{
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 60, 100);
    cg_test_add_box (town.regions, 50, 0, 50, 100);
    g_autoptr (GError) error = NULL;
    town.input = (CgCellsInput){ .regions = town.regions, .outlines = town.outlines, .metre_x = 1, .metre_y = 1 };
    g_autoptr (CgCells) cells = cg_cells_build (&town.input, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_REGIONS_OVERLAP], ==, 1);
    g_assert_cmpfloat (fabs (g_array_index (cells->findings, CgCellsFinding, 0).amount - 1000), <=, 1e-5);
    g_assert_cmpfloat (fabs (cells->cell_area - 10000), <=, 1e-5);
    double of_first = 0;
    for (guint32 c = 0; c < cells->n; c++)
        of_first += cells->region[c] == 0 ? cells->area_m2[c] : 0;
    g_assert_cmpfloat (fabs (of_first - 6000), <=, 1e-5);
    cg_test_town_clear (&town);
}

static CgCells *
build_regions (CgTestTown *town)
{
    g_autoptr (GError) error = NULL;
    town->input = (CgCellsInput){ .regions = town->regions, .n_buildings = town->outlines->n_shapes,
                                  .outlines = town->outlines, .points = town->points,
                                  .metre_x = 1, .metre_y = 1 };
    CgCells *cells = cg_cells_build (&town->input, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    return cells;
}

static double
ground_of (const CgCells *cells, guint32 region)
{
    double sum = 0;
    for (guint32 c = 0; c < cells->n; c++)
        sum += cells->region[c] == region ? cells->area_m2[c] : 0;
    return sum;
}

/* Finding of a kind about two regions, or NULL. */
static const CgCellsFinding *
find_pair (const CgCells *cells, CgCellsFindingKind kind, guint32 row, guint32 other)
{
    for (guint k = 0; k < cells->findings->len; k++) {
        const CgCellsFinding *f = &g_array_index (cells->findings, CgCellsFinding, k);
        if (f->kind == kind && f->row == row && f->other == other)
            return f;
    }
    return NULL;
}

/* Three strips over each other: 0-60, 50-100, 40-55. Each pair has its own ground, that of all three
 * (50-55) in every one. */
static void
test_regions_in_pairs (void)
{
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 60, 100);
    cg_test_add_box (town.regions, 50, 0, 50, 100);
    cg_test_add_box (town.regions, 40, -10, 15, 100);
    g_autoptr (CgCells) cells = build_regions (&town);
    const struct {
        guint32 row, other;
        double m2, x_min, x_max;
    } rows[] = { { 1, 0, 1000, 50, 60 }, { 2, 0, 1350, 40, 55 }, { 2, 1, 450, 50, 55 } };
    g_assert_cmpuint (cells->n_findings[CG_CELLS_REGIONS_OVERLAP], ==, G_N_ELEMENTS (rows));
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
        const CgCellsFinding *f = find_pair (cells, CG_CELLS_REGIONS_OVERLAP, rows[k].row, rows[k].other);
        g_assert_nonnull (f);
        g_assert_cmpfloat (fabs (f->amount - rows[k].m2), <=, 1e-4);
        g_assert_cmpfloat (f->x, >=, rows[k].x_min);
        g_assert_cmpfloat (f->x, <=, rows[k].x_max);
    }
    g_assert_cmpfloat (fabs (cells->regions_overlap_m2 - (1000 + 1350)), <=, 1e-4);
    g_assert_cmpfloat (fabs (ground_of (cells, 0) - 6000), <=, 1e-4);
    g_assert_cmpfloat (fabs (ground_of (cells, 2) - 150), <=, 1e-4);
    cg_test_town_clear (&town);
}

/* A village inside another one without a hole, and one inside that: the smaller goes before the larger in
 * any order; of two on the same ground the earlier. */
static void
test_enclaves (void)
{
    static const double boxes[4][3] = { { 0, 0, 100 }, { 20, 20, 40 }, { 30, 30, 10 }, { 0, 0, 100 } };
    static const guint orders[][4] = { { 0, 1, 2, 3 }, { 2, 1, 0, 3 }, { 0, 3, 2, 1 }, { 1, 0, 3, 2 } };
    for (guint k = 0; k < G_N_ELEMENTS (orders); k++) {
        CgTestTown town;
        double ground[4];
        town_init (&town, 0);
        for (guint i = 0; i < 4; i++) {
            const double *box = boxes[orders[k][i]];
            cg_test_add_box (town.regions, box[0], box[1], box[2], box[2]);
        }
        g_autoptr (CgCells) cells = build_regions (&town);
        for (guint i = 0; i < 4; i++)
            ground[orders[k][i]] = ground_of (cells, i);
        g_assert_cmpfloat (fabs (ground[0] - 8400), <=, 1e-4);
        g_assert_cmpfloat (fabs (ground[1] - 1500), <=, 1e-4);
        g_assert_cmpfloat (fabs (ground[2] - 100), <=, 1e-4);
        g_assert_cmpfloat (ground[3], ==, 0);
        cg_test_town_clear (&town);
    }
}

/* A strip of 20 cm between two, a hole of 20 x 20 m between three; a wide street between two and a narrow
 * bay of one are none. */
static void
test_gaps (void)
{
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 99.9, 200);
    cg_test_add_box (town.regions, 100.1, 0, 100, 200);
    cg_test_add_box (town.regions, 0, 210, 90, 100);   /* 10 m north of the first */
    cg_test_add_box (town.regions, 90, 210, 110, 40);
    cg_test_add_box (town.regions, 90, 270, 110, 40);  /* 20 m between these two, and ... */
    cg_test_add_box (town.regions, 150, 250, 50, 20);  /* ... the east side of the hole   */
    g_autoptr (CgCells) cells = build_regions (&town);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_REGIONS_GAP], ==, 2);
    const CgCellsFinding *strip = find_pair (cells, CG_CELLS_REGIONS_GAP, 0, 1);
    const CgCellsFinding *hole = find_pair (cells, CG_CELLS_REGIONS_GAP, 2, 3);
    g_assert_true (strip != NULL && hole != NULL);
    g_assert_cmpfloat (fabs (strip->amount - 40), <=, 1e-4);
    g_assert_cmpfloat (fabs (strip->x - 100), <=, 0.1);
    g_assert_cmpfloat (fabs (hole->amount - 1200), <=, 1e-4);
    cg_test_town_clear (&town);
}

/* No barrier was given: what runs through the house is the border of two communities. */
static void
test_across_regions (void)
{
    CgTestTown town;
    town_init (&town, 0);
    cg_test_add_box (town.regions, 0, 0, 50, 100);
    cg_test_add_box (town.regions, 50, 0, 50, 100);
    add_house (&town, 44, 40, 10, 10);
    g_autoptr (CgCells) cells = build_regions (&town);
    g_assert_cmpuint (cells->n_findings[CG_CELLS_ACROSS], ==, 0);
    const CgCellsFinding *f = find_pair (cells, CG_CELLS_ACROSS_REGIONS, 0, 1);
    g_assert_nonnull (f);
    g_assert_cmpfloat (fabs (f->amount - 40), <=, 1e-4);
    g_assert_cmpuint (cells->region[cells->cell_of[0]], ==, 0);
    cg_test_town_clear (&town);
}

static void
test_refusals (void)
{
    CgTestTown town;
    g_autoptr (GError) error = NULL;
    g_autoptr (GCancellable) cancel = g_cancellable_new ();
    CgCellsOptions bad = CG_CELLS_OPTIONS_DEFAULT;
    town_init (&town, 0);
    town.input = (CgCellsInput){ .regions = town.regions, .outlines = town.outlines, .metre_x = 1, .metre_y = 1 };
    g_assert_null (cg_cells_build (&town.input, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_INPUT);
    g_clear_error (&error);
    cg_test_add_box (town.regions, 0, 0, 100, 100);
    bad.close_m = NAN;
    g_assert_null (cg_cells_build (&town.input, &bad, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    town.input.metre_x = 0;
    g_assert_null (cg_cells_build (&town.input, NULL, NULL, NULL, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_ARGUMENT);
    g_clear_error (&error);
    town.input.metre_x = 1;
    g_cancellable_cancel (cancel);
    g_assert_null (cg_cells_build (&town.input, NULL, NULL, cancel, &error));
    g_assert_error (error, CG_ERROR, CG_ERROR_CANCELLED);
    cg_test_town_clear (&town);
}

/* 3 storeys of 100 m2; height speaks where levels do not; sheds are empty. */
static void
test_estimate (void)
{
    const CgDwellings d = CG_DWELLINGS_DEFAULT;
    g_assert_cmpfloat (cg_dwellings_estimate (&d, 200, 3, NAN), ==, 6);
    g_assert_cmpfloat (cg_dwellings_estimate (&d, 200, NAN, 10), ==, 6);
    g_assert_cmpfloat (cg_dwellings_estimate (&d, 200, 0, 2), ==, 2);
    g_assert_cmpfloat (cg_dwellings_estimate (&d, 200, NAN, NAN), ==, 4);
    g_assert_cmpfloat (cg_dwellings_estimate (&d, 29, 9, NAN), ==, 0);
}

/* Largest remainders: 10 over 5 : 3 : 1 is 5.56, 3.33, 1.11, so 6, 3, 1. */
static void
test_share (void)
{
    const double weight[] = { 5, 3, 1, 0.4, 0.4, 0 }, total[] = { 10, NAN };
    const guint32 group[] = { 0, 0, 0, 1, 1, 1 };
    guint32 out[6];
    cg_share_whole (6, weight, group, 2, total, out);
    const guint32 expected[] = { 6, 3, 1, 1, 0, 0 };
    for (guint i = 0; i < 6; i++)
        g_assert_cmpuint (out[i], ==, expected[i]);
    const double none[] = { 0, 0 }, some[] = { 7 };
    const guint32 one[] = { 0, 0 };
    cg_share_whole (2, none, one, 1, some, out);
    g_assert_cmpuint (out[0] + out[1], ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/cells/rules/half-way", test_half_way);
    g_test_add_func ("/cells/rules/equally-far", test_equally_far);
    g_test_add_func ("/cells/rules/joints", test_joints);
    g_test_add_func ("/cells/rules/road", test_road);
    g_test_add_func ("/cells/rules/dead-end", test_dead_end);
    g_test_add_func ("/cells/rules/closing", test_closing);
    g_test_add_func ("/cells/rules/abreast", test_abreast);
    g_test_add_func ("/cells/rules/across", test_across);
    g_test_add_func ("/cells/rules/overlaps", test_overlaps);
    g_test_add_func ("/cells/rules/pieces", test_pieces);
    g_test_add_func ("/cells/rules/water", test_water);
    g_test_add_func ("/cells/rules/bridge", test_bridge);
    g_test_add_func ("/cells/rules/tunnel", test_tunnel);
    g_test_add_func ("/cells/rules/in-water", test_in_water);
    g_test_add_func ("/cells/rules/sliver", test_sliver);
    g_test_add_func ("/cells/rules/footway", test_footway);
    g_test_add_func ("/cells/rules/carriageways", test_carriageways);
    g_test_add_func ("/cells/rules/pavement", test_pavement);
    g_test_add_func ("/cells/rules/net-of-lanes", test_net_of_lanes);
    g_test_add_func ("/cells/rules/missing-tile", test_missing_tile);
    g_test_add_func ("/cells/rules/open-ground", test_open_ground);
    g_test_add_func ("/cells/rules/regions", test_regions);
    g_test_add_func ("/cells/rules/regions-in-pairs", test_regions_in_pairs);
    g_test_add_func ("/cells/rules/regions-enclaves", test_enclaves);
    g_test_add_func ("/cells/rules/regions-gaps", test_gaps);
    g_test_add_func ("/cells/rules/regions-across", test_across_regions);
    g_test_add_func ("/cells/rules/refusals", test_refusals);
    g_test_add_func ("/cells/estimate/building", test_estimate);
    g_test_add_func ("/cells/estimate/share", test_share);
    return g_test_run ();
}
