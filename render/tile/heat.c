/* Tiles with density: each pixel reads the lattice at its own place. */
#include "base/error.h"
#include "map/map_internal.h"
#include "page/png.h"
#include "tile/picture.h"

#include <math.h>

#define LEAST_PIXELS 1.5
#define CELLS_OF_SIGMA 4.0
#define REACH 8.0 /* sigmas: e^-32 of a peak colours nothing */
#define TAPS 4    /* cells along each axis that a pixel reads */

void
cg_tile_nodes (const CgTile *tile, guint span, double *lon, double *lat)
{
    guint n = span * CG_TILE_NODES + 1;
    double step = cg_tile_pixel (tile->z) * CG_TILE_STEP;
    for (guint r = 0; r < n; r++)
        for (guint c = 0; c < n; c++) {
            /* Whole numbers times a power of two: neighbours have the same place for the same node.
             */
            double u = ((double) tile->x * CG_TILE_NODES + c) * step;
            double v = ((double) tile->y * CG_TILE_NODES + r) * step;
            cg_tile_degrees (u, v, &lon[r * n + c], &lat[r * n + c]);
        }
}

void
cg_tile_lattice (guint z, double lat, double sigma_m, CgTileLattice *out)
{
    out->pixel_m = cg_tile_pixel_m (z, lat);
    out->sigma_m = MAX (sigma_m, LEAST_PIXELS * out->pixel_m);
    out->cell_m = out->sigma_m / CELLS_OF_SIGMA;
}

gboolean
cg_tile_window (guint span, const double *x, const double *y, const CgTileLattice *lattice,
                const CgBox *events, CgDensityOptions *out)
{
    guint n = span * CG_TILE_NODES + 1;
    double reach_m = REACH * lattice->sigma_m, margin_m = TAPS * lattice->cell_m;
    CgBox seen = CG_BOX_EMPTY;
    for (guint i = 0; i < n * n; i++)
        if (isfinite (x[i]) && isfinite (y[i]))
            cg_box_add (&seen, x[i], y[i]);
    if (cg_box_is_empty (events) || cg_box_is_empty (&seen))
        return FALSE;
    CgBox box = { MAX (seen.x_min - margin_m, events->x_min - reach_m),
                  MAX (seen.y_min - margin_m, events->y_min - reach_m),
                  MIN (seen.x_max + margin_m, events->x_max + reach_m),
                  MIN (seen.y_max + margin_m, events->y_max + reach_m) };
    *out = (CgDensityOptions){ .kernel = CG_KERNEL_GAUSSIAN,
                               .bandwidth_m = lattice->sigma_m,
                               .box = box };
    return box.x_min < box.x_max && box.y_min < box.y_max &&
           cg_density_align (out, lattice->cell_m, NULL);
}

/* Lagrange's weights of the cells -1, 0, 1, 2 for a place between 0 and 1. */
static inline void
weights (double t, double out[TAPS])
{
    double before = t + 1, after = 1 - t, last = 2 - t;
    out[0] = -t * after * last / 6;
    out[1] = before * after * last / 2;
    out[2] = before * t * last / 2;
    out[3] = -before * t * after / 6;
}

typedef struct {
    const CgDensity *density;
    double per_m;       /* 1 / cell */
    double west, north; /* numbers of the first column and row: whole, counted from the origin */
} Lattice;

/* Only by the place: which window holds it changes nothing. */
static inline float
read_at (const Lattice *lattice, double x, double y)
{
    const CgDensity *density = lattice->density;
    double column = x * lattice->per_m - 0.5, row = -y * lattice->per_m - 0.5;
    double c = floor (column), r = floor (row);
    double left = c - 1 - lattice->west, top = r - 1 - lattice->north;
    if (!(left >= 0 && top >= 0 && left + TAPS <= density->width && top + TAPS <= density->height))
        return 0;
    double across[TAPS], down[TAPS], sum = 0;
    weights (column - c, across);
    weights (row - r, down);
    const float *cell = density->per_km2 + (gsize) top * density->width + (gsize) left;
    for (guint j = 0; j < TAPS; j++, cell += density->width)
        sum += down[j] * (cell[0] * across[0] + cell[1] * across[1] + cell[2] * across[2] +
                          cell[3] * across[3]);
    return (float) MAX (sum, 0);
}

/* Row j of the square. */
static void
read_row (const Lattice *lattice, guint span, const double *x, const double *y, guint j, float *out)
{
    guint n = span * CG_TILE_NODES + 1;
    double down = (j % CG_TILE_STEP + 0.5) / CG_TILE_STEP;
    for (guint c = 0; c + 1 < n; c++) {
        gsize k = (gsize) (j / CG_TILE_STEP) * n + c;
        double left_x = x[k] + (x[k + n] - x[k]) * down, left_y = y[k] + (y[k + n] - y[k]) * down;
        double right_x = x[k + 1] + (x[k + 1 + n] - x[k + 1]) * down;
        double right_y = y[k + 1] + (y[k + 1 + n] - y[k + 1]) * down;
        for (guint i = 0; i < CG_TILE_STEP; i++) {
            double across = (i + 0.5) / CG_TILE_STEP;
            *out++ = read_at (lattice, left_x + (right_x - left_x) * across,
                              left_y + (right_y - left_y) * across);
        }
    }
}

GBytes *
cg_tile_draw_heat (guint span, const double *x, const double *y, const CgTileLattice *grid,
                   const CgDensity *density, const CgHeat *heat, const CgTheme *theme,
                   GError **error)
{
    guint side = span * CG_TILE_SIZE;
    Lattice lattice = { density, 1 / grid->cell_m, floor (density->box.x_min / grid->cell_m + 0.5),
                        floor (-density->box.y_max / grid->cell_m + 0.5) };
    const CgDensityScale scale = { cg_heat_full (heat), heat->power > 0 ? heat->power : 1 };
    g_autofree float *line = g_try_new (float, side);
    g_autofree guint8 *step = g_try_new (guint8, (gsize) side * side);
    if (line == NULL || step == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "a picture of %u pixels a side: no memory",
                     side);
        return NULL;
    }
    gboolean clear = span == 1;
    for (guint j = 0; j < side; j++) {
        guint8 *row = step + (gsize) j * side;
        read_row (&lattice, span, x, y, j, line);
        cg_density_steps (&scale, side, line, row);
        for (guint i = 0; clear && i < side; i++)
            clear = row[i] == 0;
    }
    if (clear)
        return cg_tile_clear ();
    guint32 colour[256];
    cg_map_heat_colours (theme, heat, colour);
    return cg_png_write_indexed (side, side, side, step, 256, colour, 0, NULL, error);
}
