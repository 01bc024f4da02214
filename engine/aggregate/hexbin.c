#include "aggregate/hexbin.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

#define SQRT3 1.7320508075688772935
#define FREE_SLOT G_MAXUINT32

typedef struct {
    gint32 row, column;
} Cell;

/* Hexagons found so far, and where each is kept: open addressing, at most half full. */
typedef struct {
    guint32 n, room, n_slots;
    guint32 *slot; /* [n_slots] index of a hexagon, or FREE_SLOT */
    Cell *cell;
    guint32 *points;
    double *weight;
} Table;

static void
table_done (Table *table)
{
    g_free (table->slot);
    g_free (table->cell);
    g_free (table->points);
    g_free (table->weight);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_done)

static guint32
hash_of (Cell cell)
{
    guint64 mixed = ((guint64) (guint32) cell.row << 32 | (guint32) cell.column) *
                    G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    return (guint32) (mixed >> 32);
}

static gboolean
table_grow (Table *table)
{
    guint32 room = table->room == 0 ? 1024 : table->room * 2, n_slots = room * 2;
    Cell *cell = g_try_renew (Cell, table->cell, room);
    table->cell = cell != NULL ? cell : table->cell;
    guint32 *points = cell != NULL ? g_try_renew (guint32, table->points, room) : NULL;
    table->points = points != NULL ? points : table->points;
    double *weight = points != NULL ? g_try_renew (double, table->weight, room) : NULL;
    table->weight = weight != NULL ? weight : table->weight;
    guint32 *slot = weight != NULL ? g_try_new (guint32, n_slots) : NULL;
    if (slot == NULL)
        return FALSE;
    g_free (table->slot);
    table->slot = slot;
    table->room = room;
    table->n_slots = n_slots;
    for (guint32 s = 0; s < n_slots; s++)
        slot[s] = FREE_SLOT;
    for (guint32 i = 0; i < table->n; i++) {
        guint32 s = hash_of (table->cell[i]) & (n_slots - 1);
        while (slot[s] != FREE_SLOT)
            s = (s + 1) & (n_slots - 1);
        slot[s] = i;
    }
    return TRUE;
}

/* Row of the table, made where it is new; FREE_SLOT without memory. */
static guint32
table_find (Table *table, Cell cell)
{
    if (table->n == table->room && !table_grow (table))
        return FREE_SLOT;
    guint32 s = hash_of (cell) & (table->n_slots - 1);
    while (table->slot[s] != FREE_SLOT) {
        const Cell *there = &table->cell[table->slot[s]];
        if (there->row == cell.row && there->column == cell.column)
            return table->slot[s];
        s = (s + 1) & (table->n_slots - 1);
    }
    table->slot[s] = table->n;
    table->cell[table->n] = cell;
    table->points[table->n] = 0;
    table->weight[table->n] = 0.0;
    return table->n++;
}

/* Column of the centre nearest to x in a row whose centres are at width (column + offset), ties to
 * the east. The quotient may be rounded across a side; fma tells exactly on which one x lies. */
static double
nearest_column (double x, double width_m, double offset)
{
    double column = floor (x / width_m - offset + 0.5);
    if (fma (column + offset - 0.5, width_m, -x) > 0.0)
        return column - 1.0;
    if (fma (column + offset + 0.5, width_m, -x) <= 0.0)
        return column + 1.0;
    return column;
}

/* Even rows and odd rows are two rectangular lattices; of the nearest centre in each the nearer
 * one. With (x, y) the point and a, b the centres, |p - a|^2 - |p - b|^2 = 2 (b - a) . (p - m),
 * m the middle of a and b: linear, so nothing cancels as it would in squares. */
static gboolean
cell_of (double x, double y, double width_m, Cell *out)
{
    double row_m = width_m * (SQRT3 / 2.0);
    double even = 2.0 * floor (y / (2.0 * row_m) + 0.5);
    double odd = 2.0 * floor (y / (2.0 * row_m)) + 1.0;
    double column = nearest_column (x, width_m, 0.0), shifted = nearest_column (x, width_m, 0.5);
    double step_x = shifted + 0.5 - column;
    double past_x = 2.0 * fma (-(shifted + 0.5 + column) / 2.0, width_m, x);
    double past_y = 2.0 * fma (-(odd + even) / 2.0, row_m, y);
    gboolean is_odd = step_x * width_m * past_x + (odd - even) * row_m * past_y > 0.0;
    double row = is_odd ? odd : even;
    column = is_odd ? shifted : column;
    if (!(fabs (row) < CG_HEXBIN_MAX_INDEX && fabs (column) < CG_HEXBIN_MAX_INDEX))
        return FALSE;
    *out = (Cell){ (gint32) row, (gint32) column };
    return TRUE;
}

static gboolean
count_points (guint32 n, const double *x, const double *y, const double *weight, double width_m,
              Table *table, guint32 *out_left_out, GError **error)
{
    for (guint32 i = 0; i < n; i++) {
        Cell cell;
        double w = weight != NULL ? weight[i] : 1.0;
        if (!isfinite (x[i]) || !isfinite (y[i]) || !isfinite (w)) {
            ++*out_left_out;
            continue;
        }
        if (!cell_of (x[i], y[i], width_m, &cell)) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT,
                         "point %u at %g %g lies over %d hexagons of %g m from the origin", i + 1,
                         x[i], y[i], CG_HEXBIN_MAX_INDEX, width_m);
            return FALSE;
        }
        guint32 k = table_find (table, cell);
        if (k == FREE_SLOT) {
            g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for over %u hexagons",
                         table->n);
            return FALSE;
        }
        table->points[k]++;
        table->weight[k] += w;
    }
    return TRUE;
}

typedef struct {
    Cell cell;
    guint32 from;
} Place;

static int
by_place (const void *a, const void *b)
{
    const Cell *one = &((const Place *) a)->cell, *two = &((const Place *) b)->cell;
    if (one->row != two->row)
        return one->row < two->row ? -1 : 1;
    return one->column < two->column ? -1 : one->column > two->column;
}

/* By place, so that the order of the points and of the table is not seen. */
static gboolean
sort_cells (const Table *table, CgHexBins *bins)
{
    guint32 n = table->n, room = MAX (n, 1);
    g_autofree Place *place = g_try_new (Place, room);
    bins->row = g_try_new (gint32, room);
    bins->column = g_try_new (gint32, room);
    bins->points = g_try_new (guint32, room);
    bins->weight = g_try_new (double, room);
    if (place == NULL || bins->row == NULL || bins->column == NULL || bins->points == NULL ||
        bins->weight == NULL)
        return FALSE;
    for (guint32 i = 0; i < n; i++)
        place[i] = (Place){ table->cell[i], i };
    qsort (place, n, sizeof *place, by_place);
    for (guint32 i = 0; i < n; i++) {
        bins->row[i] = place[i].cell.row;
        bins->column[i] = place[i].cell.column;
        bins->points[i] = table->points[place[i].from];
        bins->weight[i] = table->weight[place[i].from];
    }
    bins->n = n;
    return TRUE;
}

CgHexBins *
cg_hexbin_run (guint32 n, const double *x, const double *y, const double *weight, double width_m,
               GError **error)
{
    if (!(width_m >= CG_HEXBIN_MIN_WIDTH_M && width_m <= CG_HEXBIN_MAX_WIDTH_M)) {
        g_set_error (error, CG_ERROR, CG_ERROR_ARGUMENT,
                     "hexagons of %g m: the width must be %g to %g m", width_m,
                     CG_HEXBIN_MIN_WIDTH_M, CG_HEXBIN_MAX_WIDTH_M);
        return NULL;
    }
    g_auto (Table) table = { 0 };
    g_autoptr (CgHexBins) bins = g_new0 (CgHexBins, 1);
    bins->width_m = width_m;
    bins->area_km2 = width_m * width_m * (SQRT3 / 2.0) * 1e-6;
    if (!count_points (n, x, y, weight, width_m, &table, &bins->n_left_out, error))
        return NULL;
    if (!sort_cells (&table, bins)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "no memory for %u hexagons", table.n);
        return NULL;
    }
    return g_steal_pointer (&bins);
}

void
cg_hexbin_free (CgHexBins *bins)
{
    if (bins == NULL)
        return;
    g_free (bins->row);
    g_free (bins->column);
    g_free (bins->points);
    g_free (bins->weight);
    g_free (bins);
}

CgShapes *
cg_hexbin_shapes (const CgHexBins *bins)
{
    /* Corners in half widths and thirds of a row from the centre, from the north on. Counted in
     * those units from the origin a shared corner has the same two whole numbers in each hexagon.
     */
    static const int corner[7][2] = { { 0, 2 },  { -1, 1 }, { -1, -1 }, { 0, -2 },
                                      { 1, -1 }, { 1, 1 },  { 0, 2 } };
    CgShapes *shapes = cg_shapes_new (CG_SHAPES_AREA);
    for (guint32 i = 0; i < bins->n; i++) {
        double column = 2.0 * bins->column[i] + (bins->row[i] & 1), row = 3.0 * bins->row[i];
        for (guint k = 0; k < G_N_ELEMENTS (corner); k++)
            cg_shapes_add_vertex (shapes, (column + corner[k][0]) * (bins->width_m / 2.0),
                                  (row + corner[k][1]) * (bins->width_m * (SQRT3 / 6.0)));
        cg_shapes_end_ring (shapes);
        cg_shapes_end_part (shapes);
        cg_shapes_end_shape (shapes);
    }
    return shapes;
}
