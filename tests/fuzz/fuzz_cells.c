/* Any bytes as a little town: cells are made of it and their outlines thinned. Run by tests/fuzz/run. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "cells/cells.h"
#include "geom/simplify.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

typedef struct {
    const uint8_t *at;
    size_t left;
} Bytes;

static guint
take (Bytes *bytes)
{
    if (bytes->left == 0)
        return 0;
    bytes->left--;
    return *bytes->at++;
}

/* Sixteen places along a side of 160 m, most of them moved by nothing, a nanometre, a millimetre or
 * metres: so that things touch, nearly touch and cross at no angle. */
static double
take_place (Bytes *bytes)
{
    static const double shift[] = { 0, 0, 1e-9, -1e-9, 1e-3, -1e-3, 1.7, 5 };
    guint byte = take (bytes);
    return 10.0 * (byte % 16) + shift[byte / 16 % 8];
}

static void
close_ring (CgShapes *shapes, guint32 first)
{
    cg_shapes_add_vertex (shapes, shapes->x[first], shapes->y[first]);
    cg_shapes_end_ring (shapes);
    cg_shapes_end_part (shapes);
    cg_shapes_end_shape (shapes);
}

/* A box or a triangle: valid whatever the bytes say, or of no area. */
static void
take_area (Bytes *bytes, CgShapes *shapes)
{
    guint32 first = shapes->n_vertices;
    double x[3], y[3];
    gboolean box = take (bytes) % 2 == 0;
    for (guint k = 0; k < 3; k++) {
        x[k] = take_place (bytes);
        y[k] = take_place (bytes);
    }
    cg_shapes_add_vertex (shapes, x[0], y[0]);
    cg_shapes_add_vertex (shapes, x[1], box ? y[0] : y[1]);
    if (box)
        cg_shapes_add_vertex (shapes, x[1], y[1]);
    cg_shapes_add_vertex (shapes, box ? x[0] : x[2], box ? y[1] : y[2]);
    close_ring (shapes, first);
}

static void
take_line (Bytes *bytes, CgBarriers *barriers, guint32 i)
{
    guint byte = take (bytes), n = 2 + byte / 16 % 4;
    barriers->class[i] = (guint8) (CG_BARRIER_WATER + byte % (CG_BARRIER_BUILDING - CG_BARRIER_WATER));
    barriers->passable[i] = byte / 64 % 2;
    for (guint k = 0; k < n; k++) {
        double x = take_place (bytes), y = take_place (bytes);
        cg_shapes_add_vertex (barriers->lines, x, y);
    }
    cg_shapes_end_ring (barriers->lines);
    cg_shapes_end_part (barriers->lines);
    cg_shapes_end_shape (barriers->lines);
    cg_shapes_end_shape (barriers->areas);
}

static double
sum_of_areas (const CgShapes *shapes)
{
    double sum = 0;
    for (guint32 i = 0; i < shapes->n_shapes; i++) {
        double area = cg_shapes_area (shapes, i);
        g_assert_true (area > 0);
        sum += area;
    }
    return sum;
}

/* Thinned outlines still cover what their rim encloses: the other table is the rim of all. */
static void
check_thin (const CgCells *cells, const CgShapes *region, double tolerance_m)
{
    const CgShapes *tables[] = { cells->shapes, region };
    const CgSimplifyOptions options = { tolerance_m, 1, 1 };
    CgShapes *out[2] = { NULL, NULL };
    g_autoptr (GError) error = NULL;
    g_assert_true (cg_simplify_run (2, tables, &options, NULL, out, &error));
    g_autoptr (CgShapes) thin = out[0], rim = out[1];
    g_assert_cmpuint (thin->n_shapes, ==, cells->n);
    g_assert_cmpuint (thin->n_rings, ==, cells->shapes->n_rings);
    g_assert_cmpuint (thin->n_vertices, <=, cells->shapes->n_vertices);
    for (guint32 r = 0; r < thin->n_rings; r++)
        g_assert_cmpuint (thin->ring_vertex[r + 1] - thin->ring_vertex[r], >=, 4);
    g_assert_cmpfloat (sum_of_areas (thin), <=, 160 * 160 + 4 * 160 * tolerance_m + 1);
}

static void
check_cells (const CgCells *cells, const CgCellsInput *input, double tolerance_m)
{
    double sum = sum_of_areas (cells->shapes);
    g_assert_cmpuint (cells->shapes->n_shapes, ==, cells->n);
    g_assert_cmpuint (cells->shapes->n_parts, ==, cells->n);
    g_assert_cmpfloat (fabs (sum - cells->boundary_area), <=, 1e-8 * cells->boundary_area);
    for (guint32 i = 0; i < cells->n_buildings; i++)
        g_assert_true (cells->cell_of[i] == CG_NONE || cells->content[cells->cell_of[i]] == CG_CELL_BUILT);
    for (guint32 b = 0; b < cells->n_borders; b++)
        g_assert_true (cells->left[b] < cells->n && cells->right[b] < cells->n);
    check_thin (cells, input->regions, tolerance_m);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    Bytes bytes = { data, size };
    g_autoptr (GError) error = NULL;
    guint first = take (&bytes);
    guint32 n = first % 16, n_lines = first / 16, group[16];
    g_autoptr (CgShapes) region = cg_shapes_new (CG_SHAPES_AREA), outlines = cg_shapes_new (CG_SHAPES_AREA);
    g_autoptr (CgBarriers) barriers = cg_barriers_new (n_lines);
    double side = take (&bytes) % 2 ? 160 : 100;
    cg_shapes_add_vertex (region, 0, 0);
    cg_shapes_add_vertex (region, side, 0);
    cg_shapes_add_vertex (region, side, side - 30);
    cg_shapes_add_vertex (region, 0, side);
    close_ring (region, 0);
    CgCellsOptions options = CG_CELLS_OPTIONS_DEFAULT;
    guint choice = take (&bytes);
    options.close_m = choice % 3 * 8;
    options.empty_m2 = choice / 4 % 2 ? 50 : 5000;
    options.join_groups = choice / 8 % 2;
    for (guint32 i = 0; i < n; i++) {
        take_area (&bytes, outlines);
        guint word = take (&bytes) % 4;
        group[i] = word == 3 ? CG_NONE : word;
    }
    for (guint32 i = 0; i < n_lines; i++)
        take_line (&bytes, barriers, i);
    CgCellsInput input = { .regions = region, .n_buildings = n, .outlines = outlines, .barriers = barriers,
                           .metre_x = 1, .metre_y = 1, .n_groups = choice / 16 % 2 ? 3 : 0, .group = group };
    if (input.n_groups == 0)
        input.group = NULL;
    g_autoptr (CgCells) cells = cg_cells_build (&input, &options, NULL, NULL, &error);
    g_assert_true (cells != NULL && error == NULL);
    check_cells (cells, &input, choice / 32 * 2.0);
    return 0;
}
