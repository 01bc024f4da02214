#include "random_town.h"

#include "support.h"

static double
shift_of (CgRandom *random, guint kind)
{
    return kind == 2 ? (cg_random_below (random, 3) - 1.0) * 1e-9 : 0;
}

/* A triangle, thin at times. */
static void
add_sliver (CgShapes *areas, CgRandom *random)
{
    double x[3], y[3];
    for (guint k = 0; k < 3; k++) {
        x[k] = 100 * cg_random_unit (random);
        y[k] = cg_random_below (random, 2) == 0 ? 50 + 1e-6 * cg_random_unit (random) : 100 * cg_random_unit (random);
    }
    if ((x[1] - x[0]) * (y[2] - y[0]) == (x[2] - x[0]) * (y[1] - y[0]))
        y[2] += 1;
    for (guint k = 0; k < 4; k++)
        cg_shapes_add_vertex (areas, x[k % 3], y[k % 3]);
    cg_shapes_end_ring (areas);
    cg_shapes_end_part (areas);
    cg_shapes_end_shape (areas);
}

static void
add_building (CgTestTown *town, CgRandom *random, guint kind)
{
    double x = cg_random_below (random, 11) * 10, y = cg_random_below (random, 11) * 10;
    if (kind == 4) {
        cg_shapes_end_shape (town->outlines);
        cg_shapes_add_point (town->points, x, y);
        return;
    }
    cg_shapes_end_shape (town->points);
    if (kind == 0)
        cg_test_add_box (town->outlines, 110 * cg_random_unit (random) - 5, 110 * cg_random_unit (random) - 5,
                         1 + 20 * cg_random_unit (random), 1 + 20 * cg_random_unit (random));
    else if (kind == 3)
        add_sliver (town->outlines, random);
    else
        cg_test_add_box (town->outlines, x + shift_of (random, kind), y + shift_of (random, kind),
                         10 + shift_of (random, kind), 10 * (1 + cg_random_below (random, 2)));
}

static void
add_road (CgTestTown *town, CgRandom *random, guint32 i, guint kind)
{
    town->barriers->class[i] = (guint8) (1 + cg_random_below (random, 6));
    town->barriers->passable[i] = cg_random_below (random, 4) > 0;
    guint n = 2 + cg_random_below (random, 4);
    if (cg_random_below (random, 5) == 0) {
        town->barriers->class[i] = CG_BARRIER_WATER;
        cg_test_add_box (town->barriers->areas, cg_random_below (random, 12) * 10 - 10 + shift_of (random, kind),
                         cg_random_below (random, 12) * 10 - 10, 30, 20);
        cg_shapes_end_shape (town->barriers->lines);
        return;
    }
    for (guint k = 0; k < n; k++) {
        double x = kind == 0 ? 120 * cg_random_unit (random) - 10 : cg_random_below (random, 13) * 10.0 - 10;
        double y = kind == 0 ? 120 * cg_random_unit (random) - 10 : cg_random_below (random, 13) * 10.0 - 10;
        cg_shapes_add_vertex (town->barriers->lines, x + shift_of (random, kind), y + shift_of (random, kind));
    }
    cg_shapes_end_ring (town->barriers->lines);
    cg_shapes_end_part (town->barriers->lines);
    cg_shapes_end_shape (town->barriers->lines);
    cg_shapes_end_shape (town->barriers->areas);
}

void
cg_test_random_town (CgTestTown *town, CgRandom *random, guint kind)
{
    guint32 n = cg_random_below (random, 15), n_roads = cg_random_below (random, 8);
    *town = (CgTestTown){ cg_shapes_new (CG_SHAPES_AREA), cg_shapes_new (CG_SHAPES_AREA),
                          cg_shapes_new (CG_SHAPES_POINT), cg_shapes_new (CG_SHAPES_AREA), cg_barriers_new (n_roads),
                          { 0 } };
    cg_test_add_box (town->regions, 0, 0, 60 + shift_of (random, kind), 100);
    if (cg_random_below (random, 2) == 0)
        cg_test_add_box (town->regions, 60 - 5.0 * cg_random_below (random, 2), 0, 40, 100);
    for (guint32 i = 0; i < n; i++)
        add_building (town, random, kind);
    for (guint32 i = 0; i < n_roads; i++)
        add_road (town, random, i, kind);
    if (cg_random_below (random, 3) == 0)
        cg_test_add_box (town->compounds, 15, 15, 30, 40);
    town->input = (CgCellsInput){ .regions = town->regions,
                                  .n_buildings = n,
                                  .outlines = town->outlines,
                                  .points = town->points,
                                  .barriers = town->barriers,
                                  .compounds = town->compounds,
                                  .metre_x = 1,
                                  .metre_y = 1 };
}

void
cg_test_town_clear (CgTestTown *town)
{
    cg_shapes_free (town->regions);
    cg_shapes_free (town->outlines);
    cg_shapes_free (town->points);
    cg_shapes_free (town->compounds);
    cg_barriers_free (town->barriers);
}
