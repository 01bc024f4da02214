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

double
cg_heat_place (const CgHeat *heat, double share)
{
    double power = power_of (heat), most = MIN (share, 1.0);
    return !(share > 0.0)  ? 0.0
           : power == 1.0 ? most
           : power == 0.5 ? sqrt (most)
                          : pow (most, power);
}

static CgDensityScale
scale_of (const CgHeat *heat, double peak_per_km2)
{
    double full = heat->full_per_km2 > 0.0 ? cg_heat_full (heat) : cg_map_heat_full (peak_per_km2);
    return (CgDensityScale){ full, power_of (heat) };
}

void
cg_map_heat_colours (const CgTheme *theme, const CgHeat *heat, guint32 out[256])
{
    const CgPalette *palette = heat->palette != NULL ? heat->palette : cg_palette_find (theme->heat);
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

/* ---- places ------------------------------------------------------------------------------ */

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
        double at = CLAMP (first + i * step, 0.0, n_cells - 1.0), whole = floor (at + 0.5);
        /* Rounding must not mix a cell with its neighbour where pixels are cells. */
        at = fabs (at - whole) < 1e-6 ? whole : at;
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
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Axis, axis_done)

/* Pixels left <= x < right, top <= y < bottom of the sheet. */
typedef struct {
    int left, top, right, bottom;
    gboolean whole; /* the density's box ends at pixels or beyond the view */
} Target;

static gboolean
is_whole (double px)
{
    return fabs (px - floor (px + 0.5)) < 1e-6;
}

/* Pixels of the density's box that lie on the view. */
static gboolean
target_of (const CgMapView *view, const CgBox *box, Target *out)
{
    double x0, y0, x1, y1;
    double right = view->rect.x + view->rect.width, bottom = view->rect.y + view->rect.height;
    cg_map_view_to_px (view, box->x_min, box->y_max, &x0, &y0);
    cg_map_view_to_px (view, box->x_max, box->y_min, &x1, &y1);
    out->whole = (x0 <= view->rect.x || is_whole (x0)) && (y0 <= view->rect.y || is_whole (y0)) &&
                 (x1 >= right || is_whole (x1)) && (y1 >= bottom || is_whole (y1));
    x0 = MAX (is_whole (x0) ? floor (x0 + 0.5) : x0, view->rect.x);
    y0 = MAX (is_whole (y0) ? floor (y0 + 0.5) : y0, view->rect.y);
    x1 = MIN (is_whole (x1) ? floor (x1 + 0.5) : x1, right);
    y1 = MIN (is_whole (y1) ? floor (y1 + 0.5) : y1, bottom);
    if (!(x1 > x0 && y1 > y0 && x1 < 1e6 && y1 < 1e6 && x0 > -1e6 && y0 > -1e6))
        return FALSE;
    out->left = (int) floor (x0);
    out->top = (int) floor (y0);
    out->right = (int) ceil (x1);
    out->bottom = (int) ceil (y1);
    return out->right - out->left <= (int) CG_CANVAS_MAX_SIDE &&
           out->bottom - out->top <= (int) CG_CANVAS_MAX_SIDE;
}

/* ---- rows -------------------------------------------------------------------------------- */

/* Everything that a row of pixels needs. */
typedef struct {
    const CgDensity *density;
    CgDensityScale scale;
    guint32 lut[256];
    Axis columns, rows;
    guint width;
    float *line;
    guint8 *step;
} Rows;

static void
rows_done (Rows *rows)
{
    axis_done (&rows->columns);
    axis_done (&rows->rows);
    g_free (rows->line);
    g_free (rows->step);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_done)

static gboolean
rows_init (Rows *rows, const CgCanvas *canvas, const CgMapView *view, const CgDensity *density,
           const CgHeat *heat, const Target *target)
{
    double cell_x = (density->box.x_max - density->box.x_min) / density->width;
    double cell_y = (density->box.y_max - density->box.y_min) / density->height;
    double x, y;
    cg_map_view_to_m (view, target->left + 0.5, target->top + 0.5, &x, &y);
    rows->density = density;
    rows->scale = scale_of (heat, density->peak_per_km2);
    rows->width = (guint) (target->right - target->left);
    rows->line = g_try_new (float, rows->width);
    rows->step = g_try_new (guint8, rows->width);
    cg_map_heat_colours (canvas->theme, heat, rows->lut);
    return rows->line != NULL && rows->step != NULL &&
           axis_init (&rows->columns, rows->width, (x - density->box.x_min) / cell_x - 0.5,
                      view->m_per_px / cell_x, density->width) &&
           axis_init (&rows->rows, (guint) (target->bottom - target->top),
                      (density->box.y_max - y) / cell_y - 0.5, view->m_per_px / cell_y,
                      density->height);
}

/* Row j of the target. */
static void
colour_row (const Rows *rows, guint j, guint32 *out)
{
    const CgDensity *density = rows->density;
    guint32 row = rows->rows.cell[j], next = density->width >= 2 ? 1 : 0;
    float weight = rows->rows.weight[j];
    const float *above = density->per_km2 + (gsize) row * density->width;
    const float *below = row + 1 < density->height ? above + density->width : above;
    for (guint i = 0; i < rows->width; i++) {
        guint32 c = rows->columns.cell[i];
        float wx = rows->columns.weight[i];
        float top = above[c] + (above[c + next] - above[c]) * wx;
        float bottom = below[c] + (below[c + next] - below[c]) * wx;
        rows->line[i] = top + (bottom - top) * weight;
    }
    cg_density_steps (&rows->scale, rows->width, rows->line, rows->step);
    for (guint i = 0; i < rows->width; i++)
        out[i] = rows->lut[rows->step[i]];
}

/* ---- painting ---------------------------------------------------------------------------- */

/* Straight onto the sheet. */
static void
paint_rows (CgCanvas *canvas, const Rows *rows, const Target *target, const CgPixels *pixels)
{
    g_autofree guint32 *colour = g_new (guint32, rows->width);
    int left = MAX (target->left, pixels->left), right = MIN (target->right, pixels->right);
    int top = MAX (target->top, pixels->top), bottom = MIN (target->bottom, pixels->bottom);
    for (int y = top; y < bottom && left < right; y++) {
        colour_row (rows, (guint) (y - target->top), colour);
        cg_pixels_over ((gsize) (right - left), colour + (left - target->left),
                        cg_pixels_row (pixels, y) + left);
    }
    cg_pixels_end (canvas);
}

/* Through cairo, which cuts the edges of pixels and writes vectors. */
static void
paint_surface (CgCanvas *canvas, const CgMapView *view, const Rows *rows, const Target *target)
{
    int height = target->bottom - target->top;
    cairo_surface_t *surface =
        cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) rows->width, height);
    if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS) {
        guint8 *data = cairo_image_surface_get_data (surface);
        gsize stride = (gsize) cairo_image_surface_get_stride (surface);
        for (guint j = 0; j < (guint) height; j++)
            colour_row (rows, j, (guint32 *) (gpointer) (data + j * stride));
        cairo_surface_mark_dirty (surface);
        double x0, y0, x1, y1;
        const CgBox *box = &rows->density->box;
        cg_map_view_to_px (view, box->x_min, box->y_max, &x0, &y0);
        cg_map_view_to_px (view, box->x_max, box->y_min, &x1, &y1);
        cairo_rectangle (canvas->cr, x0, y0, x1 - x0, y1 - y0);
        cairo_clip (canvas->cr);
        cairo_set_source_surface (canvas->cr, surface, target->left, target->top);
        cairo_pattern_set_filter (cairo_get_source (canvas->cr), CAIRO_FILTER_NEAREST);
        cairo_paint (canvas->cr);
    }
    cairo_surface_destroy (surface);
}

void
cg_map_heat (CgCanvas *canvas, const CgMapView *view, const CgDensity *density, const CgHeat *heat)
{
    Target target;
    if (density == NULL || density->width == 0 || density->height == 0 ||
        density->per_km2 == NULL ||
        !(density->box.x_max > density->box.x_min && density->box.y_max > density->box.y_min) ||
        !target_of (view, &density->box, &target) || !cg_map_begin (canvas, view))
        return;
    g_auto (Rows) rows = { 0 };
    CgPixels pixels;
    if (rows_init (&rows, canvas, view, density, heat, &target)) {
        if (target.whole && cg_pixels_begin (canvas, &pixels))
            paint_rows (canvas, &rows, &target, &pixels);
        else
            paint_surface (canvas, view, &rows, &target);
    }
    cg_map_end (canvas);
}

/* ---- of a field -------------------------------------------------------------------------- */

typedef struct {
    const CgPixels *pixels;
    const guint32 *lut;
    guint32 *colour;
    int left, y, from, to; /* sheet column of the field's first pixel; columns to paint */
} FieldRows;

static void
paint_field_row (gpointer user_data, const guint8 *step)
{
    FieldRows *rows = user_data;
    int y = rows->y++;
    if (y < rows->pixels->top || y >= rows->pixels->bottom)
        return;
    for (int x = rows->from; x < rows->to; x++)
        rows->colour[x - rows->from] = rows->lut[step[x - rows->left]];
    cg_pixels_over ((gsize) (rows->to - rows->from), rows->colour,
                    cg_pixels_row (rows->pixels, y) + rows->from);
}

gboolean
cg_map_heat_field (CgCanvas *canvas, const CgMapView *view, const CgDensityField *field,
                   const CgHeat *heat)
{
    const CgDensity *info = cg_density_field_info (field);
    double peak = info->peak_per_km2;
    Target target;
    CgPixels pixels;
    if (!target_of (view, &info->box, &target) || !target.whole ||
        target.right - target.left != (int) info->width ||
        target.bottom - target.top != (int) info->height || !cg_map_begin (canvas, view))
        return FALSE;
    gboolean painted =
        (heat->full_per_km2 > 0.0 || cg_density_field_peak (field, 1, &peak, NULL)) &&
        cg_pixels_begin (canvas, &pixels);
    if (painted) {
        CgDensityScale scale = scale_of (heat, peak);
        guint32 lut[256];
        cg_map_heat_colours (canvas->theme, heat, lut);
        g_autofree guint32 *colour = g_new (guint32, info->width);
        FieldRows rows = { &pixels,
                           lut,
                           colour,
                           target.left,
                           target.top,
                           MAX (target.left, pixels.left),
                           MIN (target.right, pixels.right) };
        painted = cg_density_field_rows (field, &scale, paint_field_row, &rows, NULL);
        cg_pixels_end (canvas);
    }
    cg_map_end (canvas);
    return painted;
}

typedef struct {
    CgStageSink *sink;
    guint width;
    guint32 *colour, lut[256];
} SinkRows;

static void
put_field_row (gpointer user_data, const guint8 *step)
{
    SinkRows *rows = user_data;
    for (guint i = 0; i < rows->width; i++)
        rows->colour[i] = rows->lut[step[i]];
    cg_stage_put_row (rows->sink, rows->colour);
}

gboolean
cg_map_heat_rows (CgStageSink *sink, const CgDensityField *field, const CgHeat *heat,
                  const CgTheme *theme, GError **error)
{
    const CgDensity *info = cg_density_field_info (field);
    double peak = info->peak_per_km2;
    if (!(heat->full_per_km2 > 0.0) && !cg_density_field_peak (field, 1, &peak, error))
        return FALSE;
    CgDensityScale scale = scale_of (heat, peak);
    SinkRows rows = { .sink = sink, .width = info->width };
    g_autofree guint32 *colour = g_new (guint32, info->width);
    rows.colour = colour;
    cg_map_heat_colours (theme, heat, rows.lut);
    return cg_density_field_rows (field, &scale, put_field_row, &rows, error);
}

/* ---- heat alone -------------------------------------------------------------------------- */

static void
add_row (gpointer rows, const guint8 *step)
{
    cg_png_rows_add (rows, step);
}

GBytes *
cg_map_heat_png (const CgDensityField *field, const CgHeat *heat, const CgTheme *theme,
                 gboolean clear, guint n_notes, const CgPngNote *notes, GError **error)
{
    const CgDensity *info = cg_density_field_info (field);
    double peak = info->peak_per_km2;
    if (!(heat->full_per_km2 > 0.0) && !cg_density_field_peak (field, 1, &peak, error))
        return NULL;
    CgDensityScale scale = scale_of (heat, peak);
    guint32 colour[256];
    cg_map_heat_colours (theme, heat, colour);
    for (guint k = 0; !clear && k < 256; k++) {
        guint32 ground = 0xff000000u | (guint32) theme->outside.r << 16 |
                         (guint32) theme->outside.g << 8 | theme->outside.b;
        cg_pixels_over (1, &colour[k], &ground);
        colour[k] = ground;
    }
    g_autoptr (CgPngRows) rows =
        cg_png_rows_new (info->width, info->height, 256, colour, n_notes, notes, error);
    if (rows == NULL || !cg_density_field_rows (field, &scale, add_row, rows, error))
        return NULL;
    return cg_png_rows_end (rows, error);
}
