#include <math.h>

#include "map/map_internal.h"

#define FULL_OPACITY 0.9
/* Share of the scale over which the surface fades in. */
#define FADE 0.4
/* Entries of the palette below this share are as dark as the land and would show nothing on it. */
#define PALETTE_START 0.2

double
cg_map_heat_full (double peak_per_km2)
{
    double full = cg_round_up (peak_per_km2);
    return full > 0.0 ? full : 1.0;
}

double
cg_heat_full (const CgHeat *heat)
{
    return heat->full_per_km2 > 0.0 && isfinite (heat->full_per_km2) ? heat->full_per_km2 : 1.0;
}

static double
power_of (const CgHeat *heat)
{
    return heat->power > 0.0 ? CLAMP (heat->power, 0.1, 1.0) : 1.0;
}

/* The square root is exact everywhere and cheap enough for each pixel. */
static inline double
place_of (double share, double power)
{
    return power == 1.0 ? share : power == 0.5 ? sqrt (share) : pow (share, power);
}

double
cg_heat_place (const CgHeat *heat, double share)
{
    return share > 0.0 ? place_of (MIN (share, 1.0), power_of (heat)) : 0.0;
}

void
cg_heat_lut (const CgCanvas *canvas, const CgHeat *heat, guint32 out[256])
{
    const CgPalette *palette =
        heat->palette != NULL ? heat->palette : cg_palette_find (canvas->theme->heat);
    double opacity = heat->opacity > 0.0 ? MIN (heat->opacity, 1.0) : FULL_OPACITY;
    CgColour table[256];
    cg_palette_table (palette, table);
    for (guint k = 0; k < 256; k++) {
        double rest = MAX (1.0 - k / 255.0 / FADE, 0.0);
        double a = opacity * (1.0 - rest * rest);
        guint entry = (guint) (PALETTE_START * 255.0 + (1.0 - PALETTE_START) * k + 0.5);
        const CgColour *colour = &table[MIN (entry, 255)];
        guint32 alpha = (guint32) (a * 255.0 + 0.5);
        guint32 r = (guint32) (colour->r * a + 0.5), g = (guint32) (colour->g * a + 0.5);
        guint32 b = (guint32) (colour->b * a + 0.5);
        out[k] = alpha << 24 | MIN (r, alpha) << 16 | MIN (g, alpha) << 8 | MIN (b, alpha);
    }
}

/* Where output columns (or rows) fall in the density raster: cell and weight of the next one. */
typedef struct {
    guint32 *cell;
    float *weight;
} Axis;

static gboolean
axis_init (Axis *axis, guint n, double first, double step, guint32 n_cells)
{
    axis->cell = g_try_new (guint32, n);
    axis->weight = g_try_new (float, n);
    if (axis->cell == NULL || axis->weight == NULL)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        double at = CLAMP (first + i * step, 0.0, n_cells - 1.0);
        axis->cell[i] = MIN ((guint32) at, n_cells >= 2 ? n_cells - 2 : 0);
        axis->weight[i] = n_cells >= 2 ? (float) (at - axis->cell[i]) : 0.0f;
    }
    return TRUE;
}

static void
axis_done (Axis *axis)
{
    g_free (axis->cell);
    g_free (axis->weight);
}

static void
colour_row (const CgDensity *density, const Axis *columns, guint32 row, float weight,
            const guint32 *lut, double full, double power, guint n, guint32 *out)
{
    const float *above = density->per_km2 + (gsize) row * density->width;
    const float *below = row + 1 < density->height ? above + density->width : above;
    guint32 next = density->width >= 2 ? 1 : 0;
    double share_per_unit = 1.0 / full;
    for (guint i = 0; i < n; i++) {
        guint32 c = columns->cell[i];
        float wx = columns->weight[i];
        float top = above[c] + (above[c + next] - above[c]) * wx;
        float bottom = below[c] + (below[c + next] - below[c]) * wx;
        double share = (top + (bottom - top) * weight) * share_per_unit;
        out[i] = lut[!(share > 0.0) ? 0
                     : share >= 1.0 ? 255
                                    : (guint) (place_of (share, power) * 255.0 + 0.5)];
    }
}

/* Pixels of the density's box that lie on the view, whole pixels. */
static gboolean
target (const CgMapView *view, const CgDensity *density, int *left, int *top, int *right,
        int *bottom)
{
    double x0, y0, x1, y1;
    cg_map_view_to_px (view, density->box.x_min, density->box.y_max, &x0, &y0);
    cg_map_view_to_px (view, density->box.x_max, density->box.y_min, &x1, &y1);
    x0 = MAX (x0, view->rect.x);
    y0 = MAX (y0, view->rect.y);
    x1 = MIN (x1, view->rect.x + view->rect.width);
    y1 = MIN (y1, view->rect.y + view->rect.height);
    if (!(x1 > x0 && y1 > y0 && x1 < 1e6 && y1 < 1e6 && x0 > -1e6 && y0 > -1e6))
        return FALSE;
    *left = (int) floor (x0);
    *top = (int) floor (y0);
    *right = (int) ceil (x1);
    *bottom = (int) ceil (y1);
    return *right - *left <= (int) CG_CANVAS_MAX_SIDE && *bottom - *top <= (int) CG_CANVAS_MAX_SIDE;
}

/* Colours the surface for the pixels left, top .. ; NULL without memory. */
static cairo_surface_t *
colour_surface (CgCanvas *canvas, const CgMapView *view, const CgDensity *density,
                const CgHeat *heat, int left, int top, int width, int height)
{
    double cell_x = (density->box.x_max - density->box.x_min) / density->width;
    double cell_y = (density->box.y_max - density->box.y_min) / density->height;
    double x, y;
    cg_map_view_to_m (view, left + 0.5, top + 0.5, &x, &y);
    Axis columns = { NULL, NULL }, rows = { NULL, NULL };
    cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
    gboolean ready = axis_init (&columns, (guint) width, (x - density->box.x_min) / cell_x - 0.5,
                                view->m_per_px / cell_x, density->width) &&
                     axis_init (&rows, (guint) height, (density->box.y_max - y) / cell_y - 0.5,
                                view->m_per_px / cell_y, density->height) &&
                     cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS;
    if (ready) {
        guint32 lut[256];
        cg_heat_lut (canvas, heat, lut);
        guint8 *data = cairo_image_surface_get_data (surface);
        gsize stride = (gsize) cairo_image_surface_get_stride (surface);
        double full = heat->full_per_km2 > 0.0 ? cg_heat_full (heat)
                                               : cg_map_heat_full (density->peak_per_km2);
        for (guint j = 0; j < (guint) height; j++)
            colour_row (density, &columns, rows.cell[j], rows.weight[j], lut, full, power_of (heat),
                        (guint) width, (guint32 *) (gpointer) (data + j * stride));
        cairo_surface_mark_dirty (surface);
    } else {
        g_clear_pointer (&surface, cairo_surface_destroy);
    }
    axis_done (&columns);
    axis_done (&rows);
    return surface;
}

void
cg_map_heat (CgCanvas *canvas, const CgMapView *view, const CgDensity *density, const CgHeat *heat)
{
    int left, top, right, bottom;
    if (density == NULL || density->width == 0 || density->height == 0 ||
        density->per_km2 == NULL ||
        !(density->box.x_max > density->box.x_min && density->box.y_max > density->box.y_min) ||
        !target (view, density, &left, &top, &right, &bottom) || !cg_map_begin (canvas, view))
        return;
    cairo_surface_t *surface =
        colour_surface (canvas, view, density, heat, left, top, right - left, bottom - top);
    if (surface != NULL) {
        double x0, y0, x1, y1;
        cg_map_view_to_px (view, density->box.x_min, density->box.y_max, &x0, &y0);
        cg_map_view_to_px (view, density->box.x_max, density->box.y_min, &x1, &y1);
        cairo_rectangle (canvas->cr, x0, y0, x1 - x0, y1 - y0);
        cairo_clip (canvas->cr);
        cairo_set_source_surface (canvas->cr, surface, left, top);
        cairo_pattern_set_filter (cairo_get_source (canvas->cr), CAIRO_FILTER_NEAREST);
        cairo_paint (canvas->cr);
        cairo_surface_destroy (surface);
    }
    cg_map_end (canvas);
}
