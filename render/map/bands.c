/* A raster in classes, hatched where it has no value. */
#include <math.h>

#include "map/kinds.h"
#include "map/map_internal.h"

static guint
band_of (const CgBands *bands, double value)
{
    guint band = 0;
    while (band < bands->n && value >= bands->bound[band])
        band++;
    return band;
}

/* How strongly a side's band differs from the ground: 1 the outermost. */
static CgColour
arm_colour (const CgTheme *theme, gboolean high, double strength)
{
    const CgPalette *palette = cg_palette_find ("diverging");
    if (!theme->dark)
        return cg_palette_colour (palette, 0.5 + (high ? 0.42 : -0.42) * strength);
    /* The dark ends of the palette would sink into a dark ground: there the pale ones stand out. */
    CgColour tip = cg_palette_colour (palette, high ? 0.76 : 0.24);
    return cg_colour_mix (theme->land, tip, 0.1 + 0.9 * strength);
}

CgColour
cg_bands_colour (const CgTheme *theme, const CgBands *bands, guint band)
{
    if (!bands->diverging) {
        const CgPalette *palette =
            bands->palette != NULL ? bands->palette : cg_palette_find (theme->sequential);
        return cg_palette_colour (palette, bands->n > 0 ? (double) band / bands->n : 0.5);
    }
    double middle = bands->n / 2.0, off = band - middle;
    if (fabs (off) < 0.25)
        return cg_colour_mix (theme->land, theme->text2, 0.18);
    return arm_colour (theme, off > 0.0, MIN (fabs (off) / middle, 1.0));
}

/* The band's colour as it lies on the map: the same in the legend. */
static guint32
pixel_of (CgColour colour)
{
    return 0xff000000u | (guint32) colour.r << 16 | (guint32) colour.g << 8 | colour.b;
}

static void
fill_rows (const CgTheme *theme, const CgBands *bands, guint32 width, guint32 height,
           const float *value, cairo_surface_t *colours, cairo_surface_t *holes)
{
    guint32 pixel[CG_BANDS_MAX + 1];
    guint8 *above = cairo_image_surface_get_data (colours);
    guint8 *below = cairo_image_surface_get_data (holes);
    gsize above_stride = (gsize) cairo_image_surface_get_stride (colours);
    gsize below_stride = (gsize) cairo_image_surface_get_stride (holes);
    for (guint b = 0; b <= bands->n; b++)
        pixel[b] = pixel_of (cg_bands_colour (theme, bands, b));
    for (guint32 y = 0; y < height; y++) {
        guint32 *row = (guint32 *) (gpointer) (above + y * above_stride);
        guint8 *hole = below + y * below_stride;
        for (guint32 x = 0; x < width; x++) {
            double here = value[(gsize) y * width + x];
            row[x] = isnan (here) ? 0 : pixel[band_of (bands, here)];
            hole[x] = isnan (here) ? 255 : 0;
        }
    }
}

/* Moves and stretches so that the raster lies where its box does. */
static void
place_raster (CgCanvas *canvas, const CgMapView *view, const CgBox *box, guint32 width,
              guint32 height)
{
    double left, top, right, bottom;
    cg_map_view_to_px (view, box->x_min, box->y_max, &left, &top);
    cg_map_view_to_px (view, box->x_max, box->y_min, &right, &bottom);
    cairo_translate (canvas->cr, left, top);
    cairo_scale (canvas->cr, (right - left) / width, (bottom - top) / height);
}

/* As cg_map_begin; what follows is cut off outside the areas. */
static gboolean
begin_within (CgCanvas *canvas, const CgMapView *view, const CgShapes *within)
{
    if (!cg_map_begin (canvas, view))
        return FALSE;
    for (guint32 i = 0; within != NULL && i < within->n_shapes; i++)
        cg_map_path (canvas, view, within, i, 0);
    if (within != NULL)
        cairo_clip (canvas->cr);
    return TRUE;
}

void
cg_map_bands (CgCanvas *canvas, const CgMapView *view, const CgBox *box, guint32 width,
              guint32 height, const float *value, const CgBands *bands, const CgShapes *within)
{
    g_return_if_fail (bands->n <= CG_BANDS_MAX);
    if (width == 0 || height == 0 || width > CG_CANVAS_MAX_SIDE || height > CG_CANVAS_MAX_SIDE ||
        !begin_within (canvas, view, within))
        return;
    cairo_surface_t *colours =
        cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) width, (int) height);
    cairo_surface_t *holes = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) width, (int) height);
    cairo_pattern_t *hatch = cg_canvas_hatch (canvas);
    if (cairo_surface_status (colours) == CAIRO_STATUS_SUCCESS &&
        cairo_surface_status (holes) == CAIRO_STATUS_SUCCESS) {
        fill_rows (canvas->theme, bands, width, height, value, colours, holes);
        cairo_surface_mark_dirty (colours);
        cairo_surface_mark_dirty (holes);
        cairo_set_source (canvas->cr, hatch);
        place_raster (canvas, view, box, width, height);
        cairo_mask_surface (canvas->cr, holes, 0, 0);
        cairo_set_source_surface (canvas->cr, colours, 0, 0);
        cairo_pattern_set_filter (cairo_get_source (canvas->cr), CAIRO_FILTER_NEAREST);
        cairo_paint_with_alpha (canvas->cr, CG_BANDS_OPACITY);
    }
    cairo_pattern_destroy (hatch);
    cairo_surface_destroy (colours);
    cairo_surface_destroy (holes);
    cg_map_end (canvas);
}

static void
clear_row (gpointer row)
{
    g_free ((char *) ((CgLegendRow *) row)->text);
}

static char *
band_text (const CgBands *bands, guint band)
{
    g_autofree char *low = band > 0 ? cg_format_number (bands->bound[band - 1], 6) : NULL;
    g_autofree char *high = band < bands->n ? cg_format_number (bands->bound[band], 6) : NULL;
    if (low == NULL)
        return high != NULL ? g_strconcat ("< ", high, NULL) : g_strdup ("");
    return high != NULL ? g_strconcat (low, "–", high, NULL) : g_strconcat ("≥ ", low, NULL);
}

GArray *
cg_bands_legend_rows (const CgTheme *theme, const CgBands *bands, const char *none)
{
    GArray *rows = g_array_new (FALSE, TRUE, sizeof (CgLegendRow));
    g_array_set_clear_func (rows, clear_row);
    for (guint b = bands->n + 1; b-- > 0;) {
        CgColour colour = cg_bands_colour (theme, bands, b);
        CgLegendRow row = { .colour = cg_colour_mix (theme->land, colour, CG_BANDS_OPACITY),
                            .symbol = -1,
                            .text = band_text (bands, b),
                            .count = NAN };
        g_array_append_val (rows, row);
    }
    CgLegendRow row = { .colour = theme->land,
                        .symbol = -1,
                        .hatched = TRUE,
                        .text = g_strdup (none),
                        .count = NAN };
    if (none != NULL)
        g_array_append_val (rows, row);
    return rows;
}

void
cg_map_rings (CgCanvas *canvas, const CgMapView *view, const CgContours *contours, guint level,
              CgColour colour, double line_vh, gboolean dashed, const CgShapes *within)
{
    if (contours == NULL || level >= contours->n_levels || !begin_within (canvas, view, within))
        return;
    cairo_t *cr = canvas->cr;
    double vh = canvas->vh, dash[2] = { 0.8 * vh, 0.5 * vh };
    cairo_new_path (cr);
    for (guint32 r = contours->level_ring[level]; r < contours->level_ring[level + 1]; r++) {
        cairo_new_sub_path (cr);
        for (guint32 v = contours->ring_vertex[r]; v + 1 < contours->ring_vertex[r + 1]; v++) {
            double px, py;
            cg_map_view_to_px (view, contours->x[v], contours->y[v], &px, &py);
            cairo_line_to (cr, px, py);
        }
        cairo_close_path (cr);
    }
    if (dashed)
        cairo_set_dash (cr, dash, 2, 0);
    cairo_set_line_width (cr, MAX (line_vh * vh, 1.0));
    cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
    cg_canvas_source (canvas, colour);
    cairo_stroke (cr);
    cg_map_end (canvas);
}
