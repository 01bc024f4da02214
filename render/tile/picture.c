/* Tiles with areas by class. */
#include "tile/picture.h"

#include "base/error.h"
#include "map/id_raster.h"
#include "map/map_internal.h"
#include "page/png.h"
#include "tile/lines.h"

#include <math.h>

double
cg_tile_pixel (guint z)
{
    return ldexp (1, -(int) z - 8);
}

double
cg_tile_pixel_m (guint z, double lat)
{
    return 2 * G_PI * 6378137.0 * cg_tile_pixel (z) * cos (lat * G_PI / 180);
}

CgBox
cg_tile_map_box (const CgTile *tile, guint span, double margin_px)
{
    double pixel = cg_tile_pixel (tile->z), side = pixel * CG_TILE_SIZE, margin = pixel * margin_px;
    return (CgBox){ tile->x * side - margin, -((double) tile->y + span) * side - margin,
                    ((double) tile->x + span) * side + margin, -(tile->y * side) + margin };
}

GBytes *
cg_tile_clear (void)
{
    static GBytes *clear;
    static gsize made;
    if (g_once_init_enter (&made)) {
        const guint32 nothing = 0;
        g_autofree guint8 *index = g_new0 (guint8, CG_TILE_SIZE * CG_TILE_SIZE);
        clear = cg_png_write_indexed (CG_TILE_SIZE, CG_TILE_SIZE, CG_TILE_SIZE, index, 1, &nothing,
                                      0, NULL, NULL);
        g_once_init_leave (&made, 1);
    }
    return g_bytes_ref (clear);
}

#define FILL 2 /* samples of areas along each side of a pixel; their edges lie below lines mostly  \
                */

/* Half the width of a border in eighths of a pixel, and how much of what is below it shows. */
static const struct {
    guint radius;
    double opacity;
} borders[] = {
    [CG_LEVEL_COUNTY] = { 12, 0.90 },
    [CG_LEVEL_TOWN] = { 8, 0.75 },
    [CG_LEVEL_COMMUNITY] = { 5, 0.65 },
    [CG_LEVEL_GRID] = { 3, 0.60 },
};

/* What lies in the box, by itself; rows: where each came from. */
static CgShapes *
part_of (const CgTileAreas *areas, const CgBox *box, GArray *rows)
{
    CgShapes *part = cg_shapes_new (areas->areas->kind);
    for (guint32 i = 0; i < areas->areas->n_shapes; i++) {
        if (!cg_box_meets (&areas->box[i], box))
            continue;
        cg_shapes_add_shape (part, areas->areas, i);
        g_array_append_val (rows, i);
    }
    return part;
}

static guint32
opaque (CgColour colour)
{
    return 0xff000000u | (guint32) colour.r << 16 | (guint32) colour.g << 8 | colour.b;
}

/* Colour of FILL x FILL samples, multiplied by the share of them that has one. */
static guint32
mix (const guint8 *step, gsize stride, const guint32 *colour)
{
    const guint8 *below = step + stride;
    const guint32 sample[] = { colour[step[0]], colour[step[1]], colour[below[0]],
                               colour[below[1]] };
    if (sample[0] == sample[1] && sample[0] == sample[2] && sample[0] == sample[3])
        return sample[0];
    guint32 mixed = 0;
    for (guint shift = 0; shift < 32; shift += 8) {
        guint32 sum = FILL * FILL / 2;
        for (guint k = 0; k < G_N_ELEMENTS (sample); k++)
            sum += sample[k] >> shift & 255;
        mixed |= sum / (FILL * FILL) << shift;
    }
    return mixed;
}

/* FALSE with an error: no memory. */
static gboolean
fill (const CgTile *tile, guint span, const CgTileClasses *classes, const CgTheme *theme,
      guint32 *pixels, GError **error)
{
    guint side = span * CG_TILE_SIZE, samples = side * FILL;
    CgMapView view = { .rect = { 0, 0, samples, samples },
                       .box = cg_tile_map_box (tile, span, 0),
                       .m_per_px = cg_tile_pixel (tile->z) / FILL };
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
    g_autoptr (CgShapes) areas = part_of (&classes->filled, &view.box, rows);
    if (areas->n_shapes == 0)
        return TRUE;
    g_autoptr (CgIdRaster) raster = cg_id_raster_new (&view, areas, error);
    g_autofree guint8 *step = g_try_new (guint8, (gsize) samples * samples),
                      *class = g_new (guint8, areas->n_shapes + 1);
    if (raster == NULL)
        return FALSE;
    if (step == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "a picture of %u pixels: no memory", side);
        return FALSE;
    }
    CgColour colours[CG_MAP_MAX_CLASSES + 2];
    guint32 colour[CG_MAP_MAX_CLASSES + 3] = { 0 }; /* the first: where no area is */
    cg_choropleth_colours (classes->choropleth, theme, colours);
    for (guint c = 0; c < classes->choropleth->n_classes + 2; c++)
        colour[c + 1] = opaque (colours[c]);
    for (guint32 i = 0; i < areas->n_shapes; i++)
        class[i] =
            (guint8) (cg_choropleth_class (classes->choropleth,
                                           classes->value[g_array_index (rows, guint32, i)]) +
                      3);
    class[areas->n_shapes] = 0;
    cg_id_raster_index (raster, class, samples, step);
    for (guint y = 0; y < side; y++)
        for (guint x = 0; x < side; x++)
            pixels[(gsize) y * side + x] =
                mix (step + (gsize) y * FILL * samples + x * FILL, samples, colour);
    return TRUE;
}

/* Lays the lines of a level over the pixels. */
static gboolean
draw_borders (const CgTile *tile, guint span, const CgTileAreas *areas, CgLevel level,
              const CgTheme *theme, guint32 *pixels, GError **error)
{
    guint side = span * CG_TILE_SIZE;
    CgBox box = cg_tile_map_box (tile, span, 4);
    g_auto (CgTileMask) mask = { 0 };
    guint32 shade[CG_TILE_SAMPLES * CG_TILE_SAMPLES + 1];
    if (!cg_tile_mask_init (&mask, side)) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "a picture of %u pixels: no memory", side);
        return FALSE;
    }
    for (guint32 i = 0; i < areas->areas->n_shapes; i++)
        if (cg_box_meets (&areas->box[i], &box))
            cg_tile_mask_outline (&mask, tile, areas->areas, i, borders[level].radius);
    for (guint k = 0; k < G_N_ELEMENTS (shade); k++) {
        double a = borders[level].opacity * k / (G_N_ELEMENTS (shade) - 1);
        shade[k] = (guint32) (255 * a + 0.5) << 24 | (guint32) (theme->border.r * a + 0.5) << 16 |
                   (guint32) (theme->border.g * a + 0.5) << 8 |
                   (guint32) (theme->border.b * a + 0.5);
    }
    for (gsize i = 0; i < (gsize) side * side; i++)
        if (mask.covered[i] != 0)
            cg_pixels_over (1, &shade[__builtin_popcount (mask.covered[i])], &pixels[i]);
    return TRUE;
}

GBytes *
cg_tile_draw_classes (const CgTile *tile, guint span, const CgTileClasses *classes,
                      const CgTheme *theme, GError **error)
{
    guint side = span * CG_TILE_SIZE;
    gsize n = (gsize) side * side, i = 0;
    g_autofree guint32 *pixels = g_try_new0 (guint32, n);
    if (pixels == NULL) {
        g_set_error (error, CG_ERROR, CG_ERROR_LIMIT, "a picture of %u pixels: no memory", side);
        return NULL;
    }
    if (!fill (tile, span, classes, theme, pixels, error))
        return NULL;
    for (guint b = 0; b < classes->n_borders; b++)
        if (!draw_borders (tile, span, &classes->border[b].areas, classes->border[b].level, theme,
                           pixels, error))
            return NULL;
    while (i < n && pixels[i] == 0)
        i++;
    return i == n && span == 1 ? cg_tile_clear ()
                               : cg_png_write (side, side, side * sizeof *pixels,
                                               (const guint8 *) pixels, 0, NULL, error);
}
